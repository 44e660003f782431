"""The page as people use it: read in both languages, changed by sliders, played, printed."""

import re

import pytest
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

VISIBLE_TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    const isText = node.data.trim() && !["SCRIPT", "STYLE", "OPTION"].includes(parent.tagName);
    if (isText && parent.checkVisibility()) found.push([node.data, parseFloat(getComputedStyle(parent).fontSize)]);
  }
  return found;
}"""
HAN = re.compile(r"[\u4e00-\u9fff]")


async def test_in_english_nothing_is_left_in_chinese(page: Page) -> None:
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("body")).to_have_attribute("data-plots", "drawn")

    texts = [text for text, _ in await page.evaluate(VISIBLE_TEXTS)]

    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert [text for text in texts if HAN.search(text)] == ["中文"]
    assert await page.title() == "Street Hall · Staffing plan"


async def test_the_address_opens_the_page_in_english(page: Page) -> None:
    await page.evaluate("location.hash = 'en'")
    await page.reload()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Street Hall staffing plan", use_inner_text=True)


async def test_every_text_is_large_enough(page: Page) -> None:
    small = [(text, size) for text, size in await page.evaluate(VISIBLE_TEXTS) if size < 16]

    assert small == []


@pytest.mark.parametrize("width", [1440, 820, 390])
async def test_the_page_is_never_wider_than_the_screen(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 900})

    await page.wait_for_function(f"document.querySelector('#plot-waits .main-svg').clientWidth < {width}")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_page_tells_how_far_it_is_from_the_simulator(page: Page) -> None:
    await expect(page.locator("#error")).to_contain_text("已在模拟器算过的 10 种改动上核对")
    rows = page.locator("#answers tr")

    simulated, own, *_ = await rows.nth(0).locator("td").all_inner_texts()

    # The street's figures are those of the very days that were handed over.
    assert simulated == own


async def test_more_visitors_and_fewer_windows_make_waits_longer_and_back_again(page: Page) -> None:
    answer = page.locator("#answers tr").nth(0).locator("td").nth(2)
    before = await answer.inner_text()

    await page.locator("#set-arrivals").fill("150")
    await page.locator("[data-group='0']").fill("-1")
    await expect(answer).not_to_have_text(before)
    await expect(page.locator("#what-if")).to_have_attribute("data-state", "answered")
    longer = await answer.inner_text()

    assert float(longer.split()[0]) > float(before.split()[0])
    await expect(page.locator("#answer")).to_contain_text("每天少 5 个窗口小时")
    await page.get_by_role("button", name="回到原方案").click()
    await expect(answer).to_have_text(before)


async def test_a_single_half_hour_can_be_changed_and_no_further_than_there_are_windows(page: Page) -> None:
    await page.locator("details.cells > summary").click()
    cell = page.locator("[data-cell='0-0']")

    await cell.fill("9")
    await cell.blur()

    await expect(cell).to_have_value("3")
    await expect(page.locator("#answer")).to_contain_text("每天多 0.5 个窗口小时")


async def test_the_day_runs_stands_and_is_set_by_hand(page: Page) -> None:
    clock, button = page.locator("#time"), page.locator("#play")
    stood = await clock.inner_text()
    await page.locator("#speed").select_option("600")

    await button.press("Enter")
    await expect(clock).not_to_have_text(stood)
    await expect(button).to_have_text("暂停")
    await button.press("Enter")
    await expect(button).to_have_text("播放")
    await page.locator("#clock").fill(str(11 * 3_600))

    await expect(clock).to_have_text("11:00")
    await expect(page.locator("#moment")).to_contain_text("11:00：")
    await page.locator("#clock").press("ArrowRight")
    await expect(clock).to_have_text("11:01")


async def test_who_wants_little_motion_sees_the_picture_change_once_a_second(page: Page) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await page.clock.install()
    await page.locator("#speed").select_option("60")
    await page.locator("#clock").fill(str(10 * 3_600))

    await page.locator("#play").click()
    await page.clock.run_for(900)
    await expect(page.locator("#time")).to_have_text("10:00")
    await page.clock.run_for(300)

    await expect(page.locator("#time")).to_have_text("10:01")


async def test_paper_has_pictures_and_open_tables_and_nothing_to_press(page: Page) -> None:
    await expect(page.locator("body")).to_have_attribute("data-paper", "drawn")

    await page.emulate_media(media="print")

    for key in ("staffing", "waits", "shifts"):
        assert await page.locator(f"#paper-{key}").evaluate("node => node.naturalWidth") > 0
    await expect(page.locator("#staffing table")).to_be_visible()
    await expect(page.locator("#waits table")).to_be_hidden()
    assert await page.locator("button:visible, input:visible, select:visible").count() == 0


async def test_every_control_has_a_name(page: Page) -> None:
    await page.locator("details.cells > summary").click()

    nameless = await page.locator("button:visible, input:visible, select:visible").evaluate_all(
        "nodes => nodes.filter(node => !(node.ariaLabel || node.textContent.trim() || node.labels?.length)).length"
    )

    assert nameless == 0
