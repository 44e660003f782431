"""One visit's account: what it has been counted for, so that it can be taken back or moved to another mode."""

from dataclasses import dataclass, field
from typing import Final

from engine.core.events import Millis
from engine.report.book import Book, Key, Leaf

WAITING, CALLED, SERVING, HELD, OVER = range(5)

_Post = tuple[Leaf, int, Millis | None]
"""Where, what, and how long if it is one of the times."""

EXTENDED: Final = "extended"
PROMISED: Final = "promised"
APPOINTMENT: Final = "appointment"
INSTANT: Final = "instant"
SELF_SERVICE: Final = "self-service"


@dataclass(slots=True, eq=False)
class Visit:
    """A visit of today. `drawn` is where the figures of the whole visit belong, but for window and clerk.

    A visit is `void` while its paper is known not to have come out: nobody may ever have held that number.
    """

    hour: int
    drawn_service: str
    service: str
    lane: str
    channel: str
    mode: str
    issued_ms: Millis
    items: tuple[str, ...] = ()
    state: int = WAITING
    since_ms: Millis = 0
    handled_ms: Millis = 0
    """How long windows have served the present item, until the last interruption."""
    is_called: bool = False
    has_begun: bool = False
    transferred_ms: Millis | None = None
    forecast_s: tuple[int, int] | None = None
    is_void: bool = False
    posts: list[_Post] = field(default_factory=list)

    def key(self, hour: int, window_id: str | None, clerk_id: str | None) -> Key:
        """Where a piece of work belongs: the hour it happens in and the service it is for."""
        return (hour, self.service, window_id, clerk_id, self.channel, self.mode, self.lane)

    def drawn_key(self, window_id: str | None, clerk_id: str | None) -> Key:
        """Where a figure of the whole visit belongs: the hour and the service it came for."""
        return (self.hour, self.drawn_service, window_id, clerk_id, self.channel, self.mode, self.lane)

    def post(self, leaf: Leaf, what: int) -> None:
        """Count something for this visit, now or when it turns out to count."""
        self.posts.append((leaf, what, None))
        if not self.is_void:
            leaf.counts[what] += 1

    def post_time(self, leaf: Leaf, time: int, ms: Millis) -> None:
        """See a time for this visit; a clock set back gives none below zero."""
        lasted_ms = ms if ms > 0 else 0
        self.posts.append((leaf, time, lasted_ms))
        if not self.is_void:
            leaf.times[time].append(lasted_ms)

    def take_back(self, what: int) -> None:
        """Undo the last count of `what`, if there is one."""
        for place in range(len(self.posts) - 1, -1, -1):
            leaf, posted, ms = self.posts[place]
            if posted == what and ms is None:
                del self.posts[place]
                if not self.is_void:
                    leaf.counts[what] -= 1
                return

    def where(self, what: int) -> Leaf | None:
        """Where it was last counted for `what`."""
        return next((leaf for leaf, posted, ms in reversed(self.posts) if posted == what and ms is None), None)

    def void(self) -> None:
        """Let it count for nothing until `revive`."""
        for leaf, what, ms in self.posts:
            if ms is None:
                leaf.counts[what] -= 1
            else:
                leaf.times[what].remove(ms)
        self.is_void = True

    def revive(self) -> None:
        """Let it count for all that it was."""
        for leaf, what, ms in self.posts:
            if ms is None:
                leaf.counts[what] += 1
            else:
                leaf.times[what].append(ms)
        self.is_void = False

    def become(self, book: Book, mode: str) -> None:
        """Move all that it was counted for to another mode."""
        if mode == self.mode:
            return
        was_void = self.is_void
        if not was_void:
            self.void()
        self.mode = mode
        self.posts = [(book.leaf(_in_mode(leaf.key, mode)), what, ms) for leaf, what, ms in self.posts]
        if not was_void:
            self.revive()


def _in_mode(key: Key, mode: str) -> Key:
    hour, service_id, window_id, clerk_id, channel, _, lane_id = key
    return (hour, service_id, window_id, clerk_id, channel, mode, lane_id)
