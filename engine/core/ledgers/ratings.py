"""What visitors said of the last days, what may still be rated, and which bad ratings are being looked into."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from engine.core.events import DayOpened, Millis
from engine.core.ledgers.call_backs import CallBacks
from engine.core.ledgers.ledger import FOREVER, Ledger

STARS_MAX: Final = 5
DAYS_MAX: Final = 31
"""So many service days before today are remembered at most, whatever the hall file says."""

ItemKey = tuple[str, int]
"""Ticket and step."""
Place = tuple[str, str | None]
"""Window and clerk."""
Tally = list[int]
"""How many finished items were given so many stars; at 0, how many have not been rated."""
Parts = tuple[str, int, str, str | None, str, str | None, str, Millis, int]
"""What a finished item is made of, in its order."""


class FinishedItem(NamedTuple):
    """One item of a visit that was finished at a window; `stars` is 0 until somebody rates it.

    A tuple, for it is its own row: a large hall has tens of thousands, and each snapshot writes them all.
    """

    ticket_id: str
    step: int
    window_id: str
    clerk_id: str | None
    service_id: str
    item_id: str | None
    outcome: str
    finished_ms: Millis
    stars: int = 0


@dataclass(slots=True)
class FollowUp:
    """A bad rating that is being looked into."""

    ticket_id: str
    step: int
    stars: int
    window_id: str
    clerk_id: str | None
    due_ms: Millis
    opened_ms: Millis
    call_backs: CallBacks = field(default_factory=CallBacks)

    @property
    def subject(self) -> str:
        """How a warning names it."""
        return f"{self.ticket_id}/{self.step}"


class Ratings(Ledger):
    """Finished items of the days that may still be rated, day by day; and every open follow-up."""

    __slots__ = ("_days", "_follow_ups", "_last_at", "_noted", "_tallies")

    def __init__(self) -> None:
        super().__init__()
        self._noted: list[Parts] = []
        """Items of today that nobody has asked about: every visit ends with one, and most are never rated."""
        self._days: dict[str, dict[ItemKey, FinishedItem]] = {}
        """Oldest day first; a day stands here though nothing was finished on it."""
        self._tallies: dict[str, dict[Place, Tally]] = {}
        """Day by day, what stands in `_days` as sums: whoever looks at figures must not hold up a hall."""
        self._last_at: dict[str, ItemKey] = {}
        """Per window, the item that was finished there last today."""
        self._follow_ups: dict[ItemKey, FollowUp] = {}

    def rateable_days(self, rating_days: int) -> list[str]:
        """Today and as many service days before it as a visit may be rated, newest first."""
        return list(reversed(self._days))[: rating_days + 1]

    def item(self, ticket_id: str, step: int, rating_days: int) -> FinishedItem | None:
        """A finished item that may be rated, or was; None when there is none, or it is too long ago."""
        day = _day_of((ticket_id, step))
        if day not in self.rateable_days(rating_days):
            return None
        self._take_in()
        return self._days[day].get((ticket_id, step))

    def ended_at(self, window_id: str, since_ms: Millis) -> ItemKey | None:
        """The item that was finished last at this window, unless that was before `since_ms`."""
        self._take_in()
        key = self._last_at.get(window_id)
        if key is None or self._item(key).finished_ms < since_ms:
            return None
        return key

    def tallies(self, rating_days: int) -> Iterator[tuple[Place, Tally]]:
        """Per day that may still be rated, window and clerk: how many items were finished, and given how many stars."""
        self._take_in()
        for day in self.rateable_days(rating_days):
            yield from self._tallies[day].items()

    def open_follow_ups(self) -> list[FollowUp]:
        """In the order of the ratings."""
        return list(self._follow_ups.values())

    def follow_up(self, ticket_id: str, step: int) -> FollowUp | None:
        """An open follow-up."""
        return self._follow_ups.get((ticket_id, step))

    @property
    def earliest_due_ms(self) -> Millis:
        """When the first open follow-up is due."""
        return min((each.due_ms for each in self._follow_ups.values()), default=FOREVER)

    # --- what the fold changes ---

    def finish(self, parts: Parts, rating_days: int) -> None:
        """An item was finished today; days that may not be rated any more are forgotten."""
        self._noted.append(parts)
        if len(self._days) > rating_days + 1:
            self._keep(rating_days)

    def rate(self, key: ItemKey, stars: int) -> None:
        item = self._item(key)
        self._tally(_day_of(key), item)[item.stars] -= 1
        self._put(_day_of(key), item._replace(stars=stars))

    def open_follow_up(self, key: ItemKey, due_ms: Millis, at_ms: Millis) -> None:
        item = self._item(key)
        self._follow_ups[key] = FollowUp(*key, item.stars, item.window_id, item.clerk_id, due_ms, at_ms)

    def close_follow_up(self, key: ItemKey) -> None:
        del self._follow_ups[key]

    def day_opened(self, event: DayOpened) -> None:
        self._take_in()
        self._begin(event.day)
        self._last_at = {}
        self._keep(DAYS_MAX)

    def _take_in(self) -> None:
        """Let the items that were only noted stand where whoever asks looks for them."""
        for parts in self._noted:
            item = FinishedItem._make(parts)
            self._put(_day_of((item.ticket_id, item.step)), item)
            self._last_at[item.window_id] = (item.ticket_id, item.step)
        self._noted.clear()

    def _keep(self, days_before: int) -> None:
        while len(self._days) > days_before + 1:
            oldest = next(iter(self._days))
            del self._days[oldest], self._tallies[oldest]

    def _begin(self, day: str) -> None:
        self._days[day] = {}
        self._tallies[day] = defaultdict(lambda: [0] * (STARS_MAX + 1))

    def _put(self, day: str, item: FinishedItem) -> None:
        self._days[day][item.ticket_id, item.step] = item
        self._tally(day, item)[item.stars] += 1

    def _item(self, key: ItemKey) -> FinishedItem:
        self._take_in()
        return self._days[_day_of(key)][key]

    def _tally(self, day: str, item: FinishedItem) -> Tally:
        return self._tallies[day][item.window_id, item.clerk_id]

    # --- snapshots ---

    def to_rows(self) -> Any:
        self._take_in()
        return {
            "days": [[day, list(items.values())] for day, items in self._days.items()],
            "last_at": sorted([window_id, *key] for window_id, key in self._last_at.items()),
            "follow_ups": [
                [*(getattr(each, name) for name in _PLAIN), each.call_backs.to_row()]
                for each in self._follow_ups.values()
            ],
        }

    def load(self, rows: Any) -> None:
        for day, items in rows["days"]:
            self._begin(day)
            for row in items:
                self._put(day, FinishedItem(*row))
        self._last_at = {window_id: (ticket_id, step) for window_id, ticket_id, step in rows["last_at"]}
        for *plain, call_backs in rows["follow_ups"]:
            follow_up = FollowUp(*plain)
            follow_up.call_backs = CallBacks(*call_backs)
            self._follow_ups[follow_up.ticket_id, follow_up.step] = follow_up


def _day_of(key: ItemKey) -> str:
    return key[0].partition("-")[0]


_PLAIN: Final = ("ticket_id", "step", "stars", "window_id", "clerk_id", "due_ms", "opened_ms")
