"""The public state of the whole hall as bytes, made at most a few times a second however many ask."""

import time
from dataclasses import dataclass
from typing import Final

from pydantic_core import to_json

from engine.core.hall import Hall
from engine.core.refusals import HallUnplanned
from engine.core.views import hall_view
from engine.runtime import Engine

_FRESH_S: Final = 0.5
_ETAG_MS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Picture:
    """The hall as of `position`; `etag` is weak, for estimates move on with the clock."""

    position: int
    epoch: str
    etag: str
    body: bytes
    taken_s: float


class WholeHall:
    """Keeps the newest picture of the hall."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._newest: Picture | None = None

    async def picture(self) -> Picture:
        """The hall now; raises `Restarting` or `HallUnplanned`."""
        return await self._engine.read(self.look)

    def look(self, hall: Hall) -> Picture:
        """The picture of a hall that may be read at this moment."""
        newest, epoch, now_s = self._newest, self._engine.epoch, time.monotonic()
        is_same = newest is not None and newest.position == hall.position and newest.epoch == epoch
        if newest is not None and is_same and now_s - newest.taken_s < _FRESH_S:
            return newest
        if hall.plan is None:
            raise HallUnplanned()
        now_ms = self._engine.now_ms()
        etag = f'W/"{epoch}-{hall.position}-{now_ms // _ETAG_MS}"'
        self._newest = Picture(hall.position, epoch, etag, to_json(hall_view(hall, now_ms, epoch)), now_s)
        return self._newest
