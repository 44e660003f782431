"""Who may do what: every route of the table against every role, the binding to windows, cookies from elsewhere."""

from collections import defaultdict

import pytest

from engine.http.api import ROUTES
from engine.http.caller import VISITOR
from engine.http.credentials import ROLES, Role
from engine.http.route import Route
from tests.http.hall_door import OpenDoor

STAFF = {"clerk", "guide", "supervisor", "admin"}
MAY: dict[str, set[str]] = {
    "POST /tickets": {VISITOR, "kiosk", "guide", "supervisor", "admin"},
    "GET /tickets/{token}": {VISITOR, *ROLES},
    "DELETE /tickets/{token}": {VISITOR, *ROLES},
    "GET /tickets/{token}/qr.svg": {VISITOR, *ROLES},
    "GET /tickets/number/{number}": {"clerk", "guide", "supervisor", "admin"},
    "GET /tickets/{token}/why": {VISITOR, *ROLES},
    "GET /tickets/number/{number}/why": STAFF,
    "POST /tickets/{ticket_id}/form": {*STAFF, "kiosk", "device"},
    "POST /tickets/{ticket_id}/printed": {*STAFF, "kiosk", "device"},
    "POST /tickets/{ticket_id}/reprint": {*STAFF, "kiosk"},
    "GET /proof": {*STAFF, "kiosk", "device"},
    "POST /tickets/{ticket_id}/{verb}": {"clerk", "guide", "supervisor", "admin"},
    "GET /windows/{window_id}": {"clerk", "supervisor", "admin"},
    "POST /windows/{window_id}/{verb}": {"clerk", "supervisor", "admin"},
    "GET /stages": STAFF,
    "POST /stages/{stage_id}/{verb}": STAFF,
    "GET /visits/modes": STAFF,
    "GET /home-visits": STAFF,
    "POST /home-visits": STAFF,
    "POST /home-visits/{request_id}/{verb}": STAFF,
    "POST /self-service": {*STAFF, "kiosk", "device"},
    "POST /turned-away": STAFF,
    "POST /cases": STAFF,
    "GET /cases": STAFF,
    "GET /cases/escalated": {"supervisor", "admin"},
    "GET /cases/{case_id}": STAFF,
    "POST /cases/{case_id}/{verb}": STAFF,
    "POST /cases/{case_id}/tasks/{task}/{verb}": STAFF,
    "POST /tickets/{token}/rating": {VISITOR, *ROLES},
    "POST /windows/{window_id}/rating": {"device"},
    "GET /windows/{window_id}/ratings": {"clerk", "supervisor", "admin"},
    "GET /ratings": {"supervisor", "admin"},
    "GET /ratings/scale": {VISITOR, *ROLES},
    "GET /follow-ups": {"supervisor", "admin"},
    "POST /follow-ups/{ticket_id}/{step}/{verb}": {"supervisor", "admin"},
    "GET /appointments/slots": {VISITOR, *ROLES},
    "GET /appointments": STAFF,
    "POST /appointments": {VISITOR, "kiosk", *STAFF},
    "GET /appointments/{token}": {VISITOR, *ROLES},
    "DELETE /appointments/{token}": {VISITOR, *ROLES},
    "POST /appointments/{token}/{verb}": {"kiosk", *STAFF},
    "GET /people": STAFF,
    "POST /people/{clerk_id}/{verb}": STAFF,
    "POST /people/{clerk_id}/substitution": {"clerk", "supervisor", "admin"},
    "DELETE /people/{clerk_id}/substitution": {"clerk", "supervisor", "admin"},
    "POST /windows/{window_id}/move": {"supervisor", "admin"},
    "POST /windows/{window_id}/reassign": {"supervisor", "admin"},
    "GET /hall": {VISITOR, *ROLES},
    "GET /events": {VISITOR, *ROLES},
    "GET /catalogue": {VISITOR, *ROLES},
    "POST /catalogue": {"admin"},
    "GET /warnings": STAFF,
    "POST /devices/{device_id}/report": {*STAFF, "kiosk", "device"},
    "POST /day/{verb}": {"supervisor", "admin"},
    "GET /report": {"supervisor", "admin"},
    "POST /session": {VISITOR, *ROLES},
    "GET /session": set(ROLES),
    "DELETE /session": {VISITOR, *ROLES},
}
"""Written a second time, by hand: a new route that is not here fails. A verb with a row of its own has that one."""

PARTS = defaultdict(lambda: "1", token="a001xxxxxxxxxxxx", number="A001", ticket_id="20261123-a001", window_id="w01")
DENIED = {"not-logged-in", "wrong-role", "other-window", "bad-token"}


def agreed(route: Route) -> set[str]:
    """Who may use a route."""
    return MAY.get(f"{route.method} {route.path}") or MAY[row(route)]


def row(route: Route) -> str:
    parts = route.path.split("/")
    has_verb = route.method == "POST" and len(parts) > 2
    return f"{route.method} {'/'.join([*parts[:-1], '{verb}'] if has_verb else parts)}"


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.path}")
async def test_a_route_lets_in_the_roles_of_the_agreement_and_nobody_else(door: OpenDoor, route: Route) -> None:
    path = route.path.format_map(PARTS)
    roles: list[Role | None] = [None, *ROLES]

    if route.path == "/events":
        assert route.roles == agreed(route)
        return
    let_in = set()
    for role in roles:
        reply = await door.ask(route.method, path, {} if route.body else None, role=role)
        is_denied = reply.status in (401, 403) and reply.code in DENIED
        if not is_denied:
            let_in.add(role or VISITOR)

    assert let_in == agreed(route)


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if "{window_id}" in route.path and "clerk" in route.roles],
    ids=lambda r: r.path,
)
async def test_a_clerk_works_the_own_window_only(door: OpenDoor, route: Route) -> None:
    path = route.path.replace("{window_id}", "w02")

    reply = await door.ask(route.method, path, {} if route.body else None, role="clerk", window="w01")

    assert (reply.status, reply.code) == (403, "other-window")


async def test_without_a_credential_the_answer_says_how_to_give_one(door: OpenDoor) -> None:
    reply = await door.ask("POST", "/tickets", {"service": "social"})

    assert (reply.status, reply.code) == (401, "not-logged-in")
    assert reply.headers["WWW-Authenticate"] == 'Bearer realm="jiaohao"'


@pytest.mark.parametrize("value", ["Bearer nonsense", "Bearer ", "Basic YTpi", "Bearer " + "x" * 600])
async def test_a_credential_that_is_none_is_refused_even_where_none_is_needed(door: OpenDoor, value: str) -> None:
    reply = await door.ask("GET", "/hall", headers={"Authorization": value})

    assert (reply.status, reply.code) == (401, "bad-token")


async def test_a_token_of_another_hall_is_refused(door: OpenDoor) -> None:
    token = door.token("admin")
    # Of the last character some bits say nothing: another one may be the same seal.
    forged = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]

    reply = await door.ask("GET", "/hall", headers={"Authorization": f"Bearer {forged}"})

    assert reply.code == "bad-token"


async def test_another_site_cannot_use_the_cookie_of_a_device(door: OpenDoor) -> None:
    cookie = {"Cookie": f"jiaohao-device={door.token('kiosk')}"}

    own = await door.ask("POST", "/tickets", {"service": "social"}, headers=cookie | {"Origin": door.url})
    other = await door.ask(
        "POST", "/tickets", {"service": "social"}, headers=cookie | {"Origin": "http://elsewhere.example"}
    )

    assert (own.status, other.status, other.code) == (201, 403, "other-origin")
