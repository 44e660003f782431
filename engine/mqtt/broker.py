"""The broker of a hall: somebody's, or one of our own, chosen at the start and kept running.

- `mqtt://host:port`, or an address where somebody listens already: that broker (*external*).
- otherwise Mosquitto when this machine has it, as a child with a generated configuration (*mosquitto*);
- otherwise amqtt in a child of its own, on loopback only (*embedded*).

An external broker is set up by its owner (docs/how-to/use-your-own-broker.md); the engine logs in there with
`JIAOHAO_MQTT_USER` and `JIAOHAO_MQTT_PASSWORD`.
"""

import asyncio
import ipaddress
import logging
import os
import secrets
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from engine.core.plan import HallPlan
from engine.link import Address, Login, Will, connect
from engine.mqtt import devices, lists
from engine.mqtt.access import ENGINE, PROBE
from engine.mqtt.child import Child, ChildFailed, answers, end_orphan

Kind = Literal["external", "mosquitto", "embedded"]

DEFAULT_PORT: Final = 1883
PORT_MAX: Final = 65_535
LOOPBACK: Final = "127.0.0.1"
PORT_ATTEMPTS: Final = 5
REGISTER_LOOK_S: Final = 0.25
REGISTER_RETRY_S: Final = 5.0
PROBE_TIMEOUT_S: Final = 2.0
PROGRAM_PATHS: Final = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
USER_VARIABLE: Final = "JIAOHAO_MQTT_USER"
PASSWORD_VARIABLE: Final = "JIAOHAO_MQTT_PASSWORD"

_log = logging.getLogger(__name__)


class BrokerFailed(Exception):
    """No broker to be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker that answers: what it is, where devices find it, and how the engine logs in."""

    kind: Kind
    address: Address
    user: str
    token: str | None

    def login(self, will: Will) -> Login:
        return Login(self.reachable, self.user, self.token, will)

    @property
    def reachable(self) -> Address:
        """A broker that listens everywhere is reached on loopback."""
        everywhere = {"0.0.0.0": LOOPBACK, "::": "::1"}
        return Address(everywhere.get(self.address.host, self.address.host), self.address.port, self.address.tls)

    def __str__(self) -> str:
        return f"{'embedded broker' if self.kind == 'embedded' else self.kind} {self.address}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided before anything is started; port 0 means any free one."""

    kind: Kind
    address: Address


@asynccontextmanager
async def open_broker(data: Path, plan: HallPlan, where: str | None) -> AsyncIterator[Broker]:
    """A broker that runs, and knows this hall's devices, inside the block; raises `BrokerFailed`.

    `where` is what `--mqtt` says: None, `host:port`, `mqtt://host:port`, `embedded` or `embedded:port`.
    """
    folder = devices.broker_folder(data).resolve()
    await end_orphan(folder)
    choice = await choose(where, os.environ, find_mosquitto())
    with devices.serving(data):
        if choice.kind == "external":
            yield Broker("external", choice.address, *external_login(plan, os.environ))
            return
        async with AsyncExitStack() as stack:
            keeper = await _start(choice, data, plan, stack)
            await keeper.confirm()
            watching = asyncio.create_task(keeper.watch())
            try:
                yield keeper.broker
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)


async def choose(where: str | None, environment: Mapping[str, str], mosquitto: str | None) -> Choice:
    """Decide which broker it will be; raises `BrokerFailed`."""
    own: Kind = "mosquitto" if mosquitto else "embedded"
    if where is None:
        taken = await answers(LOOPBACK, DEFAULT_PORT)
        return Choice(own, Address(LOOPBACK, 0 if taken else DEFAULT_PORT))
    name, _, port = where.partition(":")
    if name == "embedded":
        if port and not (port.isdecimal() and int(port) <= PORT_MAX):
            raise BrokerFailed(f"{where}: write embedded or embedded:PORT; the embedded broker serves loopback only")
        if port and await answers(LOOPBACK, int(port)):
            raise BrokerFailed(
                f"{LOOPBACK}:{port} 已被占用 · is taken; name another port, or only embedded for a free one"
            )
        return Choice("embedded", Address(LOOPBACK, int(port or 0)))
    try:
        address = Address.parse(where)
    except ValueError as error:
        raise BrokerFailed(str(error)) from error
    is_external = "//" in where or USER_VARIABLE in environment or not _is_here(address.host)
    if is_external or (address.port and await answers(address.host, address.port)):
        return Choice("external", address)
    if own == "embedded" and not _is_loopback(address.host):
        raise BrokerFailed(
            f"no Mosquitto on this machine, and the embedded broker serves loopback only, not {address.host}: "
            "install mosquitto, or name the broker as mqtt://host:port"
        )
    return Choice(own, address)


def find_mosquitto() -> str | None:
    """The program, also where only root looks for programs."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path=PROGRAM_PATHS)


def external_login(plan: HallPlan, environment: Mapping[str, str]) -> tuple[str, str | None]:
    """The engine's user and password at somebody else's broker."""
    return environment.get(USER_VARIABLE, f"jiaohao-{plan.region}-{plan.hall_id}"), environment.get(PASSWORD_VARIABLE)


async def _start(choice: Choice, data: Path, plan: HallPlan, stack: AsyncExitStack) -> "_Keeper":
    """A broker of our own that answers, stopped when the stack is closed."""
    folder = devices.broker_folder(data).resolve()
    host, port = choice.address.host, choice.address.port
    for attempt in range(PORT_ATTEMPTS):
        broker = Broker(choice.kind, Address(host, port or _free_port(host)), ENGINE, secrets.token_urlsafe(24))
        reachable = broker.reachable
        child = Child(_command(broker, folder), folder, (reachable.host, reachable.port))
        keeper = _Keeper(data, plan, broker, child)
        try:
            await keeper.write()
            await stack.enter_async_context(child.running())
            return keeper
        except devices.BadRegistry as bad:
            raise BrokerFailed(str(bad)) from bad
        except ChildFailed as failed:
            if port or attempt == PORT_ATTEMPTS - 1:  # a free port may be taken by the time we use it
                raise BrokerFailed(str(failed)) from failed
    raise AssertionError("the last attempt returns or raises")


def _command(broker: Broker, folder: Path) -> list[str]:
    if broker.kind == "embedded":
        return [sys.executable, "-m", "engine.mqtt.embedded", str(broker.address.port), str(folder)]
    program = find_mosquitto()
    if program is None:
        raise BrokerFailed("mosquitto has gone from this machine")
    config = lists.write_mosquitto_config(folder, broker.address.host, broker.address.port)
    return [program, "-c", str(config)]


class _Keeper:
    """Hands every change of the register to the broker, and says when the broker knows."""

    def __init__(self, data: Path, plan: HallPlan, broker: Broker, child: Child) -> None:
        self.broker = broker
        self._data = data
        self._plan = plan
        self._child = child
        self._version = ""
        self._probe_token = ""

    async def watch(self) -> None:
        """Look for changes until cancelled."""
        while True:
            await asyncio.sleep(REGISTER_LOOK_S)
            version = devices.registry_version(self._data)
            if version == self._version:
                continue
            try:
                await self.write()
            except devices.BadRegistry as bad:
                self._version = version  # said once; the next change is looked at again
                _log.error("%s", bad)
                continue
            except OSError as error:
                _log.error("the list of devices cannot be written: %s", error)
                await asyncio.sleep(REGISTER_RETRY_S)
                continue
            if self.broker.kind == "mosquitto":
                self._child.hang_up()
            await self.confirm()

    async def write(self) -> None:
        """Write the lists for the register as it is now; raises `BadRegistry` and leaves the old ones."""
        # In a thread: it waits for the disk, and the hall must not.
        await asyncio.to_thread(self._write)

    def _write(self) -> None:
        version = devices.registry_version(self._data)
        self._probe_token = secrets.token_urlsafe(24)
        assert self.broker.token is not None
        users = list(lists.users_of(self._plan, devices.read_devices(self._data), self.broker.token, self._probe_token))
        folder = devices.broker_folder(self._data).resolve()
        if self.broker.kind == "embedded":
            lists.write_embedded_lists(folder, users)
        else:
            lists.write_mosquitto_lists(folder, users)
        self._version = version

    async def confirm(self) -> None:
        """Say that the broker knows what was written last, as soon as it does."""
        if await self._is_known(self._probe_token):
            await asyncio.to_thread(devices.say_loaded, self._data, self._version)
        else:
            _log.error("the broker has not taken up its list of devices")

    async def _is_known(self, token: str) -> bool:
        """Whether the broker lets the probe in under its newest token: then it has read the newest list."""
        login = Login(self.broker.reachable, PROBE, token)
        for _ in range(int(PROBE_TIMEOUT_S / 0.02)):
            try:
                async with connect(login, version=4):
                    return True
            except ConnectionError:
                await asyncio.sleep(0.02)
        return False


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_here(host: str) -> bool:
    """Whether a server of this machine can listen on that address."""
    try:
        _free_port(host)
    except OSError:
        return False
    return True


def _free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
