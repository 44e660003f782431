"""The commands of the simulator: `replay`, `simulate`, `import` and `crowd`."""

import json
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from engine.wire.extension import Root

if TYPE_CHECKING:
    from engine.core.plan import HallPlan
    from sim.day import Days
    from sim.run import Run
    from sim.visits import Habits, Visit

FIRST_DAY = datetime(2026, 1, 5)
INTERRUPTED = 130

Json = Annotated[bool, typer.Option("--json", help="one JSON object on stdout")]
Journal = Annotated[Path | None, typer.Option(help="leave a journal in this new directory")]
Calls = Annotated[Path | None, typer.Option(help="write one line per visit: called when, where, why", dir_okay=False)]
Date = Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="the day of the first visit")]
Target = Annotated[float, typer.Option(min=0, max=1440, help="a wait within so many minutes is within target")]


def register(app: typer.Typer, root: Root) -> None:
    """Add the commands; `root` lends halls and journals."""

    @app.command("replay")
    def replay(
        trace: Annotated[Path, typer.Argument(metavar="TRACE", help="a .csv or .parquet trace")],
        hall: Annotated[str, typer.Option(help="a hall file, or the name of a shipped hall")],
        journal: Journal = None,
        calls: Calls = None,
        as_json: Json = False,
        day: Date = FIRST_DAY,
        walk: Annotated[float, typer.Option(min=0, help="seconds from the call to the window")] = 0,
        gap: Annotated[float, typer.Option(min=0, help="seconds from a visit's end to the next call")] = 0,
        absent: Annotated[float, typer.Option(min=0, help="seconds until a no-show is recorded")] = 60,
        target: Target = 15,
    ) -> None:
        """Let a trace of visitors happen in a hall under a virtual clock."""
        from sim.bookings import bookings_of
        from sim.trace import read_trace
        from sim.visits import Habits

        plan = root.read_hall(hall)
        visits = read_trace(trace, plan, day.date())
        habits = Habits(round(walk * 1_000), round(gap * 1_000), round(absent * 1_000))
        _require_time_to_come(plan, walk=walk, absent=absent)
        with _run(root, plan, habits, journal, calls, target) as run, _ctrl_c() as pressed:
            run.add(_until(pressed, (visit for visit in visits if visit.comes)), bookings_of(visits, plan))
        _tell(run, as_json, pressed)

    @app.command("simulate")
    def simulate(
        scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="a scenario file, or a shipped one's name")],
        days: Annotated[int, typer.Option(min=1, max=100_000, help="how many days")] = 1,
        seed: Annotated[int, typer.Option(min=0, help="the same seed gives the same days")] = 1,
        core: Annotated[Literal["exact", "fast"], typer.Option(help="which core")] = "exact",
        journal: Journal = None,
        trace: Annotated[Path | None, typer.Option(help="write the visits as a trace", dir_okay=False)] = None,
        calls: Calls = None,
        as_json: Json = False,
        day: Date = FIRST_DAY,
        target: Target = 15,
    ) -> None:
        """Draw days from a scenario and let them happen."""
        if core == "fast":
            _say("此版本只有精确内核，请去掉 --core / This version has the exact core only: leave --core out")
            raise typer.Exit(2)
        from sim.day import Days, habits_of
        from sim.scenario import load_scenario
        from sim.scenario_fit import check_against
        from sim.trace import write_trace

        read = load_scenario(scenario)
        plan = root.read_hall(read.hall_beside(scenario))
        check_against(read, plan, scenario)
        drawn = Days(read, plan, seed, day.date(), days)
        if trace is not None:
            write_trace(trace, drawn.planned(), plan, as_iso=days > 1, with_courses=not read.conduct.is_plain)
        with _run(root, plan, habits_of(read), journal, calls, target) as run, _ctrl_c() as pressed:
            _add_days(run, drawn, pressed)
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

        imported = read_log(log, load_map(str(log_map)))
        if imported.problems and not skip_bad:
            raise BadFile(tuple(imported.problems))
        for problem in imported.problems:
            _say(problem.sentence("en"))
        write_rows(out, imported.rows, imported.columns)
        if as_json:
            print(json.dumps({"rows": len(imported.rows), "left_out": len(imported.problems), "trace": str(out)}))
        _say(f"{out}: {len(imported.rows)} 行 / rows, {len(imported.problems)} 行略去 / left out")

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

        from sim.crowd.credentials import read_credentials
        from sim.crowd.crowd import run_alone, run_beside_parent
        from sim.scenario import load_scenario
        from sim.scenario_fit import check_against

        read = load_scenario(scenario)
        plan = root.read_hall(read.hall_beside(scenario))
        check_against(read, plan, scenario)
        with suppress(KeyboardInterrupt):
            if credentials is None:
                asyncio.run(run_beside_parent(read, plan, speed, seed))
            else:
                given = read_credentials(credentials.read_text("utf-8"), str(credentials))
                asyncio.run(run_alone(given, read, plan, speed, seed))


@contextmanager
def _run(
    root: Root, plan: "HallPlan", habits: "Habits", journal: Path | None, calls: Path | None, target: float
) -> Iterator["Run"]:
    """A run with the files it writes, which are whole when the block ends."""
    from sim.result import CallsFile
    from sim.run import Run

    with ExitStack() as stack:
        record = stack.enter_context(root.record(journal)) if journal else None
        file = stack.enter_context(calls.open("w", encoding="utf-8", newline="")) if calls else None
        calls_file = CallsFile(file, plan.timezone) if file else None
        yield Run(plan, habits, record=record, calls=calls_file, target_ms=round(target * 60_000))


def _add_days(run: "Run", drawn: "Days", pressed: Event) -> None:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    for day in track(drawn, "模拟 simulating", console=console, transient=True, disable=not console.is_terminal):
        if pressed.is_set():
            return
        run.add(_until(pressed, day.visits), day.orders)


def _require_time_to_come(plan: "HallPlan", *, walk: float, absent: float) -> None:
    limit_s = plan.rules.call_expiry_ms / 1_000
    for name, seconds in (("--walk", walk), ("--absent", absent)):
        if seconds >= limit_s:
            _say(
                f"{name}: 呼叫 {limit_s:g} 秒后失效，请写更短 / A call expires after {limit_s:g} s: name a shorter time"
            )
            raise typer.Exit(2)


@contextmanager
def _ctrl_c() -> Iterator[Event]:
    """Set by the first Ctrl-C, after which nobody else comes and the day ends in order; the second ends the program."""
    pressed = Event()

    def note(*_: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _until(pressed: Event, visits: "Iterable[Visit]") -> "Iterator[Visit]":
    return takewhile(lambda _: not pressed.is_set(), visits)


def _tell(run: "Run", as_json: bool, pressed: Event) -> None:
    from sim.table import print_figures

    figures = run.figures()
    if pressed.is_set():
        figures["interrupted"] = True
        _say("已中断，以下为已来者的结果 / Interrupted: these are the figures of those who had come")
    print_figures(figures)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    if pressed.is_set():
        raise typer.Exit(INTERRUPTED)


def _say(words: str) -> None:
    print(words, file=sys.stderr)
