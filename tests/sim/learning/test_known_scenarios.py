"""Days simulated out of a known scenario teach its parameters, within what so many days can tell."""

from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from engine.core.plan import Name, Span
from sim.learning.learned import Learned
from sim.learning.scenario_text import scenario_text
from sim.roster import roster_of
from sim.scenario import Scenario, read_scenario
from tests.sim.learning.lived import HALL, SERVICES, learnt, learnt_from_trace, scenario

SIGMAS = 4.0
"""So far an estimate may be off; of many thousand estimates one is further."""
QUARTERS = 16
"""In so many quarters of an hour people come."""


@pytest.mark.parametrize("seed", range(4))
def test_arrivals_of_any_scenario_are_found_again(seed: int) -> None:
    chance = np.random.default_rng(seed)
    visits, dispersion, days = int(chance.integers(40, 400)), float(chance.uniform(1, 6)), 60
    known = scenario(visits=visits, dispersion=dispersion)

    rates = learnt(known, days, seed=seed).rates

    variance = (dispersion - 1) / (visits / QUARTERS)
    assert rates.per_day == pytest.approx(visits, abs=SIGMAS * sqrt((visits + visits**2 * variance) / days))
    shape = np.array(rates.shape) / sum(rates.shape)
    expected = np.array(known.scenario.shape) / sum(known.scenario.shape)
    assert np.abs(shape - expected).max() < SIGMAS * sqrt(0.15 / (visits * days))
    assert rates.level_variance is not None
    # A gamma with variance v has a kurtosis of 3 + 6 v.
    error = variance * sqrt((2 + 6 * variance) / days) + 1 / visits
    assert rates.level_variance[0] == pytest.approx(variance, abs=SIGMAS * error)
    assert (rates.opens, rates.pulses, rates.groups) == (540, [], None)


def test_days_that_differ_by_chance_alone_are_poisson() -> None:
    rates = learnt(scenario(visits=100, dispersion=1), 60).rates

    assert rates.over_dispersion == pytest.approx(1, abs=SIGMAS * sqrt(2 / (60 * QUARTERS)))


@pytest.mark.parametrize("seed", range(3))
def test_times_at_the_window_of_any_scenario_are_found_again(seed: int) -> None:
    chance = np.random.default_rng(100 + seed)
    means, cvs = chance.uniform(2, 8, 3), chance.uniform(0.4, 0.9, 3)
    family = ["lognormal", "gamma", "lognormal"]
    shares = [0.5, 0.3, 0.2]
    tables = "".join(
        f'[services.{name}]\nshare = {share}\nmean_minutes = {mean:.3f}\ncv = {cv:.3f}\ndistribution = "{kind}"\n'
        for name, share, mean, cv, kind in zip(("social", "tax", "young"), shares, means, cvs, family, strict=True)
    )

    learned = learnt(scenario(services=tables), 40, seed=seed)

    for place, (name, share, count) in enumerate(learned.services.items()):
        handling = learned.handling[name]
        assert share == pytest.approx(shares[place], abs=SIGMAS * sqrt(0.25 / learned.visits))
        assert handling.family == family[place]
        assert handling.mean == pytest.approx(means[place], rel=SIGMAS * cvs[place] / sqrt(count))
        assert handling.cv == pytest.approx(cvs[place], rel=SIGMAS * (1 + cvs[place] ** 2) / sqrt(count))
        assert handling.fit is not None
        assert handling.fit.ad_p > 0.005


@pytest.mark.parametrize("mean", [8, 25])
def test_patience_is_found_from_those_who_left_and_those_who_were_called_first(mean: int) -> None:
    crowded = scenario(f'[patience]\ndistribution = "exponential"\nmean_minutes = {mean}\n', visits=700)

    patience = learnt(crowded, 12).patience

    assert patience is not None
    assert 100 < patience.left < patience.count
    assert patience.mean == pytest.approx(mean, rel=SIGMAS / sqrt(patience.left))
    assert patience.ks_p > 0.005


def test_people_who_grow_impatient_are_told_from_those_who_do_not() -> None:
    tired = scenario('[patience]\ndistribution = "weibull"\nmean_minutes = 12\nshape = 3\n', visits=700)

    patience = learnt(tired, 12).patience

    assert patience is not None
    assert patience.family == "weibull"
    assert patience.shape == pytest.approx(3, rel=0.15)
    assert patience.mean == pytest.approx(12, rel=0.05)


def test_habits_of_the_windows_are_found() -> None:
    known = scenario(
        "[no_show]\nshare = 0.1\nwait_seconds = 45\n"
        "[clerks]\nwalk_seconds = 20\ngap_seconds = 10\npauses = { share = 0.1, minutes = 6 }\n",
        visits=600,
    )

    learned = learnt(known, 10)

    habits = learned.habits
    assert (habits.walk_s, habits.absent_s) == (20, 45)
    assert habits.gap_s == pytest.approx(10, abs=1)
    assert learned.no_show == pytest.approx(0.1, abs=SIGMAS * sqrt(0.09 / learned.called))
    assert habits.rests is not None
    assert habits.rests[0] == pytest.approx(0.1, abs=0.02)
    assert habits.rests[1] == pytest.approx(6, rel=0.2)


def test_a_pulse_at_the_door_is_found_and_is_no_part_of_the_shape() -> None:
    known = scenario('[[pulse]]\nat = "13:00"\nshare = 0.12\n', visits=200)

    rates = learnt(known, 30).rates

    ((minute, share),) = rates.pulses
    assert minute == 13 * 60
    assert share == pytest.approx(0.12, abs=SIGMAS * sqrt(0.12 / (200 * 30)))
    after_lunch = rates.shape[8] / sum(rates.shape)
    assert after_lunch == pytest.approx(3 / 24, abs=0.02)


def test_people_who_come_together_are_found() -> None:
    known = scenario("[groups]\nshare = 0.3\nsize = 3\n", visits=200)

    rates = learnt(known, 30).rates

    assert rates.groups is not None
    assert rates.groups[0] == pytest.approx(0.3, abs=0.03)
    assert rates.groups[1] == 3


def test_weekdays_and_months_are_found() -> None:
    known = learnt(_uneven(), 120)

    rates = known.rates
    assert rates.weekdays is not None
    assert rates.months is not None
    assert rates.weekdays[5:] == [0, 0]
    assert rates.weekdays[:5] == pytest.approx([1.4, 1, 1, 1, 0.6], abs=0.1)
    assert np.array(rates.months[:4]) / rates.months[0] == pytest.approx([1, 0.5, 1.5, 1], rel=0.12)


def test_windows_that_are_staffed_at_other_times_are_found() -> None:
    known = scenario('[[roster]]\nwindows = ["w07", "w08"]\nspans = ["09:30-12:00", "13:00-16:00"]\n')

    roster = learnt(known, 10).roster

    assert roster == [(("w07", "w08"), (Span(570, 720), Span(780, 960)))]


def test_windows_that_were_never_staffed_stay_empty_in_what_is_learnt() -> None:
    known = scenario('[[roster]]\nwindows = ["w03", "w08"]\nspans = []\n')

    learned = learnt(known, 5)

    again = roster_of(read_again(learned), HALL)
    assert again is not None
    assert [again.spans[place] for place in (2, 7)] == [(), ()]
    assert all(again.spans[place] for place in (0, 1, 3, 4, 5, 6))


def test_conduct_is_found() -> None:
    known = scenario(
        "[conduct.combined]\nshare = 0.1\nitems = 3\nstays = 0.6\n"
        "[conduct.outcomes]\ntold_missing = 0.08\npapers_follow = 0.03\nturned_away = 0.05\n"
        "[conduct.holds]\nshare = 0.06\nminutes = 8\nkind = \"papers\"\n"
        "[conduct.transfers]\nshare = 0.05\n"
        "[conduct.ratings]\nshare = 0.4\nstars = [0, 0, 0.1, 0.3, 0.6]\n"
        "[conduct.beside]\non_behalf = 0.07\nnot_printed = 0.02\nself_service = 12\nturned_away = 3\n"
    )  # fmt: skip

    conduct = learnt(known, 30).conduct

    found = {
        (table, figure.key): (figure.value, figure.count) for table, figures in conduct.items() for figure in figures
    }
    for (table, key), share in SHARES.items():
        value, count = found[table, key]
        assert count is not None
        assert float(value) == pytest.approx(share, abs=SIGMAS * sqrt(share / count)), (table, key)
    assert found["combined", "items"][0] == "3"
    assert found["holds", "kind"][0] == '"papers"'
    assert float(found["holds", "minutes"][0]) == pytest.approx(8, rel=0.2)
    assert (found["beside", "self_service"][0], found["beside", "turned_away"][0]) == ("12", "3")


SHARES = {
    ("combined", "share"): 0.1,
    ("combined", "stays"): 0.6,
    ("outcomes", "told_missing"): 0.08,
    ("outcomes", "papers_follow"): 0.03,
    ("outcomes", "turned_away"): 0.05,
    ("holds", "share"): 0.06,
    ("transfers", "share"): 0.05,
    ("ratings", "share"): 0.4,
    ("beside", "on_behalf"): 0.07,
    ("beside", "not_printed"): 0.02,
}


def test_what_is_learnt_from_what_was_learnt_is_the_same() -> None:
    known = scenario(
        '[[pulse]]\nat = "09:00"\nshare = 0.1\n[patience]\ndistribution = "exponential"\nmean_minutes = 15\n',
        visits=500,
    )

    once = learnt(known, 40)
    twice = learnt(read_again(once), 40, seed=2)

    assert twice.rates.per_day == pytest.approx(once.rates.per_day, rel=0.12)
    assert twice.rates.pulses[0] == pytest.approx(once.rates.pulses[0], rel=0.15)
    assert once.patience is not None
    assert twice.patience is not None
    assert twice.patience.mean == pytest.approx(once.patience.mean, rel=0.15)
    for name, handling in once.handling.items():
        assert twice.handling[name].family == handling.family
        assert twice.handling[name].mean == pytest.approx(handling.mean, rel=0.06)
        assert twice.handling[name].cv == pytest.approx(handling.cv, rel=0.1)


def test_the_journal_and_the_trace_of_the_same_days_teach_the_same(tmp_path: Path) -> None:
    known = scenario('[[pulse]]\nat = "09:00"\nshare = 0.1\n', visits=200)

    journal, trace = learnt(known, 12), learnt_from_trace(known, 12, tmp_path / "trace.csv")

    assert (journal.rates, journal.services, journal.lanes) == (trace.rates, trace.services, trace.lanes)
    assert (journal.channels, journal.handling) == (trace.channels, trace.handling)


def test_the_conduct_of_a_trace_is_that_of_its_journal(tmp_path: Path) -> None:
    known = scenario("[conduct.outcomes]\ntold_missing = 0.1\n[conduct.ratings]\nshare = 0.5\n")

    journal, trace = learnt(known, 6), learnt_from_trace(known, 6, tmp_path / "trace.parquet")

    assert journal.conduct == trace.conduct
    assert journal.conduct["outcomes"][0].key == "told_missing"


def read_again(learned: Learned) -> Scenario:
    """The scenario that was learnt, read from its file."""
    return read_scenario(scenario_text(learned, Name("学", "learnt"), "hall", "a log", []), "learnt.toml")


def _uneven() -> Scenario:
    text = SERVICES
    known = scenario(visits=250, dispersion=1.5, services=text)
    weekdays, months = [1.4, 1, 1, 1, 0.6, 0, 0], [1, 0.5, 1.5, *[1.0] * 9]
    uneven = known.scenario.model_copy(update={"weekdays": weekdays, "months": months})
    return known.model_copy(update={"scenario": uneven})
