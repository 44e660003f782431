"""How packages outside the engine add pages and commands to it: data and two small protocols, named in entry points.

`jiaohao.apps` names `App` values, `jiaohao.commands` names functions `register(app, root)`. The engine imports neither
`displays`, `clients` nor `sim`; whoever installs a package with these entry points extends the hall.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.core.events import Event, Millis
    from engine.core.plan import HallPlan
    from engine.wire.records import Row

Record = Callable[[str, Sequence["Event"], "Millis"], None]
"""Takes who acted, the facts of one command, and when."""

Told = tuple[int, "Millis", Sequence["Row"]]
"""One entry of a journal: the position at which it ends, when it was written, and the rows of its facts."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an app: its path, its template, and the roles that may open it (none named: everybody)."""

    path: str
    template: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class App:
    """A face of the hall: jinja2 templates, static files served under `/static/{name}/`, and pages."""

    name: str
    templates: Path
    static: Path | None
    pages: tuple[Page, ...]


class Root(Protocol):
    """What the composition root lends to a command."""

    def read_hall(self, name_or_path: str) -> "HallPlan":
        """The plan of a shipped hall or of a hall file; raises `BadFile`."""

    def record(self, data: Path) -> AbstractContextManager[Record]:
        """A new journal in the directory `data`; raises `JournalInUse` or `FileExistsError`."""

    def entries(self, data: Path) -> AbstractContextManager[Iterator[Told]]:
        """Every entry of a stopped hall's journal, oldest first, read as it is asked for.

        Raises `JournalInUse`, `FileNotFoundError`, or `JournalUnusable` where an entry cannot be read.
        """
