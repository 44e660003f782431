"""The calling rule as numbers: the same as looking at everybody, whatever holds the numbers, and fair in the end."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core import commands as c
from engine.core.calling import EMPTY, MINUTE_MS, choose, urgency
from engine.core.events import Millis
from tests.builders import ORDINARY, PRIORITY, Driver, lane, plan


class Heads(NamedTuple):
    """The arguments of `choose`."""

    candidates: list[int]
    tiers: list[int]
    credits: list[int]
    rates: list[int]
    head_order: list[int]
    head_since: list[int]
    now_ms: int


@st.composite
def heads(draw: st.DrawFn) -> Heads:
    """Up to eight queues, some empty, with many ties; a window may serve some of them in tiers."""
    count = draw(st.integers(1, 8))
    candidates = draw(st.permutations(range(count)))[: draw(st.integers(0, count))]
    tiers = sorted(draw(st.lists(st.integers(0, 2), min_size=len(candidates), max_size=len(candidates))))
    orders = draw(st.permutations(range(1, count + 1)))
    now_ms = draw(st.sampled_from([10_000_000, 1_900_000_000_000]))
    return Heads(
        candidates,
        tiers,
        [draw(st.sampled_from([0, 0, 1_000, 30_000])) for _ in range(count)],
        [draw(st.sampled_from([0, 1_000, 2_000, 1])) for _ in range(count)],
        [draw(st.sampled_from([EMPTY, order, order])) for order in orders],
        [now_ms - draw(st.sampled_from([0, 60_000, 1_860_000, 3_600_001, -5])) for _ in range(count)],
        now_ms,
    )


@given(heads())
def test_choice_is_the_best_of_all_and_the_runner_up_the_best_of_the_rest(case: Heads) -> None:
    ranking = sorted(
        (tier, -_urgency(case, queue), case.head_order[queue], place)
        for place, (queue, tier) in enumerate(zip(case.candidates, case.tiers, strict=True))
        if case.head_order[queue] != EMPTY
    )
    places = [(place, -negative) for _, negative, _, place in ranking[:2]] + [(EMPTY, 0)] * 2

    assert choose(*case) == (*places[0], *places[1])


@given(heads())
def test_choice_is_the_same_from_tuples_and_from_arrays(case: Heads) -> None:
    tuples = _choose_from(case, tuple)
    arrays = _choose_from(case, lambda numbers: np.array(numbers, dtype=np.int64))

    assert choose(*case) == tuples == tuple(int(each) for each in arrays)


@given(heads())
def test_choice_changes_nothing_it_is_given(case: Heads) -> None:
    before = [list(each) for each in case[:-1]]

    choose(*case)

    assert [list(each) for each in case[:-1]] == before


@given(
    st.integers(0, 10**6), st.integers(0, 10**5), st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 10**9)
)
def test_urgency_is_exact_and_grows_with_waiting(credit: int, rate: int, waited: int, more: int, other: int) -> None:
    assert urgency(credit, rate, waited + more) - urgency(credit, rate, waited) == rate * more
    assert urgency(credit, rate, waited) - urgency(credit, 0, other) == rate * waited


def test_year_of_waiting_stays_inside_64_bits() -> None:
    assert urgency(1_000_000, 100_000, 366 * 24 * 60 * MINUTE_MS) < 2**63


@given(
    credit=st.sampled_from([0, 5, 30]),
    ordinary_rate=st.sampled_from([0.5, 1, 3]),
    priority_rate=st.sampled_from([0, 0.5, 1, 2, 3]),
    gaps=st.lists(st.integers(1, 12), min_size=1, max_size=60),
    service_minutes=st.integers(1, 15),
    backlog=st.integers(0, 5),
)
def test_ordinary_head_waits_through_a_bounded_number_of_priority_calls(
    credit: int, ordinary_rate: float, priority_rate: float, gaps: list[int], service_minutes: int, backlog: int
) -> None:
    """L1, and where the bound comes from.

    Let an ordinary ticket come at minute a, with credit 0 and rate r > 0, and be the first of its lane. A priority
    ticket with credit C and rate R that came at p and is called at t has waited v = t - p. It was preferred, so

        C + R v >= r (t - a) = r (v + p - a),   that is   p - a <= (C + (R - r) v) / r.

    With V the longest wait of any priority ticket called meanwhile, no priority ticket that came later than
    D = max(C, C + (R - r) V) / r minutes after the ordinary one is ever preferred to it. Priority tickets come at least
    g minutes apart, and B of them waited already, so at most

        k = B + floor(D / g) + 1

    are called first. If R <= r the wait V plays no part: k depends on the plan and the arrivals alone. If R > r it is
    bounded as long as the priority lane's own wait is, that is while the windows keep up with the priority lane.
    """
    driver = Driver.opened(plan(lanes=(lane(ORDINARY, 0, ordinary_rate), lane(PRIORITY, credit, priority_rate))))
    for _ in range(backlog):
        driver.issue("social", PRIORITY)
    waits_min = _priority_waits_before_the_ordinary_ticket(driver, gaps, service_minutes)

    longest_min = max(waits_min, default=0)
    reach_min = max(credit, credit + (priority_rate - ordinary_rate) * longest_min) / ordinary_rate
    bound = backlog + int(reach_min / min(gaps)) + 1

    assert len(waits_min) <= bound


@pytest.mark.parametrize(("ordinary_rate", "called_first"), [(0, 120), (1, 6)])
def test_lane_whose_waiting_counts_for_nothing_starves_and_one_whose_waiting_counts_does_not(
    ordinary_rate: float, called_first: int
) -> None:
    # Priority every 5 minutes, 5 minutes' work each. After half an hour both have 30 points; who came first wins a tie.
    driver = Driver.opened(plan(lanes=(lane(ORDINARY, 0, ordinary_rate), lane(PRIORITY, 30, 1))))

    waits_min = _priority_waits_before_the_ordinary_ticket(driver, [5] * 120, 5)

    assert len(waits_min) == called_first


def _priority_waits_before_the_ordinary_ticket(driver: Driver, gaps: list[int], service_minutes: int) -> list[float]:
    """One window works without pause; how many minutes each priority ticket called before the ordinary one waited."""
    arrivals = [driver.now_ms]
    for gap in gaps[:-1]:
        arrivals.append(arrivals[-1] + gap * MINUTE_MS)
    assert all(later > earlier for earlier, later in pairwise(arrivals))
    ordinary = driver.issue("social", ORDINARY)
    waits: list[float] = []
    while True:
        arrivals = _let_them_come(driver, arrivals)
        ticket_id = driver.serve("w02")
        if ticket_id == ordinary:
            return waits
        waits.append((driver.now_ms - driver.ticket(ticket_id).issued_ms) / MINUTE_MS)
        driver.now_ms += service_minutes * MINUTE_MS
        driver.do(c.FinishService("w02"))


def _let_them_come(driver: Driver, arrivals: list[Millis]) -> list[Millis]:
    now_ms = driver.now_ms
    for at_ms in arrivals:
        if at_ms <= now_ms:
            driver.now_ms = at_ms
            driver.issue("social", PRIORITY)
    driver.now_ms = now_ms
    return [at_ms for at_ms in arrivals if at_ms > now_ms]


def _choose_from(case: Heads, hold: Callable[[list[int]], Any]) -> tuple[int, int, int, int]:
    """The choice from the same numbers held in another way."""
    tiers, credits, rates = hold(case.tiers), hold(case.credits), hold(case.rates)
    return choose(
        hold(case.candidates), tiers, credits, rates, hold(case.head_order), hold(case.head_since), case.now_ms
    )


def _urgency(case: Heads, queue: int) -> int:
    return urgency(case.credits[queue], case.rates[queue], case.now_ms - case.head_since[queue])
