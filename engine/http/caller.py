"""Who is asking: the role behind a token or a login, and whether a request comes from this machine."""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from engine.http.accounts import Accounts
from engine.http.credentials import Secret
from engine.http.problems import BadToken, OtherOrigin
from engine.http.sessions import Sessions

SESSION_COOKIE: Final = "jiaohao-session"
DEVICE_COOKIE: Final = "jiaohao-device"
DEMO_KIOSK: Final = "demo"
"""What a demo's kiosk page has for a device cookie: not signed, for it counts on the machine itself only."""
VISITOR: Final = "visitor"

_PORT: Final = re.compile(r":\d*$")
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORWARDED: Final = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody at the door. `actor` is how the journal names them; `name` is set for people who logged in."""

    role: str
    actor: str
    window_id: str | None = None
    name: str | None = None


NOBODY: Final = Caller(VISITOR, VISITOR)
_DEMO_KIOSK: Final = Caller("kiosk", "kiosk:demo")


class Identity:
    """Tells who is asking. With `demo`, the demo's accounts and kiosks count, but only on the machine itself."""

    def __init__(self, secret: Secret, accounts: Accounts, sessions: Sessions, *, demo: bool, public_url: str | None):
        self.secret = secret
        self.accounts = accounts
        self.sessions = sessions
        self._demo = demo
        self._public_origin = public_url.rstrip("/") if public_url else None

    def caller(self, request: web.Request, roles: Collection[str]) -> Caller:
        """Who is asking; of a login and a device's cookie in one browser, the one whose role is among `roles`.

        Raises `BadToken`, or `OtherOrigin` when another site uses somebody's cookie.
        """
        authorization = request.headers.get("Authorization")
        if authorization is not None:
            return self._bearer(authorization)
        if "Cookie" not in request.headers:
            return NOBODY
        callers = [caller for caller in (self._person(request), self._device(request)) if caller is not None]
        if not callers:
            return NOBODY
        if request.method not in _SAFE_METHODS:
            self._require_same_origin(request)
        return next((caller for caller in callers if caller.role in roles), callers[0])

    def address(self, request: web.Request) -> str:
        """Where a request comes from, as far as the connection itself tells."""
        peer = request.transport.get_extra_info("peername") if request.transport else None
        return str(peer[0]) if peer else ""

    def is_local(self, request: web.Request) -> bool:
        """Whether a request comes from this very machine, through no proxy and by no foreign name."""
        if any(name in request.headers for name in _FORWARDED):
            return False
        host = _PORT.sub("", request.host).strip("[]")
        return _is_loopback(self.address(request)) and (host == "localhost" or _is_loopback(host))

    def is_demo_here(self, request: web.Request) -> bool:
        """Whether the demo's accounts and kiosks count for this request."""
        return self._demo and self.is_local(request)

    def _bearer(self, authorization: str) -> Caller:
        scheme, _, token = authorization.partition(" ")
        grant = self.secret.grant(token.strip()) if scheme.lower() == "bearer" else None
        if grant is None:
            raise BadToken()
        return Caller(grant.role, grant.actor, grant.window_id)

    def _person(self, request: web.Request) -> Caller | None:
        session = request.cookies.get(SESSION_COOKIE)
        name = self.sessions.name(session) if session else None
        account = self.accounts.get(name) if name else None
        if account is None or (account.is_demo and not self.is_demo_here(request)):
            return None
        return Caller(account.role, f"{account.role}:{account.name}", account.window_id, account.name)

    def _device(self, request: web.Request) -> Caller | None:
        cookie = request.cookies.get(DEVICE_COOKIE)
        if cookie is None:
            return None
        if cookie == DEMO_KIOSK:
            return _DEMO_KIOSK if self.is_demo_here(request) else None
        grant = self.secret.grant(cookie)
        return Caller(grant.role, grant.actor, grant.window_id) if grant else None

    def _require_same_origin(self, request: web.Request) -> None:
        """A cookie travels with whatever a browser sends here; the page that sends it must be one of ours."""
        origin = request.headers.get("Origin")
        if origin is None or origin.rstrip("/") == self._public_origin:
            return
        if urlsplit(origin).netloc != request.headers.get("Host", ""):
            raise OtherOrigin()


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
