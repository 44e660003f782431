"""The command `jiaohao plan`: how many windows at which half hour, and who sits there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.interrupts import INTERRUPTED
from engine.wire.extension import Root
from sim.command_parts import FIRST_DAY, Date, Json, check_outputs, ctrl_c, for_one_answer, say

if TYPE_CHECKING:
    from rich.console import Console

    from engine.core.plan import HallPlan
    from sim.scenario import Scenario
    from sim.staffing.bench import OnTrial
    from sim.staffing.planning import Request
    from sim.staffing.result import Staffing

NOT_HELD = 1
BAD_INPUT = 2
# As many days as a plan usually takes in all; only the bar lives by it.
_DAYS_GUESSED = 4_000


def register(app: typer.Typer, root: Root) -> None:
    """Add the command; `root` lends halls."""

    @app.command("plan")
    def plan(
        scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="a scenario file, or a shipped one's name")],
        target: Annotated[
            list[str], typer.Option(metavar="TARGET", help='such as "p90_wait<=15m" or "abandoned<=5%"; give several')
        ],
        days: Annotated[int | None, typer.Option(min=20, max=100_000, help="days of the confirmation")] = None,
        seed: Annotated[int, typer.Option(min=0, help="the same seed gives the same plan")] = 1,
        html: Annotated[Path | None, typer.Option(help="write a page to look at", dir_okay=False)] = None,
        out: Annotated[
            Path | None, typer.Option(help="write the plan as roster tables of a scenario", dir_okay=False)
        ] = None,
        as_json: Json = False,
        day: Date = FIRST_DAY,
    ) -> None:
        """Find the fewest windows by half hour that keep targets, and the shifts that staff them."""
        for_one_answer()
        from rich.console import Console

        from sim.networks.picking import files_of, hall_and_scenario
        from sim.staffing.contracts import check_contracts
        from sim.staffing.planning import Request
        from sim.staffing.printing import print_staffing
        from sim.staffing.targets import BadTarget, read_targets

        hall, read = hall_and_scenario(root.read_hall, scenario)
        check_outputs(as_json, files_of(scenario, read), html=html, out=out)
        check_contracts(read.contracts, hall, scenario, read.line_of)
        try:
            targets = read_targets(target, hall)
        except BadTarget as mistake:
            say(str(mistake))
            raise typer.Exit(BAD_INPUT) from None
        console = Console(stderr=True)
        request = Request(targets, seed, days, with_curves=as_json or html is not None)
        staffing = _planned(hall, read, request, day, console)
        print_staffing(staffing, console)
        if as_json:
            print(json.dumps(staffing.to_json(), ensure_ascii=False, allow_nan=False))
        if out is not None:
            from sim.staffing.roster_file import roster_text

            out.write_text(roster_text(staffing, hall, read), "utf-8")
        if html is not None:
            from sim.planner_page.page import page_of

            html.write_text(page_of(staffing, read, hall, day.date()), "utf-8")
        if staffing.is_interrupted:
            say("已中断，以上为已找到的结果 / Interrupted: this is what had been found")
            raise typer.Exit(INTERRUPTED)
        if not staffing.holds:
            raise typer.Exit(NOT_HELD)


def _planned(
    hall: "HallPlan", scenario: "Scenario", request: "Request", day: datetime, console: "Console"
) -> "Staffing":
    """The plan, with a bar that says how long it will take; the first Ctrl-C ends it with what has been found."""
    from sim.staffing.bench import Interrupted
    from sim.staffing.evaluators import evaluators_on
    from sim.staffing.planning import plan_staffing

    try:
        with _progress(console) as on_trial:
            return plan_staffing(hall, scenario, request, evaluators_on(day.date()), on_trial)
    except Interrupted:
        say("已中断，尚无结果 / Interrupted before anything was found")
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def _progress(console: "Console") -> "Iterator[OnTrial]":
    """What hears of trials: moves a bar, and raises `Interrupted` after a Ctrl-C; the second ends the program."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from sim.staffing.bench import Interrupted

    columns = (TextColumn("规划 planning"), BarColumn(), TextColumn("{task.fields[days]:,} 天 days"))
    bar = Progress(
        *columns,
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with ctrl_c() as pressed, bar:
        task, simulated = bar.add_task("", total=_DAYS_GUESSED, days=0), 0

        def on_trial(days: int) -> None:
            nonlocal simulated
            simulated += days
            # What is left is never known; what is shown of it is a share of what has been done.
            bar.update(task, completed=simulated, total=max(_DAYS_GUESSED, simulated * 1.1), days=simulated)
            if pressed.is_set():
                raise Interrupted

        yield on_trial
