"""The embedded broker: amqtt in a process of its own, on loopback only, for a machine without Mosquitto.

`python -m engine.mqtt.embedded PORT FOLDER` listens until it is ended and prints its port. Logins and permissions come
from `FOLDER/access.json`, which is read again whenever it changes. It speaks MQTT 3.1.1.
"""

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any, Final

from amqtt.adapters import ReaderAdapter, StreamReaderAdapter, StreamWriterAdapter, WriterAdapter
from amqtt.broker import Broker, Server
from amqtt.contexts import Action, ListenerConfig
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.session import Session

from engine.mqtt.access import ACCESS_FILE, matches
from engine.mqtt.devices import is_token

GREETING_TIMEOUT_S: Final = 5.0
CONNECT: Final = 0x10
MQTT_311: Final = 4
UNACCEPTABLE_VERSION: Final = bytes((0x20, 2, 0, 1))


class AccessList:
    """The users of `access.json`, `{id: {hash, read, write}}`, as they are in the file now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = -1
        self._users: dict[str, Any] = {}

    def knows(self, name: str | None, token: str | None) -> bool:
        user = self._user(name)
        return user is not None and is_token(token or "", user["hash"])

    def may(self, name: str | None, action: str, topic: str) -> bool:
        """Whether a user may `read` or `write` a topic."""
        user = self._user(name)
        return user is not None and any(matches(topic_filter, topic) for topic_filter in user[action])

    def _user(self, name: str | None) -> Any:
        changed_at = self._path.stat().st_mtime_ns
        if changed_at != self._read_at:
            self._users = json.loads(self._path.read_bytes())
            self._read_at = changed_at
        return self._users.get(name) if name else None


class _Subscriptions(dict[str, list[tuple[Session, int]]]):
    """Filter → subscribers; walked over as they were, for amqtt pauses on the way and others subscribe meanwhile."""

    def items(self) -> Any:
        return [(topic_filter, list(subscribers)) for topic_filter, subscribers in super().items()]


class _Reader(StreamReaderAdapter):  # type: ignore[misc]
    """A connection of which the beginning was read already."""

    def __init__(self, beginning: bytes, reader: asyncio.StreamReader) -> None:
        super().__init__(reader)
        self._beginning = beginning

    async def read(self, n: int = -1) -> bytes:
        first, self._beginning = self._beginning[:n], self._beginning[n:]
        rest: bytes = await super().read(n - len(first)) if len(first) < n else b""
        return first + rest


async def read_greeting(reader: asyncio.StreamReader) -> bytes:
    """A CONNECT packet up to and including its protocol level; raises `ValueError` for anything else."""
    greeting = await reader.readexactly(2)
    if greeting[0] != CONNECT:
        raise ValueError("no CONNECT")
    while greeting[-1] & 0x80:  # the length takes up to four bytes
        if len(greeting) == 5:
            raise ValueError("no length")
        greeting += await reader.readexactly(1)
    greeting += await reader.readexactly(7)
    if greeting[-7:-1] != b"\x00\x04MQTT":
        raise ValueError("no MQTT")
    return greeting


class HallBroker(Broker):  # type: ignore[misc]
    """amqtt's broker for devices that do not trust each other.

    Left alone amqtt waits for ever for the rest of an MQTT 5 greeting, lets a stranger end the session of a name
    it knows, keeps both of two connections with one name, sends a newcomer the retained messages of everybody's
    subscriptions, asks no permission for retained messages and last wills, and drops a message for some when somebody
    subscribes at that moment.
    """

    def __init__(self, access: AccessList, port: int) -> None:
        listener = {"type": "tcp", "bind": f"127.0.0.1:{port}"}
        super().__init__({"listeners": {"default": listener}, "plugins": {}})
        self._access = access
        self._subscriptions = _Subscriptions()

    @property
    def port(self) -> int:
        server = self._servers["default"].instance
        assert isinstance(server, asyncio.Server)
        return int(server.sockets[0].getsockname()[1])

    async def stream_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
    ) -> None:
        try:
            greeting = await asyncio.wait_for(read_greeting(reader), GREETING_TIMEOUT_S)
            if greeting[-1] == MQTT_311:
                await self._client_connected(listener_name, _Reader(greeting, reader), StreamWriterAdapter(writer))
                return
            writer.write(UNACCEPTABLE_VERSION)
            await writer.drain()
        except (ValueError, OSError, EOFError, TimeoutError):
            pass  # whoever that was is gone, or speaks something else
        finally:
            writer.close()

    async def _authenticate(self, session: Session, _: ListenerConfig) -> bool:
        name = session.username
        if session.client_id != name or not self._access.knows(name, session.password):
            return False
        return not session.will_flag or self._access.may(name, "write", session.will_topic or "")

    async def _delete_session(self, client_id: str) -> None:
        """Not yet: amqtt asks for this before it knows who is there; see `_handle_client_session`."""

    async def _handle_client_session(
        self,
        reader: ReaderAdapter,
        writer: WriterAdapter,
        client_session: Session,
        handler: BrokerProtocolHandler,
        server: Server,
        listener_name: str,
    ) -> None:
        if not await self._authenticate(client_session, self.listeners_config[listener_name]):
            handler.attach(client_session, reader, writer)
            await handler.mqtt_connack_authorize(False)
            await writer.close()
            return
        name = client_session.client_id
        if name in self._sessions and client_session.clean_session:
            old_session, old_handler = self._sessions[name]
            if old_session.transitions.is_connected():
                await old_handler.handle_connection_closed()
                await old_handler.stop()
            await super()._delete_session(name)
        await super()._handle_client_session(reader, writer, client_session, handler, server, listener_name)

    async def _topic_filtering(self, session: Session, topic: str, action: Action) -> bool:
        """As with Mosquitto anybody may subscribe to anything, and receives only what he may read."""
        if action == Action.SUBSCRIBE:
            return True
        return self._access.may(session.username, "write" if action == Action.PUBLISH else "read", topic)

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        topic_filter, qos = subscription
        handler = self._get_handler(session)
        if handler is None or all(own is not session for own, _ in self._subscriptions.get(topic_filter, ())):
            return
        for topic, retained in list(self._retained_messages.items()):
            if self._matches(topic, topic_filter) and self._access.may(session.username, "read", topic):
                granted = min(qos, retained.qos or 0)
                # Not awaited: it ends with the client's acknowledgement, and the client may want them all first.
                sending = handler.mqtt_publish(topic, retained.data, granted, retain=True)
                self._tasks_queue.append(asyncio.ensure_future(sending))


async def serve(port: int, folder: Path) -> None:
    """Listen until cancelled."""
    broker = HallBroker(AccessList(folder / ACCESS_FILE), port)
    await broker.start()
    print(broker.port, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))


if __name__ == "__main__":
    main()
