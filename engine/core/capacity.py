"""Which windows could serve what just now: worked out once per change of the windows, when somebody asks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.model import CLOSED, PAUSED, Window
from engine.core.queues import Queues


@dataclass(frozen=True, slots=True)
class Rival:
    """A queue that competes for windows: what it waits for (None: for a certain window), at which kinds of them, and
    over how many windows its visits spread."""

    queue: int
    service_id: str | None
    kinds: tuple[int, ...]
    spread: int


@dataclass(frozen=True, slots=True)
class Able:
    """The windows that may serve somebody, and the queues that compete for them.

    Windows that serve the same services are of one kind: `kind_of` runs beside `windows`, and `kinds` says how many
    there are of each.
    """

    windows: tuple[Window, ...]
    kind_of: tuple[int, ...]
    kinds: tuple[int, ...]
    rivals: tuple[Rival, ...]


class Capacity:
    """The manned windows by service; where a service has none, the plan's windows, since one of them must open."""

    __slots__ = ("_able", "_pinned", "_queues", "_service_ids", "_serving", "_windows")

    def __init__(self, windows: Mapping[str, Window], service_ids: tuple[str, ...], queues: Queues) -> None:
        self._windows = windows
        self._service_ids = service_ids
        self._queues = queues
        self._serving: dict[str, tuple[Window, ...]] = {}
        self._able: dict[str, Able] = {}
        self._pinned: dict[str, Able] = {}

    def able(self, service_id: str) -> Able:
        """The capacity for a service."""
        found = self._able.get(service_id)
        if found is None:
            found = self._able[service_id] = self._compete(self._windows_for(service_id))
        return found

    def able_at(self, window_id: str) -> Able:
        """The capacity for a ticket that must go to this window."""
        found = self._pinned.get(window_id)
        if found is None:
            found = self._pinned[window_id] = self._compete((self._windows[window_id],))
        return found

    def _compete(self, mine: tuple[Window, ...]) -> Able:
        kinds = list(dict.fromkeys(window.services for window in mine))
        sizes = Counter(window.services for window in mine)
        rivals: list[Rival] = []
        for window in mine:
            kind = kinds.index(window.services)
            of_window = self._queues.of_window(window.window_id)
            rivals += [Rival(queue, None, (kind,), sizes[window.services]) for queue in of_window]
        for service_id in self._service_ids:
            others = self._windows_for(service_id)
            shared = {window.services for window in mine if window in others}
            if shared:
                at = tuple(kind for kind, services in enumerate(kinds) if services in shared)
                of_service = self._queues.of_service(service_id)
                rivals += [Rival(queue, service_id, at, len(others)) for queue in of_service]
        kind_of = tuple(kinds.index(window.services) for window in mine)
        return Able(mine, kind_of, tuple(sizes[each] for each in kinds), tuple(rivals))

    def _windows_for(self, service_id: str) -> tuple[Window, ...]:
        found = self._serving.get(service_id)
        if found is None:
            every = [window for window in self._windows.values() if service_id in window.services]
            manned = tuple(window for window in every if window.state not in (CLOSED, PAUSED))
            found = self._serving[service_id] = manned or tuple(every)
        return found
