"""Which windows could serve what just now: worked out once per change of the windows, when somebody asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.model import CLOSED, PAUSED, Window
from engine.core.queues import Queues


@dataclass(frozen=True, slots=True)
class Able:
    """The windows that may serve somebody, and the queues that compete for them.

    `queues` tells of each competing queue its number, which part of its own windows is among these, and its service:
    None for the queues of tickets that must go to one of these windows.
    """

    windows: tuple[Window, ...]
    queues: tuple[tuple[int, float, str | None], ...]


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
        queues: list[tuple[int, float, str | None]] = []
        for window in mine:
            queues += [(queue, 1.0, None) for queue in self._queues.of_window(window.window_id)]
        for service_id in self._service_ids:
            others = self._windows_for(service_id)
            shared = sum(1 for window in mine if service_id in window.services and window in others)
            if shared:
                queues += [(queue, shared / len(others), service_id) for queue in self._queues.of_service(service_id)]
        return Able(mine, tuple(queues))

    def _windows_for(self, service_id: str) -> tuple[Window, ...]:
        found = self._serving.get(service_id)
        if found is None:
            every = [window for window in self._windows.values() if service_id in window.services]
            manned = tuple(window for window in every if window.state not in (CLOSED, PAUSED))
            found = self._serving[service_id] = manned or tuple(every)
        return found
