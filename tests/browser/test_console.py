"""The clerk's page: worked by keys alone, safe from hasty fingers, honest about every no."""

import pytest
from playwright.async_api import Page, expect

from engine.core import commands as c
from tests.browser.street import Visit, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_visit_is_worked_from_call_to_finish_by_keys_alone(visit: Visit) -> None:
    await visit.door.draw("insurance")
    page = await sign_in(visit)

    await page.keyboard.press("n")
    await expect(page.locator("#number")).to_have_text("A001")
    await page.keyboard.press("r")
    await expect(page.locator("#recalls")).to_have_text("1 / 3 次")
    await page.keyboard.press("b")
    await expect(page.locator("#state")).to_have_text("办理中")
    await page.keyboard.press("f")

    await expect(page.locator("#state")).to_have_text("空闲")
    await expect(page.locator("#served")).to_have_text("1")


async def test_only_what_the_state_allows_is_offered(visit: Visit) -> None:
    await visit.door.draw("insurance")
    page = await sign_in(visit)
    assert await _offered(page) == ["call-next", "walk-direct", "pause", "close"]

    await page.keyboard.press("n")
    await expect(page.locator("#number")).to_have_text("A001")

    assert await _offered(page) == ["begin", "finish", "recall", "no-show", "hold", "transfer"]


async def test_the_reason_for_a_call_is_given_in_one_sentence(visit: Visit) -> None:
    await visit.door.draw("insurance")
    await visit.door.draw("insurance", "priority")
    page = await sign_in(visit)

    await page.keyboard.press("n")

    await expect(page.locator("#reason")).to_contain_text("优先：30.0 分 > 普通 A001 0.0 分")


async def test_letters_do_nothing_while_somebody_types(visit: Visit) -> None:
    await visit.door.draw("insurance")
    page = await sign_in(visit)
    await page.get_by_role("button", name="叫 A001").click()

    await page.keyboard.type("never mind n b f")
    await page.keyboard.press("Escape")

    await expect(page.locator("#state")).to_have_text("空闲")


async def test_a_key_held_down_calls_one_ticket(visit: Visit) -> None:
    for _ in range(3):
        await visit.door.draw("insurance")
    page = await sign_in(visit)

    for _ in range(5):
        await page.keyboard.down("n")
    await expect(page.locator("#number")).to_have_text("A001")

    assert await _waiting(visit) == 2


async def test_a_double_click_on_begin_does_not_finish(visit: Visit) -> None:
    await visit.door.draw("insurance")
    page = await sign_in(visit)
    await page.keyboard.press("n")

    await page.locator("[data-verb=begin]").dblclick()

    await expect(page.locator("#state")).to_have_text("办理中")


async def test_every_verb_keeps_its_place(visit: Visit) -> None:
    await visit.door.draw("insurance")
    page = await sign_in(visit)
    await page.keyboard.press("n")
    await expect(page.locator("#number")).to_have_text("A001")
    before = await page.locator("[data-slot=hold]").bounding_box()

    await page.keyboard.press("b")
    await expect(page.locator("#state")).to_have_text("办理中")

    assert await page.locator("[data-slot=hold]").bounding_box() == before


async def test_one_recall_too_many_is_refused_aloud(visit: Visit) -> None:
    await visit.door.draw("insurance")
    page = await sign_in(visit)
    await page.keyboard.press("n")
    await expect(page.locator("#number")).to_have_text("A001")
    for count in (1, 2, 3):
        await page.keyboard.press("r")
        await expect(page.locator("#recalls")).to_have_text(f"{count} / 3 次")

    await page.keyboard.press("r")

    await expect(page.get_by_role("alert")).to_contain_text("已重呼 3 次，可记过号。")


async def test_an_order_for_what_has_meanwhile_changed_is_refused_and_the_page_catches_up(visit: Visit) -> None:
    await visit.door.draw("insurance")
    page = await sign_in(visit)
    await page.route("**/api/v1/windows/w01", lambda route: route.abort())
    await visit.door.engine.submit(c.PauseWindow("w01", "lunch"), actor="test")

    await page.keyboard.press("n")
    await expect(page.get_by_role("alert")).to_contain_text("窗口刚才有了变化")
    await page.unroute("**/api/v1/windows/w01")
    await visit.door.draw("insurance")

    await expect(page.locator("#state")).to_have_text("暂停服务（用餐）")


async def test_calling_out_of_order_asks_for_the_reason(visit: Visit) -> None:
    await visit.door.draw("insurance")
    await visit.door.draw("insurance")
    page = await sign_in(visit)

    await page.get_by_role("button", name="叫 A002").click()
    await page.keyboard.type("行动不便")
    await page.keyboard.press("Enter")

    await expect(page.locator("#number")).to_have_text("A002")
    await expect(page.locator("#reason")).to_have_text("选叫：行动不便")


async def test_a_visit_is_transferred_by_keys_alone(visit: Visit) -> None:
    await visit.door.draw("insurance")
    page = await sign_in(visit)
    await page.keyboard.press("n")
    await expect(page.locator("#number")).to_have_text("A001")

    await page.keyboard.press("t")
    await expect(page.get_by_role("dialog", name="转移")).to_be_visible()
    await page.locator("[name=to]").select_option("service:fund")
    await page.get_by_role("dialog", name="转移").get_by_role("button", name="转移").press("Enter")

    await expect(page.locator("#state")).to_have_text("空闲")
    assert await _service_of(visit, "20261123-a001") == "fund"


async def test_held_and_missed_tickets_come_back(visit: Visit) -> None:
    for _ in range(2):
        await visit.door.draw("insurance")
    page = await sign_in(visit)
    await page.keyboard.press("n")
    await expect(page.locator("#number")).to_have_text("A001")
    await page.keyboard.press("h")
    await page.keyboard.press("Enter")
    await expect(page.locator("#held")).to_contain_text("A001")
    await page.keyboard.press("n")
    await expect(page.locator("#number")).to_have_text("A002")
    await page.keyboard.press("x")
    await expect(page.locator("#missed")).to_contain_text("A002")

    await page.get_by_role("button", name="回队 A001").click()
    await page.get_by_role("button", name="恢复 A002").click()

    await expect(page.locator("#waiting")).to_contain_text("A001")
    await expect(page.locator("#waiting")).to_contain_text("A002")


async def test_a_wrong_password_is_refused_aloud(visit: Visit) -> None:
    page = await visit.open("/window/w01?lang=en")

    await page.locator("[name=password]").fill("wrong")
    await page.locator("[name=password]").press("Enter")

    await expect(page.get_by_role("alert")).not_to_be_empty()
    await expect(page.locator("#main")).to_be_hidden()


async def test_whoever_is_signed_out_meanwhile_is_told_and_goes_on_after_signing_in(visit: Visit) -> None:
    page = await sign_in(visit)
    await page.context.clear_cookies(name="jiaohao-session")

    await page.keyboard.press("p")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).not_to_be_empty()
    await page.locator("[name=password]").fill("demo")
    await page.locator("[name=password]").press("Enter")

    await expect(page.locator("#state")).to_have_text("空闲")


async def test_a_clerk_at_another_window_is_shown_the_way_to_the_own_one(visit: Visit) -> None:
    await sign_in(visit)

    page = await visit.open("/window/w02")

    await expect(page.get_by_role("alert").get_by_role("link", name="去自己的窗口")).to_have_attribute(
        "href", "/window/w01"
    )


async def test_the_page_says_that_it_reconnects_and_comes_back_without_a_reload(visit: Visit) -> None:
    await visit.page.route("**/api/v1/events", lambda route: route.abort())
    page = await sign_in(visit)
    await expect(page.locator("#link")).to_be_visible()

    await page.unroute("**/api/v1/events")
    await expect(page.locator("#link")).to_be_hidden()
    await visit.door.draw("insurance")

    await expect(page.locator("#waiting")).to_contain_text("A001")


async def _offered(page: Page) -> list[str]:
    return await page.locator("#verbs button").evaluate_all("buttons => buttons.map(one => one.dataset.verb)")


async def _waiting(visit: Visit) -> int:
    return await visit.door.engine.read(lambda hall: hall.waiting_count("insurance"))


async def _service_of(visit: Visit, ticket_id: str) -> str:
    return await visit.door.engine.read(lambda hall: hall.tickets[ticket_id].service_id)
