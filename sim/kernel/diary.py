"""What is to happen on a day of the general loop, in the order of `sim.agenda`.

Busy windows stand in one heap, by when the present step of their visit ends; whatever else people and offices do stands
in another, the agenda. A key of the agenda is a moment, whether an office acts, and the order of noting.
"""

from typing import Final

import numpy as np

from sim.kernel.compiled import Number, inlined_inner
from sim.kernel.general_room import Scene
from sim.kernel.heap import push, replace
from sim.kernel.lines import SEQUENCE_BITS

WINDOW_BITS: Final = 13
NOTED_BITS: Final = 22
TIME_BITS: Final = WINDOW_BITS + NOTED_BITS
LATEST: Final = (1 << 28) - 1
"""Later than any day closes; what ends later ends here."""
STAYS: Final = 2**62
"""The key at which somebody leaves who does not."""

LEAVES, FORM, RESUMES, RETURNS, RESULT, COLLECTS = range(6)
"""What people and offices do: leave, have filled in a form, go on after a hold, come back with what was missing, finish
their work on a result, come to collect it."""
ACT_BITS: Final = 3


@inlined_inner
def note_window(scene: Scene, at_ms: Number, window: Number) -> None:
    """The present step of the visit at a window ends at a moment."""
    day = scene.day[0]
    key = np.int64(min(at_ms, LATEST)) << TIME_BITS | day.noted << WINDOW_BITS | window
    day.noted += 1
    if day.is_spent:
        replace(scene.heap, day.busy, key)
        day.is_spent = 0
    else:
        push(scene.heap, day.busy, key)
        day.busy += 1


@inlined_inner
def _next_key(scene: Scene, at_ms: Number, is_office: Number) -> Number:
    """The key of whatever is noted next for a moment."""
    key = (np.int64(min(at_ms, LATEST)) << 1 | is_office) << SEQUENCE_BITS | scene.day[0].planned
    scene.day[0].planned += 1
    return key


@inlined_inner
def note(scene: Scene, key: Number, act: Number, ticket: Number) -> None:
    """Somebody does something at a key of their own."""
    scene.acts[key & ((1 << SEQUENCE_BITS) - 1)] = ticket << ACT_BITS | act
    push(scene.agenda, scene.day[0].agenda, key)
    scene.day[0].agenda += 1


@inlined_inner
def plan(scene: Scene, at_ms: Number, is_office: Number, act: Number, ticket: Number) -> None:
    """Somebody does something at a moment."""
    note(scene, _next_key(scene, at_ms, is_office), act, ticket)


@inlined_inner
def let_leave(scene: Scene, ticket: Number, at_ms: Number) -> None:
    """Somebody leaves at a moment, should they wait then."""
    key = _next_key(scene, at_ms, 0)
    scene.tickets[ticket].leaves = key
    if scene.day[0].wakes:
        note(scene, key, LEAVES, ticket)


@inlined_inner
def reach(scene: Scene, at_ms: Number, is_office: Number) -> None:
    """Of a moment everything has happened that comes before windows, or before whoever arrives."""
    scene.day[0].frontier = max(scene.day[0].frontier, (np.int64(at_ms) << 1 | is_office) << SEQUENCE_BITS)
