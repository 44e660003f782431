"""A day of a scenario as columns, drawn attribute by attribute, each from a stream of its own.

A change in one attribute, in who is staffed, or in how many come, moves no other attribute's numbers, and a day comes
out the same whichever were drawn before, on whatever thread and machine.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import chance
from sim.chance import Attribute, State, Word, stream
from sim.elementary import INSIDE, exp, exp_inside, log
from sim.kernel.compiled import compiled, inlined
from sim.kernel.shapes import NEVER, NOBODY, Flags, VisitColumns, Whole
from sim.recipe import EMPIRICAL, EXPONENTIAL, FOR_EVER, GAMMA, LOGNORMAL, Choice, Floats, Lengths, Recipe

# Constants are numpy's: for each plain whole number that it is given by name, a function would be compiled anew.
LEVEL: Final = Word(Attribute.LEVEL)
ARRIVALS: Final = Word(Attribute.ARRIVALS)
SERVICES: Final = Word(Attribute.SERVICES)
LANES: Final = Word(Attribute.LANES)
DURATIONS: Final = Word(Attribute.DURATIONS)
PATIENCE: Final = Word(Attribute.PATIENCE)
ABSENCE: Final = Word(Attribute.ABSENCE)
CHANNELS: Final = Word(Attribute.CHANNELS)
GROUPS: Final = Word(Attribute.GROUPS)
PAUSES: Final = Word(Attribute.PAUSES)

DAY_MS: Final = np.int64(86_400_000)
"""The longest a visit or a pause may take; a trace holds no longer one."""
EVER_MS: Final = np.int64(NEVER)


@compiled
def draw_visits(recipe: Recipe, key: Word, day: int, factor: float) -> VisitColumns:
    """Who comes on a day; `factor` is how much busier it is than an ordinary one."""
    count = draw_count(recipe, key, day, factor)
    columns = VisitColumns(
        np.empty(count, np.int32),
        np.empty(count, np.int32),
        np.empty(count, np.int32),
        np.empty(count, np.int32),
        np.empty(count, np.int32),
        np.empty(count, np.uint8),
        np.empty(count, np.uint8),
        np.empty(count, np.int32),
        np.empty(count, np.int32),
    )
    fill_visits(recipe, key, day, columns)
    return columns


@compiled
def draw_count(recipe: Recipe, key: Word, day: int, factor: float) -> int:
    """How many come: as many as the scenario says, or Poisson around a gamma-distributed level of mean 1."""
    mean = recipe.visits_per_day * factor
    if recipe.is_exact:
        return int(np.rint(mean))
    state = stream(key, day, LEVEL)
    if recipe.level_variance > 0.0:
        level, state = chance.gamma(1.0 / recipe.level_variance, state)
        mean *= level * recipe.level_variance
    count, state = chance.poisson(mean, state)
    return count


@compiled
def fill_visits(recipe: Recipe, key: Word, day: int, columns: VisitColumns) -> None:
    """Draw as many visitors as `arrived_ms` has room for.

    A column without room is left out, and `service` and `lane` only where there is one of them: no other column's
    numbers move.
    """
    service, lane = columns.service, columns.lane
    _choose(recipe.services, stream(key, day, SERVICES), service)
    _arrive(recipe, key, day, service, columns.arrived_ms)
    _choose(recipe.lanes, stream(key, day, LANES), lane)
    _last(recipe.service_ms, service, stream(key, day, DURATIONS), DAY_MS, columns.service_ms)
    _last(recipe.patience_ms, lane, stream(key, day, PATIENCE), EVER_MS, columns.patience_ms)
    _name(recipe.services, service)
    _name(recipe.lanes, lane)
    columns.window[:] = NOBODY
    _happen(recipe.absent, stream(key, day, ABSENCE), columns.absent)
    _come_by(recipe.channels, stream(key, day, CHANNELS), columns.channel)
    _pause(recipe, stream(key, day, PAUSES), columns.pause_ms)


@inlined
def chosen(choice: Choice, share: float) -> np.int32:
    """The place that a number from 0 to 1 chooses."""
    place = choice.guide[np.intp(share * len(choice.guide))]
    while share >= choice.edges[place]:
        place += 1
    return place  # type: ignore[no-any-return]


@compiled
def _choose(choice: Choice, state: State, column: Whole) -> None:
    if len(choice.edges) == 1:
        return
    for place in range(len(column)):
        share, state = chance.uniform(state)
        column[place] = chosen(choice, share)


@compiled
def _name(choice: Choice, column: Whole) -> None:
    """Put the hall's places where the scenario's are, which are not there yet where there is only one."""
    if len(choice.edges) == 1:
        column[:] = choice.named[0]
        return
    for place in range(len(column)):
        column[place] = choice.named[column[place]]


@compiled
def _come_by(choice: Choice, state: State, column: Flags) -> None:
    if len(choice.edges) == 1:
        column[:] = 0
        return
    for place in range(len(column)):
        share, state = chance.uniform(state)
        column[place] = chosen(choice, share)


@compiled
def _arrive(recipe: Recipe, key: Word, day: int, service: Whole, column: Whole) -> None:
    """The moment of each visitor, in order; those who come together come at one moment, and want what the first of
    them wants."""
    state = stream(key, day, ARRIVALS)
    if recipe.group_starts <= 0.0:
        _come(recipe, state, column)
        return
    party = np.empty(len(column), np.int32)
    moments = np.empty(_gather(recipe, stream(key, day, GROUPS), service, party), np.int32)
    _come(recipe, state, moments)
    for place in range(len(column)):
        column[place] = moments[party[place]]


@compiled
def _gather(recipe: Recipe, state: State, service: Whole, party: Whole) -> int:
    """Number the parties in which visitors come; how many parties there are."""
    count = len(party)
    parties, place = 0, 0
    while place < count:
        share, state = chance.uniform(state)
        size = recipe.group_size if share < recipe.group_starts else 1
        until = min(place + size, count)
        if len(recipe.services.edges) > 1:
            service[place:until] = service[place]
        party[place:until] = parties
        place = until
        parties += 1
    return parties


@compiled
def _come(recipe: Recipe, state: State, moments: Whole) -> None:
    """Moments in order: sorted uniforms mapped through the cumulative shape.

    Sums of n exponential gaps over the sum of n + 1 are n sorted uniforms.
    """
    sums = np.empty(len(moments))
    total = 0.0
    for place in range(len(moments)):
        gap, state = chance.exponential(state)
        total += gap
        sums[place] = total
    gap, state = chance.exponential(state)
    _lay_on_the_line(recipe, sums, total + gap, moments)


@inlined
def _lay_on_the_line(recipe: Recipe, sums: Floats, total: float, moments: Whole) -> None:
    """The moment at which each share `sums / total` of the visitors has come."""
    shares, at_ms = recipe.corner_shares, recipe.corner_ms
    last = len(shares) - 2
    corner = -1
    ceiling = low = slope = begins = 0.0
    for place in range(len(sums)):
        while corner < 0 or (sums[place] >= ceiling and corner < last):
            corner += 1
            low, ceiling = shares[corner] * total, shares[corner + 1] * total
            begins = at_ms[corner]
            slope = (at_ms[corner + 1] - begins) / (ceiling - low) if ceiling > low else 0.0
        moments[place] = np.int32(np.rint(begins + (sums[place] - low) * slope))


@compiled
def _last(lengths: Lengths, law: Whole, state: State, most_ms: np.int64, column: Whole) -> None:
    """A length of time for each visitor, by the distribution at their place; where there is one only, no places are
    looked up.

    Mostly all of them are of one kind; a loop that knows only that one keeps the stream in registers.
    """
    is_one = len(lengths.kinds) == 1
    if _are_all(lengths.kinds, FOR_EVER):
        column[:] = np.int32(most_ms)
    elif is_one and lengths.kinds[0] == EXPONENTIAL:
        mean = lengths.first[0]
        for place in range(len(column)):
            number, state = chance.exponential(state)
            column[place] = _whole(mean * number, most_ms)
    elif _are_all(lengths.kinds, LOGNORMAL):
        logarithms = np.empty(len(column))
        for place in range(len(column)):
            at = 0 if is_one else law[place]
            number, state = chance.normal(state)
            logarithms[place] = lengths.first[at] + lengths.second[at] * number
        for place in range(len(column)):
            # What lies outside is far beyond the longest or far below a millisecond.
            column[place] = _whole(exp_inside(min(max(logarithms[place], -INSIDE), INSIDE)), most_ms)
    elif _are_all(lengths.kinds, EXPONENTIAL):
        for place in range(len(column)):
            number, state = chance.exponential(state)
            column[place] = _whole(lengths.first[law[place]] * number, most_ms)
    else:
        for place in range(len(column)):
            length, state = length_of(lengths, 0 if is_one else law[place], state)
            column[place] = _whole(length, most_ms)


@compiled
def _are_all(kinds: Flags, kind: int) -> bool:
    for each in kinds:  # noqa: SIM110 a loop is compiled, a generator is not
        if each != kind:
            return False
    return True


@inlined
def _whole(length: float, most_ms: np.int64) -> np.int32:
    return np.int32(np.rint(length)) if length < most_ms else np.int32(most_ms)


@compiled
def length_of(lengths: Lengths, law: int, state: State) -> tuple[float, State]:
    """One length in milliseconds, not rounded."""
    kind = lengths.kinds[law]
    first, second = lengths.first[law], lengths.second[law]
    if kind == LOGNORMAL:
        number, state = chance.normal(state)
        return exp(first + second * number), state
    if kind == EXPONENTIAL:
        number, state = chance.exponential(state)
        return first * number, state
    if kind == FOR_EVER:
        return np.inf, state
    if kind == GAMMA:
        number, state = chance.gamma(first, state)
        return number * second, state
    if kind == EMPIRICAL:
        number, state = chance.uniform(state)
        at = number * (second - 1.0)
        place = np.intp(at)
        low = lengths.quantiles[np.intp(first) + place]
        high = lengths.quantiles[np.intp(first) + place + 1]
        return low + (high - low) * (at - place), state
    # Weibull: a power of an exponential.
    number, state = chance.exponential(state)
    return second * exp(log(number) * first), state


@compiled
def _happen(share: float, state: State, column: Flags) -> None:
    if share <= 0.0:
        column[:] = 0
        return
    for place in range(len(column)):
        number, state = chance.uniform(state)
        column[place] = number < share


@compiled
def _pause(recipe: Recipe, state: State, column: Whole) -> None:
    if recipe.pauses <= 0.0:
        column[:] = 0
        return
    for place in range(len(column)):
        share, state = chance.uniform(state)
        length, state = chance.exponential(state)
        length = min(np.rint(length * recipe.pause_ms), float(DAY_MS))
        column[place] = np.int32(length) if share < recipe.pauses else 0


@compiled
def draw_uniforms(key: Word, day: int, attribute: Word, count: int) -> NDArray[np.float64]:
    """Numbers of a stream, for whoever draws few of them."""
    numbers = np.empty(count)
    state = stream(key, day, attribute)
    for place in range(count):
        numbers[place], state = chance.uniform(state)
    return numbers
