"""One row of the API's table: what is answered, who may ask, what the body is, how it may be refused."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from aiohttp import hdrs, web
from multidict import CIMultiDict, CIMultiDictProxy
from pydantic import BaseModel
from pydantic_core import to_json

from engine.core.commands import Command
from engine.core.hall import Hall
from engine.http.caller import VISITOR, Caller
from engine.http.credentials import ROLES
from engine.http.language import Language

if TYPE_CHECKING:
    from engine.http.door import Door

T = TypeVar("T")

PREFIX: Final = "/api/v1"
STAFF: Final = frozenset({"clerk", "guide", "supervisor", "admin"})
FLOOR: Final = frozenset({"supervisor", "admin"})
WINDOW: Final = FLOOR | {"clerk"}
EVERYBODY: Final = frozenset({*ROLES, VISITOR})

JSON_HEADERS: Final = CIMultiDictProxy(
    CIMultiDict({hdrs.CONTENT_TYPE: "application/json", hdrs.CACHE_CONTROL: "no-store"})
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was let in."""

    door: "Door"
    request: web.Request
    caller: Caller
    language: Language
    body: Any
    key: str | None

    def part(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]

    async def read(self, view: Callable[[Hall], T]) -> T:
        """What `view` makes of the hall between two commits."""
        return await self.door.engine.read(view)

    async def submit(self, command: Command, *, if_position: int | None = None) -> dict[str, Any]:
        """Give an order in the caller's name, once per idempotency key; raises `Refusal`."""
        digest = self._digest() if self.key else None
        return await self.door.engine.submit(
            command, actor=self.caller.actor, key=self.key, digest=digest, if_position=if_position
        )

    def _digest(self) -> bytes:
        """What makes a request the same request: who asks what of which address."""
        said = self.body.model_dump_json(exclude_defaults=True) if self.body is not None else ""
        what = f"{self.request.method}\n{self.request.path}\n{self.caller.actor}\n{said}"
        return hashlib.sha256(what.encode()).digest()


Handler = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """A path with its method. Nobody may use it but `roles`; a clerk only where `{window_id}` is the own window.

    `other_media` are what it may answer in when asked to; `refusals` are the statuses this route may refuse with
    beside those every route has.
    """

    method: str
    path: str
    handler: Handler
    roles: frozenset[str]
    summary: str
    answer: type[BaseModel] | None
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    status: int = 200
    refusals: tuple[int, ...] = ()
    media: str = "application/json"
    other_media: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    takes: tuple[str, ...] = ()
    """Media types of a file that is the body, in place of JSON; its handler reads it."""

    @property
    def takes_key(self) -> bool:
        """Whether it changes something, and so may be repeated under an idempotency key."""
        return self.method in ("POST", "DELETE")


def json_answer(view: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """`view` as JSON that no cache keeps."""
    fields = JSON_HEADERS if headers is None else {**JSON_HEADERS, **headers}
    return web.Response(body=to_json(view), status=status, headers=fields)
