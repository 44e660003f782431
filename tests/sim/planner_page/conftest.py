"""A browser that opens pages as files and forgives them no error and no request."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, Request, expect

from sim.planner_page.page import render
from tests.browser.street import chromium
from tests.sim.planner_page.plans import street_case

PATIENCE_MS = 30_000
"""A busy machine may take this long for what a quiet one does at once."""

expect.set_options(timeout=PATIENCE_MS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the page of the street's plan lies."""
    file = tmp_path_factory.mktemp("page") / "plan.html"
    file.write_text(render(*street_case()), "utf-8")
    return file.as_uri()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    """The page, drawn and compared; the test fails when it complained or asked for anything."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    opened = await context.new_page()
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def watch(request: Request) -> None:
        if not request.url.startswith(("data:", address)):
            complaints.append(request.url[:200])

    opened.on("console", hear)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", watch)
    await opened.goto(address)
    await ready(opened)
    yield opened
    await context.close()
    assert complaints == []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def modules(browser: Browser, address: str) -> AsyncIterator[Page]:
    """The page for whoever only asks its modules; one for all, since nothing in it is changed."""
    opened = await browser.new_page()
    await opened.goto(address)
    yield opened
    await opened.close()


async def ready(page: Page) -> None:
    """Wait until plots are drawn and the page has compared itself with the simulator."""
    await expect(page.locator("body")).to_have_attribute("data-plots", "drawn")
    await expect(page.locator("#what-if")).to_have_attribute("data-checked", "yes")
