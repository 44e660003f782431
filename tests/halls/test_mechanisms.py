"""Each shipped hall uses every mechanism that its model is known for, as far as a hall file has a word for it."""

from collections.abc import Callable
from typing import Final

import pytest

from engine.core.plan import HallPlan, Item, Service, WindowPlan
from engine.halls import load_hall

Uses = Callable[[HallPlan], object]


def service(plan: HallPlan, service_id: str) -> Service:
    return next(each for each in plan.services if each.service_id == service_id)


def of_kind(plan: HallPlan, kind: str) -> list[WindowPlan]:
    return [window for window in plan.windows if window.kind == kind]


def zone_kinds(plan: HallPlan) -> set[str]:
    return {zone.kind for zone in plan.zones}


def item(plan: HallPlan, item_id: str) -> Item:
    return next(each for each in plan.items if each.item_id == item_id)


def modes(plan: HallPlan) -> set[str | None]:
    """How things are handled in a hall, by its services and its items."""
    return {each.mode for each in (*plan.services, *plan.items)}


def deputies_are_mutual(plan: HallPlan) -> bool:
    deputy = {clerk.clerk_id: clerk.deputy_id for clerk in plan.clerks if clerk.deputy_id}
    return bool(deputy) and all(deputy[other] == clerk_id for clerk_id, other in deputy.items())


def collects(plan: HallPlan, service_id: str) -> set[str]:
    """The services whose results are collected at this one."""
    offices = {each.service_id: each.back_office for each in plan.services if each.back_office}
    return {each for each, office in offices.items() if office.collect_service_id == service_id}


HONGTANG: Final[dict[str, Uses]] = {
    "171 items in 6 groups": lambda plan: (len(plan.items), len(plan.groups)) == (171, 6),
    "a department that came during the year": lambda plan: item(plan, "id-first").effective_from == "20230701",
    "dedicated window that takes overflow": lambda plan: (
        [(window.tiers, [each.service_id for each in window.help_after_ms]) for window in of_kind(plan, "dedicated")]
        == [((("vehicle-tax",), ("tax-general",)), ["tax-general"])]
    ),
    "24-hour self-service area, and what is done there": lambda plan: (
        "self-service" in zone_kinds(plan) and "self-service" in modes(plan)
    ),
    "waiting area with a warning": lambda plan: "waiting" in zone_kinds(plan) and plan.limits.count,
    "guides to ask": lambda plan: plan.rules.help_desk,
    "visits at home": lambda plan: item(plan, "home-visit").mode == "extended",
    "comprehensive pool": lambda plan: len(of_kind(plan, "comprehensive")) == 4,
    "several items on one number": lambda plan: plan.rules.next_item_place == "front",
    "told once what is missing": lambda plan: plan.rules.return_days > 0,
    "done by a date": lambda plan: service(plan, "permits").back_office,
    "guide pages": lambda plan: item(plan, "residence-permit").guide_url,
    "reasons of pauses": lambda plan: "break" in plan.rules.pause_reasons,
    "deputies": deputies_are_mutual,
    "who missed a call": lambda plan: service(plan, "comprehensive").no_show == "after",
    "no number too late": lambda plan: plan.rules.stops_by_forecast,
}

PUMING: Final[dict[str, Uses]] = {
    "accepted in front, examined behind": lambda plan: service(plan, "reception").back_office,
    "five zones of five kinds": lambda plan: len(zone_kinds(plan)) == 5,
    "forms filled in before": lambda plan: service(plan, "reception").form == "optional",
    "window by video": lambda plan: of_kind(plan, "remote")[0].remote,
    "items that come and go": lambda plan: item(plan, "elderly-allowance").effective_until,
    "items delegated until a day": lambda plan: item(plan, "food-workshop").delegated_service_id == "reception",
    "first contact stays in charge": lambda plan: plan.rules.names_owner,
    "deputies (AB)": deputies_are_mutual,
    "ratings": lambda plan: plan.rules.rating_days == 3,
    "working days": lambda plan: plan.workdays == (1, 2, 3, 4, 5) and plan.holidays and plan.extra_workdays,
}

STATION: Final[dict[str, Uses]] = {
    "one clerk, one window for everything": lambda plan: (
        (len(plan.clerks), len(of_kind(plan, "comprehensive"))) == (1, 1)
    ),
    "five modes": lambda plan: modes(plan) >= {"instant", "promised", "appointment", "extended", "self-service"},
    "collection with a prefix of its own": lambda plan: (
        collects(plan, "collection") == {"promised"} and service(plan, "collection").prefix == "C"
    ),
    "appointments": lambda plan: service(plan, "promised").booking,
    "the county examines, and sends the clerk": lambda plan: plan.clerks[0].department_id == "county",
    "a line that fails at times": lambda plan: plan.limits.offline_ms == 300_000,
}

LANZHOU: Final[dict[str, Uses]] = {
    "zones, one for handling by agents": lambda plan: "agency" in zone_kinds(plan) and len(plan.zones) == 8,
    "quotas by channel and span": lambda plan: (
        {(quota.channel, quota.span is not None) for quota in service(plan, "property").quotas}
        == {(None, False), ("phone", False), (None, True)}
    ),
    "hours by appointment only": lambda plan: service(plan, "archive").appointment_only,
    "as many people as may be": lambda plan: plan.rules.occupancy_max,
    "results at one place": lambda plan: (
        len(of_kind(plan, "collection")) == 2 and collects(plan, "collection") >= {"property", "permits"}
    ),
    "dedicated windows for other regions": lambda plan: (
        [window.window_id for window in of_kind(plan, "dedicated") if window.tiers[0] == ("cross-region",)]
        == ["w33", "w34"]
    ),
    "evaluators, and who is called back": lambda plan: plan.rules.bad_stars == 2 and plan.rules.follow_up_days == 15,
    "warnings": lambda plan: plan.limits.wait_ms and plan.limits.count and plan.limits.idle_ms,
    "a policy with a ceiling": lambda plan: plan.policies[0].rules[0].kind == "ceiling",
    "a policy of turns": lambda plan: [each.policy_id for each in plan.windows[34:37]] == ["two-to-one"] * 3,
}

XIANAN: Final[dict[str, Uses]] = {
    "window for what got stuck": lambda plan: [window.tiers[0] for window in of_kind(plan, "cases")] == [("stuck",)],
    "one case, several departments": lambda plan: len(plan.departments) == 7,
    "deadline and level up": lambda plan: (plan.rules.case_days, plan.rules.case_escalation_days) == (5, 2),
    "partner with hours of its own": lambda plan: of_kind(plan, "remote")[0].remote.hours[-1].end == 17 * 60,  # type: ignore[union-attr]
    "papers to follow": lambda plan: plan.rules.papers_days == 5,
    "results at one window": lambda plan: (
        len(of_kind(plan, "collection")) == 1 and len(collects(plan, "collection")) == 4
    ),
    "a catalogue in a table": lambda plan: len(plan.items) > 400,
    "townships and villages": lambda plan: any(each.department_id == "villages" for each in plan.items),
}

MECHANISMS: Final = [
    pytest.param(hall, uses, id=f"{hall}: {mechanism}")
    for hall, table in (
        ("hongtang", HONGTANG),
        ("puming", PUMING),
        ("ningcheng-station", STATION),
        ("lanzhou", LANZHOU),
        ("xianan", XIANAN),
    )
    for mechanism, uses in table.items()
]


@pytest.mark.parametrize(("hall", "uses"), MECHANISMS)
def test_hall_uses_the_mechanism(hall: str, uses: Uses) -> None:
    assert uses(load_hall(hall))
