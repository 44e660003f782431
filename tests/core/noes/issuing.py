"""The refusals of drawing a number, and of its form and paper."""

from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.plan import HallPlan, Quota, Span
from tests.builders import PLAN, with_rules, with_service

A001 = "20261123-a001"


def _opened(hall_plan: HallPlan = PLAN) -> tuple[Command, ...]:
    return (c.ConfigureHall(hall_plan), c.OpenDay(), c.OpenWindow("w01"))


# A visit takes longer than what is left of the day: whoever draws second comes after midnight.
FULL_DAY = with_service(hall_plan=with_rules(stops_by_forecast=True), mean_ms=25 * 3_600_000)

CASES: list[tuple[tuple[Command, ...], Command]] = [
    (_opened(with_service(channels=("guide",))), c.IssueTicket("social")),
    (_opened(with_service(appointment_only=(Span(0, 24 * 60),))), c.IssueTicket("social")),
    (_opened(with_service(quotas=(Quota(0),))), c.IssueTicket("social")),
    (
        (*_opened(with_service(one_per_person=True)), c.IssueTicket("social", person="p")),
        c.IssueTicket("social", person="p"),
    ),
    ((*_opened(with_rules(occupancy_max=1)), c.IssueTicket("tax")), c.IssueTicket("social")),
    ((*_opened(FULL_DAY), c.IssueTicket("social")), c.IssueTicket("social")),
    (_opened(), c.IssueTicket("social", items=(e.VisitItem("social"),) * 9)),
    (_opened(), c.IssueTicket("social", items=(e.VisitItem("social", "none"),))),
    (_opened(), c.IssueTicket("social", return_of=A001)),
    (_opened(), c.IssueTicket("social", stage_id=f"{A001}-s1")),
    ((*_opened(), c.IssueTicket("social", form_filled=True)), c.RecordForm(A001)),
    ((*_opened(), c.IssueTicket("social"), *[c.ReprintTicket(A001)] * 5), c.ReprintTicket(A001)),
]
