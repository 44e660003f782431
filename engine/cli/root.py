"""What the composition root lends to commands that live in other packages."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.core.events import Event, Millis
    from engine.core.plan import HallPlan
    from engine.ports import Body
    from engine.wire.extension import Record, Told

ENTRIES_PER_COMMIT = 1_000


class CannotStart(Exception):
    """A hall cannot be brought up here; the message says why, in both languages."""


class CompositionRoot:
    """Hands out halls and journals without anybody importing the engine's insides."""

    def read_hall(self, name_or_path: str) -> "HallPlan":
        """The plan of a shipped hall or of a hall file; raises `BadFile`."""
        from engine.halls import load_hall

        return load_hall(name_or_path)

    @contextmanager
    def record(self, data: Path) -> "Iterator[Record]":
        """A new journal in the directory `data`, written in large commits; raises `FileExistsError`, `JournalInUse`."""
        from engine.journal.store import Store
        from engine.ports import Entry

        store = Store(data)
        try:
            if store.recover().last_position:
                raise FileExistsError(
                    f"--journal: {data} 已有日志，请为新日志写一个空目录 · "
                    f"{data} already holds a journal: name an empty directory for the new one"
                )
            waiting: list[Entry] = []
            position = 1

            def record(actor: str, events: "Sequence[Event]", at_ms: "Millis") -> None:
                nonlocal position
                waiting.append(Entry(position, at_ms, actor, tuple(events)))
                position += len(events)
                if len(waiting) >= ENTRIES_PER_COMMIT:
                    store.append(waiting)
                    waiting.clear()

            yield record
            if waiting:
                store.append(waiting)
        finally:
            store.close()

    @contextmanager
    def entries(self, data: Path) -> "Iterator[Iterator[Told]]":
        """Every entry of a stopped hall's journal, one after the other; see `engine.wire.extension.Root.entries`."""
        from engine.journal.inspection import inspect

        # Whoever breaks off in the middle leaves a reader behind, which must not be closed after the journal.
        with inspect(data) as journal, closing(journal.bodies(0, None)) as bodies:
            yield _told(bodies)


def _told(bodies: "Iterable[Body]") -> "Iterator[Told]":
    from engine.ports import JournalUnusable
    from engine.report.period import rows_of
    from engine.wire.records import UnknownRecord

    for position, at_ms, body in bodies:
        try:
            yield position, at_ms, rows_of(body)
        except UnknownRecord as error:
            raise JournalUnusable(f"position {position}: {error}") from error
