"""The roll of registered devices: who is silent for too long is warned of until heard again."""

from pathlib import Path

from engine.core.hall import Hall
from engine.mqtt.devices import register_device, remove_device
from engine.mqtt.presence import Presence
from engine.mqtt.roll_call import RollCall
from engine.runtime import Engine
from engine.wire.requests import DeviceInfo
from tests.mqtt.test_presence import Clock
from tests.runtime.hall import running

BOARD = DeviceInfo("board", "0.1", ("w01",), ("a",), "calls", 7)


async def silent(engine: Engine) -> list[str]:
    def view(hall: Hall) -> list[str]:
        return sorted(subject for kind, subject in hall.warnings.raised if kind == "offline")

    return await engine.read(view)


async def test_a_registered_device_is_missed_after_half_a_minute_until_it_is_heard(tmp_path: Path) -> None:
    clock = Clock()
    presence = Presence(clock)
    register_device(tmp_path, "board-1", "token")
    register_device(tmp_path, "board-2", "token")
    async with running() as engine:
        roll = RollCall(engine, tmp_path, presence, clock)
        clock.now += 20
        presence.heard_info("board-2", BOARD, is_retained=False)
        clock.now += 11
        await roll.call()
        missed = await silent(engine)
        presence.heard_info("board-1", BOARD, is_retained=False)
        await roll.call()
        heard = await silent(engine)

    assert (missed, heard) == (["board-1"], [])


async def test_nobody_is_missed_before_there_was_time_to_speak(tmp_path: Path) -> None:
    clock = Clock()
    register_device(tmp_path, "board-1", "token")
    async with running() as engine:
        roll = RollCall(engine, tmp_path, Presence(clock), clock)
        clock.now += 30
        await roll.call()

        assert await silent(engine) == []


async def test_observers_and_devices_that_were_removed_are_not_missed(tmp_path: Path) -> None:
    clock = Clock()
    register_device(tmp_path, "watch-1", "token")
    register_device(tmp_path, "board-1", "token")
    remove_device(tmp_path, "board-1")
    async with running() as engine:
        roll = RollCall(engine, tmp_path, Presence(clock), clock)
        clock.now += 100
        await roll.call()

        assert await silent(engine) == []
