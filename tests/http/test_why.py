"""Why a ticket was called, or is not yet, over the wire: for its holder, and more of it for staff."""

from engine.http.why import TicketWhy
from tests.http.hall_door import OpenDoor


async def test_a_visitor_is_told_who_goes_first_and_why(door: OpenDoor) -> None:
    await door.draw()
    ticket = await door.draw()

    reply = await door.ask("GET", f"/tickets/{ticket['token']}/why")

    told = TicketWhy.model_validate(reply.json)
    assert (reply.status, told.ahead, told.windows[0].because) == (200, 1, "behind")
    assert told.sentence.en.startswith("1 of its service goes before A002.")


async def test_staff_ask_by_number_and_hear_the_words_of_a_call_out_of_order(door: OpenDoor) -> None:
    ticket = await door.draw()
    await door.verb("call", {"number": "A001", "reason": "feels faint"})

    of_staff = await door.ask("GET", "/tickets/number/A001/why", role="guide")
    of_visitor = await door.ask("GET", f"/tickets/{ticket['token']}/why")

    assert TicketWhy.model_validate(of_staff.json).called.words == "feels faint"
    assert TicketWhy.model_validate(of_visitor.json).called.rule == "chosen"
    assert b"faint" not in of_visitor.raw


async def test_the_reason_is_kept_when_the_visit_is_over(door: OpenDoor) -> None:
    await door.serving()
    await door.verb("finish")

    told = TicketWhy.model_validate((await door.ask("GET", "/tickets/number/A001/why", role="clerk")).json)

    assert told.called is not None
    assert (told.state, told.called.rule, told.called.window) == ("finished", "points", "w01")


async def test_a_ticket_that_is_not_there_is_unknown(door: OpenDoor) -> None:
    by_number = await door.ask("GET", "/tickets/number/A009/why", role="guide")
    by_token = await door.ask("GET", "/tickets/a001xxxxxxxxxxxx/why")

    assert (by_number.code, by_token.code) == ("ticket-unknown", "ticket-unknown")
