"""The one who speaks: takes call after call from the queue, reads it out, and says what became of each."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from displays.announcer.calls import Call, CallQueue, Dropped
from displays.announcer.outputs import Output
from displays.announcer.phrases import Language, phrase
from displays.announcer.sounds import NoSound, Samples, chime, join, levelled, silence
from displays.announcer.voices import Voice
from engine.wire.messages import say

LOADED_AT = 3
AFTER_CHIME_S = 0.2
BETWEEN_S = 0.6


@dataclass(frozen=True, slots=True)
class Reading:
    """How a call is read: in these languages in turn, `times` readings, each language at least once."""

    languages: tuple[Language, ...] = ("zh", "en")
    times: int = 2
    loaded_at: int = LOADED_AT
    yao: bool = False

    def in_turn(self, waiting: int) -> list[Language]:
        """The languages of one call's readings; a single one when more than `loaded_at` calls wait behind it."""
        if waiting > self.loaded_at:
            return [self.languages[0]]
        total = max(self.times, len(self.languages))
        return [self.languages[turn % len(self.languages)] for turn in range(total)]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a call: `spoken`, only `shown` as text, or `dropped`; `delay_ms` is hall time since the call."""

    call: Call
    done: Literal["spoken", "shown", "dropped"]
    reason: str | None
    delay_ms: int


class Player:
    """Speaks one call at a time, as long as `run` runs. `now_ms` is the hall's time, `show` prints a line."""

    def __init__(
        self,
        queue: CallQueue,
        voice: Voice,
        output: Output | None,
        reading: Reading,
        *,
        now_ms: Callable[[], int],
        show: Callable[[str], None],
        report: Callable[[Done], None],
    ) -> None:
        self._queue = queue
        self._voice = voice
        self._output = output
        self._reading = reading
        self._now_ms = now_ms
        self._show = show
        self._report = report
        self._work = asyncio.Event()
        self._chime = chime()

    def offer(self, calls: Iterable[Call]) -> None:
        for call in calls:
            self.drop(self._queue.offer(call))
        self._work.set()

    def drop(self, dropped: Sequence[Dropped]) -> None:
        for one in dropped:
            self._report(Done(one.call, "dropped", one.reason, self._delay_ms(one.call)))

    async def run(self, may_speak: asyncio.Event) -> None:
        """Speak whatever comes, in order, while `may_speak` is set; ends only by being cancelled."""
        try:
            while True:
                await self._work.wait()
                await may_speak.wait()
                call, dropped = self._queue.take(self._now_ms())
                self.drop(dropped)
                if call is None:
                    self._work.clear()
                else:
                    await self._speak(call)
        finally:
            await self._voice.close()

    async def _speak(self, call: Call) -> None:
        languages = self._reading.in_turn(len(self._queue))
        texts = {
            one: phrase(one, call.ticket, call.number, count=call.count, yao=self._reading.yao) for one in languages
        }
        self._show(_written(call, languages))
        speech, reason = await self._render(texts)
        delay_ms = self._delay_ms(call)
        parts = [silence(AFTER_CHIME_S)]
        for language in languages:
            if language in speech:
                parts += [speech[language], silence(BETWEEN_S)]
        try:
            if self._output is not None:
                name = f"{call.position:06}-{call.ticket}-{call.window}"
                await self._output.play(join([self._chime, *parts]), name)
        except NoSound as error:
            speech, reason = {}, f"no-sound: {error}"
        self._report(Done(call, "spoken" if speech else "shown", reason, delay_ms))

    async def _render(self, texts: dict[Language, str]) -> tuple[dict[Language, Samples], str | None]:
        """The speech of every language that has a voice just now, and why one has none."""
        speech: dict[Language, Samples] = {}
        reason = None
        for language, text in texts.items():
            try:
                samples = await self._voice.speak(text, language)
                if samples:
                    speech[language] = levelled(samples)
            except NoSound as error:
                reason = f"no-voice: {error}"
        return speech, reason

    def _delay_ms(self, call: Call) -> int:
        return max(0, self._now_ms() - call.at_ms)


def _written(call: Call, languages: Iterable[Language]) -> str:
    """The announcement for those who read; the number in brackets says how often the ticket has been called by now."""
    sentence = say(call.ticket, call.number)
    texts = dict.fromkeys(sentence["en" if language == "en" else "zh"] for language in languages)
    return " · ".join(texts) + (f" ({call.count + 1})" if call.count else "")
