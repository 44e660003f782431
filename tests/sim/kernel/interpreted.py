"""The kernel's loops without a compiler, with or without a mistake in their text: how the tests see that they see."""

import sys
from collections.abc import Callable
from importlib import resources
from types import ModuleType, SimpleNamespace
from typing import Any, Final

import numpy as np

QUICK: Final = ("tables", "admission", "queues", "teams", "tournament", "plain")
"""The modules of the quick loop in the order in which they import each other."""
GENERAL: Final = (
    "tables", "admission", "heap", "teams", "general_tables", "general_room", "general_rule", "lines", "diary", "parts",
    "forecast", "drawing", "counters", "general",
)  # fmt: skip
"""The same of the general loop."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


inner = inlined_inner = compiled
Number = Any


def uncounted(arrays: Any) -> Any:
    return arrays


def lowest_bit(mask: np.uint64) -> int:
    return (int(mask) & -int(mask)).bit_length() - 1


def interpreted(modules: tuple[str, ...], mistakes: dict[str, str] | None = None) -> SimpleNamespace:
    """The modules of a loop by name; `mistakes` are texts and what stands in place of each."""
    left = dict(mistakes or {})
    made: dict[str, ModuleType] = {}
    for name in modules:
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


def as_records(value: Any) -> Any:
    """The same arrays, with rows whose columns the interpreter finds by name as the compiler does."""
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make([as_records(each) for each in value])
    return value.view(np.recarray) if isinstance(value, np.ndarray) and value.dtype.names else value
