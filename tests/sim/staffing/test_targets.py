"""Targets: what is written is what is meant, and what cannot be meant is named by its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.staffing.result import Target
from sim.staffing.targets import BadTarget, read_targets, target_text
from tests.builders import LANES, PLAN, SERVICES


def read(*texts: str) -> tuple[Target, ...]:
    return read_targets(texts, PLAN)


@pytest.mark.parametrize(
    ("text", "measure", "share", "limit_s"),
    [
        ("p90_wait<=15m", "wait", 0.9, 900),
        ("P50_Wait ≤ 300 s", "wait", 0.5, 300),
        ("p99.5wait<=1h", "wait", 0.995, 3_600),
        ("within(15m)>=90%", "within", 0.9, 900),
        ("within（90s）≥0.8", "within", 0.8, 90),
        ("abandoned<=5%", "abandoned", 0.05, 0),
        ("abandoned ⩽ ５％", "abandoned", 0.05, 0),
    ],
)
def test_target_is_read_as_it_is_written(text: str, measure: str, share: float, limit_s: float) -> None:
    (target,) = read(text)

    assert (target.measure, target.share, target.limit_s) == (measure, pytest.approx(share), limit_s)


def test_scope_stands_in_brackets_in_any_order() -> None:
    one, other = read("p90_wait<=15m [slot, lane=priority]"), read("p90_wait<=15m[lane=priority][SLOT]")

    assert one == other
    assert (one[0].lane, one[0].service, one[0].per_slot) == ("priority", None, True)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", 1, "figure is missing"),
        ("p90_wat<=15m", 1, "did you mean p90_wait"),
        ("p100_wait<=15m", 1, "p1 to p99"),
        ("p0_wait<=15m", 1, "p1 to p99"),
        ("p90_wait<15m", 9, "write <="),
        ("p90_wait>=15m", 9, "at most"),
        ("within(15m)<=90%", 12, "at least"),
        ("p90_wait<=15", 11, "15m (minutes)"),
        ("p90_wait<=15%", 11, "no unit of time"),
        ("p90_wait<= -3m", 12, "negative"),
        ("p90_wait<=NaNm", 11, "not a number"),
        ("p90_wait<=infm", 11, "not a number"),
        ("p90_wait<=25h", 11, "longer than a day"),
        ("p90_wait<=", 11, "a time must stand here"),
        ("within(15m>=90%", 11, "missing"),
        ("within(15m)>=90s", 14, "write 90%"),
        ("within(15m)>=0%", 15, "asks for nothing"),
        ("abandoned<=5", 12, "did you mean 5%"),
        ("abandoned<=500%", 12, "more than 100%"),
        ("abandoned<=nan%", 12, "not a number"),
        ("abandoned<=100%", 15, "everybody may leave"),
        ("abandoned<=5% [lane=prority]", 21, "did you mean priority"),
        ("abandoned<=5% [service=taxi]", 24, "did you mean tax"),
        ("abandoned<=5% [zone=a]", 16, "write [lane=…], [service=…] or [slot]"),
        ("abandoned<=5% [slot, slot]", 22, "twice"),
        ("abandoned<=5% [lane=priority, lane=ordinary]", 31, "twice"),
        ("abandoned<=5% please", 12, "no unit"),
        ("p90_wait<=15m]", 14, "too much"),
    ],
)
def test_mistake_is_named_by_its_place_with_the_way_out(text: str, place: int, words: str) -> None:
    with pytest.raises(BadTarget) as refused:
        read(text)

    assert refused.value.place == place
    assert words in str(refused.value)
    assert refused.value.what.zh != refused.value.what.en


def test_two_targets_about_the_same_figure_contradict_each_other() -> None:
    with pytest.raises(BadTarget, match="keep one of the two"):
        read("p90_wait<=15m", "p90_wait<=10m")


def test_two_targets_about_different_people_do_not() -> None:
    assert len(read("p90_wait<=15m", "p50_wait<=15m", "p90_wait<=5m [lane=priority]", "abandoned<=5%")) == 4


def test_no_target_at_all_is_refused() -> None:
    with pytest.raises(BadTarget, match="there is no target"):
        read()


SCOPES = st.fixed_dictionaries(
    {
        "lane": st.sampled_from([None, *(lane.lane_id for lane in LANES)]),
        "service": st.sampled_from([None, *(service.service_id for service in SERVICES)]),
        "per_slot": st.booleans(),
    }
)
SHARES = st.integers(1, 99).map(lambda percent: percent / 100)
LIMITS = st.integers(0, 86_400).map(float)
TARGETS = st.one_of(
    st.builds(lambda share, limit, scope: Target("", "wait", share, limit, **scope), SHARES, LIMITS, SCOPES),
    st.builds(lambda share, limit, scope: Target("", "within", share, limit, **scope), SHARES, LIMITS, SCOPES),
    st.builds(lambda share, scope: Target("", "abandoned", share, **scope), SHARES, SCOPES),
)


@given(TARGETS)
def test_every_target_is_read_back_from_its_own_text(target: Target) -> None:
    text = target_text(target)

    (read_back,) = read(text)

    assert target_text(read_back) == read_back.text == text
    assert read_back.share == pytest.approx(target.share)
    assert read_back.limit_s == target.limit_s


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_target_or_a_mistake_in_both_languages(text: str) -> None:
    try:
        (target,) = read(text)
    except BadTarget as mistake:
        assert 1 <= mistake.place <= len(text) + 1
        assert mistake.fix.zh and mistake.fix.en
    else:
        assert 0 < target.share < 1 or target.measure != "wait"
