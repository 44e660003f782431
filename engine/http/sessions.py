"""Logins of people: who is logged in until when, kept in `DATA/sessions.json` so that a restart logs nobody out."""

import asyncio
import hashlib
import json
import secrets
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from engine.http.credentials import Secret
from engine.private_file import write_private

SESSION_S: Final = 12 * 3_600
SESSIONS_MAX: Final = 1_000


class Sessions:
    """At most `SESSIONS_MAX` logins; the oldest ends when there would be more.

    A login names its account only: what the account may do is looked up at each request, so that a removed account is
    out at once. Ids are kept as hashes; the file alone logs nobody in.
    """

    def __init__(self, data: Path, secret: Secret, now_s: Callable[[], float]) -> None:
        self._path = data / "sessions.json"
        self._secret = secret
        self._now_s = now_s
        self._writing = asyncio.Lock()
        self._live: OrderedDict[str, tuple[str, float]] = _read(self._path)

    async def begin(self, name: str) -> str:
        """Log `name` in; the value of its cookie."""
        session_id = secrets.token_urlsafe(18)
        self._live[_hashed(session_id)] = (name, self._now_s() + SESSION_S)
        while len(self._live) > SESSIONS_MAX:
            self._live.popitem(last=False)
        await self._write()
        return self._secret.sign(session_id)

    def name(self, cookie: str) -> str | None:
        """Who is logged in with this cookie, or None."""
        session_id = self._secret.unsign(cookie)
        if session_id is None:
            return None
        name, until_s = self._live.get(_hashed(session_id), ("", 0.0))
        return name if until_s > self._now_s() else None

    async def end(self, cookie: str) -> None:
        """Log out; a cookie that means nothing is no error."""
        session_id = self._secret.unsign(cookie)
        if session_id is not None and _hashed(session_id) in self._live:
            del self._live[_hashed(session_id)]
            await self._write()

    async def _write(self) -> None:
        now = self._now_s()
        for session_id in [one for one, (_, until_s) in self._live.items() if until_s <= now]:
            del self._live[session_id]
        async with self._writing:
            await asyncio.to_thread(write_private, self._path, json.dumps(self._live))


def _hashed(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()


def _read(path: Path) -> OrderedDict[str, tuple[str, float]]:
    """The logins of the file; none when it is missing or damaged: then people log in again."""
    try:
        rows = json.loads(path.read_text("utf-8"))
        return OrderedDict((str(key), (str(name), float(until_s))) for key, (name, until_s) in rows.items())
    except (OSError, ValueError, TypeError, AttributeError):
        return OrderedDict()
