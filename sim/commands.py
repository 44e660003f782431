"""The commands of the simulator: `replay`, `import` and `crowd`; the others have modules of their own."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from engine.interrupts import INTERRUPTED
from engine.wire.extension import Root
from sim.command_parts import (
    FIRST_DAY,
    Calls,
    Date,
    Journal,
    Json,
    Target,
    bad_options_said,
    check_outputs,
    ctrl_c,
    nothing_done,
    open_run,
    say,
)
from sim.kernel import command as kernel
from sim.learning import command as learning
from sim.staffing import command as staffing
from sim.statistics import command as statistics

if TYPE_CHECKING:
    from engine.core.plan import HallPlan
    from sim.kernel.shapes import Roster
    from sim.run import Run
    from sim.visits import Habits, Visit

Length = float | None


def register(app: typer.Typer, root: Root) -> None:
    """Add the commands; `root` lends halls and journals."""
    kernel.register(app, root)
    learning.register(app, root)
    statistics.register(app, root)
    staffing.register(app, root)

    @app.command("replay")
    def replay(
        trace: Annotated[Path, typer.Argument(metavar="TRACE", help="a .csv or .parquet trace")],
        hall: Annotated[str, typer.Option(help="a hall file, or the name of a shipped hall")],
        journal: Journal = None,
        calls: Calls = None,
        as_json: Json = False,
        day: Date = FIRST_DAY,
        scenario: Annotated[str | None, typer.Option(help="clerks and loudspeakers as in this scenario")] = None,
        call: Annotated[Length, typer.Option(min=0, max=3600, help="seconds for which a call is spoken")] = None,
        walk: Annotated[Length, typer.Option(min=0, max=3600, help="seconds from then to the window")] = None,
        gap: Annotated[Length, typer.Option(min=0, max=3600, help="seconds from a visit's end to a call")] = None,
        absent: Annotated[Length, typer.Option(min=0, max=3600, help="seconds until a no-show is recorded")] = None,
        target: Target = 15,
    ) -> None:
        """Let a trace of visitors happen in a hall under a virtual clock."""
        from engine.core.plan import Name
        from engine.wire.bad_file import BadFile, Problem
        from sim.bookings import bookings_of
        from sim.outputs import outputs_of_run, require_outputs
        from sim.trace import read_trace

        with bad_options_said(as_json):
            require_outputs(outputs_of_run(journal, calls), (trace, hall, scenario or ""))
        plan = root.read_hall(hall)
        habits, roster = _people_of(scenario, plan)
        habits = replace(
            habits,
            call_ms=_whole_ms(call, habits.call_ms),
            walk_ms=_whole_ms(walk, habits.walk_ms),
            gap_ms=_whole_ms(gap, habits.gap_ms),
            absent_ms=_whole_ms(absent, habits.absent_ms),
        )
        _require_time_to_come(plan, habits)
        visits = read_trace(trace, plan, day.date())
        if not visits:
            what = Name("没有一次来访", "there is no visit in it")
            fix = Name("请给出至少有一人来的记录", "name a trace of at least one visit")
            raise BadFile((Problem(str(trace), 1, "", what, fix),))
        with (
            open_run(
                root, plan, habits, journal=journal, calls=calls, target_ms=round(target * 60_000), roster=roster
            ) as run,
            ctrl_c() as pressed,
        ):
            run.add(_until(pressed, (visit for visit in visits if visit.comes)), bookings_of(visits, plan))
        _tell(run, as_json, pressed)

    @app.command("import")
    def import_log(
        log: Annotated[Path, typer.Argument(metavar="LOG.csv", help="somebody else's ticket log")],
        log_map: Annotated[Path, typer.Option("--map", metavar="MAP.toml", help="what its columns mean")],
        out: Annotated[Path, typer.Option(help="the trace to write, .csv or .parquet")],
        skip_bad: Annotated[bool, typer.Option(help="leave bad rows out instead of writing nothing")] = False,
        as_json: Json = False,
    ) -> None:
        """Turn a ticket log into a trace; every row that cannot be used is named."""
        from engine.wire.bad_file import BadFile
        from sim.importing import import_log as read_log
        from sim.log_map import load_map
        from sim.trace import write_rows

        check_outputs(as_json, (log, log_map), out=out)
        imported = read_log(log, load_map(str(log_map)))
        if imported.problems and not skip_bad:
            raise BadFile(tuple(imported.problems))
        if imported.problems:
            say(str(BadFile(tuple(imported.problems))))
        write_rows(out, imported.rows, imported.columns)
        if as_json:
            print(json.dumps({"rows": len(imported.rows), "left_out": len(imported.problems), "trace": str(out)}))
        say(f"{out}: {len(imported.rows)} 行 / rows, {len(imported.problems)} 行略去 / left out")

    @app.command("crowd")
    def crowd(
        scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="a scenario file, or a shipped one's name")],
        speed: Annotated[float, typer.Option(min=0.1, max=600, help="how fast the hall's clock runs")] = 1.0,
        seed: Annotated[int, typer.Option(min=0, help="what chance begins with")] = 1,
        credentials: Annotated[
            Path | None, typer.Option(help="a JSON file; left out: the first line of standard input", exists=True)
        ] = None,
    ) -> None:
        """Send simulated visitors and clerks into a running hall, through its HTTP and MQTT doors."""
        import asyncio

        from engine import interrupts
        from sim.crowd.credentials import read_credentials
        from sim.crowd.crowd import run_alone, run_beside_parent
        from sim.networks.picking import hall_and_scenario

        plan, read = hall_and_scenario(root.read_hall, scenario)
        interrupts.hand_back()
        with suppress(KeyboardInterrupt):
            if credentials is None:
                asyncio.run(run_beside_parent(read, plan, speed, seed))
            else:
                given = read_credentials(credentials.read_text("utf-8"), str(credentials))
                asyncio.run(run_alone(given, read, plan, speed, seed))


def _people_of(scenario: str | None, plan: "HallPlan") -> "tuple[Habits, Roster | None]":
    """How the clerks of a scenario behave in this hall, and when they are there."""
    from sim.visits import Habits

    if scenario is None:
        return Habits(), None
    from sim.day import habits_of
    from sim.roster import roster_of
    from sim.scenario import load_scenario
    from sim.scenario_fit import check_against

    read = load_scenario(scenario)
    check_against(read, plan, scenario)
    return habits_of(read), roster_of(read, plan)


def _whole_ms(seconds: float | None, usual_ms: int) -> int:
    """A length somebody asked for, or the usual one."""
    return usual_ms if seconds is None else round(seconds * 1_000)


def _require_time_to_come(plan: "HallPlan", habits: "Habits") -> None:
    limit_s = plan.rules.call_expiry_ms / 1_000
    for name, length_ms in (("--walk", habits.walk_ms), ("--absent", habits.absent_ms)):
        if habits.call_ms + length_ms >= plan.rules.call_expiry_ms:
            say(
                f"{name}: 呼叫 {limit_s:g} 秒后失效，请写更短 / A call expires after {limit_s:g} s: name a shorter time"
            )
            raise typer.Exit(2)


def _until(pressed: Event, visits: "Iterable[Visit]") -> "Iterator[Visit]":
    return takewhile(lambda _: not pressed.is_set(), visits)


def _tell(run: "Run", as_json: bool, pressed: Event) -> None:
    from sim.table import print_figures

    figures = run.figures()
    if pressed.is_set():
        if not figures["visitors"]:
            nothing_done(as_json)
        figures["interrupted"] = True
        say("已中断，以下为已来者的结果 / Interrupted: these are the figures of those who had come")
    print_figures(figures)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    if pressed.is_set():
        raise typer.Exit(INTERRUPTED)
