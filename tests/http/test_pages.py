"""Pages: who sees them, in which language, with which headers; files; and the door's own pages."""

from pathlib import Path

import pytest

from engine.http.accounts import add_account
from engine.wire.extension import App, Page
from tests.http.hall_door import OpenDoor, Reply, open_door

TEMPLATE = """<p id="who">{{ session.name if session else "nobody" }} {{ params.get("id", "") }} {{ language }}</p>
<p>{{ t("大厅", "Hall") }} {{ hall.day }} {{ "<b>" }}</p>"""


@pytest.fixture
def app(tmp_path: Path) -> App:
    templates, static = tmp_path / "app" / "templates", tmp_path / "app" / "static"
    templates.mkdir(parents=True)
    static.mkdir()
    (templates / "page.html").write_text(TEMPLATE)
    (static / "a.js").write_text("export const a = 1;")
    (tmp_path / "app" / "private.txt").write_text("private")
    pages = (
        Page("/open/{id}", "page.html"),
        Page("/window/{id}", "page.html", ("clerk", "supervisor")),
        Page("/kiosk/{id}", "page.html"),
    )
    return App("toy", templates, static, pages)


async def get(door: OpenDoor, path: str, language: str | None = None, **headers: str) -> Reply:
    return await door.ask("GET", path, headers=headers, language=language)


async def test_a_public_page_is_for_everybody_and_escapes_what_it_shows(tmp_path: Path, app: App) -> None:
    async with open_door(tmp_path, apps=[app]) as door:
        reply = await get(door, "/open/x1")

    assert reply.status == 200
    assert reply.raw.decode() == '<p id="who">nobody x1 zh</p>\n<p>大厅 20261123 &lt;b&gt;</p>'
    assert reply.headers["Content-Security-Policy"].startswith("default-src 'self'")


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "language"),
    [("", "", "", "zh"), ("", "", "en", "en"), ("", "lang=en", "zh", "en"), ("?lang=zh", "lang=en", "en", "zh")],
)
async def test_the_language_is_the_addresss_then_the_chosen_then_the_browsers(
    tmp_path: Path, app: App, query: str, cookie: str, accept: str, language: str
) -> None:
    async with open_door(tmp_path, apps=[app]) as door:
        reply = await get(door, f"/open/x{query}", accept, Cookie=cookie)

    assert f" x {language}</p>" in reply.raw.decode()


async def test_a_page_of_staff_leads_to_the_login_and_back(tmp_path: Path, app: App) -> None:
    async with open_door(tmp_path, apps=[app]) as door:
        reply = await get(door, "/window/w01?a=1")

    assert (reply.status, reply.headers["Location"]) == (303, "/login?next=/window/w01?a%3D1")


async def test_after_the_login_the_page_knows_who_is_there(tmp_path: Path, app: App) -> None:
    async with open_door(tmp_path, apps=[app]) as door:
        add_account(door.data, "c07", "correct horse", "clerk", "w01")
        await door.ask("POST", "/session", {"name": "c07", "password": "correct horse"})
        reply = await get(door, "/window/w01")

    assert "c07 w01" in reply.raw.decode()


async def test_a_role_that_may_not_see_a_page_is_told_so(tmp_path: Path, app: App) -> None:
    async with open_door(tmp_path, apps=[app]) as door:
        reply = await door.ask("GET", "/window/w01", role="guide", language="en")

    assert reply.status == 403
    assert "Your role may not do this." in reply.raw.decode()


async def test_a_screen_is_set_up_once_by_its_start_address(tmp_path: Path, app: App) -> None:
    async with open_door(tmp_path, apps=[app]) as door:
        arrival = await get(door, f"/kiosk/k1?lang=en&token={door.token('kiosk')}")
        page = await get(door, arrival.headers["Location"])
        draw = await door.ask("POST", "/tickets", {"service": "social"})

    assert (arrival.status, arrival.headers["Location"]) == (303, "/kiosk/k1?lang=en")
    assert "kiosk:token" in page.raw.decode()
    assert draw.status == 201


async def test_a_start_address_with_a_bad_token_is_refused(tmp_path: Path, app: App) -> None:
    async with open_door(tmp_path, apps=[app]) as door:
        reply = await get(door, "/kiosk/k1?token=nonsense")

    assert reply.status == 401
    assert "Set-Cookie" not in reply.headers


async def test_a_demos_kiosk_works_at_once_on_the_machine_itself(tmp_path: Path, app: App) -> None:
    async with open_door(tmp_path, apps=[app], demo=True) as door:
        await get(door, "/kiosk/k1")
        here = await door.ask("POST", "/tickets", {"service": "social"})
        elsewhere = await door.ask("POST", "/tickets", {"service": "social"}, headers={"X-Forwarded-For": "10.0.0.1"})

    assert (here.status, elsewhere.code) == (201, "not-logged-in")


async def test_outside_a_demo_a_kiosk_needs_its_token(tmp_path: Path, app: App) -> None:
    async with open_door(tmp_path, apps=[app]) as door:
        page = await get(door, "/kiosk/k1")
        draw = await door.ask("POST", "/tickets", {"service": "social"}, headers={"Cookie": "jiaohao-device=demo"})

    assert "Set-Cookie" not in page.headers
    assert draw.code == "not-logged-in"


async def test_in_one_browser_a_kiosk_and_a_clerk_do_not_disturb_each_other(tmp_path: Path, app: App) -> None:
    async with open_door(tmp_path, apps=[app], demo=True) as door:
        await get(door, "/kiosk/k1")
        await door.ask("POST", "/session", {"name": "clerk-w01", "password": "demo"})
        draw = await door.ask("POST", "/tickets", {"service": "social"})
        call = await door.ask("POST", "/windows/w01/call-next")

    assert (draw.status, call.status) == (201, 200)


async def test_files_are_asked_for_again_and_sent_only_when_changed(tmp_path: Path, app: App) -> None:
    async with open_door(tmp_path, apps=[app]) as door:
        first = await get(door, "/static/toy/a.js")
        again = await get(door, "/static/toy/a.js", **{"If-None-Match": first.headers["ETag"]})
        shared = await get(door, "/static/shared/tokens.css")

    assert (first.status, again.status, shared.status) == (200, 304, 200)
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path",
    [
        "/static/toy/%2e%2e/private.txt",
        "/static/toy/..%2fprivate.txt",
        "/static/toy/no.js",
        "/static/toy/%00",
        "/static/toy/" + "a" * 300,
        "/static/nowhere/a.js",
    ],
)
async def test_no_file_outside_the_folder_is_served(tmp_path: Path, app: App, path: str) -> None:
    async with open_door(tmp_path, apps=[app]) as door:
        reader = await get(door, path)

    assert reader.status == 404


@pytest.mark.parametrize(("language", "words"), [("zh", "工作人员登录"), ("en", "Staff login")])
async def test_the_login_page_speaks_both_languages(door: OpenDoor, language: str, words: str) -> None:
    reply = await get(door, "/login", language)

    assert words in reply.raw.decode()
    assert "demo" not in reply.raw.decode()


async def test_the_front_page_is_there_without_any_app(door: OpenDoor) -> None:
    assert "/login" in (await get(door, "/")).raw.decode()


async def test_a_page_that_is_not_there_says_so_to_people(door: OpenDoor) -> None:
    reply = await get(door, "/nowhere", "en")

    assert (reply.status, reply.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing at this address." in reply.raw.decode()


async def test_the_qr_code_leads_to_the_public_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def draw(address: str) -> bytes:
        drawn.append(address)
        return b"<svg/>"

    monkeypatch.setattr("engine.http.tickets._qr_svg", draw)
    async with open_door(tmp_path, public_url="https://hall.example/") as door:
        ticket = await door.draw()
        await get(door, f"/api/v1/tickets/{ticket['token']}/qr.svg")

    assert drawn == [f"https://hall.example/t/{ticket['token']}"]
