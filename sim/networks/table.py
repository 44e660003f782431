"""The figures of a network for people, on stderr, and the figures of its sites as a file."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from engine.core.plan import Name
from sim.bad_option import BadOption
from sim.table import minutes_text

WORST: Final = 10
"""So many sites are shown; the JSON and the file have them all."""
ENDINGS: Final = (".csv", ".parquet")


def print_network(figures: dict[str, Any]) -> None:
    """One line for everybody, one per kind of sites, one per lane, and the sites where fewest were served in time."""
    table = Table(caption=_caption(figures), caption_justify="left", box=SIMPLE_HEAD, padding=0)
    table.add_column("", no_wrap=True)
    for heading in ("站\nsites", "窗口\nwindows", "人次\nvisitors", "离开\nleft", "平均\nmean",
                    "\nP50", "\nP90", "达标\nin time", "利用率\nbusy"):  # fmt: skip
        table.add_column(heading, justify="right", no_wrap=True)
    _add(table, "全网 all", figures)
    table.add_section()
    for kind, part in figures["by_kind"].items():
        _add(table, kind, part)
    table.add_section()
    for lane, part in figures["by_lane"].items():
        _add(table, lane, part)
    table.add_section()
    for site, part in list(figures["by_site"].items())[:WORST]:
        _add(table, site, part)
    Console(stderr=True).print(table)


def require_known(path: Path) -> None:
    """Raise `BadOption` when sites cannot be written to such a file."""
    if path.suffix not in ENDINGS:
        what = (
            Name(f"不认识文件类型“{path.suffix}”", f"files that end in “{path.suffix}” are not written")
            if path.suffix
            else Name("各站点写在一个文件里", "the sites are written to one file, not to a folder")
        )
        raise BadOption("--out", what, Name("请用 .csv 或 .parquet", "write .csv or .parquet"))


def write_sites(path: Path, figures: dict[str, Any]) -> None:
    """A row a site, in the order of the JSON; the file takes its place when it is whole."""
    rows = list(_rows(figures))
    beside = path.with_name(f".{path.name}.part")
    try:
        if path.suffix == ".csv":
            with beside.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        else:
            import pyarrow
            from pyarrow import parquet

            parquet.write_table(pyarrow.Table.from_pylist(rows), beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _rows(figures: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for site, part in figures["by_site"].items():
        told = {key: value for key, value in part.items() if key != "name"}
        yield {"site": site, "name_zh": part["name"]["zh"], "name_en": part["name"]["en"], **told}


def _add(table: Table, name: str, part: dict[str, Any]) -> None:
    waits = (part[key] for key in ("wait_mean_s", "wait_p50_s", "wait_p90_s"))
    table.add_row(
        name,
        *(f"{part[key]:,}" if key in part else "" for key in ("sites", "windows", "visitors", "abandoned")),
        *("–" if wait_s is None else minutes_text(wait_s) for wait_s in waits),
        _share_text(part["within_target"]),
        _share_text(part["window_utilisation"]) if "window_utilisation" in part else "",
    )


def _share_text(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _caption(figures: dict[str, Any]) -> str:
    shown = min(WORST, len(figures["by_site"]))
    parts = [
        f"最下 {shown} 行：达标最少的站点 the last {shown}: sites with fewest in time",
        f"达标线 target {minutes_text(figures['target_s'])}",
        f"{figures['days']:,} 天 days · {figures['hall_days']:,} 厅日 hall days · {figures['user_s']:.2f} s CPU",
    ]
    return " · ".join(parts)
