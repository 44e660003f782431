"""The announcer against a broker: each call once, in order, never stale, across lost links and lives."""

import asyncio
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from displays.announcer.announcer import Announcer, read_call
from displays.announcer.calls import Call
from displays.announcer.outputs import Output, WavFolder
from displays.announcer.player import Reading
from displays.announcer.voices import Voice, voice_of
from tests.displays.fakes import RecordingOutput, RecordingVoice
from tests.hall_by_hand import TOPICS, Hand, call, device, encoded, hall_state, hand_on
from tests.mqtt.conftest import OpenBroker
from tests.waiting import until


@asynccontextmanager
async def announcing(
    broker: OpenBroker,
    hall: Hand,
    output: Output,
    voice: Voice | None = None,
    zones: tuple[str, ...] = (),
) -> AsyncIterator[None]:
    """An announcer that has greeted the hall."""
    announcer = Announcer(
        device(broker), voice or RecordingVoice(), output, Reading(("zh",)), zones, show=lambda line: None
    )
    running = asyncio.ensure_future(announcer.run())
    await until(lambda: 1 in hall.said("device", "speaker-1", "online")[-1:])
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_calls_are_spoken_once_each_in_order_and_acknowledged(broker: OpenBroker, hall: Hand) -> None:
    output = RecordingOutput()
    await hall.show_hall(hall_state(0))

    async with announcing(broker, hall, output):
        await hall.tell(call(1, "A001"), call(2, "B001", window="w21"), call(1, "A001"))
        await hall.tell(call(4, "A001", type="recalled", count=1))
        await until(lambda: len(hall.acks()) == 3)

    assert output.played == ["000001-A001-w03", "000002-B001-w21", "000004-A001-w03"]
    assert hall.acks() == [(1, "spoken", None), (2, "spoken", None), (4, "spoken", None)]


async def test_calls_of_other_zones_are_left_to_others(broker: OpenBroker, hall: Hand) -> None:
    output = RecordingOutput()
    await hall.show_hall(hall_state(0))

    async with announcing(broker, hall, output, zones=("a",)):
        await hall.tell(call(1, "B001", zone="b"), call(2, "A001", zone="a"))
        await until(lambda: len(hall.acks()) == 1)

    assert output.played == ["000002-A001-w03"]


async def test_what_was_missed_while_the_link_was_down_is_spoken_once_on_return(broker: OpenBroker, hall: Hand) -> None:
    output = RecordingOutput()
    await hall.show_hall(hall_state(0))

    async with announcing(broker, hall, output):
        await hall.tell(call(1, "A001"))
        await until(lambda: len(output.played) == 1)
        await broker.kill()
        await broker.start()
        async with hand_on(broker.address) as again:
            missed = [call(2, "A002", after_s=1), call(3, "A003", after_s=2)]
            await again.show_hall(hall_state(3, call(1, "A001"), *missed, after_s=3))
            await until(lambda: len(output.played) == 3)
            await again.tell(missed[1], call(5, "A004", after_s=4))
            await until(lambda: len(output.played) == 4)

    assert output.played == [f"{position:06}-A{number:03}-w03" for position, number in ((1, 1), (2, 2), (3, 3), (5, 4))]


async def test_a_call_older_than_twenty_seconds_of_the_halls_time_is_dropped(broker: OpenBroker, hall: Hand) -> None:
    output = RecordingOutput()
    await hall.show_hall(hall_state(0, after_s=60))

    async with announcing(broker, hall, output):
        await hall.tell(call(1, "A001", after_s=39), call(2, "A002", after_s=60))
        await until(lambda: len(hall.acks()) == 2)

    assert output.played == ["000002-A002-w03"]
    assert hall.acks() == [(1, "dropped", "stale"), (2, "spoken", None)]


async def test_a_visitor_who_has_left_is_not_called(broker: OpenBroker, hall: Hand) -> None:
    output = RecordingOutput()

    async with announcing(broker, hall, output):  # no state yet: speaking waits a moment for it
        await hall.tell(call(1, "A001"), call(2, "A002", window="w04"), call(3, "A001", type="no-show"))
        await hall.show_hall(hall_state(3, windows={"w04": {"ticket": "A002", "state": "called"}}))
        await until(lambda: len(hall.acks()) == 2)

    assert output.played == ["000002-A002-w04"]
    assert hall.acks()[0] == (1, "dropped", "no-show")


async def test_a_visitor_whom_the_state_shows_at_the_window_is_not_called(broker: OpenBroker, hall: Hand) -> None:
    output = RecordingOutput()

    async with announcing(broker, hall, output):  # no state yet: speaking waits a moment for it
        await hall.tell(call(1, "A001"))
        await hall.show_hall(hall_state(2, windows={"w03": {"ticket": "A001", "state": "serving"}}))
        await until(lambda: len(hall.acks()) == 1)

    assert hall.acks() == [(1, "dropped", "serving")]


async def test_an_engine_with_a_fresh_journal_is_heard_from_its_first_call(broker: OpenBroker, hall: Hand) -> None:
    output = RecordingOutput()
    await hall.show_hall(hall_state(0))

    async with announcing(broker, hall, output):
        await hall.tell(call(70, "A070"))
        await until(lambda: len(hall.acks()) == 1)
        await hall.tell(call(1, "A001", epoch="second"))
        await until(lambda: len(hall.acks()) == 2)

    assert output.played == ["000070-A070-w03", "000001-A001-w03"]


async def test_a_restarted_announcer_does_not_repeat_what_it_has_spoken(broker: OpenBroker, hall: Hand) -> None:
    output = RecordingOutput()
    await hall.show_hall(hall_state(0))
    async with announcing(broker, hall, output):
        await hall.tell(call(1, "A001"))
        await until(lambda: len(hall.acks()) == 1)
    await hall.show_hall(hall_state(2, call(1, "A001"), call(2, "A002", after_s=1), after_s=1))

    async with announcing(broker, hall, output):
        await until(lambda: len(hall.acks()) == 2)

    assert output.played == ["000001-A001-w03", "000002-A002-w03"]


async def test_an_engine_that_tells_a_call_again_under_a_new_epoch_is_not_obeyed_twice(
    broker: OpenBroker, hall: Hand
) -> None:
    output = RecordingOutput()
    await hall.show_hall(hall_state(0))

    async with announcing(broker, hall, output):
        await hall.tell(call(1, "A001"))
        await hall.tell(call(1, "A001", epoch="second"), call(2, "A002", epoch="second"), call(3, "A003"))
        await until(lambda: len(hall.acks()) == 2)

    assert output.played == ["000001-A001-w03", "000002-A002-w03"]


async def test_calls_before_the_recent_ones_are_asked_for_again(broker: OpenBroker, hall: Hand) -> None:
    output = RecordingOutput()
    await hall.show_hall(hall_state(5))

    async with announcing(broker, hall, output):
        await hall.tell(call(6, "A006"))
        await until(lambda: len(output.played) == 1)
        known = [call(position, f"A{position:03}") for position in range(9, 29)]
        await hall.show_hall(hall_state(28, *known))
        await until(lambda: len(hall.said("req", "replay")) == 1)
        missed = call(8, "A008")
        await hall.link.publish(TOPICS.reply("speaker-1"), encoded(missed))
        await until(lambda: len(output.played) == 22)

    assert hall.said("req", "replay") == [{"v": 1, "from": 7, "to": 8, "reply": TOPICS.reply("speaker-1")}]
    assert output.played[1:3] == ["000008-A008-w03", "000009-A009-w03"]


async def test_a_voice_that_breaks_is_heard_again(broker: OpenBroker, hall: Hand) -> None:
    output, voice = RecordingOutput(), RecordingVoice(broken=1)
    await hall.show_hall(hall_state(0))

    async with announcing(broker, hall, output, voice):
        await hall.tell(call(1, "A001"), call(2, "A002"))
        await until(lambda: len(hall.acks()) == 2)

    assert hall.acks() == [(1, "shown", "no-voice: hoarse"), (2, "spoken", None)]


async def test_the_device_is_seen_and_says_goodbye(broker: OpenBroker, hall: Hand) -> None:
    await hall.show_hall(hall_state(0))

    async with announcing(broker, hall, RecordingOutput(), zones=("a",)):
        await until(lambda: bool(hall.said("device", "speaker-1", "info")))

    await until(lambda: hall.said("device", "speaker-1", "online")[-1] == 0)
    info = hall.said("device", "speaker-1", "info")[0]
    assert (info["kind"], info["zones"]) == ("announcer", ["a"])


async def test_espeak_leaves_files_as_long_as_the_sentence(broker: OpenBroker, hall: Hand, tmp_path: Path) -> None:
    pytest.importorskip("espeakng_loader")
    await hall.show_hall(hall_state(0))

    async with announcing(broker, hall, WavFolder(tmp_path / "wav"), voice_of("espeak")):
        await hall.tell(call(123, "A012"))
        await until(lambda: len(hall.acks()) == 1)

    with wave.open(str(tmp_path / "wav" / "000123-A012-w03.wav")) as file:
        assert 7 < file.getnframes() / file.getframerate() < 12


@pytest.mark.parametrize(
    "nonsense",
    [
        {"ticket": "../../etc/passwd"},
        {"ticket": ""},
        {"window": "w/3"},
        {"number": 10_000},
        {"number": None, "window": "east"},
        {"at": "soon"},
        {"position": "7"},
    ],
)
def test_what_nobody_could_speak_is_no_call(nonsense: dict[str, object]) -> None:
    assert read_call(call(1, "A012") | nonsense) is None


def test_a_message_without_the_windows_number_is_read_by_its_id() -> None:
    spoken = read_call(call(1, "A012", number=None))

    assert spoken is not None and spoken.number == 3
    assert isinstance(spoken, Call)
