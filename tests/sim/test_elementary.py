"""Our own exp and log are as near to the truth as a float can be, whatever machine computes them."""

from decimal import Decimal, localcontext
from math import inf, lgamma, ulp
from random import Random

import pytest

from sim.elementary import INSIDE, exp, exp_inside, log, log_gamma

NUMBERS = 4_000


def test_exp_is_within_one_unit_in_the_last_place() -> None:
    chance = Random(1)
    points = [chance.uniform(-1, 1) for _ in range(NUMBERS)] + [chance.uniform(-708, 709) for _ in range(NUMBERS)]

    assert max(_units_off(exp(x), _true(x, Decimal.exp)) for x in points) <= 1


def test_log_is_within_one_unit_in_the_last_place() -> None:
    chance = Random(2)
    points = [chance.uniform(1e-300, 4) for _ in range(NUMBERS)]
    points += [1 + chance.choice((-1, 1)) * 10 ** chance.uniform(-15, -1) for _ in range(NUMBERS)]
    points += [2.0 ** chance.randint(-1_000, 1_000) * chance.uniform(1, 2) for _ in range(NUMBERS)]

    assert max(_units_off(log(x), _true(x, Decimal.ln)) for x in points) <= 1


@pytest.mark.parametrize(("x", "power"), [(0.0, 1.0), (710.0, inf), (-746.0, 0.0), (inf, inf), (-inf, 0.0)])
def test_exp_ends_where_floats_end(x: float, power: float) -> None:
    assert exp(x) == power


def test_exp_that_asks_nothing_has_the_same_bits() -> None:
    chance = Random(4)
    points = [chance.uniform(-INSIDE, INSIDE) for _ in range(NUMBERS)] + [-INSIDE, 0.0, INSIDE]

    assert [exp_inside(x) for x in points] == [exp(x) for x in points]


def test_exp_of_a_number_far_below_has_the_few_bits_that_are_left() -> None:
    assert exp(-740.0) == pytest.approx(float(_true(-740.0, Decimal.exp)), rel=0, abs=5e-324)


def test_log_gamma_is_that_of_the_library() -> None:
    chance = Random(3)
    points = [chance.uniform(0.01, 100) for _ in range(NUMBERS)] + [chance.uniform(100, 1e8) for _ in range(NUMBERS)]

    assert all(log_gamma(x) == pytest.approx(lgamma(x), rel=1e-13, abs=1e-13) for x in points)


def _true(x: float, function: object) -> Decimal:
    with localcontext() as context:
        context.prec = 50
        value: Decimal = function(Decimal(x))  # type: ignore[operator]
    return value


def _units_off(found: float, true: Decimal) -> Decimal:
    return abs(Decimal(found) - true) / Decimal(ulp(float(true)))
