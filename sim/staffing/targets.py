"""Targets as people write them: `p90_wait<=15m`, `within(15m)>=90%`, `abandoned<=5%`, each with a scope in brackets.

A scope is `[lane=priority]`, `[service=tax]` or `[slot]` (every half hour by itself); several stand in one bracket with
commas, or in brackets of their own. Times have a unit (`90s`, `15m`, `1h`), shares are `90%` or `0.9`; `≤`, `≥` and
full-width signs are read as what they mean.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final
from unicodedata import normalize

from engine.core.plan import HallPlan, Name
from engine.wire.findings import choose_among, nearest, shown
from sim.staffing.result import Measure, Target

LIMIT_S_MAX: Final = 24 * 3_600
_UNITS: Final = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3_600}
_NUMBER: Final = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)|[-+]?(?:nan|inf)\w*"
_TIME: Final = re.compile(rf"({_NUMBER})([a-z%]*)")
_SIGN: Final = re.compile(r"[<>=!]+")
_SCOPE: Final = re.compile(r"\[([^\[\]]*)\]")
_EXAMPLES: Final = "p90_wait<=15m, within(15m)>=90%, abandoned<=5%"


class BadTarget(ValueError):
    """A target that cannot be used: its text, the place in it (counted from 1), what is wrong and the way out."""

    def __init__(self, text: str, place: int, what: Name, fix: Name) -> None:
        super().__init__(text, place, what, fix)
        self.text, self.place, self.what, self.fix = text, place, what, fix

    def __str__(self) -> str:
        zh = f"目标“{shown(self.text)}”第 {self.place} 个字符：{self.what.zh}；{self.fix.zh}"
        return f"{zh}\n    target “{shown(self.text)}”, character {self.place}: {self.what.en}; {self.fix.en}"


def read_targets(texts: Sequence[str], plan: HallPlan) -> tuple[Target, ...]:
    """The targets these texts say, for a hall of this plan; raises `BadTarget`."""
    if not texts:
        what = Name("没有给出目标", "there is no target")
        raise BadTarget("", 1, what, Name(f"例如 {_EXAMPLES}", f"write for example {_EXAMPLES}"))
    targets: list[Target] = []
    for text in texts:
        target = _read(text, plan)
        for other in targets:
            _require_other(target, other, text)
        targets.append(target)
    return tuple(targets)


class _Reader:
    """A text and how far it has been read, without spaces and in small letters; places are those of the original."""

    def __init__(self, text: str) -> None:
        self.text = text
        plain = [(place, normalize("NFKC", sign)) for place, sign in enumerate(text, 1)]
        signs = [(place, sign) for place, signs in plain for sign in _ascii(signs) if not sign.isspace()]
        self.places = [place for place, _ in signs] + [len(text) + 1]
        self.rest = "".join(sign for _, sign in signs).lower()
        self.at = 0

    def bad(self, what: Name, fix: Name, *, back: int = 0) -> BadTarget:
        """The mistake that is where the reader stands, or so many signs before."""
        return BadTarget(self.text, self.places[min(self.at, len(self.places) - 1) - back], what, fix)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.rest, self.at)
        if found is not None:
            self.at = found.end()
        return found

    @property
    def left(self) -> str:
        return self.rest[self.at :]


def _ascii(sign: str) -> str:
    return {"≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "【": "[", "】": "]", "，": ","}.get(sign, sign)


def _read(text: str, plan: HallPlan) -> Target:
    reader = _Reader(text)
    measure, share, limit_s = _figure(reader)
    if measure == "wait":
        _sign(reader, "<=")
        limit_s = _seconds(reader)
    elif measure == "within":
        _sign(reader, ">=")
        share = _share(reader)
    else:
        _sign(reader, "<=")
        share = _share(reader)
    _require_sense(reader, measure, share)
    target = _scoped(reader, Target("", measure, share, limit_s), plan)
    return replace(target, text=target_text(target))


_QUANTILE: Final = re.compile(r"p(\d+(?:\.\d+)?)_?wait")
_WITHIN: Final = re.compile(r"within\(")
_ABANDONED: Final = re.compile(r"abandoned")
_WORD: Final = re.compile(r"[a-z0-9_.]*")


def _figure(reader: _Reader) -> tuple[Measure, float, float]:
    """Which figure is meant: its measure, the share that a quantile names, the limit that `within` names."""
    if found := reader.take(_QUANTILE):
        percent = Decimal(found[1])
        if not 0 < percent < 100:
            what = Name(f"没有第 {percent} 百分位", f"there is no {percent}th percentile to promise")
            reader.at = 0
            raise reader.bad(what, Name("请写 p1 到 p99，例如 p90_wait", "write p1 to p99, for example p90_wait"))
        return "wait", float(percent / 100), 0.0
    if reader.take(_WITHIN):
        limit_s = _seconds(reader)
        if not reader.take(re.compile(r"\)")):
            raise reader.bad(
                Name("缺少“)”", "“)” is missing"), Name("例如 within(15m)", "write for example within(15m)")
            )
        return "within", 0.0, limit_s
    if reader.take(_ABANDONED):
        return "abandoned", 0.0, 0.0
    word = _WORD.match(reader.rest)
    written = word[0] if word else ""
    if not written:
        raise reader.bad(
            Name("缺少指标", "the figure is missing"), Name(f"可写 {_EXAMPLES}", f"write for example {_EXAMPLES}")
        )
    what = Name(f"不认识“{shown(written)}”", f"“{shown(written)}” is no figure")
    meant = nearest(written, ("p90_wait", "p50_wait", "within", "abandoned"))
    shape = {"within": "within(15m)", None: _EXAMPLES}.get(meant, meant)
    fix = Name(f"是不是想写 {shape}？", f"did you mean {shape}?") if meant else Name(f"可写 {shape}", f"write {shape}")
    raise reader.bad(what, fix)


def _sign(reader: _Reader, wanted: str) -> None:
    found = reader.take(_SIGN)
    if found is None or found[0] != wanted:
        back = len(found[0]) if found else 0
        meant = Name("至多" if wanted == "<=" else "至少", "at most" if wanted == "<=" else "at least")
        what = Name(f"此处应为“{wanted}”（{meant.zh}）", f"“{wanted}” ({meant.en}) must stand here")
        raise reader.bad(what, Name(f"请写 {wanted}", f"write {wanted}"), back=back)


def _seconds(reader: _Reader) -> float:
    number, unit, length = _number(
        reader, Name("时间", "a time"), Name("例如 15m 或 90s", "write for example 15m or 90s")
    )
    if unit not in _UNITS:
        what = (
            Name(f"时间没有单位 {unit}", f"“{unit}” is no unit of time")
            if unit
            else Name("时间缺少单位", "the time has no unit")
        )
        fix = Name(
            f"例如 {number}m（分）或 {number}s（秒）", f"write for example {number}m (minutes) or {number}s (seconds)"
        )
        raise reader.bad(what, fix, back=length)
    seconds = float(number * _UNITS[unit])
    if seconds > LIMIT_S_MAX:
        raise reader.bad(
            Name("时间超过一天", "the time is longer than a day"),
            Name("请写不超过 24h", "write at most 24h"),
            back=length,
        )
    return seconds


def _share(reader: _Reader) -> float:
    number, unit, length = _number(
        reader, Name("占比", "a share"), Name("例如 90% 或 0.9", "write for example 90% or 0.9")
    )
    if unit not in ("", "%"):
        what = Name(f"占比不用单位 {unit}", f"a share has no unit “{unit}”")
        raise reader.bad(what, Name(f"请写 {number}%", f"write {number}%"), back=length)
    if not unit and number > 1:
        what = Name(f"占比 {number} 大于 1", f"a share of {number} is more than 1")
        raise reader.bad(what, Name(f"是不是想写 {number}%？", f"did you mean {number}%?"), back=length)
    if unit == "%" and number > 100:
        raise reader.bad(
            Name("占比大于 100%", "a share of more than 100%"), Name("请写 0% 到 100%", "write 0% to 100%"), back=length
        )
    return float(number / 100 if unit else number)


def _number(reader: _Reader, kind: Name, fix: Name) -> tuple[Decimal, str, int]:
    """A number, its unit, and how many signs they took."""
    found = reader.take(_TIME)
    if found is None:
        raise reader.bad(Name(f"此处应为{kind.zh}", f"{kind.en} must stand here"), fix)
    length = len(found[0])
    try:
        number = Decimal(found[1])
    except ArithmeticError:
        number = Decimal("nan")
    if not number.is_finite():
        raise reader.bad(Name(f"“{found[0]}”不是数", f"“{found[0]}” is not a number"), fix, back=length)
    if number < 0:
        raise reader.bad(Name("不能为负数", "it must not be negative"), fix, back=length)
    return number, found[2], length


def _require_sense(reader: _Reader, measure: Measure, share: float) -> None:
    if measure == "abandoned" and share >= 1:
        what = Name("允许所有人离开等于没有目标", "everybody may leave: that asks for nothing")
        raise reader.bad(what, Name("例如 abandoned<=5%", "write for example abandoned<=5%"), back=1)
    if measure == "within" and share <= 0:
        what = Name("占比为 0 等于没有目标", "a share of 0 asks for nothing")
        raise reader.bad(what, Name("例如 within(15m)>=90%", "write for example within(15m)>=90%"), back=1)


# --- scopes ---


def _scoped(reader: _Reader, target: Target, plan: HallPlan) -> Target:
    """The target with what stands in its brackets; names are compared without regard to capitals."""
    while reader.left:
        begun = reader.at
        found = reader.take(_SCOPE)
        if found is None:
            what = Name(f"多出“{shown(reader.left)}”", f"“{shown(reader.left)}” is too much")
            fix = Name(
                "范围写在方括号里，例如 [lane=priority]", "write a scope in brackets, for example [lane=priority]"
            )
            raise reader.bad(what, fix)
        ended, reader.at = reader.at, begun + 1
        for part in found[1].split(","):
            target = _with_scope(reader, target, part, plan)
            reader.at += len(part) + 1
        reader.at = ended
    return target


def _with_scope(reader: _Reader, target: Target, part: str, plan: HallPlan) -> Target:
    key, equals, name = part.partition("=")
    known = {
        "lane": {lane.lane_id.lower(): lane.lane_id for lane in plan.lanes},
        "service": {service.service_id.lower(): service.service_id for service in plan.services},
    }
    if part == "slot" and not target.per_slot:
        return replace(target, per_slot=True)
    if key not in known or not equals:
        if part == "slot":
            raise _twice(reader, part)
        what = Name(f"没有范围“{shown(part)}”", f"there is no scope “{shown(part)}”")
        fix = Name("可写 [lane=…]、[service=…]、[slot]", "write [lane=…], [service=…] or [slot]")
        raise reader.bad(what, fix)
    if name not in known[key]:
        reader.at += len(key) + 1
        what = Name(f"大厅没有“{shown(name)}”", f"the hall has no {key} “{shown(name)}”")
        raise reader.bad(what, choose_among(name, known[key].values()))
    if getattr(target, key) is not None:
        raise _twice(reader, key)
    found = known[key][name]
    return replace(target, lane=found) if key == "lane" else replace(target, service=found)


def _twice(reader: _Reader, key: str) -> BadTarget:
    what = Name(f"{key} 写了两次", f"{key} stands there twice")
    return reader.bad(what, Name("请只写一次，或写两个目标", "write it once, or write two targets"))


def _require_other(target: Target, other: Target, text: str) -> None:
    """Raise when two targets are about the same thing: at most one of them can be meant."""
    is_same_scope = (target.lane, target.service, target.per_slot) == (other.lane, other.service, other.per_slot)
    is_same_figure = target.measure == other.measure and (
        target.share == other.share if target.measure == "wait" else target.limit_s == other.limit_s
    )
    if is_same_scope and is_same_figure:
        what = Name(f"与目标“{other.text}”说的是同一件事", f"it is about the same as the target “{other.text}”")
        raise BadTarget(text, 1, what, Name("请只留一个", "keep one of the two"))


# --- words ---


def target_text(target: Target) -> str:
    """A target as it is written, in one way.

    >>> target_text(Target("", "wait", 0.9, 900.0, lane="priority"))
    'p90_wait<=15m [lane=priority]'
    """
    if target.measure == "wait":
        figure = f"p{target.share * 100:g}_wait<={duration_text(target.limit_s)}"
    elif target.measure == "within":
        figure = f"within({duration_text(target.limit_s)})>={target.share * 100:g}%"
    else:
        figure = f"abandoned<={target.share * 100:g}%"
    scopes = [f"lane={target.lane}"] * (target.lane is not None)
    scopes += [f"service={target.service}"] * (target.service is not None) + ["slot"] * target.per_slot
    return figure + (f" [{', '.join(scopes)}]" if scopes else "")


def duration_text(seconds: float) -> str:
    """A length of time with the unit that makes it shortest: `15m`, `90s`."""
    return f"{seconds / 60:g}m" if seconds % 60 == 0 and seconds else f"{seconds:g}s"
