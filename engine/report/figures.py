"""Every figure of a line: its key, its unit, how it is computed; names and definitions stand in `figures.toml`."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Literal

from engine.core.plan import Name
from engine.report.book import Cell, Count, Time

Unit = Literal["count", "s", "share", "stars"]
Value = int | float | None
Compute = Callable[[Cell], Value]

STAFF: Final = frozenset({"window", "clerk", "day", "month", "weekday", "total"})
"""Breakdowns in which a window's time has a line of its own."""
COHORTS: Final = frozenset({"hour", "service", "channel", "mode", "lane", "day", "month", "weekday", "total"})
"""Breakdowns in which a visit's beginning and end stand on the same line."""
EVERYWHERE: Final = STAFF | COHORTS

ENDS: Final = (Count.SERVED, Count.TURNED_AWAY, Count.NO_SHOW, Count.LEFT, Count.DAY_CLOSED)
"""Every way a visit ends; each visit ends in one of them, or is still here."""
STARS: Final = (Count.STARS_1, Count.STARS_2, Count.STARS_3, Count.STARS_4, Count.STARS_5)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; `where` are the breakdowns it is given in."""

    key: str
    name: Name
    definition: Name
    unit: Unit
    compute: Compute
    where: frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that stand together in a form."""

    key: str
    name: Name
    figures: tuple[Figure, ...]


def figures_of(cell: Cell, dimension: str) -> dict[str, Value]:
    """The figures of a line by their keys."""
    return {key: figure.compute(cell) for key, figure in FIGURES.items() if dimension in figure.where}


def _counted(what: int) -> tuple[Unit, Compute]:
    return "count", lambda cell: cell.counts[what]


def _times(what: int) -> tuple[Unit, Compute]:
    return "count", lambda cell: cell.spreads[what].count


def _lasted(ms: Callable[[Cell], int]) -> tuple[Unit, Compute]:
    return "s", lambda cell: round(ms(cell) / 1_000, 1)


def _ratio(above: Callable[[Cell], int], below: Callable[[Cell], int]) -> tuple[Unit, Compute]:
    def compute(cell: Cell) -> float | None:
        whole = below(cell)
        return round(above(cell) / whole, 4) if whole else None

    return "share", compute


def _mean_score(times: int, total: int) -> tuple[Unit, Compute]:
    return "stars", lambda cell: round(cell.counts[total] / cell.counts[times], 2) if cell.counts[times] else None


def _spread(key: str, what: int) -> dict[str, tuple[Unit, Compute]]:
    """Mean, median, P90 and longest of one time."""
    return {
        f"{key}_mean_s": ("s", lambda cell: cell.spreads[what].mean_s),
        f"{key}_p50_s": ("s", lambda cell: cell.spreads[what].quantile_s(0.5)),
        f"{key}_p90_s": ("s", lambda cell: cell.spreads[what].quantile_s(0.9)),
        f"{key}_max_s": ("s", lambda cell: cell.spreads[what].max_s),
    }


def _of(what: int) -> Callable[[Cell], int]:
    return lambda cell: cell.counts[what]


def _still_here(cell: Cell) -> int:
    counts = cell.counts
    return counts[Count.ISSUED] + counts[Count.WALK_INS] - sum(counts[end] for end in ENDS)


def _busy_ms(cell: Cell) -> int:
    return cell.counts[Count.CALLING_MS] + cell.counts[Count.SERVING_MS]


def _manned_ms(cell: Cell) -> int:
    return cell.counts[Count.OPEN_MS] - cell.counts[Count.PAUSED_MS]


def _stars_mean(cell: Cell) -> float | None:
    ratings = cell.counts[Count.RATINGS]
    total = sum(stars * cell.counts[what] for stars, what in enumerate(STARS, start=1))
    return round(total / ratings, 2) if ratings else None


def _forecast_error_s(cell: Cell) -> float | None:
    told, waited = cell.spreads[Time.FORECAST], cell.spreads[Time.FORECAST_WAIT]
    return round((waited.total_ms - told.total_ms) / told.count / 1_000, 1) if told.count else None


_COMPUTED: Final[dict[str, tuple[Unit, Compute]]] = {
    "issued": _counted(Count.ISSUED),
    "walk_ins": _counted(Count.WALK_INS),
    "called": _counted(Count.CALLED),
    "served": _counted(Count.SERVED),
    "turned_away": _counted(Count.TURNED_AWAY),
    "no_show": _counted(Count.NO_SHOW),
    "no_show_rate": _ratio(_of(Count.NO_SHOW), _of(Count.CALLED)),
    "left": _counted(Count.LEFT),
    "day_closed": _counted(Count.DAY_CLOSED),
    "still_here": ("count", _still_here),
    "not_printed": _counted(Count.NOT_PRINTED),
    "print_failures": _counted(Count.PRINT_FAILURES),
    "turned_away_at_door": _counted(Count.TURNED_AWAY_AT_DOOR),
    "returned": _counted(Count.RETURNED),
    "self_service": _counted(Count.SELF_SERVICE),
    "home_visits": _counted(Count.HOME_VISITS),
    **_spread("wait", Time.WAIT),
    "within_target": _ratio(_of(Count.WITHIN_TARGET), _of(Count.CALLED)),
    "second_waits": _times(Time.SECOND_WAIT),
    **_spread("second_wait", Time.SECOND_WAIT),
    "calls": _counted(Count.CALLS),
    "recalled": _counted(Count.RECALLED),
    "missed": _counted(Count.MISSED),
    "reinstated": _counted(Count.REINSTATED),
    "transferred": _counted(Count.TRANSFERRED),
    "held": _counted(Count.HELD),
    "held_abnormal": _counted(Count.HELD_ABNORMAL),
    "items": _counted(Count.ITEMS),
    **_spread("handling", Time.HANDLING),
    "outcome_done": _counted(Count.OUTCOME_DONE),
    "outcome_told_missing": _counted(Count.OUTCOME_TOLD_MISSING),
    "outcome_papers_follow": _counted(Count.OUTCOME_PAPERS_FOLLOW),
    "outcome_accepted": _counted(Count.OUTCOME_ACCEPTED),
    "outcome_turned_away": _counted(Count.OUTCOME_TURNED_AWAY),
    "outcome_cannot": _counted(Count.OUTCOME_CANNOT),
    "outcome_other": _counted(Count.OUTCOME_OTHER),
    "open_s": _lasted(_of(Count.OPEN_MS)),
    "busy_s": _lasted(_busy_ms),
    "serving_s": _lasted(_of(Count.SERVING_MS)),
    "idle_s": _lasted(lambda cell: _manned_ms(cell) - _busy_ms(cell)),
    "paused_s": _lasted(_of(Count.PAUSED_MS)),
    "pauses": _counted(Count.PAUSES),
    "busy_share": _ratio(_busy_ms, _manned_ms),
    "gaps": _times(Time.GAP),
    **_spread("gap", Time.GAP),
    "ratings": _counted(Count.RATINGS),
    "rating_rate": _ratio(_of(Count.RATINGS), _of(Count.ITEMS)),
    "satisfaction": _ratio(_of(Count.SATISFIED), _of(Count.RATINGS)),
    "stars_5": _counted(Count.STARS_5),
    "stars_4": _counted(Count.STARS_4),
    "stars_3": _counted(Count.STARS_3),
    "stars_2": _counted(Count.STARS_2),
    "stars_1": _counted(Count.STARS_1),
    "stars_mean": ("stars", _stars_mean),
    "efficiency_mean": _mean_score(Count.EFFICIENCY, Count.EFFICIENCY_SUM),
    "skill_mean": _mean_score(Count.SKILL, Count.SKILL_SUM),
    "attitude_mean": _mean_score(Count.ATTITUDE, Count.ATTITUDE_SUM),
    "forecasts": _times(Time.FORECAST),
    "forecast_within_p90": _ratio(_of(Count.FORECAST_WITHIN_P90), lambda cell: cell.spreads[Time.FORECAST].count),
    "forecast_error_mean_s": ("s", _forecast_error_s),
}


def _groups() -> tuple[Group, ...]:
    groups = []
    for group, rows in _WORDS.items():
        zh, en = rows.pop("group")
        figures = tuple(_figure(group, key, *row) for key, row in rows.items())
        groups.append(Group(group, Name(zh, en), figures))
    return tuple(groups)


def _figure(group: str, key: str, zh: str, en: str, zh_means: str, en_means: str) -> Figure:
    where = STAFF if group == "windows" else COHORTS if key == "still_here" else EVERYWHERE
    return Figure(key, Name(zh, en), Name(zh_means, en_means), *_COMPUTED[key], where)


_WORDS: Final = tomllib.loads(files(__package__).joinpath("figures.toml").read_text("utf-8"))
NOTES: Final = tuple((Name(zh, en), Name(*means)) for zh, en, *means in _WORDS.pop("notes").values())
"""What holds for several figures: a name and what it means."""
GROUPS: Final = _groups()
FIGURES: Final = {figure.key: figure for group in GROUPS for figure in group.figures}
