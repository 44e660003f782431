"""The core and the model agree, whatever they are told."""

import pytest

from tests.properties.machine import HallMachine, walk

TestHall = HallMachine.TestCase


@pytest.mark.parametrize("seed", range(20))
def test_long_day_of_chance(seed: int) -> None:
    walk(seed, steps=300)
