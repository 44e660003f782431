"""The kiosk: three taps, one number, and a sentence for every no."""

import pytest
from playwright.async_api import Page, Route, expect

from engine.core import commands as c
from tests.browser.street import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_three_taps_draw_a_number(visit: Visit) -> None:
    page = await _last_tap(visit)

    await page.get_by_role("button", name="取号").click()

    await expect(page.locator(".number")).to_contain_text("A001")
    await expect(page.locator(".drawn")).to_contain_text("甲区")
    assert await page.locator(".qr img").evaluate("image => image.decode().then(() => image.naturalWidth > 0)")


async def test_a_double_tap_draws_one_ticket(visit: Visit) -> None:
    page = await _last_tap(visit)

    await page.get_by_role("button", name="取号").evaluate(
        "button => { button.click(); button.click(); button.click(); }"
    )

    await expect(page.locator(".number")).to_contain_text("A001")
    assert await _issued(visit) == 1


async def test_an_answer_lost_on_the_way_is_asked_for_again_under_the_same_key(visit: Visit) -> None:
    page = await _last_tap(visit)
    keys: list[str | None] = []

    async def lose_the_first_answer(route: Route) -> None:
        keys.append(await route.request.header_value("idempotency-key"))
        await route.fetch()
        await (route.abort() if len(keys) == 1 else route.fallback())

    await page.route("**/api/v1/tickets", lose_the_first_answer)
    await page.get_by_role("button", name="取号").click()

    await expect(page.locator(".number")).to_contain_text("A001")
    assert len(set(keys)) == 1 < len(keys)
    assert await _issued(visit) == 1


async def test_a_kiosk_that_restarts_while_drawing_shows_the_same_ticket(visit: Visit) -> None:
    page = await _last_tap(visit)

    async def never_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/api/v1/tickets", never_answer)
    async with page.expect_event("requestfailed", lambda request: request.url.endswith("/tickets")):
        await page.get_by_role("button", name="取号").click()
    await page.unroute("**/api/v1/tickets")
    await page.reload()

    await expect(page.locator(".number")).to_contain_text("A001")
    assert await _issued(visit) == 1


async def test_a_refusal_is_a_sentence_in_the_readers_language(visit: Visit) -> None:
    page = await _last_tap(visit, "en")
    await page.route("**/api/v1/hall", lambda route: route.abort())

    await visit.door.engine.submit(c.EndIssuing(), actor="test")
    await page.get_by_role("button", name="Take a number").click()

    await expect(page.get_by_role("alertdialog")).to_contain_text("No more numbers are given today")
    assert await _issued(visit) == 0


async def test_without_an_answer_nothing_is_claimed_and_trying_again_draws_one_number(visit: Visit) -> None:
    await visit.page.clock.install()
    page = await _last_tap(visit)
    await page.route("**/api/v1/tickets", lambda route: route.abort())
    await page.get_by_role("button", name="取号").click()
    await page.clock.run_for(20_000)
    await expect(page.get_by_role("alertdialog")).to_contain_text("还没有得到答复")

    await page.unroute("**/api/v1/tickets")
    await page.get_by_role("button", name="再试一次").click()

    await expect(page.locator(".number")).to_contain_text("A001")
    assert await _issued(visit) == 1


async def test_the_priority_lane_is_taken_with_a_kind_of_evidence(visit: Visit) -> None:
    page = await _last_tap(visit)

    async with page.expect_request("**/api/v1/tickets") as sent:
        await page.get_by_role("button", name="老年人").click()

    assert (await sent.value).post_data_json == {
        "service": "insurance",
        "lane": "priority",
        "channel": "kiosk",
        "evidence": "elderly",
    }
    await expect(page.locator(".drawn .mark")).to_have_text("优先")


async def test_an_item_is_found_by_its_name(visit: Visit) -> None:
    page = await visit.open("/kiosk/k1")

    await page.get_by_role("searchbox").fill("养老")
    await page.get_by_role("button", name="养老金转移").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("养老金转移")
    await expect(page.get_by_role("main")).to_contain_text("社保业务")


async def test_the_screen_goes_back_to_the_start_and_to_the_halls_language(visit: Visit) -> None:
    page = await _drawn_under_a_clock_of_ours(visit)
    await page.get_by_role("button", name="English").click()
    await expect(page.locator(".leave")).to_contain_text("Back to the start in")

    await page.clock.run_for(22_000)

    await expect(page.get_by_role("heading", level=1)).to_have_text("您要办理什么业务？")


async def test_the_countdown_can_be_paused(visit: Visit) -> None:
    page = await _drawn_under_a_clock_of_ours(visit)

    await page.get_by_role("button", name="多看一会儿").click()
    await page.clock.run_for(30_000)

    await expect(page.locator(".number")).to_contain_text("A001")


async def test_a_kiosk_that_is_cut_off_says_so_and_recovers(visit: Visit) -> None:
    await visit.page.route("**/api/v1/events", lambda route: route.abort())
    page = await visit.open("/kiosk/k1")
    notice = page.get_by_text("取号机暂时连不上系统")
    await expect(notice).to_be_visible()

    await page.unroute("**/api/v1/events")

    await expect(notice).to_be_hidden()


async def test_figures_on_the_tiles_follow_the_hall(visit: Visit) -> None:
    page = await visit.open("/kiosk/k1")
    await expect(page.locator(".tile").first).to_contain_text("等候 0 人")

    await visit.door.draw("insurance")

    await expect(page.locator(".tile").first).to_contain_text("等候 1 人")


async def _last_tap(visit: Visit, language: str = "zh") -> Page:
    """The screen from which the next tap draws a number for insurance."""
    page = await visit.open(f"/kiosk/k1?lang={language}")
    await page.locator(".tile").first.click()
    await page.locator(".tile").first.click()
    await page.locator(".lanes").wait_for()
    return page


async def _drawn_under_a_clock_of_ours(visit: Visit) -> Page:
    await visit.page.clock.install()
    page = await _last_tap(visit)
    await page.get_by_role("button", name="取号").click()
    await page.locator(".number").wait_for()
    return page


async def _issued(visit: Visit) -> int:
    return await visit.door.engine.read(lambda hall: len(hall.tickets))
