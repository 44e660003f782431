"""What the simulator's commands share: options, runs with the files they write, Ctrl-C, and saying things to people."""

import gc
import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from engine.interrupts import INTERRUPTED
from engine.wire.extension import Root

if TYPE_CHECKING:
    from engine.core.plan import HallPlan
    from sim.kernel.shapes import Roster
    from sim.run import Run
    from sim.visits import Habits

FIRST_DAY: Final = datetime(2026, 1, 5)
COLLECT_AFTER: Final = 400_000
"""Look for garbage when so many more objects have been made than were given up: all that a command loads are fewer."""


def _first_day(day: datetime) -> datetime:
    """The day somebody named, where days can begin on it."""
    from sim.bad_option import BadOption
    from sim.first_day import require_first_day

    try:
        require_first_day("--date", day.date())
    except BadOption as bad:
        raise typer.BadParameter(str(bad)) from None
    return day


Json = Annotated[bool, typer.Option("--json", help="one JSON object on stdout")]
Journal = Annotated[Path | None, typer.Option(help="leave a journal in this new directory")]
Calls = Annotated[Path | None, typer.Option(help="write one line per visit: called when, where, why", dir_okay=False)]
Date = Annotated[
    datetime,
    typer.Option("--date", formats=["%Y-%m-%d"], callback=_first_day, help="the day of the first visit"),
]
Target = Annotated[float, typer.Option(min=0, max=1440, help="a wait within so many minutes is within target")]


def for_one_answer() -> None:
    """Set the process up to give one answer and end; before anything is loaded that calculates.

    Garbage is looked for seldom: nearly all that is made while loading stays, and looking through it again and again
    takes as long as a tenth of it all. Threads of the library for matrices would find none that are large enough.
    """
    gc.set_threshold(COLLECT_AFTER)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@contextmanager
def open_run(
    root: Root,
    plan: "HallPlan",
    habits: "Habits",
    *,
    journal: Path | None = None,
    calls: Path | None = None,
    target_ms: int,
    roster: "Roster | None" = None,
) -> Iterator["Run"]:
    """A run with the files it writes, which are whole when the block ends."""
    from sim.result import CallsFile
    from sim.run import Run

    with ExitStack() as stack:
        record = stack.enter_context(root.record(journal)) if journal else None
        file = stack.enter_context(calls.open("w", encoding="utf-8", newline="")) if calls else None
        calls_file = CallsFile(file, plan.timezone) if file else None
        yield Run(plan, habits, record=record, calls=calls_file, target_ms=target_ms, roster=roster)


@contextmanager
def ctrl_c() -> Iterator[Event]:
    """Set by the first Ctrl-C, after which no more is begun and what is done is told; the second ends the program."""
    pressed = Event()

    def note(*_: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def nothing_done(as_json: bool) -> NoReturn:
    """End a command that was interrupted before there was anything to tell."""
    if as_json:
        print(json.dumps({"days": 0, "interrupted": True}))
    say("已中断，一天也没有完成 / Interrupted before a single day was done")
    raise typer.Exit(INTERRUPTED)


@contextmanager
def bad_options_said(as_json: bool) -> Iterator[None]:
    """An option that cannot be used is said, to a program that wants JSON as one object too, and ends the command."""
    from sim.bad_option import BadOption

    try:
        yield
    except BadOption as bad:
        if as_json:
            print(json.dumps({"ok": False, "error": str(bad)}, ensure_ascii=False))
        say(str(bad))
        raise typer.Exit(2) from None


def check_outputs(as_json: bool, inputs: Iterable[str | Path], **options: Path | None) -> None:
    """End the command before it works where a file it is to write has no place, or is one that it reads."""
    from sim.outputs import asked_for, require_outputs

    with bad_options_said(as_json):
        require_outputs(asked_for(**options), inputs)


def say(words: str) -> None:
    """Say something to people."""
    print(words, file=sys.stderr)
