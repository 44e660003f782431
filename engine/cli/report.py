"""`jiaohao report`: the figures of a day, a month or a year, from a stopped hall's journal."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.data import Data
from engine.garbage import uncollected

if TYPE_CHECKING:
    from engine.report.forms import FormKind

_SHOWN = (
    "issued", "walk_ins", "served", "no_show", "no_show_rate", "left", "turned_away", "day_closed",
    "wait_mean_s", "wait_p50_s", "wait_p90_s", "wait_max_s", "within_target", "handling_mean_s", "busy_share",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    app.command("report")(report)


@uncollected()
def report(
    data: Data,
    day: Annotated[str | None, typer.Option(help="a day, like 2026-11-23; left out: the last one there is")] = None,
    month: Annotated[str | None, typer.Option(help="a month, like 2026-11")] = None,
    year: Annotated[str | None, typer.Option(help="a year, like 2026")] = None,
    csv: Annotated[Path | None, typer.Option(help="write a table for any spreadsheet", dir_okay=False)] = None,
    xlsx: Annotated[Path | None, typer.Option(help="write a workbook", dir_okay=False)] = None,
    html: Annotated[Path | None, typer.Option(help="write a page to read and print", dir_okay=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Make the daily, monthly or annual report of a stopped hall. Exit 1 names the days there are."""
    from engine.cli.refused import refused
    from engine.core.refusals import Refusal

    _require_apart(data, {"--csv": csv, "--xlsx": xlsx, "--html": html})
    try:
        figures = _figures(data, {"day": day, "month": month, "year": year})
    except Refusal as refusal:
        raise refused(refusal, as_json=as_json) from None
    _write(figures, {"csv": csv, "xlsx": xlsx, "html": html})
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        _tell(figures)


def _require_apart(data: Path, files: dict[str, Path | None]) -> None:
    """Raises `CannotUseFile` where a file to write is one of the hall's own, or is written twice."""
    from engine.cli.refused import CannotUseFile

    own = {path.resolve() for path in data.iterdir()} if data.is_dir() else set()
    taken: set[Path] = set()
    for option, path in files.items():
        if path is None:
            continue
        place = path.resolve()
        if place in own:
            raise CannotUseFile(
                f"{option}: {path} 是大厅自己的数据，请写别的文件 · {path} is the hall's own data: name another file"
            )
        if place in taken:
            raise CannotUseFile(
                f"{option}: {path} 已用于另一种报表，请写别的文件 · {path} is written already: name another file"
            )
        taken.add(place)


def _figures(data: Path, asked: dict[str, str | None]) -> dict[str, Any]:
    from engine.journal.inspection import inspect
    from engine.ports import JournalInUse, JournalUnusable
    from engine.report.period import Days, period_of
    from engine.report.reading import read
    from engine.wire.records import UnknownRecord

    period = period_of(**asked)
    try:
        with inspect(data) as journal:
            days = Days(journal.marks())
            stretch = days.stretch(period or days.latest())
            return read(stretch, journal.bodies(stretch.after, stretch.upto))
    except UnknownRecord as error:
        raise JournalUnusable(str(error)) from error
    except JournalInUse as error:
        raise JournalInUse(
            f"{error}。运行中的大厅请用 GET /api/v1/report · a hall that runs is asked over HTTP: GET /api/v1/report"
        ) from None


def _write(figures: dict[str, Any], files: "dict[FormKind, Path | None]") -> None:
    from engine.cli.refused import writing
    from engine.report.forms import written

    for form, path in files.items():
        if path is not None:
            body = written(figures, form)
            with writing(path):
                path.write_bytes(body)
            print(path, file=sys.stderr)


def _tell(figures: dict[str, Any]) -> None:
    """The most asked-for figures as a small table."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from engine.report.figures import FIGURES
    from engine.report.forms.tables import headline, remarks
    from engine.report.forms.words import both, written

    table = Table(box=SIMPLE_HEAD, show_header=False)
    table.add_column("", no_wrap=True)
    table.add_column("", justify="right", no_wrap=True)
    for key in _SHOWN:
        table.add_row(both(FIGURES[key].name), written(figures["total"][key], FIGURES[key].unit))
    console = Console(stderr=True)
    console.print(both(headline(figures)), highlight=False)
    console.print(table)
    for remark in remarks(figures):
        console.print(both(remark), highlight=False)
