"""Which windows a scenario staffs when: its `[[roster]]` and its lunch rota as spans, one set a window."""

from collections.abc import Iterable

from engine.core.calendar import MIDNIGHT
from engine.core.plan import MINUTE_MS, HallPlan, Span, WindowPlan
from sim.kernel.shapes import NEVER, Roster
from sim.kernel.staff import hours_roster
from sim.scenario import Scenario

Spans = tuple[tuple[int, int], ...]


def roster_of(scenario: Scenario, plan: HallPlan) -> Roster | None:
    """When each window is staffed; None when every window follows the hall's hours.

    A window that stands in no `[[roster]]` follows the hall's hours, and one whose partner has hours of its own never
    opens outside them.
    """
    return staffed(scenario, plan) if scenario.roster or scenario.clerks.lunch is not None else None


def staffed(scenario: Scenario, plan: HallPlan) -> Roster:
    """The same, said for every window when none is rostered too."""
    lunch = scenario.clerks.lunch
    rostered = {
        window_id: until_close(plan, roster.spans) for roster in scenario.roster for window_id in roster.windows
    }
    usual = hours_roster(plan).spans
    turns = (lunch.span.end - lunch.span.start) // lunch.minutes if lunch is not None else 0
    spans = []
    for place, window in enumerate(plan.windows):
        of_window = rostered.get(window.window_id, usual[place])
        if lunch is not None and not _has_partner_hours(window):
            begins = lunch.span.start + _turn_of(place, plan, turns, lunch.at_once) * lunch.minutes
            of_window = _without(of_window, begins * MINUTE_MS, (begins + lunch.minutes) * MINUTE_MS)
        spans.append(_with_partner(of_window, window))
    return Roster(tuple(spans))


def until_close(plan: HallPlan, spans: Iterable[Span]) -> Spans:
    """Spans of the day in milliseconds, in order, those that touch made one.

    A span that ends with the hall's last hour goes on until the day closes: whoever holds a number then is served. In a
    hall without hours it is midnight that goes on.
    """
    last = max((hours.end for hours in plan.hours), default=MIDNIGHT)
    joined: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: span.start):
        from_ms, to_ms = span.start * MINUTE_MS, NEVER if span.end >= last else span.end * MINUTE_MS
        if joined and joined[-1][1] >= from_ms:
            joined[-1] = (joined[-1][0], max(joined[-1][1], to_ms))
        else:
            joined.append((from_ms, to_ms))
    return tuple(joined)


def lunches_at_once(plan: HallPlan, turns: int) -> int:
    """How many windows rest at a time when everybody rests once in so many turns."""
    return -(-len(plan.windows) // turns)


def _turn_of(place: int, plan: HallPlan, turns: int, at_once: int) -> int:
    """When in the rota a window rests: neighbours, who serve alike, one after another."""
    return place % min(turns, -(-len(plan.windows) // at_once))


def _has_partner_hours(window: WindowPlan) -> bool:
    return window.remote is not None and bool(window.remote.hours)


def _without(spans: Spans, from_ms: int, to_ms: int) -> Spans:
    """What is left of spans when one is cut out of them."""
    parts = [part for begins, ends in spans for part in ((begins, min(ends, from_ms)), (max(begins, to_ms), ends))]
    return tuple((begins, ends) for begins, ends in parts if begins < ends)


def _with_partner(spans: Spans, window: WindowPlan) -> Spans:
    """What of the spans lies in the hours of a window's partner."""
    if window.remote is None or not window.remote.hours:
        return spans
    hours = sorted((span.start * MINUTE_MS, span.end * MINUTE_MS) for span in window.remote.hours)
    parts = [(max(begins, opens), min(ends, closes)) for begins, ends in spans for opens, closes in hours]
    return tuple((begins, ends) for begins, ends in parts if begins < ends)
