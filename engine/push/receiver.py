"""The other system as we see it: an address that takes a payload, refuses it for good, or must be asked again."""

import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Literal, Self
from urllib.parse import urlsplit

import aiohttp

from engine.push.payloads import ID, Payload

Verdict = Literal["taken", "refused", "later"]

TIMEOUT_S: Final = 10.0
ANSWER_BYTES_MAX: Final = 65_536
_LATER: Final = frozenset({408, 425, 429})
"""Refusals that are about the moment and not about what was sent."""
_RATED_BEFORE: Final = ("already-rated", "已评价", "重复评价")
"""Words by which interfaces that have no 409 say that they have this rating."""


class BadTarget(ValueError):
    """An address or a token that cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send, and the bearer token that lets us in; None sends none. Raises `BadTarget`."""

    url: str
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
            # As whoever resolves it will write it: a name that cannot be written so would only fail when it is used.
            (parts.hostname or "").encode("idna")
        except ValueError:
            is_whole = False
        if not is_whole:
            raise BadTarget("须为 http(s) 网址 · must be an address such as https://rating.example/api/evaluations")
        if parts.username is not None or parts.password is not None:
            raise BadTarget("网址中不要写账号 · leave the login out of the address and give a token instead")
        if self.token is not None and not (self.token.isascii() and self.token.isprintable()):
            raise BadTarget("令牌含有不能发送的字符 · the token holds characters that no header can carry")


class Receiver:
    """Sends to one target; an async context that keeps the connection."""

    def __init__(self, target: Target, *, timeout_s: float = TIMEOUT_S) -> None:
        self._target = target
        self._timeout_s = timeout_s
        self._http: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def send(self, payload: Payload) -> tuple[Verdict, str]:
        """What became of it, and why in a few words for the log; nothing of the answer's text is repeated there."""
        headers = {"Idempotency-Key": payload[ID]}
        if self._target.token is not None:
            headers["Authorization"] = f"Bearer {self._target.token}"
        try:
            async with asyncio.timeout(self._timeout_s):
                async with self._http.post(
                    self._target.url, json=payload, headers=headers, allow_redirects=False
                ) as answer:
                    said = await _beginning(answer)
                    return verdict_of(answer.status, said), f"HTTP {answer.status}"
        except TimeoutError:
            return "later", f"no answer within {self._timeout_s:g} s"
        except (aiohttp.ClientError, OSError) as error:
            return "later", type(error).__name__


def verdict_of(status: int, said: str) -> Verdict:
    """What an answer means.

    Whoever has the rating already refuses the second one, and then it is where it should be.

    >>> verdict_of(201, ""), verdict_of(409, ""), verdict_of(400, '{"msg": "已评价"}')
    ('taken', 'taken', 'taken')
    >>> verdict_of(400, ""), verdict_of(302, ""), verdict_of(429, ""), verdict_of(503, "")
    ('refused', 'refused', 'later', 'later')
    """
    if 200 <= status < 300 or status == 409:
        return "taken"
    if status >= 500 or status in _LATER:
        return "later"
    return "taken" if any(words in said for words in _RATED_BEFORE) else "refused"


async def _beginning(answer: aiohttp.ClientResponse) -> str:
    """The beginning of an answer: as much of it as is worth reading, whatever its length."""
    read = b""
    async for chunk in answer.content.iter_chunked(ANSWER_BYTES_MAX):
        read += chunk
        if len(read) >= ANSWER_BYTES_MAX:
            break
    return read[:ANSWER_BYTES_MAX].decode("utf-8", errors="replace")
