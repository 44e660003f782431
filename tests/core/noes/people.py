"""How the refusals of clerks and of windows that change are met."""

from dataclasses import replace

from engine.core import commands as c
from engine.core.commands import Command
from engine.core.plan import Clerk, Remote, Span
from tests.builders import CLERKS, PLAN, RULES, WINDOWS, both

OPEN: tuple[Command, ...] = (
    c.ConfigureHall(
        replace(
            PLAN,
            clerks=(*CLERKS, Clerk("c03", both("c03"), deputy_id="c01")),
            windows=(
                *WINDOWS[:2],
                replace(WINDOWS[2], kind="remote", remote=Remote(both("site"), (Span(0, 1),))),
            ),
            rules=replace(RULES, pause_reasons=("lunch",)),
        )
    ),
    c.OpenDay(),
    c.OpenWindow("w01", "c01"),
)
SUBSTITUTED = (*OPEN, c.BeginSubstitution("c03"))

CASES: list[tuple[tuple[Command, ...], Command]] = [
    (OPEN, c.SignIn("c01")),
    (OPEN, c.SignOut("c02")),
    (OPEN, c.SignOut("c01")),
    (OPEN, c.BeginSubstitution("c03", "c02")),
    (OPEN, c.BeginSubstitution("c01")),
    (OPEN, c.BeginSubstitution("c01", "c01", by_supervisor=True)),
    (SUBSTITUTED, c.BeginSubstitution("c03")),
    (SUBSTITUTED, c.BeginSubstitution("c01", "c03", by_supervisor=True)),
    (OPEN, c.EndSubstitution("c01")),
    (OPEN, c.PauseWindow("w01", "coffee")),
    (OPEN, c.OpenWindow("w03")),
    (OPEN, c.MoveWindow("w01", 2)),
    (OPEN, c.MoveWindow("w01", zone_id="none")),
    (OPEN, c.MoveWindow("w01")),
    (OPEN, c.ReassignWindow("w01", ())),
]
