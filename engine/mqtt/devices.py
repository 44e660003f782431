"""The devices of a hall: who may log in at the broker, as what, with which token. `DATA/devices.json` keeps hashes.

A running engine notices a change within half a second and hands it to its broker; `wait_until_loaded` waits for that.
"""

import base64
import fcntl
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine.mqtt.access import ENGINE, OBSERVER_PREFIX, PROBE, Role
from engine.private_file import write_private
from engine.wire.topics import is_id

HASH_ROUNDS: Final = 101
"""Mosquitto's own default: enough, since a token is no word a person chose but 200 bits nobody guesses."""
_SALT_BYTES: Final = 12
_RESERVED: Final = (ENGINE, PROBE)


class BadRegistry(ValueError):
    """`devices.json` cannot be read; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Device:
    """One entry of the register."""

    device_id: str
    role: Role
    windows: tuple[str, ...]
    token_hash: str


def register_device(data: Path, device_id: str, token: str, windows: tuple[str, ...] = ()) -> None:
    """Let a device log in with this token, and command these windows; an earlier token of the same id is void.

    An id that begins with `watch-` is an observer: it reads and never writes. Raises `ValueError` for an unusable id.
    """
    if not is_id(device_id) or device_id in _RESERVED:
        raise ValueError(f"{device_id!r} cannot name a device; use lower-case letters, digits and -")
    if not all(is_id(window_id) for window_id in windows):
        raise ValueError(f"{', '.join(windows)!r} are no window ids")
    is_observer = device_id.startswith(OBSERVER_PREFIX)
    if is_observer and windows:
        raise ValueError(f"{device_id} is an observer and commands no window; choose an id without {OBSERVER_PREFIX}")
    with _changing(data) as devices:
        devices[device_id] = {
            "role": "observer" if is_observer else "device",
            "windows": list(windows),
            "hash": hash_token(token),
        }


def remove_device(data: Path, device_id: str) -> bool:
    """Forget a device; False when it was not known."""
    with _changing(data) as devices:
        return devices.pop(device_id, None) is not None


def read_devices(data: Path) -> tuple[Device, ...]:
    """All devices; raises `BadRegistry`."""
    path = registry_path(data)
    try:
        entries = json.loads(path.read_bytes())["devices"]
        return tuple(
            Device(device_id, entry["role"], tuple(entry["windows"]), entry["hash"])
            for device_id, entry in entries.items()
        )
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRegistry(f"{path}: {error}; repair it, or remove it and register the devices again") from error


class Register:
    """The devices of a hall that runs, read again when the file has changed."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._version = ""
        self._by_window: dict[str, list[str]] = {}

    def of_window(self, window_id: str) -> list[str]:
        """The devices that may command a window; those known last when the file cannot be read."""
        version = registry_version(self._data)
        if version != self._version:
            self._version = version
            try:
                known = read_devices(self._data)
            except BadRegistry:
                return self._by_window.get(window_id, [])
            self._by_window = {}
            for device in known:
                for each in device.windows:
                    self._by_window.setdefault(each, []).append(device.device_id)
        return self._by_window.get(window_id, [])


def registry_path(data: Path) -> Path:
    return data / "devices.json"


def hash_token(token: str, salt: bytes | None = None) -> str:
    """A token in the form of Mosquitto's password file: PBKDF2 with SHA-512."""
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    digest = hashlib.pbkdf2_hmac("sha512", token.encode(), salt, HASH_ROUNDS)
    return f"$7${HASH_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def is_token(token: str, token_hash: str) -> bool:
    """Whether this is the token that was hashed."""
    salt = base64.b64decode(token_hash.split("$")[3])
    return hmac.compare_digest(hash_token(token, salt), token_hash)


# --- between the command line and a running engine ---


def wait_until_loaded(data: Path, timeout_s: float = 3.0) -> bool:
    """Wait until the running engine's broker knows the register as it is now; False at once when no engine runs."""
    deadline = time.monotonic() + timeout_s
    while is_served(data) and time.monotonic() < deadline:
        if _loaded_path(data).exists() and _loaded_path(data).read_text() == registry_version(data):
            return True
        time.sleep(0.02)
    return False


def registry_version(data: Path) -> str:
    """A name for the present content of the register."""
    path = registry_path(data)
    return hashlib.sha256(path.read_bytes() if path.exists() else b"").hexdigest()


def say_loaded(data: Path, version: str) -> None:
    """The broker knows this version of the register."""
    write_private(_loaded_path(data), version)


@contextmanager
def serving(data: Path) -> Iterator[None]:
    """Hold the sign that an engine serves this directory's devices."""
    folder = broker_folder(data)
    _loaded_path(data).unlink(missing_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_served(data: Path) -> bool:
    """Whether an engine holds the sign."""
    try:
        with (data / "broker" / "lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def broker_folder(data: Path) -> Path:
    folder = data / "broker"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _loaded_path(data: Path) -> Path:
    return data / "broker" / "loaded"


@contextmanager
def _changing(data: Path) -> Iterator[dict[str, Any]]:
    """The entries of the register, written back at the end; one writer at a time."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "devices.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        devices: dict[str, Any] = {
            device.device_id: {"role": device.role, "windows": list(device.windows), "hash": device.token_hash}
            for device in read_devices(data)
        }
        yield devices
        write_private(registry_path(data), json.dumps({"v": 1, "devices": devices}, indent=1) + "\n")
