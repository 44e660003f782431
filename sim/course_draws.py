"""What happens on each visit of a day beside waiting and being served, drawn as columns.

Each part of `[conduct]` has a stream of its own: who rates does not depend on who transfers.
"""

from typing import Final

import numpy as np

from sim import chance
from sim.chance import Attribute, State, Word, stream
from sim.conduct_recipe import ConductRecipe, Slots
from sim.draws import DAY_MS, chosen
from sim.kernel.compiled import compiled, inlined
from sim.kernel.shapes import ACCEPTED, DONE, NEVER, NOBODY, TOLD_MISSING, CourseColumns, Flags, VisitColumns, Whole

COMBINED: Final = Word(Attribute.COMBINED)
ITEMS: Final = Word(Attribute.ITEMS)
OUTCOMES: Final = Word(Attribute.OUTCOMES)
OFFICES: Final = Word(Attribute.OFFICES)
HOLDS: Final = Word(Attribute.HOLDS)
TRANSFERS: Final = Word(Attribute.TRANSFERS)
FORMS: Final = Word(Attribute.FORMS)
APPOINTMENTS: Final = Word(Attribute.APPOINTMENTS)
RATINGS: Final = Word(Attribute.RATINGS)
PAPERS: Final = Word(Attribute.PAPERS)

MINUTE_MS: Final = 60_000


@compiled
def draw_courses(recipe: ConductRecipe, key: Word, day: int, visits: VisitColumns) -> CourseColumns:
    """The courses of a day's visits."""
    count = len(visits.arrived_ms)
    stays = np.zeros(count, np.uint8)
    item_from = _combine(recipe, stream(key, day, COMBINED), stays)
    courses = CourseColumns(
        item_from,
        np.empty(item_from[count], np.int32),
        np.empty(item_from[count], np.int32),
        stays,
        np.zeros(count, np.uint8),
        np.full(count, NEVER, np.int32),
        np.full(count, NEVER, np.int32),
        np.full(count, NOBODY, np.int32),
        np.full(count, NEVER, np.int32),
        np.full(count, NEVER, np.int32),
        np.zeros(count, np.uint8),
        np.zeros(count, np.int32),
        np.full(count, NEVER, np.int32),
        np.zeros(count, np.uint8),
        np.zeros(count, np.uint8),
        np.ones(count, np.uint8),
        np.full(count, NEVER, np.int32),
        np.zeros(count, np.uint8),
    )
    _choose_items(recipe, stream(key, day, ITEMS), visits.service, courses)
    _end(recipe, stream(key, day, OUTCOMES), courses)
    _go_to_offices(recipe, stream(key, day, OFFICES), visits.service, courses)
    _transfer(recipe, stream(key, day, TRANSFERS), visits.service, courses)
    _hold(recipe, stream(key, day, HOLDS), visits.service_ms, courses)
    _fill_in(recipe, stream(key, day, FORMS), visits.service, courses)
    _rate(recipe, stream(key, day, RATINGS), courses.stars)
    _print(recipe, stream(key, day, PAPERS), courses)
    _book(recipe, stream(key, day, APPOINTMENTS), visits, courses)
    return courses


@inlined
def _lasts(mean_ms: float, state: State) -> tuple[np.int32, State]:
    """An exponential length, from a millisecond to a day."""
    number, state = chance.exponential(state)
    return np.int32(min(max(1.0, np.rint(number * mean_ms)), float(DAY_MS))), state


@compiled
def _errand(recipe: ConductRecipe, but: int, state: State) -> tuple[np.int32, State]:
    """Another service, as often as people come for it; the same one when they come for no other."""
    share, state = chance.uniform(state)
    own = recipe.errand_share[but]
    if own < 1.0:
        share *= 1.0 - own
        if share >= recipe.errand_edge[but]:
            share += own
    # What was taken away and added may round to 1.
    return recipe.errands.named[chosen(recipe.errands, min(share, 1.0 - chance.UNIT))], state


@compiled
def _combine(recipe: ConductRecipe, state: State, stays: Flags) -> Whole:
    """Where the further items of each visit begin among all of them."""
    item_from = np.zeros(len(stays) + 1, np.int32)
    for place in range(len(stays)):
        share, state = chance.uniform(state)
        at_window, state = chance.uniform(state)
        is_combined = share < recipe.combined
        stays[place] = is_combined and at_window < recipe.stays
        item_from[place + 1] = item_from[place] + (recipe.further_items if is_combined else 0)
    return item_from


@compiled
def _choose_items(recipe: ConductRecipe, state: State, service: Whole, courses: CourseColumns) -> None:
    for place in range(len(service)):
        for item in range(courses.item_from[place], courses.item_from[place + 1]):
            courses.item_service[item], state = _errand(recipe, service[place], state)
            courses.item_ms[item], state = _lasts(recipe.item_ms[courses.item_service[item]], state)


@compiled
def _end(recipe: ConductRecipe, state: State, courses: CourseColumns) -> None:
    for place in range(len(courses.outcome)):
        share, state = chance.uniform(state)
        outcome = recipe.outcomes.named[chosen(recipe.outcomes, share)]
        courses.outcome[place] = outcome
        if outcome == TOLD_MISSING:
            comes_back, state = chance.uniform(state)
            length_ms, state = _lasts(recipe.returns_ms, state)
            if comes_back < recipe.returns:
                courses.returns_ms[place] = length_ms


@inlined
def _is_combined(courses: CourseColumns, place: int) -> bool:
    return bool(courses.item_from[place + 1] > courses.item_from[place])


@compiled
def _go_to_offices(recipe: ConductRecipe, state: State, service: Whole, courses: CourseColumns) -> None:
    for place in range(len(service)):
        if not recipe.has_office[service[place]]:
            continue
        share, state = chance.uniform(state)
        today, state = chance.uniform(state)
        waits, state = chance.uniform(state)
        stage_ms, state = _lasts(recipe.office_ms, state)
        collect_ms, state = _lasts(recipe.collect_ms, state)
        if share < recipe.office and courses.outcome[place] == DONE and not _is_combined(courses, place):
            courses.outcome[place] = ACCEPTED
            courses.collect_ms[place] = collect_ms
            if today < recipe.same_day:
                courses.stage_ms[place] = stage_ms
                courses.waits[place] = waits < recipe.waits


@compiled
def _transfer(recipe: ConductRecipe, state: State, service: Whole, courses: CourseColumns) -> None:
    for place in range(len(service)):
        share, state = chance.uniform(state)
        other, state = _errand(recipe, service[place], state)
        if share < recipe.transfers and courses.outcome[place] != ACCEPTED and not _is_combined(courses, place):
            courses.transfer_to[place] = other


@compiled
def _hold(recipe: ConductRecipe, state: State, service_ms: Whole, courses: CourseColumns) -> None:
    for place in range(len(service_ms)):
        share, state = chance.uniform(state)
        length_ms, state = _lasts(recipe.hold_ms, state)
        if share < recipe.holds:
            courses.hold_after_ms[place] = service_ms[place] // 2
            courses.hold_ms[place] = length_ms


@compiled
def _fill_in(recipe: ConductRecipe, state: State, service: Whole, courses: CourseColumns) -> None:
    for place in range(len(service)):
        share, state = chance.uniform(state)
        length_ms, state = _lasts(recipe.form_ms, state)
        if share < recipe.forms and recipe.has_form[service[place]]:
            courses.form_ms[place] = length_ms


@compiled
def _rate(recipe: ConductRecipe, state: State, stars: Flags) -> None:
    for place in range(len(stars)):
        share, state = chance.uniform(state)
        liked, state = chance.uniform(state)
        if share < recipe.ratings:
            stars[place] = recipe.stars.named[chosen(recipe.stars, liked)]


@compiled
def _print(recipe: ConductRecipe, state: State, courses: CourseColumns) -> None:
    for place in range(len(courses.printed)):
        share, state = chance.uniform(state)
        courses.on_behalf[place] = share < recipe.on_behalf
        share, state = chance.uniform(state)
        courses.printed[place] = share >= recipe.not_printed


@compiled
def _book(recipe: ConductRecipe, state: State, visits: VisitColumns, courses: CourseColumns) -> None:
    for place in range(len(visits.service)):
        share, state = chance.uniform(state)
        stays_away, state = chance.uniform(state)
        if share >= recipe.appointments:
            continue
        start = _nearest_slot(recipe.slots, visits.service[place], visits.arrived_ms[place] // MINUTE_MS)
        if start >= 0:
            courses.appointment_ms[place] = start * MINUTE_MS
            courses.missed[place] = stays_away < recipe.missed


@compiled
def _nearest_slot(slots: Slots, service: int, minute: int) -> int:
    """The minute at which the slot nearest to this one begins, the earlier of two; -1 when the day has none."""
    nearest = -1
    for slot in range(slots.begins[service], slots.begins[service + 1]):
        start = slots.starts[slot]
        if nearest < 0 or abs(start - minute) < abs(nearest - minute):
            nearest = start
    return nearest
