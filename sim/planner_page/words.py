"""Figures and targets as people read them, in both languages."""

from typing import Final

from engine.core.plan import Name
from sim.staffing.result import Band, Measure, Reached, Slot, Target

_MINUTE_S: Final = 60.0


def same(text: str) -> Name:
    """A text that reads alike in both languages."""
    return Name(text, text)


def joined(names: list[Name], zh: str = "，", en: str = ", ") -> Name:
    """Texts one behind the other.

    >>> joined([Name("早", "early"), Name("晚", "late")]).en
    'early, late'
    """
    return Name(zh.join(name.zh for name in names), en.join(name.en for name in names))


def sentence(text: str) -> str:
    """
    >>> sentence("the plan holds; Erlang C asks for more")
    'The plan holds; Erlang C asks for more.'
    """
    return f"{text[:1].upper()}{text[1:]}."


def minutes(seconds: float) -> Name:
    """
    >>> minutes(754).zh, minutes(754).en
    ('12.6 分钟', '12.6 min')
    """
    return Name(f"{seconds / _MINUTE_S:.1f} 分钟", f"{seconds / _MINUTE_S:.1f} min")


def percent(share: float) -> str:
    """
    >>> percent(0.0314)
    '3.1%'
    """
    return f"{share:.1%}"


def count(value: float) -> str:
    """
    >>> count(1234.4), count(132.5), count(16)
    ('1,234', '132.5', '16')
    """
    whole = abs(value) >= 1000 or value == round(value)
    return f"{value:,.0f}" if whole else f"{value:,.1f}"


def value_of(measure: Measure, value: float) -> Name:
    """A figure of a target: minutes of a wait, percent of a share."""
    return minutes(value) if measure == "wait" else same(percent(value))


def interval_of(reached: Reached) -> Name:
    """A figure with the ends of its interval: `12.6 min (12.1–13.0)`."""
    value = value_of(reached.target.measure, reached.value)
    if reached.target.measure == "wait":
        ends = f"{reached.low / _MINUTE_S:.1f}–{reached.high / _MINUTE_S:.1f}"
    else:
        ends = f"{percent(reached.low)}–{percent(reached.high)}"
    return Name(f"{value.zh}（{ends}）", f"{value.en} ({ends})")


def band_ends(band: Band, per: float = 1.0) -> str:
    """
    >>> band_ends(Band(10, 8, 13.26))
    '8–13.3'
    """
    return f"{count(round(band.low / per, 1))}–{count(round(band.high / per, 1))}"


def limit_of(target: Target) -> float:
    """The value at which a target turns: seconds for a wait, a share otherwise."""
    return target.limit_s if target.measure == "wait" else target.share


def span_of(first: Slot, last: Slot) -> str:
    """From the beginning of one half hour to the end of another: `08:30–10:00`."""
    return f"{first.label}–{last.end_minute // 60:02d}:{last.end_minute % 60:02d}"
