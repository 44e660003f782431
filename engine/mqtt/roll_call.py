"""Which registered devices have not been heard of: the hall warns of each until it is back."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from engine.core.commands import ReportDevice
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.refusals import Refusal
from engine.mqtt.devices import BadRegistry, read_devices
from engine.mqtt.presence import Presence
from engine.runtime import Engine

PAUSE_S: Final = 2.0
ACTOR: Final = "engine"


class RollCall:
    """Compares the register with who spoke lately, and reports what differs from what the hall knows."""

    def __init__(
        self, engine: Engine, data: Path, presence: Presence, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._data = data
        self._presence = presence
        self._clock = clock
        self._began = clock()

    async def keep(self) -> None:
        """Call the roll every other second until cancelled."""
        while True:
            await asyncio.sleep(PAUSE_S)
            try:
                await self.call()
            except (Refusal, BadRegistry):
                # The hall restarts, or somebody is mending the register: the next round will tell.
                continue

    async def call(self) -> None:
        """One round."""
        devices = await asyncio.to_thread(read_devices, self._data)
        registered = {device.device_id for device in devices if device.role == "device"}
        for order in await self._engine.read(lambda hall: list(self._news(hall, registered))):
            await self._engine.submit(order, actor=ACTOR)

    def _news(self, hall: Hall, registered: set[str]) -> Iterator[ReportDevice]:
        if hall.plan is None:
            return
        limit_ms = hall.plan.limits.offline_ms
        for device_id in sorted(registered):
            is_silent = self._silent_ms(device_id) > limit_ms
            if is_silent != (("offline", device_id) in hall.warnings.raised):
                yield ReportDevice(device_id, "offline", is_silent)

    def _silent_ms(self, device_id: str) -> Millis:
        """How long nothing was heard of a device, counted from our own start for one that never spoke."""
        now = self._clock()
        age_s = self._presence.age_s(device_id)
        return round(1_000 * min(now - self._began, age_s))
