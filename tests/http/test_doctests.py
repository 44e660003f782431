"""The short examples in the HTTP door's docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import engine.http

MODULES = [each.name for each in pkgutil.iter_modules(engine.http.__path__, "engine.http.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
