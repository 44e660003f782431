"""The quick loop without a compiler, with or without a mistake put into its text: how the tests see that they see."""

import sys
from collections.abc import Callable
from importlib import resources
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

MODULES = ("tables", "admission", "heap", "queues", "teams", "plain")
"""In the order in which they import each other."""


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


inlined_inner = uncounted = inner
Number = Any


def lowest_bit(mask: np.uint64) -> int:
    return (int(mask) & -int(mask)).bit_length() - 1


def interpreted(mistakes: dict[str, str] | None = None) -> SimpleNamespace:
    """The modules of the quick loop by name; `mistakes` are texts and what stands in place of each."""
    left = dict(mistakes or {})
    made: dict[str, ModuleType] = {}
    for name in MODULES:
        text = resources.files("sim.kernel").joinpath(f"{name}.py").read_text("utf-8")
        for right in [each for each in left if each in text]:
            text = text.replace(right, left.pop(right))
        text = text.replace("sim.kernel.compiled", __name__)
        for other in made:
            text = text.replace(f"from sim.kernel.{other} import", f"from interpreted_{other} import")
        made[name] = sys.modules[f"interpreted_{name}"] = ModuleType(f"interpreted_{name}")
        exec(compile(text, f"interpreted_{name}", "exec"), made[name].__dict__)
    assert not left, f"no such text: {left}"
    return SimpleNamespace(**made)
