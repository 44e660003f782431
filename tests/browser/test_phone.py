"""The visitor's phone: it says when, it says where, and it keeps the token to itself."""

import pytest
from playwright.async_api import Page, expect

from engine.core import commands as c
from tests.browser.street import Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_waiting_visitor_sees_how_many_are_ahead(visit: Visit) -> None:
    await visit.door.draw("insurance")

    page = await _phone(visit)

    await expect(page.locator("#number")).to_have_text("A002")
    await expect(page.locator("#ahead")).to_have_text("1 人")
    await expect(page.locator("#wait")).to_contain_text("分钟")
    await expect(page.locator("[aria-current=step]")).to_have_text("等候")


async def test_the_whole_screen_changes_when_the_visitor_is_called(visit: Visit) -> None:
    page = await _phone(visit)

    await visit.door.engine.submit(c.CallNext("w01"), actor="test")

    await expect(page.locator("body")).to_have_class("called")
    await expect(page.locator("#window")).to_have_text("1号窗口")
    assert await page.title() == "请到 1号窗口"


async def test_a_ticket_is_given_up_only_after_a_question(visit: Visit) -> None:
    page = await _phone(visit)

    await page.get_by_role("button", name="放弃这个号").click()
    await page.get_by_role("button", name="继续排队").click()
    await expect(page.locator("#headline")).not_to_contain_text("已取消")
    await page.get_by_role("button", name="放弃这个号").click()
    await page.get_by_role("dialog").get_by_role("button", name="放弃", exact=True).click()

    await expect(page.locator("#headline")).to_have_text("这个号已取消")


async def test_the_phone_is_right_again_after_the_link_was_down(visit: Visit) -> None:
    await visit.page.route("**/api/v1/events", lambda route: route.abort())
    page = await _phone(visit)
    await visit.door.engine.submit(c.CallNext("w01"), actor="test")

    await page.unroute("**/api/v1/events")

    await expect(page.locator("#window")).to_have_text("1号窗口")


async def test_a_missed_call_says_what_to_do(visit: Visit) -> None:
    page = await _phone(visit, "en")
    await visit.door.engine.submit(c.CallNext("w01"), actor="test")

    await visit.door.engine.submit(c.RecordNoShow("w01"), actor="test")

    await expect(page.locator("#headline")).to_contain_text("The guide desk can put you back")


async def test_an_unknown_token_gets_a_sentence(visit: Visit) -> None:
    page = await visit.open("/t/nobody")

    await expect(page.get_by_role("alert")).to_have_text("今天没有这张号票。")


async def test_the_token_is_kept_nowhere_but_in_the_address(visit: Visit) -> None:
    ticket = await visit.door.draw("insurance")

    page = await visit.open(f"/t/{ticket['token']}")
    await expect(page.locator("#number")).to_have_text("A001")

    kept = await page.evaluate(
        "JSON.stringify([localStorage, sessionStorage, document.cookie, document.body.innerHTML])"
    )
    assert ticket["token"] not in kept


async def _phone(visit: Visit, language: str = "zh") -> Page:
    ticket = await visit.door.draw("insurance")
    page = await visit.open(f"/t/{ticket['token']}?lang={language}")
    await expect(page.locator("#number")).to_have_text(ticket["number"])
    return page
