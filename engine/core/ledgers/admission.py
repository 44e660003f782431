"""Who was let in today: numbers drawn per service, channel and minute, and who holds which."""

from typing import Any, Final

from engine.core.events import DayClosed, DayOpened
from engine.core.ledgers.ledger import Ledger
from engine.core.plan import Span

ALL_DAY: Final = 24 * 60
"""The place of a day's whole count, behind those of its minutes."""


class Admission(Ledger):
    """What quotas and the rule of one open ticket per person look at.

    Every number is counted, whether its service has a quota or not, so that a quota set during the day knows of those
    drawn before. A number given up is not taken back: the place in the quota is gone with it, or else whoever draws and
    cancels all morning would keep a quota open that others were told is used up.
    """

    __slots__ = ("_drawn", "_held", "in_all")

    def __init__(self) -> None:
        super().__init__()
        self._drawn: dict[str, dict[str, list[int]]] = {}
        """By service, then channel: how many numbers in each minute of the day, and after them how many in all."""
        self.in_all: dict[str, int] = {}
        """By service, how many numbers were drawn on the whole day by all channels."""
        self._held: dict[str, tuple[str, ...]] = {}
        """By person's hash, the ids of the tickets they drew."""

    # --- what rules ask ---

    def drawn(self, service_id: str, channel: str | None, span: Span | None) -> int:
        """How many numbers of a service were drawn by a channel (None: all) in a span of the day (None: all day)."""
        if channel is None and span is None:
            return self.in_all.get(service_id, 0)
        channels = self._drawn.get(service_id)
        if channels is None:
            return 0
        drawn = 0
        for by_channel, minutes in channels.items():
            if channel is None or channel == by_channel:
                drawn += minutes[ALL_DAY] if span is None else sum(minutes[span.start : span.end])
        return drawn

    def held_by(self, person: str) -> tuple[str, ...]:
        """The ids of the tickets this person drew today, those that are over too."""
        return self._held.get(person, ())

    # --- what the fold calls ---

    def count(self, service_id: str, channel: str, minute: int) -> None:
        """A number was drawn in this minute of the day."""
        try:
            minutes = self._drawn[service_id][channel]
        except KeyError:
            minutes = self._drawn.setdefault(service_id, {})[channel] = [0] * (ALL_DAY + 1)
        minutes[minute] += 1
        minutes[ALL_DAY] += 1
        self.in_all[service_id] = self.in_all.get(service_id, 0) + 1

    def hold(self, person: str, ticket_id: str) -> None:
        held = self._held.get(person)
        self._held[person] = (ticket_id,) if held is None else (*held, ticket_id)

    # --- the day and snapshots ---

    def day_opened(self, event: DayOpened) -> None:
        self._drawn = {}
        self.in_all = {}

    def day_closed(self, event: DayClosed) -> None:
        # Nobody holds an open ticket any more, and the key of the hashes is gone; the counts stay, for the same day may
        # be opened again.
        self._held = {}

    def to_rows(self) -> Any:
        return {
            "drawn": sorted(
                [service_id, channel, [[minute, drawn] for minute, drawn in enumerate(minutes) if drawn]]
                for service_id, channels in self._drawn.items()
                for channel, minutes in channels.items()
            ),
            "held": sorted((person, list(ticket_ids)) for person, ticket_ids in self._held.items()),
        }

    def load(self, rows: Any) -> None:
        for service_id, channel, minutes in rows["drawn"]:
            counts = [0] * (ALL_DAY + 1)
            for minute, drawn in minutes:
                counts[minute] = drawn
            self._drawn.setdefault(service_id, {})[channel] = counts
            self.in_all[service_id] = self.in_all.get(service_id, 0) + counts[ALL_DAY]
        self._held = {person: tuple(ticket_ids) for person, ticket_ids in rows["held"]}
