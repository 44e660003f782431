"""Which windows could serve what just now: worked out once per change of the windows, when somebody asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.calling import EMPTY
from engine.core.model import CLOSED, PAUSED, Window
from engine.core.policy import PolicyArrays
from engine.core.queues import Queues


@dataclass(frozen=True, slots=True)
class Kind:
    """Windows that call alike: by which policy (None: plain points), and in which tier and with which help limit
    (-1: none) they serve what is asked about."""

    windows: tuple[Window, ...]
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
    """A queue that competes for windows: for which service, where, and over how many windows its visits spread.

    `window` is the place among the windows of the one it must go to, -1 when it may go to any that serves it. It
    `is_plain` when everywhere points alone say who goes first.
    """

    queue: int
    service_id: str | None
    places: tuple[Place, ...]
    spread: int
    is_plain: bool
    window: int = EMPTY


@dataclass(frozen=True, slots=True)
class Able:
    """The windows that may serve somebody, the kind of each, and the queues that compete for them.

    `sizes` says how many windows there are of each kind; `shares` what part of each service's work comes to these
    windows when it spreads over all windows for it.
    """

    windows: tuple[Window, ...]
    kind_of: tuple[int, ...]
    kinds: tuple[Kind, ...]
    sizes: tuple[int, ...]
    rivals: tuple[Rival, ...]
    shares: tuple[tuple[str, float], ...]


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

    def servers(self, service_id: str) -> int:
        """How many windows there are for a service."""
        return len(self._serving.get(service_id) or self._windows_for(service_id))

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
        alike: dict[object, list[Window]] = {}
        for window in mine:
            alike.setdefault((window.plan.tiers, window.plan.help_after_ms, window.plan.policy_id), []).append(window)
        kinds = tuple(Kind(tuple(each), each[0].policy, *_stand(each[0], service_id)) for each in alike.values())
        kind_of = {window.window_id: kind for kind, each in enumerate(kinds) for window in each.windows}
        rivals: list[Rival] = []
        for index, window in enumerate(mine):
            kind = kind_of[window.window_id]
            here = (Place(kind, 0, EMPTY),)
            is_plain = _is_plain(here, kinds)
            of_window = self._queues.of_window(window.window_id)
            rivals += [Rival(queue, None, here, 1, is_plain, index) for queue in of_window]
        sizes = tuple(len(each.windows) for each in kinds)
        shares: list[tuple[str, float]] = []
        for other_id in self._service_ids:
            others = self._windows_for(other_id)
            at = {kind_of[window.window_id]: window for window in others if window.window_id in kind_of}
            places = tuple(Place(kind, *_stand(at[kind], other_id)) for kind in sorted(at))
            places = tuple(place for place in places if _may_go_first(place, kinds[place.kind]))
            if places:
                shares.append((other_id, sum(sizes[place.kind] for place in places) / len(others)))
                is_plain = _is_plain(places, kinds)
                of_service = self._queues.of_service(other_id)
                rivals += [Rival(queue, other_id, places, len(others), is_plain) for queue in of_service]
        kinds_of = tuple(kind_of[window.window_id] for window in mine)
        return Able(mine, kinds_of, kinds, sizes, tuple(rivals), tuple(shares))

    def _windows_for(self, service_id: str) -> tuple[Window, ...]:
        found = self._serving.get(service_id)
        if found is None:
            every = [window for window in self._windows.values() if service_id in window.services]
            manned = tuple(window for window in every if window.state not in (CLOSED, PAUSED))
            found = self._serving[service_id] = manned or tuple(every)
        return found


def _stand(window: Window, service_id: str | None) -> tuple[int, int]:
    """The tier of a service at a window and its help limit there; None is a ticket for this window."""
    tier = next((tier for tier, ids in enumerate(window.plan.tiers) if service_id in ids), 0)
    limits = (each.after_ms for each in window.plan.help_after_ms if each.service_id == service_id)
    return tier, next(limits, EMPTY) if tier else EMPTY


def _may_go_first(place: Place, kind: Kind) -> bool:
    # Who is in a later tier and never counts as of the first one only gets the window when nobody else waits.
    return place.tier <= kind.tier or place.help_ms != EMPTY


def _is_plain(places: tuple[Place, ...], kinds: tuple[Kind, ...]) -> bool:
    return all(kinds[place.kind].policy is None and kinds[place.kind].tier == place.tier for place in places)
