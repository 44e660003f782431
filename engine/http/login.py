"""Logging in and out."""

from typing import Final

from aiohttp import web

from engine.http import answers, bodies
from engine.http.caller import SESSION_COOKIE, Caller
from engine.http.credentials import ROLES
from engine.http.door import Door
from engine.http.guesses import TooManyGuesses
from engine.http.problems import TooManyAttempts, WrongPassword
from engine.http.route import EVERYBODY, Call, Route, json_answer
from engine.http.sessions import SESSION_S


async def log_in(call: Call) -> web.Response:
    body: bodies.Login = call.body
    identity = call.door.identity
    address, is_local = identity.address(call.request), identity.is_local(call.request)
    try:
        account = await identity.accounts.log_in(body.name, body.password, address, is_local=is_local)
    except TooManyGuesses as guesses:
        raise TooManyAttempts(seconds=guesses.seconds) from None
    if account is None:
        raise WrongPassword()
    answer = json_answer({"name": account.name, "role": account.role, "window": account.window_id})
    cookie = await identity.sessions.begin(account.name)
    set_cookie(call.door, call.request, answer, SESSION_COOKIE, cookie, SESSION_S)
    return answer


async def who(call: Call) -> web.Response:
    return json_answer(session_view(call.caller))


async def log_out(call: Call) -> web.Response:
    cookie = call.request.cookies.get(SESSION_COOKIE)
    if cookie:
        await call.door.identity.sessions.end(cookie)
    answer = web.Response(status=204, headers={"Cache-Control": "no-store"})
    answer.del_cookie(SESSION_COOKIE, path="/")
    return answer


def session_view(caller: Caller) -> dict[str, str | None]:
    """Who is asking, as pages see it."""
    return {"name": caller.name or caller.actor, "role": caller.role, "window": caller.window_id}


def set_cookie(
    door: Door, request: web.Request, answer: web.StreamResponse, name: str, value: str, seconds: int
) -> None:
    """A cookie no script can read and no other site can send."""
    is_secure = door.base_url(request).startswith("https:")
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="Strict", secure=is_secure)


ROUTES: Final = (
    Route(
        "POST", "/session", log_in, EVERYBODY, "登录 · Log in; the session is a cookie",
        answers.Session, bodies.Login, refusals=(401, 429),
    ),
    Route("GET", "/session", who, frozenset(ROLES), "当前身份 · Who is asking", answers.Session),
    Route("DELETE", "/session", log_out, EVERYBODY, "退出 · Log out", None, status=204, media=""),
)  # fmt: skip
