"""The same person known again, and nobody told who it is: keyed hashes whose keys are destroyed in time.

What somebody types at a kiosk, an identity number say, is hashed with a key of the service day before anything else
sees it. The key is destroyed when the day closes: from then on nobody, we included, can find out whom a hash in the
journal belongs to, or whether two of different days belong to one person. For appointments the key lasts a calendar
quarter.
"""

import base64
import hashlib
import os
import secrets
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Final

from engine.core import calendar
from engine.core.hall import Hall
from engine.core.model import PHASE_CLOSED
from engine.core.refusals import Restarting
from engine.private_file import write_private
from engine.runtime import Engine

PERSON_LENGTH_MAX: Final = 64
_KEY_BYTES: Final = 32
_HASH_BYTES: Final = 12


class PersonKeys:
    """The keys of a data directory: `day-key` for persons, `booking-key` for bookers."""

    def __init__(self, data: Path) -> None:
        self._days = _Keys(data / "day-key", b"jiaohao.person")
        self._quarters = _Keys(data / "booking-key", b"jiaohao.booker")

    def hash(self, day: str, text: str) -> str:
        """Sixteen url-safe characters, the same for the same person all `day` and for nobody else."""
        return self._days.hash(day, text)

    def booker(self, day: str, text: str) -> str:
        """The same for whoever books, all through the calendar quarter of `day`."""
        return self._quarters.hash(calendar.quarter_of(day), text)

    def keep(self, day: str | None, *, is_open: bool) -> None:
        """Destroy the keys of all days but an open `day`, and of the quarters before it."""
        self._days.destroy(lambda period: not is_open or period != day)
        if day is not None:
            quarter = calendar.quarter_of(day)
            self._quarters.destroy(lambda period: period < quarter)

    async def follow(self, engine: Engine) -> None:
        """Destroy what is over as soon as its day has closed, until cancelled; also what was over before we began."""
        while True:
            await engine.wait_live()
            position = engine.feed.position
            try:
                day, is_open = await engine.read(service_day)
            except Restarting:
                continue
            self.keep(day, is_open=is_open)
            await engine.feed.wait(position)


def service_day(hall: Hall) -> tuple[str | None, bool]:
    """The day as eight digits, and whether it is still going on."""
    return hall.day, hall.phase != PHASE_CLOSED


def normalised(text: str) -> str:
    """What somebody typed without what does not matter: width of characters, case, spaces around it.

    >>> normalised(" 33020319500101123ｘ")
    '33020319500101123X'
    """
    return unicodedata.normalize("NFKC", text).strip().upper()


class _Keys:
    """The keys of one file by their period, made when they are first asked for; only the owner may read it."""

    def __init__(self, path: Path, domain: bytes) -> None:
        self._path = path
        self._domain = domain
        self._keys = _read(path)

    def hash(self, period: str, text: str) -> str:
        key = self._keys.get(period)
        if key is None:
            key = self._keys[period] = bytearray(secrets.token_bytes(_KEY_BYTES))
            self._write()
        digest = hashlib.blake2b(normalised(text).encode(), key=key, person=self._domain, digest_size=_HASH_BYTES)
        return base64.urlsafe_b64encode(digest.digest()).decode()

    def destroy(self, is_over: Callable[[str], bool]) -> None:
        """Overwrite and forget the keys of these periods, in the file and here."""
        over = [period for period in self._keys if is_over(period)]
        if not over:
            return
        for period in over:
            key = self._keys.pop(period)
            key[:] = bytes(len(key))
        try:
            before = self._path.open("r+b")
        except FileNotFoundError:
            # Somebody removed it: nothing to overwrite.
            return
        with before:
            # The file as it was is taken from its name first: a crash leaves the old keys or the new, never half.
            if self._keys:
                self._write()
            else:
                self._path.unlink()
            before.write(bytes(os.fstat(before.fileno()).st_size))
            before.flush()
            os.fsync(before.fileno())

    def _write(self) -> None:
        write_private(self._path, "".join(f"{period} {key.hex()}\n" for period, key in sorted(self._keys.items())))


def _read(path: Path) -> dict[str, bytearray]:
    """The keys in a file; what is no key is passed over, and its period gets a new one."""
    try:
        lines = path.read_text("ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    keys = {}
    for line in lines:
        period, _, digits = line.partition(" ")
        try:
            key = bytearray.fromhex(digits)
        except ValueError:
            continue
        if len(key) == _KEY_BYTES:
            keys[period] = key
    return keys
