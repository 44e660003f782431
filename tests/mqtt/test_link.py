"""The link tells the truth: what was taken, what arrived, and that it is gone."""

import asyncio
import random
import socket
import time
from pathlib import Path

import pytest

from engine.link import RECEIVE_LIMIT, Address, Link, Login, Refused, Will, connect, keep_connected
from tests.mqtt.conftest import OpenBroker, StartBroker

pytestmark = pytest.mark.mosquitto
BOTH = pytest.mark.parametrize("version", [4, 5])


def login(broker: OpenBroker, client_id: str = "one", *, will: Will | None = None, keep_s: int = 0) -> Login:
    return Login(broker.address, client_id, will=will, keep_s=keep_s)


@BOTH
async def test_a_published_message_arrives_once_with_its_topic_and_payload(
    open_broker: OpenBroker, version: int
) -> None:
    async with connect(login(open_broker), version=version) as link:
        await link.subscribe("a/+")

        await link.publish("a/b", b"hello")

        message = await anext(link.messages)
        assert (message.topic, message.payload, message.retain) == ("a/b", b"hello", False)


@BOTH
async def test_nothing_is_lost_when_a_consumer_is_killed_in_mid_work(open_broker: OpenBroker, version: int) -> None:
    consumer = login(open_broker, "consumer", keep_s=60)
    async with connect(consumer, version=version) as link:
        await link.subscribe("work")
    async with connect(login(open_broker, "producer")) as link:
        for number in range(60):
            await link.publish("work", str(number).encode())
    done: list[int] = []

    for share in (17, 23, 60):  # each consumer takes one message more than it finishes
        async with connect(consumer, version=version) as link:
            async for message in link.messages:
                if share == 0:
                    break
                done.append(int(message.payload))
                link.ack(message)
                share -= 1
                if len(set(done)) == 60:
                    break

    assert list(dict.fromkeys(done)) == list(range(60))


async def test_a_message_the_broker_does_not_allow_is_refused(start_broker: StartBroker, tmp_path: Path) -> None:
    (tmp_path / "acl").write_text("topic read #\n")
    broker = await start_broker(("allow_anonymous true", f"acl_file {tmp_path / 'acl'}"))
    async with connect(login(broker)) as link:
        with pytest.raises(Refused) as refusal:
            await link.publish("secret", b"x")

    assert refusal.value.code == 135


@BOTH
async def test_a_wrong_password_is_refused(start_broker: StartBroker, tmp_path: Path, version: int) -> None:
    (tmp_path / "passwords").write_text("")
    broker = await start_broker((f"password_file {tmp_path / 'passwords'}", "allow_anonymous false"))

    with pytest.raises(Refused):
        async with connect(Login(broker.address, "one", "wrong"), version=version):
            pass


@BOTH
async def test_everybody_notices_a_dead_link_within_a_second(open_broker: OpenBroker, version: int) -> None:
    async with connect(login(open_broker), version=version) as link:
        reading = asyncio.ensure_future(anext(link.messages))
        watching = asyncio.ensure_future(link.lost())
        open_broker.stop_answering()
        writing = [asyncio.ensure_future(link.publish("a", b"x")) for _ in range(1_000)]
        await asyncio.sleep(0)
        started = time.monotonic()

        await open_broker.kill()
        outcomes = await asyncio.gather(reading, watching, *writing, return_exceptions=True)

        assert all(isinstance(outcome, ConnectionError) for outcome in outcomes)
        assert time.monotonic() - started < 1.0
        with pytest.raises(ConnectionError):
            await link.publish("a", b"y")


async def test_a_new_connection_sends_nothing_of_the_old_one(open_broker: OpenBroker) -> None:
    heard: list[str] = []

    async def talk(link: Link) -> None:
        if not stopped.is_set():
            open_broker.stop_answering()
            await link.send("old", b"never acknowledged", retain=True)
            stopped.set()
            await link.lost()
        await link.publish("new", b"x", retain=True)
        await link.subscribe("#")
        heard.append((await anext(link.messages)).topic)

    async def replace_broker() -> None:
        await stopped.wait()
        await open_broker.kill()
        await open_broker.start()

    stopped = asyncio.Event()
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(keep_connected(login(open_broker), talk))
        group.create_task(replace_broker())

    assert heard == ["new"]


async def test_nagle_is_off(open_broker: OpenBroker) -> None:
    async with connect(login(open_broker)) as link:
        wire = link._client._client.socket()

        assert isinstance(wire, socket.socket)
        assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


async def test_the_last_will_speaks_for_a_link_that_broke(open_broker: OpenBroker) -> None:
    async with connect(login(open_broker, "watcher")) as watcher:
        await watcher.subscribe("online")
        async with connect(login(open_broker, "device", will=Will("online", b"0"))) as link:
            link._client._hang_up()

            message = await asyncio.wait_for(anext(watcher.messages), 2)

    assert message.payload == b"0"


async def test_a_farewell_keeps_the_last_will_silent(open_broker: OpenBroker) -> None:
    async with connect(login(open_broker, "watcher")) as watcher:
        await watcher.subscribe("online")
        async with connect(login(open_broker, "device", will=Will("online", b"0"))):
            pass
        await watcher.publish("online", b"still here")

        message = await asyncio.wait_for(anext(watcher.messages), 2)

    assert message.payload == b"still here"


@BOTH
async def test_messages_sent_without_waiting_keep_their_order(open_broker: OpenBroker, version: int) -> None:
    async with connect(login(open_broker), version=version) as link:
        await link.subscribe("n")

        sent = [await link.send("n", str(number).encode()) for number in range(500)]
        await asyncio.gather(*sent)

        heard = [int((await anext(link.messages)).payload)]
        while len(heard) < 20:
            heard.append(int((await anext(link.messages)).payload))
        assert heard == list(range(20))


async def test_a_reader_that_falls_too_far_behind_loses_the_link_not_a_message(open_broker: OpenBroker) -> None:
    async with connect(login(open_broker, "slow")) as slow, connect(login(open_broker, "fast")) as fast:
        await slow.subscribe("n", qos=0)
        for _ in range(RECEIVE_LIMIT + 10):
            await fast.publish("n", b"", qos=0)
        await fast.publish("n", b"")

        with pytest.raises(ConnectionError):
            await asyncio.wait_for(slow.lost(), 5)


async def test_a_broker_that_hangs_up_on_the_greeting_is_noticed_at_once() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    started = time.monotonic()

    with pytest.raises(ConnectionError):
        async with connect(Login(Address("127.0.0.1", port), "one")):
            pass

    assert time.monotonic() - started < 1.0
    server.close()


async def test_nobody_home_is_a_connection_error() -> None:
    with pytest.raises(ConnectionError):
        async with connect(Login(Address("127.0.0.1", 1), "one")):
            pass


async def test_losses_are_told_and_connections_are_paced(open_broker: OpenBroker) -> None:
    losses: list[ConnectionError] = []

    async def talk(link: Link) -> None:
        if len(losses) < 3:
            raise ConnectionResetError("so it seems")

    await keep_connected(login(open_broker), talk, on_loss=losses.append, pause_s=(0.01, 0.02), chance=random.Random(1))

    assert [str(loss) for loss in losses] == ["so it seems"] * 3


async def test_a_mistake_in_talk_is_not_mistaken_for_a_lost_link(open_broker: OpenBroker) -> None:
    async def talk(link: Link) -> None:
        raise LookupError("a bug")

    with pytest.raises(LookupError):
        await keep_connected(login(open_broker), talk)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:1884", Address("127.0.0.1", 1884)),
        ("mqtt://broker", Address("broker", 1883)),
        ("mqtts://broker", Address("broker", 8883, True)),
        ("[::1]:1", Address("::1", 1)),
    ],
)
def test_addresses_are_read(text: str, address: Address) -> None:
    assert Address.parse(text) == address
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize("text", ["", "http://broker", "mqtt://user:secret@broker", "broker:notaport", "b:99999"])
def test_other_addresses_are_not(text: str) -> None:
    with pytest.raises(ValueError):
        Address.parse(text)
