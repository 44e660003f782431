"""The short examples in the docstrings of devices are true."""

import doctest
import importlib

import pytest

MODULES = [
    "clients.button.desk",
    "clients.button.ulid",
    "displays.announcer.phrases",
    "displays.announcer.worker",
    "displays.led.strip",
    "engine.device.pulse",
    "engine.device.window",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    ran = doctest.testmod(importlib.import_module(name))

    assert ran.attempted > 0
    assert ran.failed == 0
