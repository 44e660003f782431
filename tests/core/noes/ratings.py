"""How the refusals of ratings are met."""

from engine.core import commands as c
from engine.core.commands import Command
from tests.builders import PLAN

A001 = "20261123-a001"

FINISHED: tuple[Command, ...] = (
    c.ConfigureHall(PLAN),
    c.OpenDay(),
    c.OpenWindow("w01"),
    c.IssueTicket("social"),
    c.CallNext("w01"),
    c.FinishService("w01"),
)

CASES: list[tuple[tuple[Command, ...], Command]] = [
    (FINISHED, c.RateTicket(A001, 5, 1)),
    ((*FINISHED, c.RateTicket(A001, 5)), c.RateTicket(A001, 1)),
    (FINISHED, c.RateTicket(A001, 9)),
    (FINISHED, c.RateTicket(A001, 5, attitude=0)),
    ((*FINISHED, c.RateTicket(A001, 5)), c.CloseFollowUp(A001, 0)),
]
