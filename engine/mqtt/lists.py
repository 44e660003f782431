"""What a broker of ours is told: its configuration, who may log in, and who may read and write what."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.core.plan import HallPlan
from engine.mqtt.access import ACCESS_FILE, ENGINE, PROBE, Access, access_of
from engine.mqtt.devices import Device, hash_token
from engine.private_file import write_private

QUEUED_MESSAGES_MAX: Final = 100_000
"""Mosquitto's 1,000 cuts the retained state of a hall with more topics."""
MESSAGE_BYTES_MAX: Final = 262_144


@dataclass(frozen=True, slots=True)
class User:
    """One line of every list."""

    name: str
    token_hash: str
    access: Access


def users_of(plan: HallPlan, devices: Iterable[Device], engine_token: str, probe_token: str) -> Iterator[User]:
    """The engine, the probe, and every device with what it may do in this hall."""
    yield User(ENGINE, hash_token(engine_token), access_of("engine", ENGINE, (), plan.region, plan.hall_id))
    yield User(PROBE, hash_token(probe_token), Access((), ()))
    for device in devices:
        access = access_of(device.role, device.device_id, device.windows, plan.region, plan.hall_id)
        yield User(device.device_id, device.token_hash, access)


def write_mosquitto_config(folder: Path, host: str, port: int) -> Path:
    """The configuration of a Mosquitto that keeps nothing: the journal is the truth, the engine tells it anew."""
    # Started by root it would become the user mosquitto, who cannot read this folder, and slip off its leash.
    user = ["user root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    lines = [
        f"listener {port} {host}",
        "allow_anonymous false",
        f"password_file {folder / 'passwords'}",
        f"acl_file {folder / 'acl'}",
        "use_username_as_clientid true",
        "persistence false",
        "autosave_on_changes false",
        f"max_queued_messages {QUEUED_MESSAGES_MAX}",
        f"message_size_limit {MESSAGE_BYTES_MAX}",
        "set_tcp_nodelay true",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        *user,
    ]
    path = folder / "mosquitto.conf"
    write_private(path, "\n".join(lines) + "\n")
    return path


def write_mosquitto_lists(folder: Path, users: Iterable[User]) -> None:
    passwords, acl = [], []
    for user in users:
        passwords.append(f"{user.name}:{user.token_hash}")
        acl.append(f"user {user.name}")
        acl += [f"topic read {topic_filter}" for topic_filter in user.access.read]
        acl += [f"topic write {topic_filter}" for topic_filter in user.access.write]
    write_private(folder / "passwords", "\n".join(passwords) + "\n")
    write_private(folder / "acl", "\n".join(acl) + "\n")


def write_embedded_lists(folder: Path, users: Iterable[User]) -> None:
    entries = {
        user.name: {"hash": user.token_hash, "read": user.access.read, "write": user.access.write} for user in users
    }
    write_private(folder / ACCESS_FILE, json.dumps(entries))
