"""The short examples in the pusher's docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import engine.push

MODULES = [each.name for each in pkgutil.iter_modules(engine.push.__path__, "engine.push.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
