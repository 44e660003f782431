"""Credentials: signed tokens that say a role, and the token on a ticket's QR code. Nothing is looked up in a table.

Everything is derived from one secret, `DATA/secret`, made on first use and readable by its owner only. Whoever replaces
that file withdraws every token and every login at once.
"""

import base64
import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from itsdangerous import BadData, URLSafeSerializer

from engine.private_file import SECRET_BYTES, BadSecret, secret_of

Role = Literal["kiosk", "device", "clerk", "guide", "supervisor", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

_SEAL_BYTES: Final = 9
_SEAL_CHARS: Final = 12
_TICKET_TOKEN_MAX: Final = 20
_APPOINTMENT_TOKEN_MAX: Final = 128
_TOKEN_LENGTH_MAX: Final = 512
_CACHE_MAX: Final = 4_096


class BadCredentials(ValueError):
    """A secret, an account or a wish for a token that cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token says of its bearer; a clerk's is bound to one window, a device's to one device."""

    role: Role
    window_id: str | None = None
    device_id: str | None = None

    @property
    def actor(self) -> str:
        """How the journal names the bearer."""
        return f"{self.role}:{self.device_id or self.window_id or 'token'}"


class Secret:
    """The one secret of a hall and all that is derived from it."""

    def __init__(self, key: bytes) -> None:
        assert len(key) >= SECRET_BYTES
        self._tokens = URLSafeSerializer(key, salt="jiaohao.token", signer_kwargs={"digest_method": hashlib.sha256})
        self._cookies = URLSafeSerializer(key, salt="jiaohao.session", signer_kwargs={"digest_method": hashlib.sha256})
        self._ticket_key = hmac.digest(key, b"jiaohao.ticket", "sha256")
        self.proof_key = hmac.digest(key, b"jiaohao.proof", "sha256")
        """What the code shown in the hall is made of."""
        self._appointment_key = hmac.digest(key, b"jiaohao.appointment", "sha256")
        self._known: OrderedDict[str, Grant] = OrderedDict()

    @classmethod
    def of(cls, data: Path) -> "Secret":
        """The secret of the data directory; made there on first use. Raises `BadCredentials`."""
        try:
            return cls(secret_of(data / "secret"))
        except BadSecret as error:
            raise BadCredentials(str(error)) from None

    def issue(self, grant: Grant) -> str:
        """A bearer token that says `grant`; it is valid as long as the secret is."""
        return str(self._tokens.dumps([grant.role, grant.window_id, grant.device_id]))

    def grant(self, token: str) -> Grant | None:
        """What a bearer token says, or None when it is not one of ours."""
        known = self._known.get(token)
        if known is not None:
            return known
        if len(token) > _TOKEN_LENGTH_MAX:
            return None
        try:
            role, window_id, device_id = self._tokens.loads(token)
        except (BadData, ValueError, TypeError):
            return None
        grant = Grant(role, window_id, device_id)
        self._known[token] = grant
        if len(self._known) > _CACHE_MAX:
            self._known.popitem(last=False)
        return grant

    def sign(self, session_id: str) -> str:
        """The cookie of a login."""
        return str(self._cookies.dumps(session_id))

    def unsign(self, cookie: str) -> str | None:
        """The login a cookie names, or None when we never gave it out."""
        if len(cookie) > _TOKEN_LENGTH_MAX:
            return None
        try:
            session_id = self._cookies.loads(cookie)
        except BadData:
            return None
        return session_id if isinstance(session_id, str) else None

    def ticket_token(self, ticket_id: str) -> str:
        """The url-safe characters on a ticket's QR code: its number of the day and a seal over its whole id.

        >>> Secret(bytes(32)).ticket_token("20261122-a012")[:4]
        'a012'
        """
        seal = hmac.digest(self._ticket_key, ticket_id.encode(), "sha256")[:_SEAL_BYTES]
        return ticket_id.partition("-")[2] + base64.urlsafe_b64encode(seal).decode()

    def appointment_token(self, appointment_id: str) -> str:
        """The url-safe characters that let somebody see, cancel and keep their appointment: its id and a seal over it.

        >>> Secret(bytes(32)).appointment_token("20261122-social-0930-1")[:22]
        '20261122-social-0930-1'
        """
        seal = hmac.digest(self._appointment_key, appointment_id.encode(), "sha256")[:_SEAL_BYTES]
        return appointment_id + base64.urlsafe_b64encode(seal).decode()

    def appointment_id(self, token: str) -> str | None:
        """Which appointment a token belongs to, or None; compared in constant time."""
        if not _SEAL_CHARS < len(token) <= _APPOINTMENT_TOKEN_MAX or not token.isascii():
            return None
        appointment_id = token[:-_SEAL_CHARS]
        return appointment_id if hmac.compare_digest(token, self.appointment_token(appointment_id)) else None

    def ticket_id(self, token: str, day: str | None) -> str | None:
        """Which ticket of `day` a token belongs to, or None; compared in constant time."""
        if day is None or not _SEAL_CHARS < len(token) <= _TICKET_TOKEN_MAX or not token.isascii():
            return None
        ticket_id = f"{day}-{token[:-_SEAL_CHARS]}"
        return ticket_id if hmac.compare_digest(token, self.ticket_token(ticket_id)) else None


def issue_token(data: Path, role: Role, window: str | None = None, device: str | None = None) -> str:
    """A bearer token for scripts, tests and devices; raises `ValueError` when what the role needs is missing."""
    if role not in ROLES:
        raise BadCredentials(f"there is no role {role!r}; roles are {', '.join(ROLES)}")
    if role == "clerk" and not window:
        raise BadCredentials("a clerk's token is bound to a window: name it with --window")
    if role == "device" and not device:
        raise BadCredentials("a device's token is bound to the device: name it with --device")
    return Secret.of(data).issue(Grant(role, window, device))
