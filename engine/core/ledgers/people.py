"""Which clerks are here, who stands in for whom, and what a supervisor changed about windows."""

from dataclasses import dataclass, replace
from typing import Any

from engine.core.events import Millis
from engine.core.ledgers.ledger import Ledger
from engine.core.plan import Help, WindowPlan


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
            plan, number=self.number, zone_id=self.zone_id, tiers=self.tiers, help_after_ms=self.help_after_ms
        )


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

    def keep_only(self, clerk_ids: set[str]) -> None:
        """Forget whoever is no longer in the plan."""
        self.present = {clerk: since for clerk, since in self.present.items() if clerk in clerk_ids}
        self.substitutions = {
            clerk: substitution
            for clerk, substitution in self.substitutions.items()
            if clerk in clerk_ids and substitution.deputy_id in clerk_ids
        }

    def to_rows(self) -> Any:
        return {
            "present": sorted([clerk, since] for clerk, since in self.present.items()),
            "substitutions": sorted(
                [clerk, each.deputy_id, each.since_ms] for clerk, each in self.substitutions.items()
            ),
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
        self.present = {clerk: since for clerk, since in rows["present"]}
        self.substitutions = {clerk: Substitution(deputy, since) for clerk, deputy, since in rows["substitutions"]}
        self.filed = {
            window: Filed(number, zone, tuple(map(tuple, tiers)), tuple(Help(*each) for each in helps))
            for window, number, zone, tiers, helps in rows["filed"]
        }
