"""The short examples in the core's docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import engine.core

MODULES = [each.name for each in pkgutil.iter_modules(engine.core.__path__, "engine.core.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
