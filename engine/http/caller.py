"""Who is asking: the role behind a token or a login, and whether a request comes from this machine or from elsewhere."""

import ipaddress
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
VISITOR: Final = "visitor"

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


class Identity:
    """Tells who is asking. With `demo`, the demo's accounts and kiosks count, but only on the machine itself."""

    def __init__(self, secret: Secret, accounts: Accounts, sessions: Sessions, *, demo: bool, public_url: str | None):
        self.secret = secret
        self.accounts = accounts
        self.sessions = sessions
        self.demo = demo
        self._public_origin = public_url.rstrip("/") if public_url else None

    def caller(self, request: web.Request) -> Caller:
        """Who is asking; raises `BadToken`, or `OtherOrigin` when another site uses somebody's cookie."""
        authorization = request.headers.get("Authorization")
        if authorization is not None:
            return self._bearer(authorization)
        if "Cookie" not in request.headers:
            return NOBODY
        caller = self._cookie(request)
        if caller is not NOBODY and request.method not in _SAFE_METHODS:
            self._require_same_origin(request)
        return caller

    def address(self, request: web.Request) -> str:
        """Where a request comes from, as far as the connection itself tells."""
        peer = request.transport.get_extra_info("peername") if request.transport else None
        return str(peer[0]) if peer else ""

    def is_local(self, request: web.Request) -> bool:
        """Whether a request comes from this very machine, through no proxy and by no foreign name."""
        if any(name in request.headers for name in _FORWARDED):
            return False
        host = request.url.host or ""
        return _is_loopback(self.address(request)) and (host == "localhost" or _is_loopback(host))

    def _bearer(self, authorization: str) -> Caller:
        scheme, _, token = authorization.partition(" ")
        grant = self.secret.grant(token.strip()) if scheme.lower() == "bearer" else None
        if grant is None:
            raise BadToken()
        return Caller(grant.role, grant.actor, grant.window_id)

    def _cookie(self, request: web.Request) -> Caller:
        session = request.cookies.get(SESSION_COOKIE)
        name = self.sessions.name(session) if session else None
        account = self.accounts.get(name) if name else None
        if account is not None and (not account.is_demo or self.is_local(request)):
            return Caller(account.role, f"{account.role}:{account.name}", account.window_id, account.name)
        device = request.cookies.get(DEVICE_COOKIE)
        grant = self.secret.grant(device) if device else None
        return Caller(grant.role, grant.actor, grant.window_id) if grant else NOBODY

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
