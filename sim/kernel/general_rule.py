"""The rule that decides who is called, compiled: `engine.core.calling` as it stands, function for function.

A compiler needs to know that the functions which a function calls are compiled too, so each is taken with its own code
and with names that lead to their compiled forms.
"""

from types import FunctionType
from typing import Any, Final

from engine.core import calling
from sim.kernel.compiled import inlined_inner

INNER: Final = ("most_points", "longest", "head_by", "first_tier", "pick_among", "pick")
"""The functions of a policy's choice, each after those that it calls."""


def _linked() -> dict[str, Any]:
    names = dict(vars(calling))
    for name in INNER:
        function = getattr(calling, name)
        names[name] = inlined_inner(FunctionType(function.__code__, names, name))
    return names


choose: Any = inlined_inner(calling.choose)
"""`engine.core.calling.choose`."""
pick: Any = _linked()["pick"]
"""`engine.core.calling.pick`."""
