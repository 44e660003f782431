"""A visit as it happens on kiosk, window, board and phone of one hall, through a `kill -9`, and nothing is reloaded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.street import chromium
from tests.hall_process import HallProcess, run

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

A_SECOND_MS = 1_000
BACK_MS = 15_000


@pytest_asyncio.fixture(loop_scope="module")
async def hall(tmp_path: Path) -> AsyncIterator[HallProcess]:
    process = HallProcess("puming", tmp_path / "data", "--mqtt", "embedded")
    await asyncio.to_thread(process.start)
    yield process
    await asyncio.to_thread(process.kill)


class Screens:
    """The four screens of a hall, each in a browser window of its own."""

    def __init__(self, kiosk: Page, window: Page, board: Page) -> None:
        self.kiosk = kiosk
        self.window = window
        self.board = board
        self.complaints: list[str] = []
        for page in (kiosk, window, board):
            page.on("pageerror", lambda error: self.complaints.append(str(error)))


async def opened(hall: HallProcess, browser: Browser, stack: AsyncExitStack) -> Screens:
    """Kiosk set up by its start address, clerk signed in with a password, board as it hangs on the wall."""
    made = await asyncio.to_thread(
        run,
        "account",
        str(hall.data),
        "xiaowang",
        "--role",
        "clerk",
        "--window",
        "w01",
        "--password",
        "a long password",
    )
    assert made.returncode == 0, made.stderr
    kiosk_token = await asyncio.to_thread(hall.token, "kiosk")
    pages = []
    for path in (f"/kiosk/k1?token={kiosk_token}", "/window/w01", "/board/all"):
        context = await browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
        stack.push_async_callback(context.close)
        context.set_default_timeout(8_000)
        page = await context.new_page()
        await page.goto(hall.http + path)
        pages.append(page)
    screens = Screens(*pages)
    await screens.window.locator("[name=name]").fill("xiaowang")
    await screens.window.locator("[name=password]").fill("a long password")
    await screens.window.keyboard.press("Enter")
    await screens.window.locator("#main").wait_for()
    return screens


async def draw(kiosk: Page) -> tuple[str, str]:
    """Three taps; the number on the screen and the token inside its QR code's address."""
    await kiosk.locator(".tile").first.click()
    await kiosk.locator(".tile").first.click()
    await kiosk.get_by_role("button", name="取号").click()
    number = (await kiosk.locator(".number").inner_text()).split()[-1]
    source = await kiosk.locator(".qr img").get_attribute("src")
    assert source is not None
    return number, source.split("/tickets/")[1].split("/")[0]


async def test_a_visit_goes_through_every_screen_and_through_a_kill(hall: HallProcess) -> None:
    async with chromium() as browser, AsyncExitStack() as stack:
        screens = await opened(hall, browser, stack)
        await screens.window.locator("#verbs button:enabled").first.click()
        first, token = await draw(screens.kiosk)
        phone = await (await browser.new_context(locale="zh-CN")).new_page()
        await phone.goto(f"{hall.http}/t/{token}")
        await expect(phone.locator("#number")).to_have_text(first)

        await screens.window.keyboard.press("n")
        await asyncio.gather(
            expect(screens.board.locator("#newest-ticket")).to_have_text(first, timeout=A_SECOND_MS),
            expect(phone.locator("body")).to_have_class("called", timeout=A_SECOND_MS),
        )

        await asyncio.to_thread(hall.kill)
        await expect(screens.window.locator("#link")).to_be_visible(timeout=BACK_MS)
        await asyncio.to_thread(hall.start)

        await expect(screens.board.locator("#newest-ticket")).to_have_text(first, timeout=BACK_MS)
        await expect(phone.locator("body")).to_have_class("called", timeout=BACK_MS)
        await expect(screens.window.locator("#number")).to_have_text(first, timeout=BACK_MS)
        await expect(screens.window.locator("#link")).to_be_hidden(timeout=BACK_MS)
        await screens.window.keyboard.press("b")
        await expect(screens.window.locator("#state")).to_have_text("办理中")
        await screens.window.keyboard.press("f")
        await expect(screens.window.locator("#state")).to_have_text("空闲")
        await expect(phone.locator("#headline")).to_contain_text("已办结")
        await screens.kiosk.get_by_role("button", name="完成").click()
        second, _ = await draw(screens.kiosk)
        await screens.window.keyboard.press("n")
        await expect(screens.board.locator("#newest-ticket")).to_have_text(second, timeout=BACK_MS)
        assert int(second[1:]) == int(first[1:]) + 1
        assert screens.complaints == []
