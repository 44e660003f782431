"""Which windows could serve what just now: worked out once per change of the windows, when somebody asks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.calling import EMPTY
from engine.core.model import CLOSED, PAUSED, Window
from engine.core.policy import PolicyArrays
from engine.core.queues import Queues


@dataclass(frozen=True, slots=True)
class Kind:
    """Windows that call alike: how many, by which policy (None: plain points), and in which tier and with which help
    limit (-1: none) they serve what is asked about."""

    size: int
    policy: PolicyArrays | None
    tier: int
    help_ms: int


@dataclass(frozen=True, slots=True)
class Place:
    """What a rival is at one kind of windows: its tier there, and its help limit (-1: none)."""

    kind: int
    tier: int
    help_ms: int


@dataclass(frozen=True, slots=True)
class Rival:
    """A queue that competes for windows: what it waits for (None: for a certain window), where, and over how many
    windows its visits spread. It `is_plain` when everywhere points alone say who goes first."""

    queue: int
    service_id: str | None
    places: tuple[Place, ...]
    spread: int
    is_plain: bool


@dataclass(frozen=True, slots=True)
class Able:
    """The windows that may serve somebody, the kind of each, and the queues that compete for them."""

    windows: tuple[Window, ...]
    kind_of: tuple[int, ...]
    kinds: tuple[Kind, ...]
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
            found = self._able[service_id] = self._compete(self._windows_for(service_id), service_id)
        return found

    def able_at(self, window_id: str) -> Able:
        """The capacity for a ticket that must go to this window."""
        found = self._pinned.get(window_id)
        if found is None:
            found = self._pinned[window_id] = self._compete((self._windows[window_id],), None)
        return found

    def _compete(self, mine: tuple[Window, ...], service_id: str | None) -> Able:
        sizes = Counter(_alike(window) for window in mine)
        index = {alike: kind for kind, alike in enumerate(sizes)}
        first = {_alike(window): window for window in reversed(mine)}
        kinds = tuple(Kind(sizes[alike], first[alike].policy, *_stand(first[alike], service_id)) for alike in sizes)
        kind_of = {window.window_id: index[_alike(window)] for window in mine}
        rivals: list[Rival] = []
        for window in mine:
            kind = kind_of[window.window_id]
            here = (Place(kind, 0, EMPTY),)
            rivals += self._rivals(self._queues.of_window(window.window_id), None, here, kinds[kind].size, kinds)
        for other_id in self._service_ids:
            others = self._windows_for(other_id)
            at = {kind_of[window.window_id]: window for window in others if window.window_id in kind_of}
            places = tuple(Place(kind, *_stand(at[kind], other_id)) for kind in sorted(at))
            places = tuple(place for place in places if _may_go_first(place, kinds[place.kind]))
            if places:
                rivals += self._rivals(self._queues.of_service(other_id), other_id, places, len(others), kinds)
        return Able(mine, tuple(kind_of.values()), kinds, tuple(rivals))

    def _rivals(
        self, queues: range, service_id: str | None, places: tuple[Place, ...], spread: int, kinds: tuple[Kind, ...]
    ) -> list[Rival]:
        is_plain = all(kinds[place.kind].policy is None and kinds[place.kind].tier == place.tier for place in places)
        return [Rival(queue, service_id, places, spread, is_plain) for queue in queues]

    def _windows_for(self, service_id: str) -> tuple[Window, ...]:
        found = self._serving.get(service_id)
        if found is None:
            every = [window for window in self._windows.values() if service_id in window.services]
            manned = tuple(window for window in every if window.state not in (CLOSED, PAUSED))
            found = self._serving[service_id] = manned or tuple(every)
        return found


def _alike(window: Window) -> object:
    """What two windows have in common that call alike."""
    return window.plan.tiers, window.plan.help_after_ms, window.plan.policy_id


def _stand(window: Window, service_id: str | None) -> tuple[int, int]:
    """The tier of a service at a window and its help limit there; None is a ticket for this window."""
    tier = next((tier for tier, ids in enumerate(window.plan.tiers) if service_id in ids), 0)
    limits = (each.after_ms for each in window.plan.help_after_ms if each.service_id == service_id)
    return tier, next(limits, EMPTY) if tier else EMPTY


def _may_go_first(place: Place, kind: Kind) -> bool:
    # Who is in a later tier and never counts as of the first one only gets the window when nobody else waits.
    return place.tier <= kind.tier or place.help_ms != EMPTY
