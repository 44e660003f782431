"""Accounts, logins and tokens: what opens a session, what ends it, and how often one may guess."""

import stat
from pathlib import Path

import pytest

from engine.http.accounts import Account, Accounts, add_account, read_accounts
from engine.http.credentials import Grant, Secret, issue_token
from engine.http.guesses import TooManyGuesses
from engine.http.sessions import SESSION_S, SESSIONS_MAX, Sessions
from tests.http.hall_door import OpenDoor, Reply, open_door

PASSWORD = "correct horse"


class Seconds:
    """A clock of seconds that only moves when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def log_in(door: OpenDoor, name: str, password: str, **headers: str) -> Reply:
    return await door.ask("POST", "/session", {"name": name, "password": password}, headers=headers)


async def test_a_login_opens_what_its_role_may_do_until_the_logout(door: OpenDoor) -> None:
    add_account(door.data, "c07", PASSWORD, "clerk", "w01")

    begun = await log_in(door, "c07", PASSWORD)
    who = await door.ask("GET", "/session")
    own = await door.ask("GET", "/windows/w01")
    other = await door.ask("GET", "/windows/w02")
    ended = await door.ask("DELETE", "/session")
    after = await door.ask("GET", "/windows/w01")

    assert begun.json == who.json == {"name": "c07", "role": "clerk", "window": "w01"}
    assert (own.status, other.code, ended.status, after.code) == (200, "other-window", 204, "not-logged-in")


async def test_the_cookie_is_for_this_site_and_no_script(door: OpenDoor) -> None:
    add_account(door.data, "s01", PASSWORD, "supervisor")

    begun = await log_in(door, "s01", PASSWORD)

    cookie = begun.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", f"Max-Age={SESSION_S}", "Path=/"))


async def test_behind_https_the_cookie_never_travels_in_the_clear(tmp_path: Path) -> None:
    async with open_door(tmp_path, public_url="https://hall.example") as door:
        add_account(door.data, "s01", PASSWORD, "supervisor")

        begun = await log_in(door, "s01", PASSWORD)

    assert "Secure" in begun.headers["Set-Cookie"]


async def test_a_stolen_cookie_is_worth_nothing_after_the_logout(door: OpenDoor) -> None:
    add_account(door.data, "s01", PASSWORD, "supervisor")
    cookie = (await log_in(door, "s01", PASSWORD)).headers["Set-Cookie"].partition(";")[0]
    await door.ask("DELETE", "/session")

    reply = await door.ask("GET", "/session", headers={"Cookie": cookie})

    assert reply.code == "not-logged-in"


@pytest.mark.parametrize(("name", "password"), [("c07", "wrong"), ("nobody", PASSWORD), ("c07", "")])
async def test_a_wrong_name_or_password_is_one_and_the_same_no(door: OpenDoor, name: str, password: str) -> None:
    add_account(door.data, "c07", PASSWORD, "clerk", "w01")

    reply = await log_in(door, name, password or "x")

    assert (reply.status, reply.code) == (401, "wrong-password")


async def test_guessing_is_limited_even_for_a_name_that_does_not_exist(door: OpenDoor) -> None:
    replies = [await log_in(door, "nobody", "x") for _ in range(11)]

    assert [reply.code for reply in replies] == ["wrong-password"] * 10 + ["too-many-attempts"]
    assert int(replies[-1].headers["Retry-After"]) > 0


async def test_a_removed_account_is_out_at_once(door: OpenDoor) -> None:
    add_account(door.data, "s01", PASSWORD, "supervisor")
    await log_in(door, "s01", PASSWORD)

    (door.data / "accounts.toml").unlink()

    assert (await door.ask("GET", "/session")).code == "not-logged-in"


async def test_a_typo_in_the_accounts_file_throws_nobody_out(door: OpenDoor) -> None:
    add_account(door.data, "s01", PASSWORD, "supervisor")
    await log_in(door, "s01", PASSWORD)

    (door.data / "accounts.toml").write_text("[[account")

    assert (await door.ask("GET", "/session")).status == 200


async def test_a_restart_logs_nobody_out(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        add_account(door.data, "s01", PASSWORD, "supervisor")
        cookie = (await log_in(door, "s01", PASSWORD)).headers["Set-Cookie"].partition(";")[0]

    async with open_door(tmp_path) as door:
        reply = await door.ask("GET", "/session", headers={"Cookie": cookie})

    assert reply.json["name"] == "s01"


@pytest.mark.parametrize("name", ["clerk-w01", "guide", "supervisor", "admin"])
async def test_a_demo_has_its_accounts_on_the_machine_itself(tmp_path: Path, name: str) -> None:
    async with open_door(tmp_path, demo=True) as door:
        begun = await log_in(door, name, "demo")
        who = await door.ask("GET", "/session")

    assert (begun.status, who.json["name"]) == (200, name)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=10.0.0.1"},
        {"Host": "rebound.example"},
        {"Host": "127.0.0.1.rebound.example:8080"},
        {"Host": "[::1"},
    ],
)
async def test_a_demo_has_no_accounts_for_anybody_elsewhere(tmp_path: Path, headers: dict[str, str]) -> None:
    async with open_door(tmp_path, demo=True) as door:
        refused = await log_in(door, "admin", "demo", **headers)
        await log_in(door, "admin", "demo")
        later = await door.ask("GET", "/session", headers=headers)

    assert (refused.code, later.code) == ("wrong-password", "not-logged-in")


async def test_outside_a_demo_its_accounts_do_not_exist(door: OpenDoor) -> None:
    assert (await log_in(door, "admin", "demo")).code == "wrong-password"


async def test_a_login_ends_after_twelve_hours(tmp_path: Path) -> None:
    clock = Seconds()
    sessions = Sessions(tmp_path, Secret.of(tmp_path), clock)
    cookie = await sessions.begin("s01")

    clock.now += SESSION_S - 1
    assert sessions.name(cookie) == "s01"

    clock.now += 1
    assert sessions.name(cookie) is None


async def test_logins_are_limited_and_the_oldest_ends_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.http.sessions.SESSIONS_MAX", 3)
    sessions = Sessions(tmp_path, Secret.of(tmp_path), Seconds())

    cookies = [await sessions.begin(f"s{index}") for index in range(4)]

    assert SESSIONS_MAX > 3
    assert [sessions.name(cookie) for cookie in cookies] == [None, "s1", "s2", "s3"]


async def test_after_some_minutes_one_may_guess_again(tmp_path: Path) -> None:
    clock = Seconds()
    accounts = Accounts(tmp_path, clock, demo=True)
    for _ in range(10):
        await accounts.log_in("admin", "wrong", "10.0.0.1", is_local=True)
    with pytest.raises(TooManyGuesses):
        await accounts.log_in("admin", "demo", "10.0.0.1", is_local=True)

    clock.now += 301

    assert await accounts.log_in("admin", "demo", "10.0.0.1", is_local=True)


async def test_an_address_cannot_go_through_many_names(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path, Seconds(), demo=True)
    for index in range(30):
        await accounts.log_in(f"clerk-w{index}", "wrong", "10.0.0.1", is_local=True)

    with pytest.raises(TooManyGuesses):
        await accounts.log_in("admin", "demo", "10.0.0.1", is_local=True)
    assert await accounts.log_in("admin", "demo", "10.0.0.2", is_local=True)


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    token = issue_token(tmp_path / "data", "kiosk")

    path = tmp_path / "data" / "secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Secret.of(tmp_path / "data").grant(token) == Grant("kiosk")


def test_a_damaged_secret_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("short")

    with pytest.raises(ValueError, match=r"secret is no secret"):
        Secret.of(tmp_path)


@pytest.mark.parametrize(("role", "missing"), [("clerk", "--window"), ("device", "--device"), ("owner", "no role")])
def test_a_token_needs_what_its_role_is_bound_to(tmp_path: Path, role: str, missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        issue_token(tmp_path, role)  # type: ignore[arg-type]


def test_an_account_is_kept_as_a_hash_in_a_private_file(tmp_path: Path) -> None:
    add_account(tmp_path, "c07", PASSWORD, "clerk", "w03")
    add_account(tmp_path, "s01", PASSWORD, "supervisor")

    path = tmp_path / "accounts.toml"
    accounts = read_accounts(path)
    assert isinstance(accounts["c07"], Account)
    assert [(one.name, one.role, one.window_id) for one in accounts.values()] == [
        ("c07", "clerk", "w03"),
        ("s01", "supervisor", None),
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSWORD not in path.read_text()


@pytest.mark.parametrize(
    ("name", "password", "role", "window"),
    [
        ("王小明", PASSWORD, "guide", None),
        ("330203195001011234", PASSWORD, "guide", None),
        ("g01", "short", "guide", None),
        ("g01", PASSWORD, "kiosk", None),
        ("g01", PASSWORD, "clerk", None),
        ("g01", PASSWORD, "guide", "w01"),
        ("g01", PASSWORD, "clerk", 'w"1'),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    tmp_path: Path, name: str, password: str, role: str, window: str | None
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        add_account(tmp_path, name, password, role, window)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "account = 1",
        "[[account]]",
        '[[account]]\nname="a"\nrole="king"\npassword="$argon2"',
        '[[account]]\nname="a"\nrole="clerk"\npassword="$argon2"',
        '[[account]]\nname="a"\nrole="guide"\npassword="plain"',
        "[[account",
    ],
)
def test_a_mistake_in_the_accounts_file_is_named_with_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "accounts.toml"
    path.write_text(text)

    with pytest.raises(ValueError, match=r"accounts\.toml"):
        read_accounts(path)


async def test_yesterdays_ticket_token_is_unknown_today(door: OpenDoor) -> None:
    today = door.secret.ticket_token("20261123-a001")
    yesterday = door.secret.ticket_token("20261122-a001")
    await door.draw()

    assert (await door.ask("GET", f"/tickets/{today}")).status == 200
    assert (await door.ask("GET", f"/tickets/{yesterday}")).code == "ticket-unknown"


def test_a_ticket_token_is_short_the_same_every_time_and_of_one_hall(tmp_path: Path) -> None:
    secret, other = Secret.of(tmp_path / "a"), Secret.of(tmp_path / "b")

    token = secret.ticket_token("20261123-a001")

    assert len(token) <= 20
    assert token == Secret.of(tmp_path / "a").ticket_token("20261123-a001")
    assert secret.ticket_id(token, "20261123") == "20261123-a001"
    assert other.ticket_id(token, "20261123") is None
    assert secret.ticket_id(token.replace("a001", "a002"), "20261123") is None
