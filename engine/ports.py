"""What the engine needs from the world, as small protocols: time, a journal, a place to tell, chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from engine.core.events import Event, Millis


@dataclass(frozen=True, slots=True)
class Entry:
    """One command as the journal keeps it: its facts, who asked, and what was answered.

    `position` is that of the first fact; the facts of an entry stand at `position … last_position`. `key` and `digest`
    (of the request's body) make a repetition recognisable; `reply` is the answer to give again. Both are None for what
    the engine did by itself.
    """

    position: int
    at_ms: Millis
    actor: str
    events: tuple[Event, ...]
    key: str | None = None
    digest: bytes | None = None
    reply: dict[str, Any] | None = None

    @property
    def last_position(self) -> int:
        return self.position + len(self.events) - 1


Body = tuple[int, Millis, bytes]
"""An entry as it is stored, for readers who take it apart themselves: its last position, its time, its packed body."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole hall as of `position`, as `Hall.to_rows` gives it, packed."""

    position: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a journal holds when it is opened: the newest sound snapshot and every entry after it, oldest first.

    After a snapshot the entries come without their replies: older keys have to be asked for by `find_keys` anyway.
    """

    snapshot: Snapshot | None
    entries: Sequence[Entry]
    last_position: int
    last_at_ms: Millis


class JournalFailed(Exception):
    """The journal could not make something durable; whether it is there is unknown until it is read again."""


class JournalInUse(Exception):
    """Another process holds this journal."""


class JournalUnusable(Exception):
    """The journal is damaged, not ours, or written by a newer program; opening it again changes nothing."""


class JournalFull(JournalFailed):
    """There is no room left on the disk."""


class Clock(Protocol):
    """The hall's time. It may jump; the engine never lets it run behind what the journal has seen."""

    def now_ms(self) -> Millis:
        """Milliseconds since 1970, UTC."""

    def seconds_until(self, at_ms: Millis) -> float:
        """How long to sleep, in seconds of this machine, before it is worth looking whether `at_ms` has come."""


class Meter(Protocol):
    """Somebody who counts what the engine does."""

    def command(self, kind: str, outcome: str) -> None:
        """A command was answered; `outcome` is `done`, `repeated` or the code of a refusal."""

    def commit(self, seconds: float, entries: int) -> None:
        """So many entries were made durable in one commit."""


class Journal(Protocol):
    """Facts made durable, in order. Every method may raise `JournalFailed`; none is called again after it did."""

    async def open(self) -> Recovered:
        """Take hold of the journal and read what is needed to carry on; raises `JournalInUse`, `JournalUnusable`."""

    async def append(self, entries: Sequence[Entry]) -> None:
        """Make all of `entries` durable, or none: they are on disk when this returns."""

    def has_room(self) -> bool:
        """Whether there is room for new tickets beside what the issued ones still need; cheap to ask."""

    async def find_keys(self, keys: Sequence[str]) -> dict[str, Entry]:
        """The entries once recorded under these idempotency keys."""

    async def read(self, after: int, limit: int) -> list[Entry]:
        """Up to `limit` entries whose last position is greater than `after`, oldest first."""

    async def marks(self) -> list[tuple[int, bytes]]:
        """Last position and body of the entries that open a day, configure the hall or move a window, oldest first."""

    async def bodies(self, after: int, upto: int | None, limit: int) -> list[Body]:
        """Up to `limit` entries that end after `after` and not after `upto` (None: the end), oldest first, unread."""

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot; only the newest two are kept."""

    async def cursor(self, name: str) -> int:
        """How far the reader `name` has got, 0 when it never said."""

    async def move_cursor(self, name: str, position: int) -> None:
        """Remember how far the reader `name` has got; whatever becomes of this process.

        Only the next entry makes it last through a power cut: a reader must bear to be given entries again.
        """

    async def close(self) -> None:
        """Let go of the journal."""


class Publisher(Protocol):
    """One MQTT connection, seen narrowly."""

    async def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, qos: int = 1, ttl_s: int | None = None
    ) -> None:
        """Return when the broker has taken the message; raises `ConnectionError` when it did not."""


class Entropy(Protocol):
    def token_bytes(self, size: int) -> bytes:
        """`size` unpredictable bytes."""
