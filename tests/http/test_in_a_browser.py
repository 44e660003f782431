"""The door's own pages in a real browser: logging in, and the API's description."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.street import Visit, chromium
from tests.http.hall_door import open_door

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture
async def visit(tmp_path: Path) -> AsyncIterator[Visit]:
    """An English reader at the door of a demo; the test fails when a page complained."""
    async with open_door(tmp_path, demo=True) as door, chromium() as browser:
        made = Visit(await browser.new_page(locale="en-GB"), door)
        yield made
        assert made.complaints == []


async def log_in(page: Page, password: str) -> None:
    await page.get_by_label("Account").fill("supervisor")
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Log in").click()


async def test_a_wrong_password_is_told_and_the_right_one_leads_on(visit: Visit) -> None:
    page = await visit.open("/login?next=/api/docs")

    await log_in(page, "wrong")
    await expect(page.get_by_role("alert")).to_have_text("Name or password is wrong.")
    await log_in(page, "demo")

    await expect(page).to_have_url(f"{visit.door.url}/api/docs")
    assert (await page.evaluate("fetch('/api/v1/session').then(answer => answer.json())"))["role"] == "supervisor"


@pytest.mark.parametrize("next_page", ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example"])
async def test_a_login_never_leads_to_another_site(visit: Visit, next_page: str) -> None:
    page = await visit.open(f"/login?next={next_page}")

    await log_in(page, "demo")

    await expect(page).to_have_url(f"{visit.door.url}/")


async def test_the_description_shows_every_operation_and_finds_a_code(visit: Visit) -> None:
    page = await visit.open("/api/docs#key-reused")

    await expect(page.locator("#key-reused")).to_be_in_viewport()
    await page.locator("summary", has_text="Draw a number").click()
    await expect(page.get_by_text('-d \'{"service":"social-security"}\'')).to_be_visible()
