"""When it is enough days: half-widths as people ask for them, and the looks at which it is asked whether they hold.

Days are looked at after 64 of them, 128, 256 and so on. Whoever looks often finds an interval that is narrow by luck
now and then; so each look is taken at a confidence at which even all looks together miss no more often than one look
may (Bonferroni): with k looks at 95% each is taken at 1 - 0.05 / k. The intervals that are told are those.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from engine.core.plan import HallPlan, Name
from engine.wire.findings import choose_among, shown
from sim.bad_option import BadOption
from sim.statistics.estimates import UTILISATION, interval
from sim.statistics.intervals import Interval
from sim.statistics.observed import Observed
from sim.statistics.part import ALL, Part

FIRST_LOOK: Final = 64

ASKED: Final = {
    "wait_mean": "wait_mean_s",
    "wait_p50": "wait_p50_s",
    "wait_p90": "wait_p90_s",
    "within_target": "within_target",
    "abandoned": "abandoned_share",
    "no_shows": "no_show_share",
    "turned_away": "turned_away_share",
    "unserved_at_close": "unserved_share",
    "visitors": "visitors_per_day",
    UTILISATION: UTILISATION,
}
"""What a half-width may be asked of, and which figure that is."""
EXAMPLES: Final = "wait_mean<=5s, within_target<=0.5%, wait_p90<=30s [lane=priority]"
_UNITS: Final = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_ASKED: Final = re.compile(r"([a-z0-9_]+)<=(\d+(?:\.\d*)?|\.\d+)([a-z%]*)(?:\[(lane|service)=([^\[\]]+)\])?")


@dataclass(frozen=True, slots=True)
class HalfWidth:
    """A figure of some of the visits shall be known to plus or minus `limit`: seconds, a share, or visitors a day."""

    text: str
    figure: str
    part: Part
    limit: float

    def interval(self, observed: Observed, confidence: float) -> Interval | None:
        """The figure as it is known so far."""
        return interval(observed, self.part, self.figure, confidence)

    def is_met(self, observed: Observed, confidence: float) -> bool:
        """Whether it is known well enough."""
        found = self.interval(observed, confidence)
        return found is not None and found.half_width <= self.limit


def looks(days: int) -> tuple[int, ...]:
    """After how many days it is looked, when there may be so many at most.

    >>> looks(300)
    (64, 128, 256, 300)
    """
    found = [FIRST_LOOK]
    while found[-1] < days:
        found.append(min(2 * found[-1], days))
    return tuple(found) if days > FIRST_LOOK else (days,)


def each_confidence(confidence: float, looks: int) -> float:
    """At which confidence each of so many looks is taken, so that all of them together keep to the wanted one.

    >>> round(each_confidence(0.95, 5), 4)
    0.99
    """
    return 1 - (1 - confidence) / looks


def read_half_widths(texts: Sequence[str], plan: HallPlan) -> tuple[HalfWidth, ...]:
    """What these texts ask for, in a hall of this plan; raises `BadOption`."""
    return tuple(_read(text, plan) for text in texts)


def _read(text: str, plan: HallPlan) -> HalfWidth:
    plain = "".join(normalize("NFKC", text).replace("≤", "<=").split())
    found = _ASKED.fullmatch(plain)
    if found is None:
        what = Name("看不懂", "this cannot be read")
        raise _bad(text, what, Name(f"例如 {EXAMPLES}", f"write for example {EXAMPLES}"))
    name, number, unit, kind, of = found.groups()
    if name not in ASKED:
        raise _bad(text, Name(f"没有指标“{name}”", f"there is no figure “{name}”"), choose_among(name, ASKED))
    limit = float(number) * _scale(text, name, number, unit)
    if limit <= 0:
        what = Name("半宽须大于 0", "a half-width is more than 0")
        raise _bad(text, what, Name("请写更大的数", "write a larger number"))
    if limit >= 1 and not name.startswith("wait_") and name != "visitors":
        what = Name("任何占比都已在此范围内", "every share there is lies within that")
        raise _bad(text, what, Name("请写更小的数，例如 1%", "write less, such as 1%"))
    return HalfWidth(text, ASKED[name], _part(text, name, kind, of, plan), limit)


def _bad(text: str, what: Name, fix: Name) -> BadOption:
    return BadOption(f"--half-width “{shown(text)}”", what, fix)


def _scale(text: str, name: str, number: str, unit: str) -> float:
    """What a number of this unit is worth: waits have a unit of time, shares a % or none, visitors none."""
    if name.startswith("wait_"):
        if unit in _UNITS:
            return _UNITS[unit]
        what = Name("等候时间要写单位", "a wait needs a unit of time")
        raise _bad(text, what, Name(f"例如 {number}s 或 {number}m", f"write {number}s or {number}m"))
    if unit == "" or (unit == "%" and name != "visitors"):
        return 0.01 if unit else 1.0
    what = Name(f"“{name}”不用单位“{unit}”", f"“{name}” has no unit “{unit}”")
    wanted = number if name == "visitors" else f"{number}%"
    raise _bad(text, what, Name(f"请写 {wanted}", f"write {wanted}"))


def _part(text: str, name: str, kind: str | None, of: str | None, plan: HallPlan) -> Part:
    if kind is None or of is None:
        return ALL
    if name == UTILISATION:
        what = Name("窗口利用率不分队列和业务", "windows are taken by all lanes and services together")
        raise _bad(text, what, Name("请去掉方括号", "leave the brackets out"))
    ids = [lane.lane_id for lane in plan.lanes] if kind == "lane" else [each.service_id for each in plan.services]
    if of not in ids:
        what = Name(f"大厅没有“{shown(of)}”", f"the hall has no “{shown(of)}”")
        raise _bad(text, what, choose_among(of, ids))
    return Part("lane", ids.index(of)) if kind == "lane" else Part("service", ids.index(of))
