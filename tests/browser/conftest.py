"""A hall and a visit for each test that asks for one; the browser, slow to start, is shared by a module."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.street import Visit, chromium, street
from tests.http.hall_door import OpenDoor

PATIENCE_MS = 15_000
"""A busy machine may take this long to draw what a quiet one draws at once."""

expect.set_options(timeout=PATIENCE_MS)


@pytest_asyncio.fixture(loop_scope="module")
async def door(tmp_path: Path) -> AsyncIterator[OpenDoor]:
    async with street(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def visit(door: OpenDoor, browser: Browser) -> AsyncIterator[Visit]:
    """A Chinese reader's browser window; the test fails when a page complained, also of a forbidden inline style."""
    context = await browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    made = Visit(await context.new_page(), door)
    yield made
    await context.close()
    assert made.complaints == []
