"""Patience from censored waits: Kaplan and Meier's curve, estimates in closed form, and what cannot be known."""

import numpy as np
import pytest

from sim.learning.patience import SHAPES_FROM, kaplan_meier, learn_patience, surviving

SECONDS = 4_000


def counts(seconds: list[int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.bincount(seconds, minlength=SECONDS)


def test_kaplan_and_meier_s_curve_is_that_of_the_textbook() -> None:
    """Left after 1, 3 and 4 seconds; called after 2 and 5: the share is 4/5, then 4/5 · 2/3, then that · 1/2."""
    survival, at_risk = kaplan_meier(counts([1, 3, 4]), counts([2, 5]))

    assert survival[[0, 1, 2, 3, 4, 5]] == pytest.approx([1, 4 / 5, 4 / 5, 8 / 15, 4 / 15, 4 / 15])
    assert at_risk[:6].tolist() == [5, 5, 4, 3, 2, 1]


def test_few_who_left_give_the_time_waited_by_all_over_those_who_left() -> None:
    patience = learn_patience(counts([100, 200]), counts([300, 400]), np.random.default_rng(1))

    assert patience is not None
    assert (patience.family, patience.left, patience.count) == ("exponential", 2, 4)
    assert patience.mean * 60 == pytest.approx((100.5 + 200.5 + 300.5 + 400.5) / 2)


def test_nobody_who_left_teaches_nothing() -> None:
    assert learn_patience(counts([]), counts([10, 20]), np.random.default_rng(1)) is None


@pytest.mark.parametrize(("family", "cv", "shape"), [("weibull", 0.36, 3.0), ("lognormal", 1.5, 1.0)])
def test_a_shape_is_learnt_from_many(family: str, cv: float, shape: float) -> None:
    chance = np.random.default_rng(2)
    count = 20 * SHAPES_FROM
    if family == "weibull":
        patience_s = 800 * chance.weibull(shape, count)
    else:
        spread = np.sqrt(np.log(1 + cv**2))
        patience_s = np.exp(np.log(500) + spread * chance.standard_normal(count))
    called_s = chance.uniform(0, 1_500, count)
    has_left = patience_s < called_s

    patience = learn_patience(
        counts(patience_s[has_left].astype(int).tolist()), counts(called_s[~has_left].astype(int).tolist()), chance
    )

    assert patience is not None
    assert patience.family == family
    assert patience.cv == pytest.approx(cv, rel=0.15)
    assert patience.ks_p > 0.01
    fitted = surviving(patience, np.array(patience.curve[0]))
    assert np.abs(fitted - np.array(patience.curve[1])).max() < 0.05


def test_the_wrong_family_is_refused_by_the_test() -> None:
    chance = np.random.default_rng(3)
    same_s = chance.normal(600, 20, SHAPES_FROM - 1).astype(int).tolist()

    patience = learn_patience(counts(same_s), counts([]), chance)

    assert patience is not None
    assert patience.family == "exponential"
    assert patience.ks_p == pytest.approx(1 / 200)
