"""A broker of our own: chosen, started, told who may do what, restarted when it dies, never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest

from engine.link import Address, Link, Login, Refused, Will, connect
from engine.mqtt import devices
from engine.mqtt.broker import Broker, BrokerFailed, Choice, choose, external_login, open_broker
from engine.mqtt.child import answers, end_orphan
from engine.wire.topics import Topics
from tests.mqtt.conftest import OpenBroker
from tests.waiting import until
from tests.wire.halls import PLAN

TOPICS = Topics.of(PLAN)
OWN = pytest.mark.parametrize("kind", [pytest.param("mosquitto", marks=pytest.mark.mosquitto), "embedded"])


def where(kind: str) -> str:
    return "embedded" if kind == "embedded" else "127.0.0.1:0"


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


def register(data: Path) -> None:
    devices.register_device(data, "board-1", "board token")
    devices.register_device(data, "btn-1", "button token", ("w01",))
    devices.register_device(data, "watch-1", "watch token")


async def login(stack: AsyncExitStack, broker: Broker, device_id: str, token: str, will: Will | None = None) -> Link:
    return await stack.enter_async_context(connect(Login(broker.address, device_id, token, will)))


async def everybody(stack: AsyncExitStack, data: Path, kind: str) -> tuple[Broker, dict[str, Link]]:
    register(data)
    broker = await stack.enter_async_context(open_broker(data, PLAN, where(kind)))
    engine = await stack.enter_async_context(connect(broker.login(Will(TOPICS.engine_online, b"0"))))
    links = {"engine": engine}
    for name, token in (("board-1", "board token"), ("btn-1", "button token"), ("watch-1", "watch token")):
        links[name] = await login(stack, broker, name, token)
    return broker, links


async def heard_by(listener: Link, speaker: Link, topic: str, engine: Link) -> bool:
    """Whether what the speaker says reaches the listener; the engine's word after it ends the wait."""
    await listener.subscribe(f"{TOPICS.root}/#")
    with suppress(Refused):
        await speaker.publish(topic, b"said")
    await engine.publish(TOPICS.window_state("w01"), b"end")
    async with asyncio.timeout(3):
        async for message in listener.messages:
            listener.ack(message)
            if message.payload == b"end":
                return False
            if message.topic == topic:
                return True
    raise AssertionError("unreachable")


@OWN
@pytest.mark.parametrize(
    ("speaker", "topic", "is_heard"),
    [
        ("btn-1", TOPICS.command("w01", "call-next"), True),
        ("btn-1", TOPICS.command("w03", "call-next"), False),
        ("btn-1", TOPICS.event("w01"), False),
        ("btn-1", TOPICS.state, False),
        ("btn-1", TOPICS.device_info("btn-1"), True),
        ("btn-1", TOPICS.device_info("board-1"), False),
        ("board-1", TOPICS.ack("board-1"), True),
        ("board-1", TOPICS.replay, True),
        ("board-1", TOPICS.command("w01", "call-next"), False),
        ("board-1", TOPICS.reply("btn-1"), False),
        ("watch-1", TOPICS.ack("watch-1"), False),
        ("watch-1", TOPICS.device_online("watch-1"), False),
        ("watch-1", TOPICS.command("w01", "call-next"), False),
        ("watch-1", TOPICS.replay, False),
    ],
)
async def test_a_device_writes_only_what_is_its_own(
    stack: AsyncExitStack, tmp_path: Path, kind: str, speaker: str, topic: str, is_heard: bool
) -> None:
    _, links = await everybody(stack, tmp_path, kind)

    assert await heard_by(links["engine"], links[speaker], topic, links["engine"]) is is_heard


@OWN
@pytest.mark.parametrize(
    ("listener", "topic", "is_heard"),
    [
        ("board-1", TOPICS.event("w03"), True),
        ("board-1", TOPICS.zone_state("a"), True),
        ("board-1", TOPICS.reply("board-1"), True),
        ("board-1", TOPICS.reply("btn-1"), False),
        ("btn-1", TOPICS.reply("w01"), True),
        ("btn-1", TOPICS.reply("w03"), False),
        ("watch-1", TOPICS.event("hall"), True),
        ("watch-1", TOPICS.ack("board-1"), True),
        ("watch-1", TOPICS.reply("board-1"), False),
        ("watch-1", TOPICS.command("w01", "call-next"), False),
    ],
)
async def test_a_device_reads_only_what_is_public_or_its_own(
    stack: AsyncExitStack, tmp_path: Path, kind: str, listener: str, topic: str, is_heard: bool
) -> None:
    _, links = await everybody(stack, tmp_path, kind)

    assert await heard_by(links[listener], links["engine"], topic, links["engine"]) is is_heard


@OWN
async def test_retained_secrets_are_not_handed_to_newcomers(stack: AsyncExitStack, tmp_path: Path, kind: str) -> None:
    broker, links = await everybody(stack, tmp_path, kind)
    await links["engine"].subscribe("#")
    await links["engine"].publish(TOPICS.reply("btn-1"), b"secret", retain=True)
    await links["engine"].publish(TOPICS.state, b"public", retain=True)

    late = await login(stack, broker, "board-1", "board token")
    await late.subscribe(f"{TOPICS.root}/#")

    assert (await asyncio.wait_for(anext(late.messages), 2)).payload == b"public"
    await links["engine"].publish(TOPICS.event("w01"), b"end")
    assert (await asyncio.wait_for(anext(late.messages), 2)).payload == b"end"


@OWN
async def test_whoever_subscribes_once_more_gets_the_retained_state_once_more(
    stack: AsyncExitStack, tmp_path: Path, kind: str
) -> None:
    _, links = await everybody(stack, tmp_path, kind)
    await links["engine"].publish(TOPICS.state, b"present", retain=True)

    for _ in range(3):
        await links["board-1"].subscribe(TOPICS.state)
        message = await asyncio.wait_for(anext(links["board-1"].messages), 2)
        links["board-1"].ack(message)
        assert (message.payload, message.retain) == (b"present", True)


@OWN
async def test_of_two_with_one_name_the_newer_stays(stack: AsyncExitStack, tmp_path: Path, kind: str) -> None:
    broker, links = await everybody(stack, tmp_path, kind)

    second = await login(stack, broker, "board-1", "board token")
    with pytest.raises(ConnectionError):
        await asyncio.wait_for(links["board-1"].lost(), 2)

    assert await heard_by(second, links["engine"], TOPICS.state, links["engine"])


@OWN
async def test_strangers_and_wrong_tokens_stay_outside(stack: AsyncExitStack, tmp_path: Path, kind: str) -> None:
    broker, links = await everybody(stack, tmp_path, kind)

    for device_id, token in (("stranger", "x"), ("board-1", "wrong"), ("engine", "guess"), ("board-1", "")):
        with pytest.raises(Refused):
            await login(stack, broker, device_id, token)

    assert await heard_by(links["engine"], links["board-1"], TOPICS.ack("board-1"), links["engine"])


@OWN
async def test_a_will_may_not_say_what_its_device_may_not(stack: AsyncExitStack, tmp_path: Path, kind: str) -> None:
    broker, links = await everybody(stack, tmp_path, kind)
    await links["engine"].subscribe(TOPICS.event("+"))

    try:
        link = await login(stack, broker, "board-1", "board token", Will(TOPICS.event("w01"), b"forged"))
        link._client._hang_up()
    except ConnectionError:
        pass
    await links["engine"].publish(TOPICS.event("w01"), b"genuine")

    assert (await asyncio.wait_for(anext(links["engine"].messages), 2)).payload == b"genuine"


@OWN
async def test_a_device_registered_while_the_hall_is_open_may_come_in(
    stack: AsyncExitStack, tmp_path: Path, kind: str
) -> None:
    broker, links = await everybody(stack, tmp_path, kind)
    started = time.monotonic()

    devices.register_device(tmp_path, "board-2", "second")
    loaded = await asyncio.to_thread(devices.wait_until_loaded, tmp_path, 3.0)

    assert loaded
    assert time.monotonic() - started < 1.5
    await login(stack, broker, "board-2", "second")
    assert await heard_by(links["board-1"], links["engine"], TOPICS.state, links["engine"])  # nobody was thrown out


@OWN
async def test_a_removed_device_does_not_come_in_again(stack: AsyncExitStack, tmp_path: Path, kind: str) -> None:
    broker, _ = await everybody(stack, tmp_path, kind)

    assert devices.remove_device(tmp_path, "board-1")
    assert await asyncio.to_thread(devices.wait_until_loaded, tmp_path, 3.0)

    with pytest.raises(Refused):
        await login(stack, broker, "board-1", "board token")


@OWN
async def test_a_broker_that_dies_is_started_again(stack: AsyncExitStack, tmp_path: Path, kind: str) -> None:
    register(tmp_path)
    broker = await stack.enter_async_context(open_broker(tmp_path, PLAN, where(kind)))
    first = int((tmp_path / "broker" / "pid").read_text())

    os.kill(first, signal.SIGKILL)
    await until(lambda: int((tmp_path / "broker" / "pid").read_text() or 0) != first)
    await until(lambda: answers(broker.address.host, broker.address.port))

    await login(stack, broker, "board-1", "board token")


@OWN
async def test_an_engine_killed_with_9_leaves_no_broker_behind(tmp_path: Path, kind: str) -> None:
    program = textwrap.dedent(
        f"""
        import asyncio
        from pathlib import Path
        from engine.mqtt.broker import open_broker
        from tests.wire.halls import PLAN

        async def main():
            async with open_broker(Path({str(tmp_path)!r}), PLAN, {where(kind)!r}) as broker:
                print(broker.address.port, flush=True)
                await asyncio.Event().wait()

        asyncio.run(main())
        """
    )
    engine = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert engine.stdout is not None
    port = int(await asyncio.wait_for(engine.stdout.readline(), 20))
    assert await answers("127.0.0.1", port)

    async def gone() -> bool:
        return not await answers("127.0.0.1", port)

    engine.kill()
    await engine.wait()

    await until(gone)


async def test_a_broker_left_behind_is_ended_before_the_next_one(tmp_path: Path) -> None:
    orphan = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import signal; signal.pause()", str(tmp_path / "mosquitto.conf")
    )
    (tmp_path / "pid").write_text(str(orphan.pid))

    await end_orphan(tmp_path)

    assert await asyncio.wait_for(orphan.wait(), 2) == -signal.SIGTERM


async def test_a_pid_that_now_belongs_to_somebody_else_is_left_alone(tmp_path: Path) -> None:
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", "import signal; signal.pause()")
    (tmp_path / "pid").write_text(str(other.pid))

    await end_orphan(tmp_path)

    assert other.returncode is None
    other.kill()
    await other.wait()


@pytest.mark.mosquitto
async def test_where_somebody_listens_is_an_external_broker(open_broker: OpenBroker) -> None:
    chosen = await choose(f"127.0.0.1:{open_broker.port}", {}, "/usr/sbin/mosquitto")

    assert chosen == Choice("external", open_broker.address)


@pytest.mark.parametrize(
    ("asked", "mosquitto", "chosen"),
    [
        ("127.0.0.1:0", "/usr/sbin/mosquitto", Choice("mosquitto", Address("127.0.0.1", 0))),
        ("0.0.0.0:0", "/usr/sbin/mosquitto", Choice("mosquitto", Address("0.0.0.0", 0))),
        ("127.0.0.1:0", None, Choice("embedded", Address("127.0.0.1", 0))),
        ("embedded", "/usr/sbin/mosquitto", Choice("embedded", Address("127.0.0.1", 0))),
        ("embedded:1999", None, Choice("embedded", Address("127.0.0.1", 1999))),
        ("mqtt://127.0.0.1:1", "/usr/sbin/mosquitto", Choice("external", Address("127.0.0.1", 1))),
        ("192.0.2.7:1883", "/usr/sbin/mosquitto", Choice("external", Address("192.0.2.7", 1883))),
    ],
)
async def test_the_choice_of_a_broker(asked: str, mosquitto: str | None, chosen: Choice) -> None:
    assert await choose(asked, {}, mosquitto) == chosen


@pytest.mark.parametrize("asked", ["0.0.0.0:0", "embedded:x", "embedded:99999", "embedded:0.0.0.0:1883", "http://here"])
async def test_the_embedded_broker_serves_loopback_only(asked: str) -> None:
    with pytest.raises(BrokerFailed):
        await choose(asked, {}, None)


async def test_an_address_and_a_login_name_somebody_elses_broker() -> None:
    environment = {"JIAOHAO_MQTT_USER": "hall", "JIAOHAO_MQTT_PASSWORD": "secret"}

    assert (await choose("127.0.0.1:1", environment, "/usr/sbin/mosquitto")).kind == "external"
    assert external_login(PLAN, environment) == ("hall", "secret")
    assert external_login(PLAN, {}) == ("jiaohao-ningbo-hongtang", None)


@pytest.mark.mosquitto
async def test_a_taken_port_is_said_with_the_reason(tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    (tmp_path / "broker").mkdir()
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(open_broker(tmp_path, PLAN, f"127.0.0.1:{port}"))

    assert broker.kind == "external"
    taken.close()


def test_no_token_is_kept_in_clear(tmp_path: Path) -> None:
    register(tmp_path)

    assert b"token" not in devices.registry_path(tmp_path).read_bytes()
    assert devices.registry_path(tmp_path).stat().st_mode & 0o077 == 0
    board = devices.read_devices(tmp_path)[0]
    assert devices.is_token("board token", board.token_hash)
    assert not devices.is_token("Board token", board.token_hash)


@pytest.mark.parametrize(
    ("device_id", "windows"),
    [("engine", ()), ("probe", ()), ("Board", ()), ("a/b", ()), ("", ()), ("watch-1", ("w01",)), ("btn", ("W 1",))],
)
def test_ids_that_cannot_be_are_refused(tmp_path: Path, device_id: str, windows: tuple[str, ...]) -> None:
    with pytest.raises(ValueError):
        devices.register_device(tmp_path, device_id, "token", windows)


def test_without_an_engine_nobody_waits(tmp_path: Path) -> None:
    register(tmp_path)
    started = time.monotonic()

    assert not devices.wait_until_loaded(tmp_path, 5.0)
    assert time.monotonic() - started < 1.0


def test_a_damaged_register_names_the_file_and_the_fix(tmp_path: Path) -> None:
    devices.registry_path(tmp_path).write_text('{"devices": []}')

    with pytest.raises(devices.BadRegistry, match=r"devices\.json.*repair"):
        devices.read_devices(tmp_path)
