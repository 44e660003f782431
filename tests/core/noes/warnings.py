"""How the refusal of warnings is met."""

from engine.core import commands as c
from engine.core.commands import Command
from engine.core.rules.warnings import DEVICES_MAX
from tests.builders import PLAN

UNWELL = tuple(c.ReportDevice(f"d{each}", "paper", True) for each in range(DEVICES_MAX))

CASES: list[tuple[tuple[Command, ...], Command]] = [
    ((c.ConfigureHall(PLAN), *UNWELL), c.ReportDevice("one-more", "paper", True)),
]
