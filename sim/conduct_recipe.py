"""`[conduct]` of a scenario as numbers: what `sim.course_draws` needs to draw what happens on each visit."""

from collections.abc import Iterable
from math import fsum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.core.calendar import MIDNIGHT
from engine.core.plan import MINUTE_MS, HallPlan, Service, Span
from sim.kernel.shapes import CANNOT, DONE, PAPERS_FOLLOW, SENT_AWAY, TOLD_MISSING
from sim.recipe import Choice, Floats, Whole, choice_of
from sim.scenario import Scenario

Flags = NDArray[np.uint8]


class Slots(NamedTuple):
    """The appointments there are: service s has those that begin at `starts[begins[s] : begins[s + 1]]` (minutes)."""

    begins: Whole
    starts: Whole


class ConductRecipe(NamedTuple):
    """Shares, means in milliseconds, and what each service of the hall allows; services are places in the plan.

    `errands` chooses a service as often as people come for it; `errand_edge[s]` and `errand_share[s]` are where service
    s begins among the edges, and its own share, which nobody is sent on to. `outcomes` chooses how a visit ends.
    """

    combined: float
    further_items: int
    stays: float
    errands: Choice
    errand_edge: Floats
    errand_share: Floats
    item_ms: Floats
    outcomes: Choice
    returns: float
    returns_ms: float
    has_office: Flags
    office: float
    same_day: float
    office_ms: float
    waits: float
    collect_ms: float
    holds: float
    hold_ms: float
    transfers: float
    has_form: Flags
    forms: float
    form_ms: float
    slots: Slots
    appointments: float
    missed: float
    ratings: float
    stars: Choice
    on_behalf: float
    not_printed: float


def conduct_recipe_of(scenario: Scenario, plan: HallPlan) -> ConductRecipe:
    """The numbers of a scenario's conduct for a hall that has its services."""
    conduct = scenario.conduct
    outcomes, office, holds, forms = conduct.outcomes, conduct.back_office, conduct.holds, conduct.forms
    places = {service.service_id: place for place, service in enumerate(plan.services)}
    errands = choice_of(
        [table.share for table in scenario.services.values()], [places[each] for each in scenario.services]
    )
    edge, share, item_ms = (np.zeros(len(plan.services)) for _ in range(3))
    for place, (service_id, table) in enumerate(scenario.services.items()):
        edge[places[service_id]] = errands.edges[place - 1] if place else 0.0
        share[places[service_id]] = errands.edges[place] - edge[places[service_id]]
        item_ms[places[service_id]] = table.mean_minutes * MINUTE_MS
    special = [outcomes.told_missing, outcomes.papers_follow, outcomes.turned_away, outcomes.cannot]
    return ConductRecipe(
        combined=conduct.combined.share,
        further_items=conduct.combined.items - 1,
        stays=conduct.combined.stays,
        errands=errands,
        errand_edge=edge,
        errand_share=share,
        item_ms=item_ms,
        outcomes=choice_of(
            [*special, max(0.0, 1 - fsum(special))], [TOLD_MISSING, PAPERS_FOLLOW, SENT_AWAY, CANNOT, DONE]
        ),
        returns=outcomes.returns,
        returns_ms=outcomes.returns_minutes * MINUTE_MS,
        has_office=_flags(service.back_office is not None for service in plan.services),
        office=office.share,
        same_day=office.same_day,
        office_ms=office.minutes * MINUTE_MS,
        waits=office.waits,
        collect_ms=office.collect_minutes * MINUTE_MS,
        holds=holds.share,
        hold_ms=holds.minutes * MINUTE_MS,
        transfers=conduct.transfers.share,
        has_form=_flags(service.form != "none" for service in plan.services),
        forms=forms.share,
        form_ms=forms.minutes * MINUTE_MS,
        slots=_slots_of(plan),
        appointments=conduct.appointments.share,
        missed=conduct.appointments.missed,
        ratings=conduct.ratings.share,
        stars=choice_of(conduct.ratings.stars, range(1, 6)),
        on_behalf=conduct.beside.on_behalf,
        not_printed=conduct.beside.not_printed,
    )


def _flags(each: Iterable[bool]) -> Flags:
    return np.array(list(each), np.uint8)


def _slots_of(plan: HallPlan) -> Slots:
    starts = [_starts(service, plan) for service in plan.services]
    begins = np.cumsum([0, *map(len, starts)])
    return Slots(begins.astype(np.int32), np.array([start for each in starts for start in each], np.int32))


def _starts(service: Service, plan: HallPlan) -> list[int]:
    """The minutes at which slots of a service begin, in the order of its hours."""
    if service.booking is None:
        return []
    step = service.booking.slot_minutes
    hours = service.booking.hours or service.hours or plan.hours or (Span(0, MIDNIGHT),)
    return [start for span in hours for start in range(span.start, span.end - step + 1, step)]
