"""The announcer on the wire: calls in, acknowledgements out, and nothing lost or said twice in between.

What was missed while the link was down shows in the hall's retained state, whose list of recent calls says everything
a loudspeaker needs; only when that list does not reach back far enough are the calls before it asked for again. Which
call was spoken last stands in the device's own retained `info`, so that a restarted announcer does not repeat it.
"""

import asyncio
import random
import re
from collections import deque
from collections.abc import Callable
from typing import Final

from displays.announcer.calls import STALE_MS, Call, CallQueue
from displays.announcer.outputs import Output
from displays.announcer.phrases import NUMERAL_MAX
from displays.announcer.player import Done, Player, Reading
from displays.announcer.voices import Voice
from engine.device.attendance import Device, Heard, OnLoss, attend, installed_version, publish_info
from engine.device.pulse import Pulse, millis
from engine.link import Link
from engine.wire.messages import Payload, encode
from engine.wire.requests import REPLAY_EVENTS_MAX, TEXT_CHARACTERS_MAX, Ack, DeviceInfo, ReplayRequest
from engine.wire.topics import is_id

CALLING: Final = frozenset({"called", "recalled"})
SETTLING: Final = frozenset({"cancelled", "finished", "no-show", "held", "transferred"})
RECENT_MAX: Final = 20
"""Length of the state's list of recent calls; a shorter list holds all of the day's."""
UNSENT_MAX: Final = 1_000
HOLD_S: Final = 1.5
"""How long speaking waits for what comes before it: the retained state on a new link, an answer to a replay request."""
JITTER_S: Final = 0.3

_TICKET = re.compile(r"[A-Z0-9]{1,12}")
_LAST_DIGITS = re.compile(r"(\d{1,4})$")


class Announcer:
    """One loudspeaker for the zones named, or for the whole hall when none is."""

    def __init__(
        self,
        device: Device,
        voice: Voice,
        output: Output | None,
        reading: Reading,
        zones: tuple[str, ...] = (),
        show: Callable[[str], None] = print,
    ) -> None:
        self._device = device
        self._zones = zones
        self._pulse = Pulse()
        self._queue = CallQueue()
        self._player = Player(
            self._queue, voice, output, reading, now_ms=self._pulse.now_ms, show=show, report=self._report
        )
        self._unsent: deque[Done] = deque(maxlen=UNSENT_MAX)
        self._has_news = asyncio.Event()
        self._may_speak = asyncio.Event()
        self._epoch: str | None = None
        self._heard_to = 0
        self._request: ReplayRequest | None = None
        self._spoken_to: int | None = None
        self._spoken_before: tuple[int, int] | None = None

    async def run(self, on_loss: OnLoss | None = None) -> None:
        """Speak until cancelled."""
        topics, device_id = self._device.topics, self._device.device_id
        listening = attend(
            self._device,
            self._pulse,
            [topics.device_info(device_id), topics.reply(device_id), topics.event("+")],
            hear=self._hear,
            info=self._info,
            send=self._send,
            on_loss=on_loss,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(self._player.run(self._may_speak))
            group.create_task(listening)

    # What the hall says.

    def _hear(self, heard: Heard) -> bool:
        if self._pulse.epoch != self._epoch:
            self._epoch, self._heard_to = self._pulse.epoch, 0
            self._queue.forget_order()
        match heard.tail:
            case ("state",):
                self._hear_state(heard.payload)
            case ("device", _, "info"):
                self._remember(heard.payload)
            case ("event" | "reply", _):
                self._hear_event(heard.payload)
        return False

    def _hear_event(self, payload: Payload) -> None:
        kind, position = payload.get("type"), payload.get("position")
        call = read_call(payload) if kind in CALLING else None
        if call is not None and self._is_ours(call):
            self._player.offer([call])
        if kind in SETTLING and isinstance(position, int):
            ticket, window = str(payload.get("ticket")), str(payload.get("window"))
            self._player.drop(self._queue.settle(ticket, window, position, str(kind)))
        if isinstance(position, int):
            self._heard_to = max(self._heard_to, position)
        if "ok" in payload:  # the replay is over, or refused
            self._may_speak.set()

    def _hear_state(self, payload: Payload) -> None:
        recent = payload.get("recent")
        lines = recent if isinstance(recent, list) else []
        calls = [call for call in map(read_call, lines) if call is not None]
        calls.sort()
        gap = self._gap_before(calls)
        self._player.offer(call for call in calls if self._is_ours(call) and self._is_missed(call))
        self._player.drop(self._queue.compare(_windows(payload), self._pulse.position))
        self._heard_to = max(self._heard_to, self._pulse.position)
        if gap is None:
            self._may_speak.set()
        else:
            self._request = gap
            self._hold()
            self._has_news.set()

    def _is_missed(self, call: Call) -> bool:
        """Whether a call of the recent ones is one that should have reached us as an event.

        Of those before the first state we hear, only the young ones are our business.
        """
        if self._spoken_before is not None:
            position, at_ms = self._spoken_before
            if call.position <= position and call.at_ms <= at_ms:
                return False
        return call.position > self._heard_to if self._heard_to else self._is_young(call)

    def _gap_before(self, calls: list[Call]) -> ReplayRequest | None:
        """What to ask for when calls may have been made after the last message heard and before the oldest listed."""
        if len(calls) < RECENT_MAX or not self._heard_to or not self._is_young(calls[0]):
            return None
        first, last = self._heard_to + 1, calls[0].position - 1
        reply = self._device.topics.reply(self._device.device_id)
        return ReplayRequest(max(first, last - REPLAY_EVENTS_MAX + 1), last, reply) if first <= last else None

    def _is_ours(self, call: Call) -> bool:
        return not self._zones or call.zone in self._zones

    def _is_young(self, call: Call) -> bool:
        return self._pulse.now_ms() - call.at_ms <= STALE_MS

    def _remember(self, payload: Payload) -> None:
        position, at_ms = payload.get("position"), millis(payload.get("at"))
        if self._spoken_to is None and isinstance(position, int) and at_ms is not None:
            self._spoken_to = position
            self._spoken_before = position, at_ms
            self._has_news.set()

    # What became of it.

    def _report(self, done: Done) -> None:
        if done.done != "dropped":
            self._spoken_to = done.call.position
        self._unsent.append(done)
        self._has_news.set()

    def _info(self) -> DeviceInfo:
        return DeviceInfo(
            "announcer", installed_version(), zones=self._zones, position=self._spoken_to, at=self._pulse.now_iso()
        )

    async def _send(self, link: Link) -> None:
        self._hold()
        self._has_news.set()
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            await publish_info(link, self._device, self._info())
            await self._send_acks(link)
            if self._request is not None:
                request, self._request = self._request, None
                await asyncio.sleep(random.uniform(0, JITTER_S))  # every loudspeaker of the hall has the same gap
                await link.publish(self._device.topics.replay, self._encode(request.to_payload()))

    async def _send_acks(self, link: Link) -> None:
        while self._unsent:
            done = self._unsent.popleft()
            reason = done.reason and done.reason[:TEXT_CHARACTERS_MAX]
            ack = Ack(done.call.position, done.done, done.delay_ms, reason)
            try:
                await link.publish(self._device.topics.ack(self._device.device_id), self._encode(ack.to_payload()))
            except ConnectionError:
                self._unsent.appendleft(done)
                raise

    def _hold(self) -> None:
        self._may_speak.clear()
        asyncio.get_running_loop().call_later(HOLD_S, self._may_speak.set)

    def _encode(self, payload: Payload) -> bytes:
        return encode(payload, self._device.topics.encoding)


def read_call(payload: object) -> Call | None:
    """The call a message, or a line of the recent calls, tells of; None for one that nobody could speak.

    A message without the window's number is read by the last digits of the window's id.
    """
    if not isinstance(payload, dict):
        return None
    position, at_ms = payload.get("position"), millis(payload.get("at"))
    ticket, window, zone = payload.get("ticket"), payload.get("window"), payload.get("zone")
    if not isinstance(position, int) or at_ms is None or not isinstance(ticket, str) or not is_id(window):
        return None
    number = payload.get("number")
    if not isinstance(number, int):
        digits = _LAST_DIGITS.search(str(window))
        number = int(digits.group()) if digits else -1
    if not _TICKET.fullmatch(ticket) or not 0 <= number <= NUMERAL_MAX:
        return None
    count = payload.get("count", 1 if payload.get("type") == "recalled" else 0)
    count = count if isinstance(count, int) and 0 <= count <= NUMERAL_MAX else 0
    return Call(position, at_ms, ticket, str(window), number, count, zone if isinstance(zone, str) else None)


def _windows(payload: Payload) -> dict[str, tuple[str, str]]:
    windows = payload.get("windows")
    return {
        window: (str(brief.get("ticket")), str(brief.get("state")))
        for window, brief in (windows.items() if isinstance(windows, dict) else ())
        if isinstance(brief, dict)
    }
