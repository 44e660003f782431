"""Facts as a journal keeps them, without a journal."""

from collections.abc import Iterator, Sequence

from engine.core import events as e
from engine.core.events import Event, Millis
from engine.journal.rows import row_after
from engine.ports import Entry


def bodies_of(
    facts: Sequence[Event], facts_per_entry: int = 1
) -> tuple[list[tuple[int, Millis, bytes]], list[tuple[int, bytes]]]:
    """Bodies with their last position and time, and those of them that are marks."""
    bodies, marks, position = [], [], 1
    for part in _commands(facts, facts_per_entry):
        row = row_after(bytes(32), Entry(position, part[-1].at_ms, "test", part))
        position = row.last_position + 1
        bodies.append((row.last_position, row.at_ms, row.body))
        if any(isinstance(fact, (e.DayOpened, e.HallConfigured, e.WindowMoved)) for fact in part):
            marks.append((row.last_position, row.body))
    return bodies, marks


def _commands(facts: Sequence[Event], size: int) -> Iterator[tuple[Event, ...]]:
    """Facts as orders leave them: some at a time, but the opening of a day is an order of its own."""
    part: list[Event] = []
    for fact in facts:
        is_opening = isinstance(fact, e.DayOpened)
        if part and (is_opening or len(part) == size):
            yield tuple(part)
            part = []
        part.append(fact)
        if is_opening:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)
