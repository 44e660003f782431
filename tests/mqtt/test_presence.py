"""A device is there as long as it says so itself; a last will only makes it quicker."""

from engine.mqtt.presence import DEVICES_MAX, OFFLINE_AFTER_S, Presence
from engine.wire.requests import Ack, DeviceInfo

BOARD = DeviceInfo("board", "0.1", ("w01",), ("a",), "calls", 7)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def is_online(presence: Presence) -> bool:
    (line,) = presence.view()
    return bool(line["is_online"])


def test_a_device_silent_for_half_a_minute_is_offline_without_any_will() -> None:
    clock = Clock()
    presence = Presence(clock)
    presence.heard_info("board-1", BOARD, is_retained=False)

    clock.now += OFFLINE_AFTER_S - 1
    assert is_online(presence)

    clock.now += 1
    assert not is_online(presence)


def test_a_retained_message_tells_what_a_device_is_not_that_it_is_there() -> None:
    presence = Presence(Clock())

    presence.heard_info("board-1", BOARD, is_retained=True)

    (line,) = presence.view()
    assert (line["kind"], line["is_online"], line["age_s"]) == ("board", False, None)


def test_a_farewell_is_believed_at_once_and_a_new_word_after_it() -> None:
    presence = Presence(Clock())
    presence.heard_info("board-1", BOARD, is_retained=False)

    presence.heard_online("board-1", False)
    assert not is_online(presence)

    presence.heard_info("board-1", BOARD, is_retained=False)
    assert is_online(presence)


def test_a_one_alone_is_not_presence() -> None:
    presence = Presence(Clock())

    presence.heard_online("board-1", True)

    assert not is_online(presence)


def test_acks_are_counted_and_the_dropped_ones_apart() -> None:
    presence = Presence(Clock())

    presence.heard_ack("speaker-1", Ack(5, "spoken", 900))
    presence.heard_ack("speaker-1", Ack(6, "dropped", 21_000, "stale"))

    (line,) = presence.view()
    assert (line["acks"], line["dropped"], line["last_ack"]["position"]) == (2, 1, 6)


def test_of_too_many_the_one_silent_for_longest_is_forgotten() -> None:
    presence = Presence(Clock())
    for number in range(DEVICES_MAX):
        presence.heard_online(f"d{number}", True)

    presence.heard_online("d0", True)
    presence.heard_online("newcomer", True)

    known = {line["id"] for line in presence.view()}
    assert len(known) == DEVICES_MAX
    assert {"d0", "newcomer"} <= known
    assert "d1" not in known
