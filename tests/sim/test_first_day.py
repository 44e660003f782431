"""The first day of a simulation: within the years for which clocks and journals hold, or refused before any work."""

from datetime import date

import pytest

from sim.bad_option import BadOption
from sim.first_day import EARLIEST, LATEST, require_first_day
from tests.sim.command_line import run


@pytest.mark.parametrize("day", ["0001-01-01", "1970-01-01", "2200-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["simulate", "hongtang"],
        ["simulate", "hongtang", "--core", "fast"],
        ["compare", "hongtang", "hongtang"],
        ["plan", "hongtang", "--target", "p90_wait<=15m"],
        ["replay", "examples/morning.csv", "--hall", "examples/counter.toml"],
    ],
)
def test_a_day_outside_these_years_is_refused_with_those_that_can_be_named(arguments: list[str], day: str) -> None:
    done = run(*arguments, "--date", day)

    assert done.exit_code == 2
    assert all(each in done.stderr for each in (f"{day} 不可用", "cannot be used", str(EARLIEST), str(LATEST)))


@pytest.mark.parametrize("day", [EARLIEST, LATEST])
def test_the_first_and_the_last_of_these_days_can_be_simulated(day: date) -> None:
    require_first_day("first_day", day)
    done = run("simulate", "hall1", "--date", str(day))

    assert done.exit_code == 0, done.stderr


def test_a_program_is_told_which_argument_it_was() -> None:
    with pytest.raises(BadOption, match=r"first_day: 0001-01-01 cannot be used"):
        require_first_day("first_day", date.min)
