"""Random hall plans: few services, lanes and windows, so that everything meets everything."""

from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from engine.core.plan import HallPlan, Lane, Rules, Service, WindowPlan
from tests.builders import PLAN, both, service

CREDITS = (0, 0, 1_000, 30_000, 5_500)
RATES = (0, 1_000, 1_000, 2_000, 333)
PREFIXES = ("A", "A", "B", "C")


def plans() -> st.SearchStrategy[HallPlan]:
    """Plans in UTC without hours; tiers and prefixes may overlap between windows and services."""
    return st.randoms(use_true_random=False).map(seeded_plan)


def seeded_plan(random: Random) -> HallPlan:
    """One plan, drawn from this source of chance."""
    services = [service(f"s{i}", random.choice(PREFIXES)) for i in range(random.randint(1, 3))]
    lanes = [
        Lane(f"l{i}", both("lane"), random.choice(CREDITS), random.choice(RATES)) for i in range(random.randint(1, 3))
    ]
    windows = [_window(i + 1, services, random) for i in range(random.randint(1, 3))]
    rules = Rules(
        call_expiry_ms=random.choice((1_000, 300_000)),
        last_call_grace_ms=random.choice((0, 60_000)),
        recall_limit=random.randint(0, 2),
        overtime_ms=random.choice((0, 7_200_000)),
        number_digits=random.choice((1, 3)),
        first_number=random.choice((0, 1, 998)),
    )
    return replace(
        PLAN, timezone="UTC", lanes=tuple(lanes), services=tuple(services), windows=tuple(windows), rules=rules
    )


def _window(number: int, services: list[Service], random: Random) -> WindowPlan:
    order = [each.service_id for each in services]
    random.shuffle(order)
    served = order[: random.randint(1, len(order))]
    cut = random.randint(0, len(served))
    tiers = tuple(tuple(tier) for tier in (served[:cut], served[cut:]) if tier)
    return WindowPlan(f"w{number:02d}", number, both("window"), "a", tiers)


CHANGES = ("first number", "weights", "new service", "no last service", "no last lane", "no last window", "other way")


def changed(plan: HallPlan, change: str) -> HallPlan:
    """The same hall after one change of plan; the other way round where the change would leave nothing."""
    if change == "first number":
        return replace(plan, rules=replace(plan.rules, first_number=plan.rules.first_number ^ 1))
    if change == "weights":
        return replace(plan, lanes=tuple(replace(lane, credit=7_000, rate=lane.rate ^ 500) for lane in plan.lanes))
    if change == "new service":
        return _with_new_service(plan)
    if change == "no last service":
        return _without(plan, plan.services[-1].service_id)
    if change == "no last lane" and len(plan.lanes) > 1:
        return replace(plan, lanes=plan.lanes[:-1])
    if change == "no last window" and len(plan.windows) > 1:
        return replace(plan, windows=plan.windows[:-1])
    return replace(plan, lanes=plan.lanes[::-1], services=plan.services[::-1], windows=plan.windows[::-1])


def _with_new_service(plan: HallPlan) -> HallPlan:
    fresh = service(f"s{len(plan.services)}", "N")
    if any(each.service_id == fresh.service_id for each in plan.services):
        return plan
    first, *others = plan.windows
    first = replace(first, tiers=(*first.tiers, (fresh.service_id,)))
    return replace(plan, services=(*plan.services, fresh), windows=(first, *others))


def _without(plan: HallPlan, service_id: str) -> HallPlan:
    windows = []
    for window in plan.windows:
        kept = [tuple(each for each in tier if each != service_id) for tier in window.tiers]
        tiers = tuple(tier for tier in kept if tier)
        if tiers:
            windows.append(replace(window, tiers=tiers))
    services = tuple(each for each in plan.services if each.service_id != service_id)
    return replace(plan, services=services, windows=tuple(windows)) if services and windows else plan
