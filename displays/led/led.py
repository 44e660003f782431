"""A window's strip on the wire: shows the retained state of one or more windows, and admits when it hears nothing."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from displays.led.backends import Backend
from displays.led.strip import Showing, showing
from engine.device.attendance import Device, Heard, OnLoss, attend, installed_version
from engine.device.pulse import Pulse
from engine.device.window import is_newer, lags_behind
from engine.wire.messages import Payload
from engine.wire.requests import TEXT_CHARACTERS_MAX, DeviceInfo

LOOK_EVERY_S: Final = 0.5


class Strips:
    """The strips of the windows named, all on one controller."""

    def __init__(
        self, device: Device, windows: Sequence[str], backend: Backend, complain: Callable[[str], None] = print
    ) -> None:
        self._device = device
        self._backend = backend
        self._complain = complain
        self._pulse = Pulse()
        self._states: dict[str, Payload | None] = dict.fromkeys(windows)
        self._shown: dict[str, Showing] = {}
        self._has_news = asyncio.Event()

    async def run(self, on_loss: OnLoss | None = None) -> None:
        """Show what the windows' states say until cancelled."""
        topics = [self._device.topics.window_state(window) for window in self._states]
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_showing())
            group.create_task(
                attend(self._device, self._pulse, topics, hear=self._hear, info=self._info, on_loss=on_loss)
            )

    def _hear(self, heard: Heard) -> bool:
        match heard.tail:
            case ("state", window):
                self._take(window, heard)
                return False
            case _:
                return any(lags_behind(state, heard.payload, window) for window, state in self._states.items())

    def _take(self, window: str, heard: Heard) -> None:
        if window in self._states and is_newer(heard, self._states[window]):
            self._states[window] = heard.payload
            self._has_news.set()

    async def _keep_showing(self) -> None:
        while True:
            for window, state in self._states.items():
                wanted = showing(window, state, is_stale=self._pulse.is_stale)
                if wanted != self._shown.get(window):
                    await self._show(wanted)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._has_news.wait()
            self._has_news.clear()

    async def _show(self, wanted: Showing) -> None:
        try:
            await asyncio.to_thread(self._backend.show, wanted)
            self._shown[wanted.window_id] = wanted
        except OSError as error:  # tried again at the next look
            self._complain(f"{wanted.window_id}: {error}")

    def _info(self) -> DeviceInfo:
        return DeviceInfo(
            "led",
            installed_version(),
            windows=tuple(self._states),
            showing=" ".join(shown.text for shown in self._shown.values())[:TEXT_CHARACTERS_MAX],
            position=max((shown.position for shown in self._shown.values()), default=None),
            at=self._pulse.now_iso(),
        )
