"""The short examples in the docstrings of staffing are true."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["erlang", "measuring", "printing", "targets"])
def test_examples_in_docstrings(name: str) -> None:
    ran = doctest.testmod(importlib.import_module(f"sim.staffing.{name}"))

    assert ran.attempted > 0
    assert ran.failed == 0
