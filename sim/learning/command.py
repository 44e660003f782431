"""`jiaohao learn`: a scenario from a hall's journal or a trace."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.core.plan import Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.extension import Root
from sim.command_parts import check_outputs

if TYPE_CHECKING:
    from engine.core.plan import HallPlan
    from sim.learning.lesson import Days


def register(app: typer.Typer, root: Root) -> None:
    """Add the command; `root` lends halls and the entries of journals."""

    @app.command("learn")
    def learn(
        data: Annotated[
            Path, typer.Argument(metavar="DATA", help="a hall's data directory, or a .csv or .parquet trace")
        ],
        out: Annotated[Path, typer.Option(metavar="SCENARIO.toml", help="the scenario to write", dir_okay=False)],
        hall: Annotated[str | None, typer.Option(help="a hall file, or the name of a shipped hall")] = None,
        html: Annotated[Path | None, typer.Option(help="write a page that shows the fits", dir_okay=False)] = None,
        as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
    ) -> None:
        """Learn a scenario from what happened: who comes when, for what, for how long, and who leaves."""
        from sim.learning.lesson import Gatherer, teach
        from sim.learning.table import print_goodness

        check_outputs(as_json, (*_files_of(data), hall or ""), out=out, html=html)
        with _days(root, data, hall) as days, _busy("读取 reading"):
            gatherer = Gatherer(str(data))
            gatherer.take(days)
        name = hall or _shipped(days.plan)
        plan = root.read_hall(name)
        with _busy("学习 learning"):
            try:
                lesson = teach(days, gatherer, plan, hall=_beside(name, out), out=str(out))
            except BadFile:
                _require_its_hall(data, days.plan, plan)
                raise
        out.write_text(lesson.text, "utf-8")
        if html is not None:
            from sim.learning.page import fit_page

            html.write_text(fit_page(lesson.learned, lesson.told, gatherer.everything, plan), "utf-8")
        print_goodness(lesson.told)
        for path in (out, html) if html else (out,):
            print(path, file=sys.stderr)
        if as_json:
            print(json.dumps({"ok": True, "scenario": str(out), "hall": name, **lesson.told}, ensure_ascii=False))


@contextmanager
def _busy(words: str) -> Iterator[None]:
    """Show that something goes on; nothing where no person looks."""
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield


def _files_of(data: Path) -> tuple[Path, ...]:
    """The files that are read: those of a journal, or a trace."""
    return tuple(data.iterdir()) if data.is_dir() else (data,)


@contextmanager
def _days(root: Root, data: Path, hall: str | None) -> "Iterator[Days]":
    """The days of a journal or of a trace; a trace does not say which hall it was."""
    from sim.learning.journal import JournalDays
    from sim.learning.tickets_log import LogDays

    if data.is_dir():
        with root.entries(data) as entries:
            yield JournalDays(entries, str(data))
    elif not data.exists():
        raise BadFile((_not_there(data),))
    elif hall is None:
        raise typer.BadParameter(
            "轨迹没有写明大厅，请加 --hall 大厅文件 · a trace does not say which hall it was: add --hall HALL.toml",
            param_hint="--hall",
        )
    else:
        yield LogDays(data, root.read_hall(hall))


def _not_there(data: Path) -> Problem:
    what = Name("无法读取（没有这个文件或文件夹）", "cannot be read (there is no such file or folder)")
    return Problem(str(data), 1, "", what, Name("请检查路径", "check the path"))


def _require_its_hall(data: Path, own: "HallPlan | None", plan: "HallPlan") -> None:
    """Raise `BadFile` where what cannot be learnt from a journal is that of another hall."""
    if own is not None and own.hall_id != plan.hall_id:
        what = Name(
            f"是大厅 {own.hall_id} 的日志，不是 {plan.hall_id}", f"is of the hall {own.hall_id}, not {plan.hall_id}"
        )
        fix = Name("请用 --hall 写它自己的大厅", "name its own hall with --hall")
        raise BadFile((Problem(str(data), 1, "", what, fix),)) from None


def _shipped(plan: "HallPlan | None") -> str:
    """The name of the shipped hall that a journal is of; the file of any other has to be named."""
    from engine.halls import shipped_halls

    if plan is None or plan.hall_id not in shipped_halls():
        raise typer.BadParameter(
            "这不是自带的大厅，请加 --hall 大厅文件 · the journal is of no shipped hall: add --hall HALL.toml",
            param_hint="--hall",
        )
    return plan.hall_id


def _beside(hall: str, out: Path) -> str:
    """A hall as a scenario in the folder of `out` names it."""
    from engine.halls import shipped_halls

    return hall if hall in shipped_halls() else Path(os.path.relpath(hall, out.parent)).as_posix()
