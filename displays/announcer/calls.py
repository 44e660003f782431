"""Which call is spoken next: the queue in front of one zone's loudspeaker, as pure rules.

Every call that enters leaves exactly once, to be spoken or dropped with a reason, in the order of the journal. A
loudspeaker manages some 375 calls an hour, so a queue that only grows would send people to windows that have long
taken somebody else: calls that are too old are dropped, and so is what was settled before its turn.
"""

from bisect import insort
from collections import OrderedDict
from dataclasses import dataclass

STALE_MS = 20_000
QUEUE_MAX = 30
SEEN_MAX = 1_000


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """One call or recall to speak; `count` is 0 for a call. `number` is the window's, `at_ms` the hall's time."""

    position: int
    at_ms: int
    ticket: str
    window: str
    number: int
    count: int = 0
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A call that will not be spoken, and why."""

    call: Call
    reason: str


class CallQueue:
    """Calls waiting for the loudspeaker, oldest first, at most `limit` of them."""

    def __init__(self, limit: int = QUEUE_MAX, stale_ms: int = STALE_MS) -> None:
        self._limit = limit
        self._stale_ms = stale_ms
        self._waiting: list[Call] = []
        self._seen: OrderedDict[tuple[int, int], None] = OrderedDict()
        self._spoken_to = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def knows(self, call: Call) -> bool:
        """Whether this call was offered before.

        An engine that restarted may tell it again under a new epoch, yet at the same position and time; a journal that
        was begun afresh may use the position again, but not the time too.
        """
        return (call.position, call.at_ms) in self._seen

    def offer(self, call: Call) -> list[Dropped]:
        """Take a call in. A known one is ignored; of too many the oldest goes, being the nearest to stale."""
        if self.knows(call):
            return []
        self._seen[(call.position, call.at_ms)] = None
        if len(self._seen) > SEEN_MAX:
            self._seen.popitem(last=False)
        if call.position <= self._spoken_to:
            return [Dropped(call, "out-of-order")]
        insort(self._waiting, call)
        return [Dropped(self._waiting.pop(0), "queue-full")] if len(self._waiting) > self._limit else []

    def settle(self, ticket: str, window: str, position: int, reason: str) -> list[Dropped]:
        """The call of `ticket` to `window` is settled as of `position`; what still waits to be spoken need not be."""
        same = [call for call in self._waiting if (call.ticket, call.window) == (ticket, window)]
        return self._drop([call for call in same if call.position <= position], reason)

    def compare(self, windows: dict[str, tuple[str, str]], position: int) -> list[Dropped]:
        """Drop what the hall's state at `position`, `{window: (ticket, state)}`, no longer shows as called."""
        dropped: list[Dropped] = []
        for call in list(self._waiting):
            ticket, state = windows.get(call.window, (call.ticket, "called"))
            if call.position <= position and (ticket, state) != (call.ticket, "called"):
                dropped += self._drop([call], state if ticket == call.ticket else "settled")
        return dropped

    def take(self, now_ms: int) -> tuple[Call | None, list[Dropped]]:
        """The call to speak now, and those found too old on the way to it; times are the hall's."""
        dropped = self._drop([call for call in self._waiting if now_ms - call.at_ms > self._stale_ms], "stale")
        if not self._waiting:
            return None, dropped
        call = self._waiting.pop(0)
        self._spoken_to = call.position
        return call, dropped

    def forget_order(self) -> None:
        """Positions start afresh: the engine that counts them now is not the one that counted so far."""
        self._spoken_to = 0

    def _drop(self, calls: list[Call], reason: str) -> list[Dropped]:
        for call in calls:
            self._waiting.remove(call)
        return [Dropped(call, reason) for call in calls]
