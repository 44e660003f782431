"""A report as one page to read and to print: no file beside it, no address in it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from engine.core.plan import Name
from engine.report.figures import FIGURES, NOTES
from engine.report.forms import charts, tables
from engine.report.forms.tables import Table
from engine.report.forms.words import both, written

_KEY_FIGURES: Final = (
    ("issued", "walk_ins"), ("served", "items"), ("wait_mean_s", "wait_p90_s"),
    ("within_target", "wait_max_s"), ("no_show", "no_show_rate"), ("handling_mean_s", "handling_p90_s"),
)  # fmt: skip
"""Large figures at the top, each with a smaller one below."""
_VISITS: Final = (
    "issued",
    "served",
    "no_show",
    "left",
    "wait_mean_s",
    "wait_p90_s",
    "within_target",
    "handling_mean_s",
)
_DESKS: Final = (
    "called", "items", "no_show", "handling_mean_s", "handling_p90_s", "open_s", "busy_share", "paused_s", "gap_p50_s",
)  # fmt: skip
_RATED: Final = (
    "ratings",
    "rating_rate",
    "satisfaction",
    "stars_mean",
    "efficiency_mean",
    "skill_mean",
    "attitude_mean",
)
_COLUMNS: Final = {
    "month": _VISITS, "day": _VISITS, "weekday": _VISITS, "hour": _VISITS, "service": _VISITS, "lane": _VISITS,
    "window": _DESKS, "clerk": _DESKS, "channel": ("issued", "called", "served", "no_show", "left"),
    "mode": ("issued", "walk_ins", "served", "self_service", "home_visits"),
}  # fmt: skip
_REST: Final = (
    "turned_away", "turned_away_at_door", "day_closed", "not_printed", "returned", "transferred", "held",
    "held_abnormal", "recalled", "reinstated", "second_waits", "second_wait_mean_s", "still_here",
    "forecasts", "forecast_within_p90", "forecast_error_mean_s",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tile:
    """A large figure and a smaller one."""

    name: Name
    value: str
    below_name: Name
    below: str


@dataclass(frozen=True, slots=True)
class Chart:
    title: Name
    picture: Markup


def as_html(report: dict[str, Any]) -> bytes:
    """The bytes of the page."""
    breakdowns = [tables.breakdown(report, each, _COLUMNS[each]) for each in tables.dimensions(report)]
    page = _template().render(
        headline=tables.headline(report),
        remarks=list(tables.remarks(report)),
        tiles=_tiles(report["total"]),
        charts=_charts(report),
        tables=[_shown(_without_ids(table)) for table in (*breakdowns, *_ratings(report)) if table.rows],
        small=[_shown(table) for table in (_rest(report), *tables.sections(report)) if any(map(_says, table.rows))],
        notes=_notes(),
    )
    return page.encode()


def _tiles(total: dict[str, Any]) -> list[Tile]:
    tiles = []
    for large, small in _KEY_FIGURES:
        name, value = FIGURES[large].name, written(total[large], FIGURES[large].unit)
        tiles.append(Tile(name, value, FIGURES[small].name, written(total[small], FIGURES[small].unit)))
    return tiles


def _charts(report: dict[str, Any]) -> list[Chart]:
    hours = report["by_hour"]
    drawn = [
        _bars(
            Name("各时段取号与办结（人次）", "Numbers drawn and served by hour"), hours, ("issued", "served"), "{}:00"
        ),
        _bars(Name("各时段平均等候（分:秒）", "Mean wait by hour (min:s)"), hours, ("wait_mean_s",), "{}:00"),
    ]
    trend = {"month": "by_day", "year": "by_month"}.get(report["period"]["kind"])
    if trend is not None:
        lines = report[trend]
        drawn.append(_bars(Name("取号走势（人次）", "Numbers drawn over time"), lines, ("issued",), "{}"))
        drawn.append(_bars(Name("平均等候走势（分:秒）", "Mean wait over time (min:s)"), lines, ("wait_mean_s",), "{}"))
        if report["total"]["ratings"]:
            drawn += _satisfaction(lines)
    return drawn


def _bars(title: Name, lines: list[dict[str, Any]], keys: tuple[str, ...], label: str) -> Chart:
    labels = [label.format(_short(line["id"])) for line in lines if line["id"] is not None]
    placed = [line for line in lines if line["id"] is not None]
    series = [
        charts.Bars(
            FIGURES[key].name.zh,
            style,
            [line[key] or 0 for line in placed],
            [written(line[key], FIGURES[key].unit) for line in placed],
        )
        for key, style in zip(keys, ("first", "second"), strict=False)
    ]
    return Chart(title, charts.bars(title.zh, labels, series))


def _satisfaction(lines: list[dict[str, Any]]) -> list[Chart]:
    """Satisfaction and, beside it always, how many of the items were rated at all."""
    labels = [_short(line["id"]) for line in lines]
    return [
        Chart(title, charts.line(title.zh, labels, values, [written(value, "share") for value in values]))
        for title, values in (
            (Name("满意率走势", "Satisfaction over time"), [line["satisfaction"] for line in lines]),
            (
                Name("评价率走势（满意率的依据）", "Rating rate, the base of satisfaction"),
                [line["rating_rate"] for line in lines],
            ),
        )
    ]


def _short(part: Any) -> str:
    """
    >>> _short("2026-11-23"), _short("2026-11"), _short(9)
    ('11-23', '2026-11', '9')
    """
    text = str(part)
    return text[5:] if len(text) > 7 else text


def _ratings(report: dict[str, Any]) -> list[Table]:
    """Who was rated how, always with the base."""
    if not report["total"]["ratings"]:
        return []
    found = []
    for dimension in ("service", "window", "clerk"):
        table = tables.breakdown(report, dimension, _RATED)
        name = Name(f"评价{table.title.zh}", f"Ratings, {table.title.en.lower()}")
        found.append(Table(f"ratings_{dimension}", name, table.columns, tuple(row for row in table.rows if row[2])))
    return found


def _without_ids(table: Table) -> Table:
    """A breakdown for readers, who know things by their names."""
    return Table(table.key, table.title, table.columns[1:], tuple(row[1:] for row in table.rows))


def _rest(report: dict[str, Any]) -> Table:
    whole = tables.overview(report)
    names = {FIGURES[key].name: report["total"][key] for key in _REST}
    rows = [row for row in whole.rows if row[0] in {both(name) for name, value in names.items() if value}]
    return Table("rest", Name("其他指标", "Other figures"), whole.columns, tuple(rows))


def _says(row: Any) -> bool:
    return any(value for value in row[1:] if not isinstance(value, str))


def _shown(table: Table) -> dict[str, Any]:
    """A table with its values as people read them."""
    rows = []
    for row in table.rows:
        if table.columns[-1].unit == "mixed":
            rows.append([row[0], written(row[1], row[2])])
        else:
            units = [column.unit for column in table.columns]
            rows.append([str(v) if u == "text" else written(v, u) for v, u in zip(row, units, strict=True)])
    return {"key": table.key, "title": table.title, "columns": table.columns, "rows": rows}


def _notes() -> list[tuple[Name, Name]]:
    used = dict.fromkeys([*(key for pair in _KEY_FIGURES for key in pair), *_VISITS, *_DESKS, *_RATED, *_REST])
    return [*((FIGURES[key].name, FIGURES[key].definition) for key in used), *NOTES]


@lru_cache(maxsize=1)
def _template() -> Template:
    loader = PackageLoader("engine.report.forms")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True).get_template(
        "report.html"
    )
