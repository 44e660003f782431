"""A street's hall behind its real HTTP door, and a browser in front of it that forgives no page an error."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from clients.console.app import APP as CONSOLE
from clients.home.app import APP as HOME
from clients.kiosk.app import APP as KIOSK
from clients.phone.app import APP as PHONE
from displays.board.app import APP as BOARD
from engine.core.plan import Group, Item, Lane, Name, Service, WindowPlan, Zone
from tests.builders import plan
from tests.http.hall_door import OpenDoor, open_door

CHROMIUM: Final = Path("/usr/bin/chromium")
APPS: Final = (HOME, KIOSK, CONSOLE, PHONE, BOARD)
QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
EXPECTED: Final = ("Failed to load resource", "Blocked call to navigator.vibrate")
"""What Chromium itself writes when a request is refused or cut, and when nobody has touched the screen yet."""

INSURANCE: Final = Service("insurance", Name("社保业务", "Insurance"), "A", "a", group_id="social")
TAX: Final = Service("tax", Name("办税", "Taxation"), "B", "b", group_id="money")
FUND: Final = Service("fund", Name("住房公积金", "Housing fund"), "C", "b", group_id="money")
STREET: Final = replace(
    plan(
        lanes=(
            Lane("ordinary", Name("普通", "Ordinary"), 0, 1_000),
            Lane(
                "priority", Name("优先", "Priority"), 30_000, 2_000, Name("优先", "Priority"), ("elderly", "disabled")
            ),
        ),
        services=(INSURANCE, TAX, FUND),
        windows=(
            WindowPlan("w01", 1, Name("1号窗口", "Window 1"), "a", (("insurance", "tax"),)),
            WindowPlan("w02", 2, Name("2号窗口", "Window 2"), "b", (("tax", "fund"),)),
            WindowPlan("w03", 3, Name("3号窗口", "Window 3"), "b", (("tax",),)),
        ),
    ),
    name=Name("街道大厅", "Street Hall"),
    zones=(
        Zone("a", Name("甲区", "Zone A")),
        Zone("b", Name("乙区", "Zone B")),
        Zone("hall", Name("等候区", "Waiting area"), "waiting"),
    ),
    groups=(Group("social", Name("社会保障", "Social security")), Group("money", Name("税费", "Taxes and funds"))),
    items=(
        Item("pension", Name("养老金转移", "Pension transfer"), "insurance"),
        Item("invoice", Name("发票领用", "Invoices"), "tax"),
    ),
)


@asynccontextmanager
async def street(data: Path, *, beat_s: float = 0.5) -> AsyncIterator[OpenDoor]:
    """The hall at nine, its day open, windows 1 and 2 open, every page served, the demo's accounts let in."""
    async with open_door(data, plan=STREET, demo=True, apps=APPS, beat_s=beat_s) as door:
        yield door


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium; where it is missing the test is left out, but not in CI."""
    if not CHROMIUM.exists() and os.environ.get("CI") != "true":
        pytest.skip("needs chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        await browser.close()


class Visit:
    """One browser window and all it complained about."""

    def __init__(self, page: Page, door: OpenDoor) -> None:
        self.page = page
        self.door = door
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)

    async def open(self, path: str) -> Page:
        await self.page.goto(self.door.url + path)
        return self.page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(EXPECTED):
            self.complaints.append(message.text)


async def sign_in(visit: Visit, window: str = "w01", language: str = "zh") -> Page:
    """The clerk's page of a window, signed in with nothing but the keyboard."""
    page = await visit.open(f"/window/{window}?lang={language}")
    await page.locator("[name=password]").focus()
    await page.keyboard.type("demo")
    await page.keyboard.press("Enter")
    await page.locator("#main").wait_for()
    return page
