"""What holds of every page, in both languages, at any size."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.street import Visit, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ADDRESSES = ("/", "/kiosk/k1", "/window/w01", "/board/a", "/board/all", "/t/nobody")


async def test_the_language_changes_in_place_and_is_remembered(visit: Visit) -> None:
    page = await visit.open("/")
    await expect(page.get_by_role("heading", level=1)).to_have_text("街道大厅")

    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Street Hall")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await visit.open("/window/w01")

    await expect(page.get_by_role("heading", level=2).first).to_have_text("Clerk sign-in")


async def test_no_page_mixes_languages(visit: Visit) -> None:
    """In English nothing is left in Chinese but the names of the other language."""
    for address in ADDRESSES:
        page = await visit.open(f"{address}?lang=en")
        await page.locator("main:visible").first.wait_for()
        text = await page.locator("main:visible").first.evaluate(
            """main => {
              const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
              const words = [];
              while (walker.nextNode()) {
                const parent = walker.currentNode.parentElement;
                if (!parent.checkVisibility() || parent.closest("[lang]").lang !== "en") continue;
                words.push(walker.currentNode.data);
              }
              return words.join(" ");
            }"""
        )
        assert not re.search(r"[\u4e00-\u9fff]", text), f"{address}: {text}"


async def test_every_control_has_a_name_and_room_for_a_finger(visit: Visit) -> None:
    await visit.door.draw("insurance")
    await sign_in(visit)
    for address in ADDRESSES:
        page = await visit.open(address)
        await page.wait_for_timeout(200)
        faults = await page.locator("button:visible, input:visible, select:visible").evaluate_all(
            """nodes => nodes.filter(node => {
              const { width, height } = node.getBoundingClientRect();
              const name = node.ariaLabel || node.textContent.trim() || node.labels?.length;
              const room = node.closest("label") ?? node;
              return !name || Math.min(width, height, room.offsetHeight) < 44 && node.type !== "radio";
            }).map(node => node.outerHTML)"""
        )
        assert faults == [], address


@pytest.mark.parametrize("size", [(320, 640), (640, 480), (1080, 1920), (1920, 1080)])
async def test_no_page_needs_sideways_scrolling(visit: Visit, size: tuple[int, int]) -> None:
    await visit.page.set_viewport_size({"width": size[0], "height": size[1]})
    for address in ADDRESSES:
        page = await visit.open(address)
        await page.wait_for_timeout(200)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


async def test_the_front_page_leads_to_every_window_and_board(visit: Visit) -> None:
    page = await visit.open("/")

    links = await page.get_by_role("link").evaluate_all("links => links.map(link => link.getAttribute('href'))")

    wanted = {
        "/kiosk/k1",
        "/board/a",
        "/board/b",
        "/board/all",
        "/window/w01",
        "/window/w02",
        "/window/w03",
        "/api/docs",
    }
    assert wanted <= set(links)


async def test_the_front_page_is_alive(visit: Visit) -> None:
    page = await visit.open("/")
    await expect(page.locator("#waiting-total")).to_have_text("0")

    await visit.door.draw("insurance")

    await expect(page.locator("#waiting-total")).to_have_text("1")
