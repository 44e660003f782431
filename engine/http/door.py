"""The door: takes a request in, asks who it is, reads what it says, and turns every no into a problem."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from engine.core.refusals import Refusal
from engine.http import problems
from engine.http.caller import VISITOR, Caller, Identity
from engine.http.catalogue_search import CatalogueSearch
from engine.http.language import Language, preferred
from engine.http.live import Live
from engine.http.metrics import Metrics
from engine.http.persons import PersonKeys
from engine.http.proof import Proof
from engine.http.reading import key_of, read_body, validated
from engine.http.route import Call, Route
from engine.http.throttle import Throttle
from engine.http.whole_hall import WholeHall
from engine.runtime import Engine
from engine.wire.personal import may_be_personal
from engine.wire.topics import is_id


@dataclass(frozen=True, slots=True)
class Door:
    """All that answering a request needs."""

    engine: Engine
    identity: Identity
    live: Live
    metrics: Metrics
    whole_hall: WholeHall
    search: CatalogueSearch
    public_url: str | None
    outbox_lag: Callable[[], int]
    bookings: Throttle
    """How many appointments strangers make."""
    persons: PersonKeys
    proof: Proof
    report_turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Whose report is being made; there is one at a time."""

    def base_url(self, request: web.Request) -> str:
        """The address under which the caller reaches us, without a slash at its end."""
        return self.public_url.rstrip("/") if self.public_url else f"{request.scheme}://{request.host}"


def handler_of(door: Door, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The aiohttp handler that guards one route."""
    is_window_bound = "{window_id}" in route.path

    async def handle(request: web.Request) -> web.StreamResponse:
        language = language_of(request)
        try:
            caller = door.identity.caller(request, route.roles)
            _admit(caller, route)
            if is_window_bound and caller.role == "clerk" and caller.window_id != request.match_info["window_id"]:
                raise problems.OtherWindow()
            key = key_of(request) if route.takes_key else None
            body = None
            if route.body is not None:
                body = await read_body(request, route.body)
            elif route.query is not None:
                body = validated(route.query, dict(request.query))
            return await route.handler(Call(door, request, caller, language, body, key))
        except Refusal as refusal:
            door.metrics.refused(refusal.code)
            return problems.answer(_without_strange_ids(refusal, request.match_info), language)

    return handle


def _without_strange_ids(refusal: Refusal, parts: Mapping[str, str]) -> Refusal:
    """The refusal without what the address names and nobody knows, unless it looks like an id: it may be a person's."""
    if refusal.kind == "unknown":
        strange = {part for part in parts.values() if not is_id(part) or may_be_personal(part)}
        refusal.words = {name: "—" if word in strange else word for name, word in refusal.words.items()}
    return refusal


def _admit(caller: Caller, route: Route) -> None:
    if caller.role in route.roles:
        return
    raise problems.NotLoggedIn() if caller.role == VISITOR else problems.WrongRole()


def language_of(request: web.Request) -> Language:
    """The language of the program or page that asks."""
    return preferred(request.headers.get("Accept-Language", ""))
