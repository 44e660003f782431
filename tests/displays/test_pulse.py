"""What a device makes of heartbeats: the hall's time, silence, and an engine that is another one."""

from engine.device.pulse import STALE_AFTER_S, Pulse, millis
from tests.hall_by_hand import at, hall_state


class Ticks:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_the_halls_time_goes_on_between_heartbeats() -> None:
    ticks = Ticks()
    pulse = Pulse(ticks)

    pulse.read(hall_state(1, after_s=60))
    ticks.now += 2.5

    assert pulse.now_ms() == millis(at(62.5))


def test_a_device_names_the_time_with_the_halls_offset() -> None:
    pulse = Pulse(Ticks())

    pulse.read(hall_state(1) | {"at": "2026-11-23T09:00:00+08:00"})

    assert pulse.now_iso() == "2026-11-23T09:00:00.000+08:00"


def test_an_older_message_does_not_turn_the_clock_back() -> None:
    pulse = Pulse(Ticks())

    pulse.read(hall_state(1, after_s=60))
    pulse.read(hall_state(1, after_s=30))

    assert pulse.now_ms() == millis(at(60))


def test_ten_seconds_without_a_heartbeat_are_silence() -> None:
    ticks = Ticks()
    pulse = Pulse(ticks)

    pulse.read(hall_state(1), is_beat=True)
    ticks.now += STALE_AFTER_S + 0.1
    pulse.read(hall_state(1), is_beat=False)  # what the broker retains proves nothing

    assert pulse.is_stale


def test_an_epoch_that_is_over_stays_over() -> None:
    pulse = Pulse(Ticks())

    pulse.read(hall_state(7, epoch="first"))
    pulse.read(hall_state(2, epoch="second"))

    assert not pulse.read(hall_state(9, epoch="first"))
    assert (pulse.epoch, pulse.position) == ("second", 2)
