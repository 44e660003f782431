"""The roll of registered devices: who is silent for too long is warned of until heard again."""

from pathlib import Path

from engine.core.commands import ReportDevice
from engine.core.hall import Hall
from engine.journal.memory import Disk
from engine.mqtt.devices import register_device, remove_device
from engine.mqtt.presence import Presence
from engine.mqtt.roll_call import RollCall
from engine.runtime import Engine
from engine.wire.requests import DeviceInfo
from tests.mqtt.test_presence import Clock
from tests.runtime.hall import running

BOARD = DeviceInfo("board", "0.1", ("w01",), ("a",), "calls", 7)


async def warnings(engine: Engine) -> list[tuple[str, str]]:
    return await engine.read(lambda hall: sorted(hall.warnings.raised))


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


async def test_the_warnings_of_a_device_end_when_it_is_removed(tmp_path: Path) -> None:
    clock = Clock()
    register_device(tmp_path, "board-1", "token")
    register_device(tmp_path, "board-2", "token")
    async with running() as engine:
        roll = RollCall(engine, tmp_path, Presence(clock), clock)
        clock.now += 100
        for device_id in ("board-1", "kiosk-1"):
            await engine.submit(ReportDevice(device_id, "paper", True), actor="kiosk")
        await roll.call()
        assert await warnings(engine) == [
            ("offline", "board-1"),
            ("offline", "board-2"),
            ("paper", "board-1"),
            ("paper", "kiosk-1"),
        ]

        remove_device(tmp_path, "board-1")
        await roll.call()

        assert await warnings(engine) == [("offline", "board-2"), ("paper", "kiosk-1")]


async def test_a_device_that_was_removed_while_no_engine_ran_is_missed_no_more(tmp_path: Path) -> None:
    clock, disk = Clock(), Disk()
    register_device(tmp_path, "board-1", "token")
    async with running(disk) as engine:
        roll = RollCall(engine, tmp_path, Presence(clock), clock)
        clock.now += 100
        await roll.call()
    remove_device(tmp_path, "board-1")

    async with running(disk) as engine:
        assert await silent(engine) == ["board-1"]
        await RollCall(engine, tmp_path, Presence(clock), clock).call()

        assert await silent(engine) == []
