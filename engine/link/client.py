"""aiomqtt's client with honest ends: manual acknowledgement, reason codes, and a death that everybody notices."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Final, Self

import aiomqtt
from paho.mqtt.client import (
    MQTT_CLEAN_START_FIRST_ONLY,
    MQTT_ERR_SUCCESS,
    ConnectFlags,
    DisconnectFlags,
    MQTTMessage,
    error_string,
)
from paho.mqtt.client import Client as PahoClient
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from engine.link.login import RECEIVE_LIMIT, Login, Message, Refused

ACK_TIMEOUT_S: Final = 10.0
CONNECT_TIMEOUT_S: Final = 5.0
LEAVE_TIMEOUT_S: Final = 1.0
SEND_LIMIT: Final = 256
"""Messages sent and not yet acknowledged; further senders wait in line."""
RECEIVE_MAXIMUM: Final = 256
"""Unacknowledged messages the broker may have under way (MQTT 5)."""
NAGLE_OFF: Final = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
CORK: Final[int | None] = getattr(socket, "TCP_CORK", None)
"""The option under which Linux collects what is written; None elsewhere."""


class NotSpoken(ConnectionError):
    """The broker hung up on our greeting: it may speak an older MQTT."""


def new_properties(packet_type: int) -> Properties:
    return Properties(packet_type)  # type: ignore[no-untyped-call]


class Inbox(AsyncIterator[Message]):
    """Messages not read yet, and the loss after which there are no more."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Message | ConnectionError] = asyncio.Queue()
        self._loss: ConnectionError | None = None

    def has_room(self) -> bool:
        return self._waiting.qsize() < RECEIVE_LIMIT

    def put(self, message: Message) -> None:
        self._waiting.put_nowait(message)

    def close(self, loss: ConnectionError) -> None:
        self._loss = loss
        self._waiting.put_nowait(loss)

    async def __anext__(self) -> Message:
        # What was not read before the loss can no longer be acknowledged: its sender or the broker repeats it.
        if self._loss is not None:
            raise self._loss
        message = await self._waiting.get()
        if isinstance(message, ConnectionError):
            raise message
        return message


class Client(aiomqtt.Client):
    """aiomqtt's client with honest ends: manual acknowledgement, reason codes, a death that everybody notices."""

    def __init__(self, login: Login, version: aiomqtt.ProtocolVersion) -> None:
        is_v5 = version == aiomqtt.ProtocolVersion.V5
        properties = None
        if is_v5:
            properties = new_properties(PacketTypes.CONNECT)
            properties.ReceiveMaximum = RECEIVE_MAXIMUM
            properties.SessionExpiryInterval = login.keep_s
        will = login.will
        super().__init__(
            login.address.host,
            login.address.port,
            username=login.client_id,
            password=login.token,
            identifier=login.client_id,
            protocol=version,
            will=None if will is None else aiomqtt.Will(will.topic, will.payload, will.qos, will.retain),
            clean_session=None if is_v5 else login.keep_s == 0,
            clean_start=False if is_v5 and login.keep_s else MQTT_CLEAN_START_FIRST_ONLY,
            timeout=CONNECT_TIMEOUT_S,
            keepalive=login.keepalive_s,
            properties=properties,
            tls_context=ssl.create_default_context() if login.address.tls else None,
            socket_options=(NAGLE_OFF,),
        )
        self._client.manual_ack_set(True)
        self._client.connect_timeout = CONNECT_TIMEOUT_S
        self.version = version
        self.inbox = Inbox()
        self.death: asyncio.Future[None] = self._loop.create_future()
        self.death.add_done_callback(lambda death: death.exception())  # nobody has to ask why
        self._disconnected.add_done_callback(self._on_disconnected)
        self._room = asyncio.Semaphore(SEND_LIMIT)
        self._unacknowledged: dict[int, tuple[float, asyncio.Future[Any]]] = {}
        self._was_open = False
        self._thread = threading.get_ident()

    async def enter(self) -> Self:
        entering = asyncio.ensure_future(self.__aenter__())
        try:
            await asyncio.shield(entering)
        except asyncio.CancelledError:
            # The thread that connects cannot be stopped: hang up as soon as it is through, or a ghost keeps our name.
            entering.add_done_callback(self._hang_up)
            raise
        except aiomqtt.MqttError as error:
            self._hang_up()
            raise self._explain(error) from error
        self._check_overdue()
        return self

    def _explain(self, error: aiomqtt.MqttError) -> ConnectionError:
        reason = getattr(error, "rc", None)
        if isinstance(reason, ReasonCode) and reason.getName() != "Unsupported protocol version":
            return Refused("login refused", reason)
        if self._was_open:
            return NotSpoken(f"no MQTT {5 if self.version == 5 else '3.1.1'} at this address: {error}")
        return ConnectionError(str(error))

    async def leave(self) -> None:
        if not self.death.done() and self._client.disconnect() == MQTT_ERR_SUCCESS:
            await asyncio.wait((self.death,), timeout=LEAVE_TIMEOUT_S)
        self._die(ConnectionError("the link was closed"))

    async def send(
        self, topic: str, payload: bytes, qos: int, retain: bool, properties: Properties | None
    ) -> asyncio.Future[None]:
        await self._room.acquire()
        try:
            self._raise_if_dead()
            sent = self._client.publish(topic, payload, qos, retain, properties)
        except BaseException:
            self._room.release()
            raise
        done: asyncio.Future[None] = self._loop.create_future()
        if sent.rc == MQTT_ERR_SUCCESS and qos:
            self._unacknowledged[sent.mid] = (self._loop.time(), done)
            return done
        self._room.release()
        if sent.rc != MQTT_ERR_SUCCESS:
            _fail(done, ConnectionError(f"could not send: {error_string(sent.rc)}"))
        else:
            done.set_result(None)
        return done

    async def take_subscription(self, topic_filter: str, qos: int) -> None:
        self._raise_if_dead()
        code, mid = self._client.subscribe(topic_filter, qos)
        if code != MQTT_ERR_SUCCESS or mid is None:
            raise ConnectionError(f"could not subscribe: {error_string(code)}")
        granted: asyncio.Future[list[ReasonCode]] = self._loop.create_future()
        self._unacknowledged[mid] = (self._loop.time(), granted)
        for reason in await granted:
            if reason.is_failure:
                raise Refused(f"subscription to {topic_filter} refused", reason)

    def acknowledge(self, message: Message) -> None:
        self._raise_if_dead()
        if message.qos:
            self._client.ack(message.mid, message.qos)

    # What paho calls, in the thread of the event loop once the connection stands.

    def _on_publish(
        self, client: PahoClient, userdata: Any, mid: int, reason_code: ReasonCode, properties: Properties
    ) -> None:
        _, done = self._unacknowledged.pop(mid, (0.0, None))
        if done is None:
            return
        self._room.release()
        if reason_code.is_failure:
            _fail(done, Refused("message refused", reason_code))
        elif not done.done():
            done.set_result(None)

    def _on_subscribe(
        self, client: PahoClient, userdata: Any, mid: int, reason_codes: list[ReasonCode], properties: Any = None
    ) -> None:
        _, granted = self._unacknowledged.pop(mid, (0.0, None))
        if granted is not None and not granted.done():
            granted.set_result(reason_codes)

    def _on_message(self, client: PahoClient, userdata: Any, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            self._client.ack(message.mid, message.qos)  # no topic of ours
            return
        if not self.inbox.has_room():
            self._loop.call_soon(self._die, ConnectionError("more messages than this program reads"))
            return
        extra = message.properties
        self.inbox.put(
            Message(
                topic,
                bytes(message.payload),
                message.qos,
                message.retain,
                message.mid,
                getattr(extra, "ResponseTopic", None),
                getattr(extra, "CorrelationData", None),
            )
        )

    def _on_connect(
        self, client: PahoClient, userdata: Any, flags: ConnectFlags, reason_code: ReasonCode, properties: Any = None
    ) -> None:
        super()._on_connect(client, userdata, flags, reason_code, properties)
        if not self._connected.cancelled():
            self._connected.exception()

    def _on_disconnect(
        self, client: PahoClient, userdata: Any, flags: DisconnectFlags, reason_code: ReasonCode, properties: Any = None
    ) -> None:
        self._loop.call_soon(self._die, ConnectionError(f"the link is lost: {reason_code}"))

    def _on_socket_open(self, client: PahoClient, userdata: Any, sock: Any) -> None:
        self._was_open = True
        super()._on_socket_open(client, userdata, sock)

    def _on_socket_register_write(self, client: PahoClient, userdata: Any, sock: Any) -> None:
        if threading.get_ident() != self._thread:
            super()._on_socket_register_write(client, userdata, sock)
        else:
            # At once: a turn later the descriptor may be closed, or belong to the next connection and spin for ever.
            self._loop.add_writer(sock.fileno(), self._write)

    def _write(self) -> None:
        try:
            self._hold_back(True)
            self._client.loop_write()
            self._hold_back(False)
        except Exception as error:  # whatever paho stumbles over, the connection is done with
            self._die(ConnectionError(f"the link is lost: {error}"))

    def _hold_back(self, is_held_back: bool) -> None:
        """Let the packets of one turn leave together: each one sent by itself wakes the broker."""
        sock = self._client.socket()
        if CORK is not None and isinstance(sock, socket.socket):
            sock.setsockopt(socket.IPPROTO_TCP, CORK, is_held_back)

    # The end.

    def _on_disconnected(self, disconnected: asyncio.Future[None]) -> None:
        error = disconnected.exception() if not disconnected.cancelled() else None
        self._die(ConnectionError(f"the link is lost: {error}"))

    def _check_overdue(self) -> None:
        if self.death.done():
            return
        oldest = next(iter(self._unacknowledged.values()), None)
        if oldest is not None and self._loop.time() - oldest[0] > ACK_TIMEOUT_S:
            self._die(ConnectionError(f"the broker has not acknowledged for {ACK_TIMEOUT_S:g} s"))
        else:
            self._loop.call_later(1.0, self._check_overdue)

    def _die(self, loss: ConnectionError) -> None:
        if self.death.done():
            return
        self.death.set_exception(loss)
        if not self._connected.done():
            self._connected.set_exception(aiomqtt.MqttError(str(loss)))
        self._hang_up()
        self.inbox.close(loss)
        for _, future in self._unacknowledged.values():
            _fail(future, loss)
        self._unacknowledged.clear()
        self._room.release()  # whoever waits for room finds the link dead and lets the next one in

    def _hang_up(self, _: object = None) -> None:
        with suppress(OSError, ValueError):
            self._client._sock_close()

    def _raise_if_dead(self) -> None:
        if self.death.done():
            loss = self.death.exception()
            assert loss is not None
            raise loss


def _fail(future: asyncio.Future[Any], error: ConnectionError) -> None:
    """Tell whoever still waits; nobody has to: a pipelining caller may give up before it looks."""
    if not future.done():
        future.set_exception(error)
        future.exception()
