"""The short examples in the simulator's docstrings are true."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["sim.result", "sim.table"])
def test_examples_in_docstrings(name: str) -> None:
    ran = doctest.testmod(importlib.import_module(name))

    assert ran.attempted > 0
    assert ran.failed == 0
