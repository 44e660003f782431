"""The refusals of outcomes, stages, no-shows, transfers to people, and visits that need no window."""

from engine.core import commands as c
from engine.core.commands import Command
from engine.core.plan import BackOffice, HallPlan
from tests.builders import with_service

A001 = "20261123-a001"
ASSIGNED: tuple[Command, ...] = (c.RequestHomeVisit("social", "outside-7"), c.AssignHomeVisit("h1", "c01"))


def _served(hall_plan: HallPlan) -> tuple[Command, ...]:
    """A001 is called at w01."""
    return (
        c.ConfigureHall(hall_plan),
        c.OpenDay(),
        c.OpenWindow("w01"),
        c.IssueTicket("social"),
        c.CallNext("w01"),
    )


ACCEPTED = (
    *_served(with_service(back_office=BackOffice())),
    c.FinishService("w01", "accepted"),
    c.FinishStage(f"{A001}-s1"),
)
RETURNED = (*_served(with_service(no_show="back", returns_max=0)), c.RecordNoShow("w01"))
CALLED = _served(with_service(no_show="void"))

CASES: list[tuple[tuple[Command, ...], Command]] = [
    (CALLED, c.FinishService("w01", "lost")),
    (CALLED, c.FinishService("w01", "accepted")),
    (CALLED, c.FinishStage("none")),
    (ACCEPTED, c.FinishStage(f"{A001}-s1")),
    ((*CALLED, c.RecordNoShow("w01")), c.ReinstateTicket(A001)),
    (RETURNED, c.ReinstateTicket(A001)),
    (CALLED, c.TransferTicket(A001, clerk_id="c01")),
    (CALLED, c.RequestHomeVisit("social", "outside-7", 0)),
    (CALLED, c.AssignHomeVisit("h1", "c01")),
    ((*CALLED, *ASSIGNED, c.FinishHomeVisit("h1")), c.FinishHomeVisit("h1")),
    ((*CALLED, *ASSIGNED[:1]), c.FinishHomeVisit("h1")),
]
