"""The hall's heartbeat, as a device feels it: what time it is there, which engine speaks, and whether any does."""

import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Final

from engine.core.events import Millis
from engine.wire.messages import Payload

STALE_AFTER_S: Final = 10.0
EPOCHS_KEPT: Final = 16


class Pulse:
    """What heartbeats tell: the hall's time, the engine's epoch, and whether anybody is there.

    The hall's clock may run faster than ours or stand elsewhere (a demonstration, a computer whose clock is wrong): its
    time is the newest `at` seen plus what has passed here since. `ticks` counts seconds and never jumps.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._at_ms: Millis = 0
        self._offset: tzinfo | None = None
        self._read_at = ticks()
        self._beat_at = ticks()
        self._old_epochs: list[str] = []
        self.epoch: str | None = None
        self.position = 0

    def now_ms(self) -> Millis:
        """The hall's time; what passed since the start as long as nothing was heard."""
        return self._at_ms + int((self._ticks() - self._read_at) * 1000)

    def now_iso(self) -> str | None:
        """The hall's time with the hall's offset, None as long as nothing was heard."""
        if not self._at_ms:
            return None
        return datetime.fromtimestamp(self.now_ms() / 1000, self._offset).isoformat("T", "milliseconds")

    @property
    def is_stale(self) -> bool:
        """Whether the heartbeat has failed for 10 s; a retained message proves nothing."""
        return self._ticks() - self._beat_at > STALE_AFTER_S

    def read(self, payload: Payload, *, is_beat: bool = False) -> bool:
        """Learn time, epoch and position from a message; False when it is from an epoch that is over."""
        epoch = payload.get("epoch")
        if epoch in self._old_epochs:
            return False
        if isinstance(epoch, str) and epoch != self.epoch:
            if self.epoch is not None:
                self._old_epochs = [*self._old_epochs, self.epoch][-EPOCHS_KEPT:]
            self.epoch, self.position, self._at_ms = epoch, 0, 0
        moment = _moment(payload.get("at"))
        at_ms = _to_millis(moment) if moment is not None else 0
        if moment is not None and at_ms > self._at_ms:
            self._at_ms, self._read_at, self._offset = at_ms, self._ticks(), moment.tzinfo
        position = payload.get("position")
        if isinstance(position, int):
            self.position = max(self.position, position)
        if is_beat:
            self._beat_at = self._ticks()
        return True


def millis(at: object) -> Millis | None:
    """The instant an ISO 8601 text with an offset names, None for anything else.

    >>> millis("1970-01-01T08:00:01+08:00"), millis("later"), millis(None)
    (1000, None, None)
    """
    moment = _moment(at)
    return None if moment is None else _to_millis(moment)


def _moment(at: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _to_millis(moment: datetime) -> Millis:
    return round(moment.timestamp() * 1000)
