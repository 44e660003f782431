"""What passes at the windows between visits, and which windows are staffed when."""

from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np

from engine.core.plan import HallPlan, Span
from sim.learning.gathered import SLOTS, Gathered
from sim.learning.sample import Sample

HALF_HOUR: Final = 30
REST_TIMES: Final = 3.0
REST_MIN: Final = 0.5
"""A gap of more than three times the usual one, and of half a minute more, is a rest and no gap."""
RESTS_LEAST: Final = 0.005
"""So many of all gaps must be rests; a few long ones have other causes."""
OFTEN: Final = 0.5
OFTEN_GUESSED: Final = 0.25
"""Where windows show themselves by their calls only, a quiet half hour hides some of them on many days."""
CALL_MARGIN_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Habits:
    """Seconds of walking, between visits, and until a no-show is recorded; rests as (share of visits, minutes).

    None is what the log does not show; with each stands how often it was seen.
    """

    walk_s: float | None
    walks: int
    gap_s: float | None
    gaps: int
    absent_s: float | None
    absences: int
    rests: tuple[float, float] | None


def learn_habits(gathered: Gathered, plan: HallPlan) -> Habits:
    """What the journal shows; a trace shows nothing of it."""
    most_s = plan.rules.call_expiry_ms / 1_000 - CALL_MARGIN_S
    gap_s, rests = _gap(gathered.gaps)
    walk_s, absent_s = _mean_s(gathered.walks), _mean_s(gathered.absences)
    return Habits(
        None if walk_s is None else min(walk_s, most_s),
        gathered.walks.count,
        gap_s,
        gathered.gaps.count,
        None if absent_s is None else min(absent_s, most_s),
        gathered.absences.count,
        _paused(gathered) or rests,
    )


def learn_roster(gathered: Gathered, plan: HallPlan) -> list[tuple[tuple[str, ...], tuple[Span, ...]]] | None:
    """Windows that are staffed alike, and when: in half hours in which they were on most days.

    None when no window was seen at all, an empty list when all of them follow the hall's hours. A window that was never
    staffed has no spans.
    """
    if not gathered.staffed:
        return None
    least = (OFTEN if gathered.knows_hours else OFTEN_GUESSED) * len(gathered.arrivals.days)
    hours = plan.hours or (Span(0, 1_440),)
    usual = _spans([_is_open(slot, hours) for slot in range(SLOTS)], hours)
    alike: dict[tuple[Span, ...], list[str]] = {}
    for window in plan.windows:
        staffed = gathered.staffed.get(window.window_id)
        spans = () if staffed is None else _spans((staffed >= least).tolist(), hours)
        if spans != usual and not (window.remote is not None and window.remote.hours):
            alike.setdefault(spans, []).append(window.window_id)
    return [(tuple(windows), spans) for spans, windows in alike.items()]


def _mean_s(sample: Sample) -> float | None:
    return round(sample.mean_ms / 1_000, 1) if sample.count else None


def _gap(gaps: Sample) -> tuple[float | None, tuple[float, float] | None]:
    """The usual gap, and what is too long to be one: rests last exponentially, so their mean is that of any excess."""
    if not gaps.count:
        return None, None
    minutes = gaps.minutes()
    limit = max(REST_TIMES * float(np.median(minutes)), float(np.median(minutes)) + REST_MIN)
    usual, long = minutes[minutes <= limit], minutes[minutes > limit]
    gap_s = round(float(usual.mean()) * 60, 1)
    if len(long) < max(2, RESTS_LEAST * len(minutes)):
        return gap_s, None
    mean = float((long - limit).mean())
    share = len(long) / len(minutes) * exp((limit - gap_s / 60) / mean)
    return gap_s, (round(min(1.0, share), 4), round(mean, 2))


def _paused(gathered: Gathered) -> tuple[float, float] | None:
    """Rests that clerks said they took; None when nobody said so."""
    pauses = gathered.pauses
    if not pauses.count or not gathered.served:
        return None
    return round(min(1.0, pauses.count / gathered.served), 4), round(pauses.mean_ms / 60_000, 2)


def _is_open(slot: int, hours: tuple[Span, ...]) -> bool:
    middle = slot * HALF_HOUR + HALF_HOUR // 2
    return any(span.start <= middle < span.end for span in hours)


def _spans(is_staffed: list[bool], hours: tuple[Span, ...]) -> tuple[Span, ...]:
    """The half hours as spans, none of which goes beyond the hall's hours."""
    spans: list[Span] = []
    for slot in (place for place, each in enumerate(is_staffed) if each):
        for open_ in hours:
            start, end = max(slot * HALF_HOUR, open_.start), min((slot + 1) * HALF_HOUR, open_.end)
            if start >= end:
                continue
            if spans and spans[-1].end == start and start != open_.start:
                spans[-1] = Span(spans[-1].start, end)
            else:
                spans.append(Span(start, end))
    return tuple(spans)
