"""The player: chime, text in each language, one reading under load, and no failure that lasts."""

import asyncio
from collections.abc import Callable

import pytest

from displays.announcer.calls import Call, CallQueue
from displays.announcer.player import Done, Player, Reading
from displays.announcer.sounds import seconds
from tests.displays.fakes import RecordingOutput, RecordingVoice
from tests.waiting import until


class Stage:
    """A player with everything around it written down; `speak` offers calls and waits until each is done with."""

    def __init__(self, *, voice: RecordingVoice | None = None, output: RecordingOutput | None = None) -> None:
        self.voice = voice or RecordingVoice()
        self.output = output or RecordingOutput()
        self.lines: list[str] = []
        self.done: list[Done] = []
        self.now_ms = 0

    async def speak(self, *calls: Call, reading: Reading | None = None, limit: int = 30) -> None:
        player = Player(
            CallQueue(limit),
            self.voice,
            self.output,
            reading or Reading(),
            now_ms=lambda: self.now_ms,
            show=self.lines.append,
            report=self.done.append,
        )
        may_speak = asyncio.Event()
        running = asyncio.ensure_future(player.run(may_speak))
        player.offer(calls)
        may_speak.set()
        await until(lambda: len(self.done) >= len(calls))
        running.cancel()

    def outcomes(self) -> list[tuple[int, str]]:
        return [(one.call.position, one.done) for one in self.done]


def calls(count: int) -> list[Call]:
    return [Call(position, 0, f"A{position:03}", "w03", 3) for position in range(1, count + 1)]


async def test_a_call_is_read_in_chinese_then_in_english() -> None:
    stage = Stage()

    await stage.speak(*calls(1))

    assert [language for language, _ in stage.voice.said] == ["zh", "en"]
    assert stage.output.played == ["000001-A001-w03"]
    assert stage.lines == ["请A001号到3号窗口办理 · Ticket A001, please go to window 3"]


async def test_one_language_is_read_twice_from_one_rendering() -> None:
    stage = Stage()

    await stage.speak(*calls(1), reading=Reading(("zh",)))

    assert len(stage.voice.said) == 1
    assert seconds(stage.output.last) == pytest.approx(1.2 + 0.2 + 2 * (1.2 + 0.6), abs=0.01)


async def test_under_load_each_call_is_read_once_until_the_queue_is_short() -> None:
    stage = Stage()

    await stage.speak(*calls(6), reading=Reading(loaded_at=3))

    languages = [language for language, _ in stage.voice.said]
    assert languages == ["zh", "zh", "zh", "en", "zh", "en", "zh", "en", "zh", "en"]


BREAKDOWNS: list[tuple[str, Callable[[], Stage]]] = [
    ("no-voice: hoarse", lambda: Stage(voice=RecordingVoice(broken=2))),
    ("no-sound: unplugged", lambda: Stage(output=RecordingOutput(broken=1))),
]


@pytest.mark.parametrize(("reason", "broken"), BREAKDOWNS)
async def test_one_failed_sound_never_mutes_the_speaker(reason: str, broken: Callable[[], Stage]) -> None:
    stage = broken()

    await stage.speak(*calls(2))

    assert stage.outcomes() == [(1, "shown"), (2, "spoken")]
    assert stage.output.played[-1:] == ["000002-A002-w03"]
    assert stage.done[0].reason == reason
    assert len(stage.lines) == 2


async def test_an_old_call_is_reported_as_dropped_with_its_age() -> None:
    stage = Stage()
    stage.now_ms = 25_000

    await stage.speak(*calls(1))

    assert stage.done == [Done(calls(1)[0], "dropped", "stale", 25_000)]
    assert stage.output.played == []
