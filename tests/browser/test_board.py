"""The board: every call of its zone is shown, and what is old says so."""

import asyncio
from typing import Final

import pytest
from playwright.async_api import Page, expect

from engine.core import commands as c
from tests.browser.street import Visit
from tests.docs.pages import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

BOARD: Final = ROOT / "displays" / "board" / "static"
WATCH = """() => {
  window.shown = [];
  const number = document.getElementById("newest-ticket");
  const note = () => window.shown.push(number.textContent);
  new MutationObserver(note).observe(number, {childList: true, characterData: true, subtree: true});
}"""


async def test_a_call_lights_up_with_its_window_and_is_said_to_a_screen_reader(visit: Visit) -> None:
    page = await visit.open("/board/a")
    await expect(page.locator("#idle")).to_contain_text("热情为您服务")

    await _call(visit, "insurance", "w01")

    await expect(page.locator("#newest")).to_have_class("newest called flash")
    await expect(page.locator("#newest-ticket")).to_have_text("A001")
    await expect(page.locator("#newest-window")).to_have_text("1")
    await expect(page.locator("[aria-live=polite]")).to_have_text("请A001号到1号窗口办理")


async def test_two_calls_at_once_are_both_shown(visit: Visit) -> None:
    page = await _board_under_a_clock_of_ours(visit, "/board/all")
    await page.evaluate(WATCH)

    await _call(visit, "insurance", "w01")
    await _call(visit, "fund", "w02")
    await expect(page.locator("#recent tr")).to_have_count(2)
    await page.clock.run_for(10_000)

    assert await page.evaluate("shown") == ["A001", "C001"]


async def test_three_calls_in_one_second_are_each_lit_up_and_stay_in_the_list(visit: Visit) -> None:
    assert await _lit_up_and_listed(visit) == (["A001", "C001", "A002"], ["A002", "C001", "A001"])


@pytest.mark.parametrize(
    ("script", "right", "wrong"),
    [
        ("flash.js", "this.queue.push(call);", "this.queue = [call];"),
        ("board.js", ".slice(0, ROWS_MAX)", ".slice(0, 1)"),
    ],
    ids=["the next call pushes out the one before", "one call is remembered"],
)
async def test_a_board_that_reads_only_the_newest_message_is_noticed(
    visit: Visit, script: str, right: str, wrong: str
) -> None:
    source = next(BOARD.rglob(script)).read_text("utf-8")
    assert right in source
    spoilt = source.replace(right, wrong)
    await visit.page.route(
        f"**/{script}*", lambda route: route.fulfill(body=spoilt, content_type="text/javascript; charset=utf-8")
    )

    assert await _lit_up_and_listed(visit) != (["A001", "C001", "A002"], ["A002", "C001", "A001"])


async def test_a_recall_flashes_again_and_is_counted(visit: Visit) -> None:
    page = await visit.open("/board/a")
    await _call(visit, "insurance", "w01")

    await visit.door.engine.submit(c.RecallTicket("w01"), actor="test")

    await expect(page.locator("#newest-again")).to_have_text("第 2 次呼叫")
    await expect(page.locator("#recent tr")).to_have_count(1)


async def test_a_board_shows_the_calls_of_its_own_zone(visit: Visit) -> None:
    page = await visit.open("/board/a")

    await _call(visit, "fund", "w02")
    await _call(visit, "insurance", "w01")

    await expect(page.locator("#newest-ticket")).to_have_text("A001")
    await expect(page.locator("#recent")).not_to_contain_text("C001")


async def test_the_board_of_a_waiting_area_shows_every_call(visit: Visit) -> None:
    page = await visit.open("/board/hall")

    await _call(visit, "fund", "w02")

    await expect(page.locator("#newest-ticket")).to_have_text("C001")


async def test_a_board_of_no_zone_says_which_there_are(visit: Visit) -> None:
    page = await visit.open("/board/nowhere?lang=en")

    await expect(page.locator("#idle")).to_contain_text(
        "“nowhere” in the address is no zone of this hall: a, b, hall, all"
    )


async def test_priority_is_marked_without_its_reason(visit: Visit) -> None:
    page = await visit.open("/board/a")
    await visit.door.draw("insurance", "priority")

    await visit.door.engine.submit(c.CallNext("w01"), actor="test")

    await expect(page.locator("#newest-mark")).to_have_text("优先")


async def test_waiting_counts_follow_the_hall(visit: Visit) -> None:
    page = await visit.open("/board/b?lang=en")

    await visit.door.draw("fund")

    await expect(page.locator("#waiting li", has_text="Housing fund")).to_contain_text("1")


async def test_a_board_that_hears_nothing_marks_itself_stale(visit: Visit) -> None:
    page = await _board_under_a_clock_of_ours(visit, "/board/a")
    await page.route("**/api/v1/events", lambda route: route.abort())

    async with asyncio.timeout(15):
        # A beat may still come by the open stream while the page's twelve seconds go by; then it is heard again.
        while await page.locator("body").get_attribute("data-link") != "stale":
            await page.clock.run_for(12_000)

    await expect(page.locator("#link")).to_contain_text("画面已不是最新")


async def test_a_board_that_loses_the_engine_says_restarting_first(visit: Visit) -> None:
    await visit.page.clock.install()
    await visit.page.route("**/api/v1/events", lambda route: route.abort())
    page = await visit.open("/board/a")

    await page.clock.run_for(4_000)

    await expect(page.locator("body")).to_have_attribute("data-link", "restarting")
    await expect(page.locator("#link")).to_have_text("系统正在重启")


async def test_calls_made_while_a_board_was_away_are_listed_but_not_called_out(visit: Visit) -> None:
    await _call(visit, "insurance", "w01")
    visit.door.clock.now += 60_000

    page = await visit.open("/board/a")

    await expect(page.locator("#recent")).to_contain_text("A001")
    await expect(page.locator("#newest")).to_have_class("newest")


async def _lit_up_and_listed(visit: Visit) -> tuple[list[str], list[str]]:
    """Three calls in one second: the numbers lit up one after the other, and the rows of the list at the end."""
    page = await _board_under_a_clock_of_ours(visit, "/board/all")
    await page.evaluate(WATCH)
    await _call(visit, "insurance", "w01")
    await _call(visit, "fund", "w02")
    await visit.door.engine.submit(c.FinishService("w01"), actor="test")
    await _call(visit, "insurance", "w01")
    await expect(page.locator("#recent")).to_contain_text("A002")
    for _ in range(3):
        await page.clock.run_for(4_000)
    rows = await page.locator("#recent tr td:first-child span:first-child").all_text_contents()
    return list(dict.fromkeys(await page.evaluate("shown"))), rows


async def _call(visit: Visit, service: str, window: str) -> None:
    await visit.door.draw(service)
    await visit.door.engine.submit(c.CallNext(window), actor="test")


async def _board_under_a_clock_of_ours(visit: Visit, path: str) -> Page:
    await visit.page.clock.install()
    page = await visit.open(path)
    await expect(page.locator("body")).to_have_attribute("data-link", "live")
    return page
