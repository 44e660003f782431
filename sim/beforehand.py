"""What a planner is told of a scenario whatever its days bring: more work than can be done, people who come in vain."""

from typing import Any

from engine.core.plan import HallPlan
from sim.kernel.shapes import Roster
from sim.outside_hours import outside_hours
from sim.overflow import overflow
from sim.scenario import Scenario


def told_beforehand(scenario: Scenario, plan: HallPlan, roster: Roster | None = None) -> dict[str, dict[str, Any]]:
    """The keys that `simulate --json` has for it, each with a sentence in `zh` and `en`; none when all is well.

    Without a roster the windows are staffed as the scenario says.
    """
    work, comings = overflow(scenario, plan, roster), outside_hours(scenario, plan)
    return {
        **({"overflow": work.to_json()} if work.is_unstable else {}),
        **({"outside_hours": comings.to_json()} if comings.is_worth_telling else {}),
    }
