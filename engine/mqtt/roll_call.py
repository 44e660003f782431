"""Which registered devices have not been heard of: the hall warns of each until it is back, or removed."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal

from engine.core.commands import ReportDevice
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.refusals import Refusal
from engine.mqtt.devices import BadRegistry, read_devices
from engine.mqtt.presence import Presence
from engine.runtime import Engine

PAUSE_S: Final = 2.0
KINDS: Final[tuple[Literal["offline", "paper"], ...]] = ("offline", "paper")
"""What a hall warns of about a device."""
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
        self._registered: frozenset[str] | None = None
        """Who was registered in the last round; None before the first."""

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
        registered = frozenset(device.device_id for device in devices if device.role == "device")
        for order in await self._engine.read(lambda hall: list(self._news(hall, registered))):
            await self._engine.submit(order, actor=ACTOR)
        self._registered = registered

    def _news(self, hall: Hall, registered: frozenset[str]) -> Iterator[ReportDevice]:
        if hall.plan is None:
            return
        for kind, device_id in self._of_removed(hall, registered):
            yield ReportDevice(device_id, kind, False)
        limit_ms = hall.plan.limits.offline_ms
        for device_id in sorted(registered):
            is_silent = self._silent_ms(device_id) > limit_ms
            if is_silent != (("offline", device_id) in hall.warnings.raised):
                yield ReportDevice(device_id, "offline", is_silent)

    def _of_removed(self, hall: Hall, registered: frozenset[str]) -> list[tuple[Literal["offline", "paper"], str]]:
        """The warnings of devices that are registered no more: nobody else would ever clear them."""
        raised = hall.warnings.raised
        if self._registered is None:
            # Removed while no engine ran. Only the roll says who is offline; without paper may be who is on no roll.
            return [("offline", each) for kind, each in raised if kind == "offline" and each not in registered]
        return [
            (kind, each) for each in sorted(self._registered - registered) for kind in KINDS if (kind, each) in raised
        ]

    def _silent_ms(self, device_id: str) -> Millis:
        """How long nothing was heard of a device, counted from our own start for one that never spoke."""
        now = self._clock()
        age_s = self._presence.age_s(device_id)
        return round(1_000 * min(now - self._began, age_s))
