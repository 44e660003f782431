"""Accounts of people: `DATA/accounts.toml` with argon2 hashes, and the accounts of a demo."""

import asyncio
import logging
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.http.credentials import BadCredentials, Role
from engine.http.guesses import Guesses
from engine.private_file import write_private
from engine.wire.personal import may_be_personal

ACCOUNT_ROLES: Final[tuple[Role, ...]] = ("clerk", "guide", "supervisor", "admin")
PASSWORD_LENGTH_MIN: Final = 8
PASSWORD_LENGTH_MAX: Final = 256
DEMO_PASSWORD: Final = "demo"

_log = logging.getLogger(__name__)
_ID = re.compile(r"[a-z0-9-]{1,64}")
_HASHING_AT_ONCE: Final = 2
_HASHER: Final = PasswordHasher()
_NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
_HEADER: Final = "# Accounts of this hall. Add one with `jiaohao account`; delete a table to remove its account.\n"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in. `name` is a staff id such as `c07`, never a person's name: it enters the journal."""

    name: str
    role: Role
    window_id: str | None
    password_hash: str
    is_demo: bool = False


class Accounts:
    """The accounts file, read again whenever it changes, and the accounts of a demo beside it."""

    def __init__(self, data: Path, now_s: Callable[[], float], *, demo: bool = False) -> None:
        self._path = data / "accounts.toml"
        self._demo = demo
        self._read_at: tuple[int, int] | None = None
        self._accounts: dict[str, Account] = {}
        self._guesses = Guesses(now_s)
        self._hashing = asyncio.Semaphore(_HASHING_AT_ONCE)

    def get(self, name: str) -> Account | None:
        """The account of this name, or None."""
        self.refresh()
        return self._accounts.get(name) or (_demo_account(name) if self._demo else None)

    async def log_in(self, name: str, password: str, address: str, *, is_local: bool) -> Account | None:
        """The account when name and password fit, else None; raises `TooManyGuesses`.

        The accounts of a demo fit only on the machine itself (`is_local`). A name that does not exist takes as long to
        refuse as a wrong password.
        """
        self._guesses.count(address, name)
        account = self.get(name)
        if account is not None and account.is_demo:
            is_right = is_local and password == DEMO_PASSWORD
        else:
            async with self._hashing:
                is_right = await asyncio.to_thread(_fits, account.password_hash if account else _NOBODY, password)
        if account is None or not is_right:
            return None
        self._guesses.forgive(address, name)
        return account

    def refresh(self) -> None:
        """Read the file if it has changed; raises `ValueError` when the very first reading fails.

        A mistake made while the hall is open is logged and the accounts stay as they were: a typo throws nobody out.
        """
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self._read_at, self._accounts = None, {}
            return
        version = (status.st_mtime_ns, status.st_ino)
        if version != self._read_at:
            try:
                self._accounts = read_accounts(self._path)
            except ValueError as mistake:
                if self._read_at is None:
                    raise
                _log.error("accounts stay as they were: %s", mistake)
            self._read_at = version


def add_account(data: Path, name: str, password: str, role: Role, window: str | None = None) -> None:
    """Add an account or give it a new password; raises `ValueError` saying what is wrong and how to mend it."""
    if not _ID.fullmatch(name):
        raise BadCredentials("an account's name is a staff id of small letters, digits and hyphens, such as c07")
    if may_be_personal(name):
        raise BadCredentials("an account's name is a staff id such as c07, and no identity or telephone number")
    if role not in ACCOUNT_ROLES:
        raise BadCredentials(f"people are {', '.join(ACCOUNT_ROLES)}; devices take a token instead")
    if (role == "clerk") != (window is not None):
        raise BadCredentials("a clerk's account needs a window, and no other account has one")
    if window is not None and not _ID.fullmatch(window):
        raise BadCredentials("a window's id has small letters, digits and hyphens, such as w03")
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise BadCredentials(f"a password has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters")
    path = data / "accounts.toml"
    accounts = read_accounts(path) if path.exists() else {}
    accounts[name] = Account(name, role, window, _HASHER.hash(password))
    write_private(path, _HEADER + "".join(map(_to_toml, accounts.values())))


def read_accounts(path: Path) -> dict[str, Account]:
    """The accounts in a file by name; raises `ValueError` naming the file, the table and the key."""
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("account", [])
    except tomllib.TOMLDecodeError as error:
        raise BadCredentials(f"{path}: {error}") from error
    if not isinstance(tables, list):
        raise BadCredentials(f"{path}: write [[account]], with two brackets")
    accounts = [_from_table(path, index, table) for index, table in enumerate(tables, start=1)]
    return {account.name: account for account in accounts}


def _from_table(path: Path, index: int, table: object) -> Account:
    here = f"{path}: account {index}"
    if not isinstance(table, dict):
        raise BadCredentials(f"{here}: write it as a table")
    name, role = table.get("name"), table.get("role")
    window, password_hash = table.get("window"), table.get("password")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise BadCredentials(f"{here}: name must be small letters, digits and hyphens")
    if role not in ACCOUNT_ROLES:
        raise BadCredentials(f"{here}: role must be one of {', '.join(ACCOUNT_ROLES)}")
    if (role == "clerk") != isinstance(window, str):
        raise BadCredentials(f"{here}: a clerk needs a window, and no other role has one")
    if not isinstance(password_hash, str) or not password_hash.startswith("$argon2"):
        raise BadCredentials(f"{here}: password must be an argon2 hash; set it with `jiaohao account`")
    return Account(name, role, window, password_hash)


def _to_toml(account: Account) -> str:
    window = f'window = "{account.window_id}"\n' if account.window_id else ""
    head = f'\n[[account]]\nname = "{account.name}"\nrole = "{account.role}"\n'
    return f'{head}{window}password = "{account.password_hash}"\n'


def _demo_account(name: str) -> Account | None:
    for role in ACCOUNT_ROLES:
        if name == role != "clerk":
            return Account(name, role, None, "", is_demo=True)
    window_id = name.removeprefix("clerk-")
    if window_id != name and _ID.fullmatch(window_id):
        return Account(name, "clerk", window_id, "", is_demo=True)
    return None


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
