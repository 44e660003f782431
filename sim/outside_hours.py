"""Visitors who come when no numbers are given: which share of a day's, from when to when, and for which services.

Whoever comes before the hall opens is given a number; after its last hour nobody is. Services may have hours of their
own, hours for appointments only, and no numbers in the hall's break.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

from engine.core.calendar import MIDNIGHT, hours_text, within
from engine.core.plan import HallPlan, Name, Span
from sim.recipe import corners
from sim.scenario import Scenario

TOLD_FROM: Final = 0.01
"""A smaller share than this is not worth a word: a tail of the shape that runs over the last hour."""
# Sums of shares may be so far off.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class OutsideHours:
    """Which share of the visitors comes when no number of their service is given, in `spans`, for which `services`.

    `is_everybodys` says that people for all services do.
    """

    share: float
    spans: tuple[Span, ...]
    services: tuple[str, ...]
    is_everybodys: bool

    @property
    def is_worth_telling(self) -> bool:
        """Whether it is more than a tail."""
        return self.share >= TOLD_FROM

    @property
    def is_all(self) -> bool:
        """Whether nobody at all is given a number."""
        return self.share >= 1 - _ROUNDING

    def sentence(self) -> Name:
        """What a planner is told."""
        when, services = hours_text(self.spans), ", ".join(self.services)
        zh, en = ("", "") if self.is_everybodys else (f"；业务：{services}", f"; services: {services}")
        return Name(
            f"{self.share:.1%} 的来访者在不发号时到来（{when}{zh}），取不到号",
            f"{self.share:.1%} of the visitors come when no numbers are given ({when}{en}), and are turned away",
        )

    def to_json(self) -> dict[str, Any]:
        """What `simulate --json` says of it under `outside_hours`."""
        sentence = self.sentence()
        spans = [hours_text((span,)) for span in self.spans]
        told = {"share": round(self.share, 6), "spans": spans, "services": list(self.services)}
        return {**told, "zh": sentence.zh, "en": sentence.en}


class _Rule(NamedTuple):
    """When numbers are given to walk-ins of some services; of those who want one, `with_appointment` have a promise."""

    hours: tuple[Span, ...]
    appointment_only: tuple[Span, ...]
    with_appointment: float


def outside_hours(scenario: Scenario, plan: HallPlan) -> OutsideHours:
    """Who comes in vain on a day of a scenario, as its shape and pulses have it; whatever else turns people away, such
    as quotas, is left out."""
    come = _Come(scenario)
    share, spans, services = 0.0, set[Span](), list[str]()
    rules = _rules(scenario, plan)
    everybody = sum(sum(wanted.values()) for wanted in rules.values())
    for rule, wanted in rules.items():
        in_vain = 0.0
        for begins, ends in pairwise(sorted({*come.minutes, *_edges(plan, rule)})):
            refused, of_day = _refused(plan, rule, begins), come.between(begins, ends)
            if refused * of_day > 0:
                in_vain += refused * of_day
                spans.add(Span(begins, ends))
        if in_vain > 0:
            share += in_vain * sum(wanted.values()) / everybody
            services += wanted
    ordered = [service_id for service_id in scenario.services if service_id in services]
    return OutsideHours(share, _joined(spans), tuple(ordered), len(ordered) == sum(map(len, rules.values())))


def issuing_spans(scenario: Scenario, plan: HallPlan) -> tuple[Span, ...]:
    """When the hall is open and anybody of a scenario is given a number."""
    first = min((span.start for span in plan.hours), default=0)
    given = set()
    for rule in _rules(scenario, plan):
        for begins, ends in pairwise(sorted({first, MIDNIGHT, *_edges(plan, rule)})):
            if begins >= first and _refused(plan, rule, begins) < 1:
                given.add(Span(begins, ends))
    return _joined(given)


class _Come:
    """Who of a day has come by when."""

    def __init__(self, scenario: Scenario) -> None:
        self._shares, self._minutes = corners(scenario.scenario, scenario.pulse)
        # A pulse at the last corner comes within the minute that begins there.
        self.minutes = {*map(int, self._minutes), int(self._minutes[-1]) + 1}

    def between(self, begins: int, ends: int) -> float:
        """The share that comes from a minute on until before another."""
        return self._before(ends) - self._before(begins)

    def _before(self, minute: int) -> float:
        shares, minutes = self._shares, self._minutes
        place = bisect_left(minutes, minute)
        if place == len(minutes):
            return shares[-1]
        if place == 0 or minutes[place] == minute:
            return shares[place]
        part = (minute - minutes[place - 1]) / (minutes[place] - minutes[place - 1])
        return shares[place - 1] + (shares[place] - shares[place - 1]) * part


def _rules(scenario: Scenario, plan: HallPlan) -> dict[_Rule, dict[str, float]]:
    """The rules of the services that anybody comes for, and the shares of those who do."""
    rules: dict[_Rule, dict[str, float]] = {}
    for service in plan.services:
        table = scenario.services.get(service.service_id)
        if table is not None and table.share > 0:
            booked = scenario.conduct.appointments.share if service.booking is not None else 0.0
            rule = _Rule(service.hours, service.appointment_only, booked)
            rules.setdefault(rule, {})[service.service_id] = table.share
    return rules


def _edges(plan: HallPlan, rule: _Rule) -> Iterator[int]:
    """The minutes at which it may change whether numbers are given."""
    for span in (*plan.hours, *rule.hours, *rule.appointment_only):
        yield from (span.start, span.end)


def _refused(plan: HallPlan, rule: _Rule, minute: int) -> float:
    """Which share of those who come at a minute is given no number."""
    first = min((span.start for span in plan.hours), default=0)
    last = max((span.end for span in plan.hours), default=MIDNIGHT)
    in_break = first <= minute < last and not within(plan.hours, minute)
    if minute >= last or not within(rule.hours, minute) or (in_break and not plan.rules.draws_in_break):
        return 1.0
    is_kept = bool(rule.appointment_only) and within(rule.appointment_only, minute)
    return 1 - rule.with_appointment if is_kept else 0.0


def _joined(spans: set[Span]) -> tuple[Span, ...]:
    """The spans, those that touch or overlap as one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)
