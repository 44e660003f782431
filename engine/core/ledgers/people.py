"""Which clerks are here, who stands in for whom, and what a supervisor changed about windows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.core.events import Millis
from engine.core.ledgers.ledger import Ledger
from engine.core.model import CLOSED, Window
from engine.core.plan import HallPlan, Help, Name, WindowPlan, numbered_window


@dataclass(frozen=True, slots=True)
class Substitution:
    """Who stands in, and since when."""

    deputy_id: str
    since_ms: Millis


@dataclass(frozen=True, slots=True)
class Filed:
    """What the filed plan says of a window where a supervisor has said otherwise."""

    number: int
    zone_id: str
    tiers: tuple[tuple[str, ...], ...]
    help_after_ms: tuple[Help, ...]

    @classmethod
    def of(cls, plan: WindowPlan) -> "Filed":
        return cls(plan.number, plan.zone_id, plan.tiers, plan.help_after_ms)

    def restored(self, plan: WindowPlan) -> WindowPlan:
        """The window as it was filed, from the one in effect."""
        return replace(
            plan,
            number=self.number,
            name=renumbered(plan, self.number),
            zone_id=self.zone_id,
            tiers=self.tiers,
            help_after_ms=self.help_after_ms,
        )


def renumbered(window: WindowPlan, number: int) -> Name:
    """What a window is called under another number: one without a name of its own is called after its number."""
    return numbered_window(number) if window.name == numbered_window(window.number) else window.name


def with_windows(plan: HallPlan, windows: Sequence[WindowPlan]) -> HallPlan:
    return replace(plan, windows=tuple(windows))


def _fits(window: WindowPlan, plan: HallPlan) -> bool:
    services = {service.service_id for service in plan.services}
    return any(zone.zone_id == window.zone_id for zone in plan.zones) and services.issuperset(
        service_id for tier in window.tiers for service_id in tier
    )


def _with_a_number_of_another(kept: Mapping[str, WindowPlan], filed: HallPlan) -> list[str]:
    """Changed windows whose number another window has, were all these changes kept."""
    numbers = Counter(kept.get(window.window_id, window).number for window in filed.windows)
    return [window_id for window_id, window in kept.items() if numbers[window.number] > 1]


class People(Ledger):
    """Which clerks are here, who stands in for whom, and what a supervisor changed about windows.

    A substitution lasts until it is ended, over days; everybody signs out when the day closes.
    """

    __slots__ = ("filed", "present", "substitutions")

    def __init__(self) -> None:
        super().__init__()
        self.present: dict[str, Millis] = {}
        """Per clerk who is here, since when."""
        self.substitutions: dict[str, Substitution] = {}
        """Per clerk who is away, who stands in."""
        self.filed: dict[str, Filed] = {}
        """Per window that differs from the filed plan, what was filed."""

    def stand_in(self, clerk_id: str) -> str:
        """Who does the clerk's work now: the clerk, or at the end of the line whoever stands in.

        The line ends: nobody who is away themselves becomes a deputy, so it never leads back.
        """
        while (substitution := self.substitutions.get(clerk_id)) is not None:
            clerk_id = substitution.deputy_id
        return clerk_id

    def works_for(self, clerk_id: str) -> set[str]:
        """The clerks whose work this one does now: those stood in for, and the own unless away."""
        return {each for each in (clerk_id, *self.substitutions) if self.stand_in(each) == clerk_id}

    def window_of(self, windows: Mapping[str, Window], clerk_id: str) -> str | None:
        """The window where the clerk, or whoever stands in for them, sits now; None when they sit at none."""
        return self.seat_of(windows, self.stand_in(clerk_id))

    def seat_of(self, windows: Mapping[str, Window], clerk_id: str) -> str | None:
        """The window where the clerk sits, None when at none."""
        for window in windows.values():
            if window.clerk_id == clerk_id and window.state != CLOSED:
                return window.window_id
        return None

    def keep_only(self, clerk_ids: set[str]) -> None:
        """Forget whoever is no longer in the plan."""
        self.present = {clerk: since for clerk, since in self.present.items() if clerk in clerk_ids}
        self.substitutions = {
            clerk: substitution
            for clerk, substitution in self.substitutions.items()
            if clerk in clerk_ids and substitution.deputy_id in clerk_ids
        }

    # --- windows that differ from the filed plan ---

    def filed_plan(self, plan: HallPlan) -> HallPlan:
        """The plan as it was filed, from the one in effect."""
        return with_windows(
            plan,
            [
                self.filed[window.window_id].restored(window) if window.window_id in self.filed else window
                for window in plan.windows
            ],
        )

    def changed(self, before: WindowPlan, after: WindowPlan) -> None:
        """A supervisor changed a window."""
        filed = self.filed.setdefault(before.window_id, Filed.of(before))
        if filed == Filed.of(after):
            del self.filed[before.window_id]

    def take_up(self, before: HallPlan | None, filed: HallPlan) -> HallPlan:
        """The plan in effect under a newly filed one: what a supervisor changed stays as long as it still fits.

        It falls when the file says something new of that window, when a zone or a service it needs is gone, or when
        another window has its number now.
        """
        present = {window.window_id: window for window in before.windows} if before else {}
        kept = {
            window.window_id: present[window.window_id]
            for window in filed.windows
            if window.window_id in self.filed
            and window == self.filed[window.window_id].restored(present[window.window_id])
            and _fits(present[window.window_id], filed)
        }
        while taken := _with_a_number_of_another(kept, filed):
            for window_id in taken:
                del kept[window_id]
        self.filed = {window_id: self.filed[window_id] for window_id in kept}
        return with_windows(filed, [kept.get(window.window_id, window) for window in filed.windows])

    def to_rows(self) -> Any:
        return {
            "present": sorted([clerk, since] for clerk, since in self.present.items()),
            "substitutions": sorted([clerk, s.deputy_id, s.since_ms] for clerk, s in self.substitutions.items()),
            "filed": [
                [
                    window,
                    filed.number,
                    filed.zone_id,
                    [list(tier) for tier in filed.tiers],
                    [[each.service_id, each.after_ms] for each in filed.help_after_ms],
                ]
                for window, filed in sorted(self.filed.items())
            ],
        }

    def load(self, rows: Any) -> None:
        self.present = dict(rows["present"])
        self.substitutions = {clerk: Substitution(deputy, since) for clerk, deputy, since in rows["substitutions"]}
        self.filed = {
            window: Filed(number, zone, tuple(map(tuple, tiers)), tuple(Help(*each) for each in helps))
            for window, number, zone, tiers, helps in rows["filed"]
        }
