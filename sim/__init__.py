"""The simulator: days of a hall let happen, compared and planned for, from Python as from the command line.

`from sim import load, simulate, compare, plan`; docs/reference/python.md describes what each gives. What they need is
imported when one of them is asked for: the command line starts without it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.answers import Comparison, Simulation, StaffingPlan
    from sim.api import Loaded, compare, load, plan, simulate

__all__ = ["Comparison", "Loaded", "Simulation", "StaffingPlan", "compare", "load", "plan", "simulate"]


def __getattr__(name: str) -> Any:
    """A name of the public API, looked up when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sim import api

    return getattr(api, name)
