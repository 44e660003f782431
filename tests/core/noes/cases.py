"""How the refusals of cases are met."""

from dataclasses import replace

from engine.core import commands as c
from engine.core.commands import Command
from engine.core.plan import Department
from tests.builders import PLAN, both

CASE = "c20261123-1"
A001 = "20261123-a001"
DEPARTMENTS = (Department("tax", both("tax")), Department("land", both("land")))

OPENED: tuple[Command, ...] = (
    c.ConfigureHall(replace(PLAN, departments=DEPARTMENTS)),
    c.OpenDay(),
    c.IssueTicket("social"),
    c.OpenCase("the register is down", A001),
)
INFORMED = (*OPENED, c.InformCase(CASE))
TASK = (*INFORMED, c.GiveCaseTask(CASE, "tax"))
DONE = (*TASK, c.FinishCaseTask(CASE, 1))

CASES: list[tuple[tuple[Command, ...], Command]] = [
    (OPENED, c.InformCase("c20261123-2")),
    (OPENED, c.GiveCaseTask(CASE, "tax")),
    ((*DONE, c.CallBackCase(CASE, True), c.CloseCase(CASE)), c.InformCase(CASE)),
    (OPENED, c.OpenCase("once more", A001)),
    (INFORMED, c.GiveCaseTask(CASE, "weather")),
    (TASK, c.GiveCaseTask(CASE, "land", is_lead=True)),
    (TASK, c.GiveCaseTask(CASE, "land", due_ms=0)),
    (TASK, c.FinishCaseTask(CASE, 2)),
    (DONE, c.FinishCaseTask(CASE, 1)),
    (TASK, c.CallBackCase(CASE, True)),
    (DONE, c.CloseCase(CASE)),
]
