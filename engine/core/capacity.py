"""Which windows could serve what just now: worked out once per change of the windows, when somebody asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.model import CLOSED, PAUSED, Window


@dataclass(frozen=True, slots=True)
class Able:
    """The windows that may serve a service, and the services that compete for them.

    `shares` tells of each competing service (itself included, with 1.0) which part of its own windows is among these.
    """

    windows: tuple[Window, ...]
    shares: tuple[tuple[str, float], ...]


class Capacity:
    """The manned windows by service; where a service has none, the plan's windows, since one of them must open."""

    __slots__ = ("_able", "_service_ids", "_windows", "_windows_of")

    def __init__(self, windows: Mapping[str, Window], service_ids: tuple[str, ...]) -> None:
        self._windows = windows
        self._service_ids = service_ids
        self._windows_of: dict[str, tuple[Window, ...]] = {}
        self._able: dict[str, Able] = {}

    def able(self, service_id: str) -> Able:
        """The capacity for one service."""
        found = self._able.get(service_id)
        if found is None:
            mine = self._serving(service_id)
            shares = []
            for other_id in self._service_ids:
                others = self._serving(other_id)
                shared = sum(1 for window in others if service_id in window.services)
                if shared:
                    shares.append((other_id, shared / len(others)))
            found = self._able[service_id] = Able(mine, tuple(shares))
        return found

    def _serving(self, service_id: str) -> tuple[Window, ...]:
        found = self._windows_of.get(service_id)
        if found is None:
            every = [window for window in self._windows.values() if service_id in window.services]
            manned = tuple(window for window in every if window.state not in (CLOSED, PAUSED))
            found = self._windows_of[service_id] = manned or tuple(every)
        return found
