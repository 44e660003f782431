"""Whoever comes when no numbers are given is told beforehand, and everybody's coming then is refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.plan import Booking, HallPlan, Rules, Span
from engine.halls import load_hall
from engine.wire.bad_file import BadFile
from sim import load, simulate
from sim.kernel.admission import admission_tables
from sim.outside_hours import OutsideHours, issuing_spans, outside_hours
from sim.scenario import Scenario, load_scenario, read_scenario, shipped_scenarios
from sim.scenario_fit import check_against
from tests.builders import MINUTE, SERVICES, plan
from tests.sim.command_line import run
from tests.sim.counter import counter_day

HOURS = (Span(9 * 60, 12 * 60), Span(13 * 60, 17 * 60))
NOON = Span(12 * 60, 13 * 60)
SOCIAL, TAX, _ = SERVICES


def scenario(opens: str = "09:00", shape: str = "[1, 1]", *, tax: float = 0.5, more: str = "") -> Scenario:
    text = f"""[scenario]
name = "x"
hall = "x"
visits_per_day = 40
opens = "{opens}"
shape = {shape}
slot_minutes = 60
[services.social]
share = {1 - tax}
mean_minutes = 6
[services.tax]
share = {tax}
mean_minutes = 6
[lanes]
ordinary = 1
{more}"""
    return read_scenario(text, "x.toml")


def of(asked: Scenario, hall: HallPlan) -> tuple[float, tuple[Span, ...], tuple[str, ...]]:
    found: OutsideHours = outside_hours(asked, hall)
    return round(found.share, 9), found.spans, found.services


def test_nobody_comes_in_vain_before_the_hall_opens_or_in_a_break_with_numbers() -> None:
    assert of(scenario("08:00", "[1, 1]"), plan(hours=HOURS)) == (0, (), ())
    assert of(scenario("12:00", "[1]"), plan(hours=HOURS)) == (0, (), ())


def test_who_comes_after_the_last_hour_comes_in_vain() -> None:
    found = of(scenario("16:00", "[3, 1, 0]"), plan(hours=HOURS))

    assert found == (0.25, (Span(17 * 60, 18 * 60),), ("social", "tax"))


def test_a_pulse_at_the_last_hour_comes_in_vain() -> None:
    pulse = '[[pulse]]\nat = "17:00"\nshare = 0.3'

    assert of(scenario("16:00", "[1]", more=pulse), plan(hours=HOURS))[0] == 0.3


def test_in_a_break_without_numbers_who_comes_is_told_from_when_to_when() -> None:
    hall = plan(hours=HOURS, rules=Rules(draws_in_break=False))

    found = outside_hours(scenario("11:00", "[1, 1, 2]"), hall)

    assert (round(found.share, 9), found.spans) == (0.25, (NOON,))
    assert found.sentence().en.startswith("25.0% of the visitors come when no numbers are given (12:00-13:00)")
    assert found.sentence().zh.startswith("25.0% 的来访者在不发号时到来（12:00-13:00）")


def test_a_service_with_hours_of_its_own_is_named() -> None:
    hall = plan(services=[SOCIAL, replace(TAX, hours=(Span(9 * 60, 10 * 60),))], hours=HOURS)

    found = outside_hours(scenario(tax=0.2), hall)

    assert (round(found.share, 9), found.services) == (0.1, ("tax",))
    assert "10:00-11:00; services: tax" in found.sentence().en
    assert "10:00-11:00；业务：tax" in found.sentence().zh


def test_in_hours_for_appointments_only_those_who_have_one_do_not_come_in_vain() -> None:
    booked = replace(TAX, appointment_only=(Span(9 * 60, 10 * 60),), booking=Booking(4))
    more = "[conduct.appointments]\nshare = 0.75"

    found = outside_hours(scenario(more=more), plan(services=[SOCIAL, booked], hours=HOURS))

    assert found.share == pytest.approx(0.5 * 0.5 * 0.25)


spans = st.lists(st.integers(0, 48), min_size=2, max_size=6, unique=True).map(
    lambda edges: tuple(Span(a * 30, b * 30) for a, b in zip(*[iter(sorted(edges))] * 2, strict=False))
)


@given(spans, spans, st.booleans(), st.integers(0, 20), st.lists(st.integers(0, 3), min_size=1, max_size=4).filter(any))
@settings(max_examples=60)
def test_it_is_what_the_kernel_refuses_minute_by_minute(
    hours: tuple[Span, ...], of_tax: tuple[Span, ...], draws_in_break: bool, opens: int, shape: list[int]
) -> None:
    services = [SOCIAL, replace(TAX, hours=of_tax)]
    hall = plan(services=services, hours=hours, rules=Rules(draws_in_break=draws_in_break))
    tables = admission_tables(hall, ["kiosk"])
    minutes = [(opens * 60 + minute, weight) for slot, weight in enumerate(shape)
               for minute in range(60 * slot, 60 * slot + 60)]  # fmt: skip

    found = outside_hours(scenario(f"{opens:02d}:00", str(shape)), hall)

    in_vain = {
        minute: [bool(tables.shut[each, minute]) or minute * MINUTE >= tables.issuing_ends_ms for each in (0, 1)]
        for minute, _ in minutes
    }
    refused = sum(weight * sum(in_vain[minute]) for minute, weight in minutes)
    assert found.share == pytest.approx(refused / (2 * 60 * sum(shape)))
    assert all(
        any(span.start <= minute < span.end for span in found.spans) == any(in_vain[minute])
        for minute, weight in minutes
        if weight
    )


def test_a_day_on_which_everybody_comes_in_vain_is_refused_by_line_with_the_hours() -> None:
    with pytest.raises(BadFile) as refused:
        check_against(scenario("17:00"), plan(hours=HOURS), "x.toml")

    (problem,) = refused.value.problems
    assert (problem.line, problem.key) == (5, "scenario.opens")
    assert "everybody comes when no numbers are given (17:00-19:00)" in problem.what.en
    assert "within 09:00-17:00" in problem.fix.en
    assert "09:00-17:00" in problem.fix.zh


def test_a_hall_that_gives_numbers_by_appointment_only_is_refused_where_nobody_has_one() -> None:
    booked = replace(TAX, appointment_only=(Span(0, 24 * 60),), booking=Booking(4))
    hall = plan(services=[replace(SOCIAL, appointment_only=(Span(0, 24 * 60),)), booked], hours=HOURS)

    with pytest.raises(BadFile) as refused:
        check_against(scenario(), hall, "x.toml")

    assert issuing_spans(scenario(), hall) == ()
    assert "change the hours of its services" in refused.value.problems[0].fix.en


@pytest.mark.parametrize("name", shipped_scenarios())
def test_in_shipped_scenarios_nobody_comes_in_vain(name: str) -> None:
    asked = load_scenario(name)

    assert outside_hours(asked, load_hall(asked.hall_beside(name))).share == 0


def late_counter(folder: Path, opens: str) -> Path:
    """The counter of the examples, which gives numbers from nine to twelve, with its three hours moved."""
    file = counter_day(folder, visits=20)
    file.write_text(file.read_text("utf-8").replace('"09:00"', f'"{opens}"'), "utf-8")
    return file


def test_the_command_says_it_and_tells_it_last(tmp_path: Path) -> None:
    done = run("simulate", str(late_counter(tmp_path, "10:00")), "--core", "fast", "--json")

    figures = json.loads(done.stdout)
    told = figures["outside_hours"]
    assert list(figures)[-1] == "outside_hours"
    assert told["share"] == pytest.approx(1.5 / 8, abs=1e-6)
    assert told["spans"] == ["12:00-13:00"]
    assert told["en"] in done.stderr
    assert told["zh"] in done.stderr


def test_a_program_finds_it_among_the_figures(tmp_path: Path) -> None:
    file = late_counter(tmp_path, "11:30")

    told = simulate(load(file), days=1).figures["outside_hours"]

    assert told["services"] == ["social-security", "tax"]
    assert told["share"] > 0.5


def test_a_day_after_closing_is_no_day_to_simulate(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="everybody comes when no numbers are given"):
        load(late_counter(tmp_path, "12:00"))
