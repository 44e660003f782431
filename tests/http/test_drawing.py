"""Drawing numbers over HTTP: what each may ask for, the code of the hall, forms and paper."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from engine.http import answers
from engine.http.problems import ProofWrong, TooManyAttempts
from engine.http.proof import STEP_S, Proof
from tests.builders import PRIORITY, SERVICES
from tests.http.hall_door import HALL, OpenDoor, Reply, open_door


class Seconds:
    """A clock of seconds that only moves when told to."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def a_proof(clock: Seconds) -> Proof:
    return Proof(b"k" * 32, clock, clock)


# --- the code ---


def test_code_is_taken_in_its_minute_and_the_one_after() -> None:
    clock = Seconds(60_000_000.0)
    proof = a_proof(clock)
    code, _ = proof.present()

    proof.check(code, "phone")
    clock.now += STEP_S
    proof.check(code, "phone")
    clock.now += STEP_S

    with pytest.raises(ProofWrong):
        proof.check(code, "phone")


def test_code_changes_every_minute_and_says_how_long_it_lasts() -> None:
    clock = Seconds(60_000_015.0)
    proof = a_proof(clock)

    first, left = proof.present()
    clock.now += left
    second, whole = proof.present()

    assert (left, whole) == (45, 60)
    assert first != second
    assert len(first) == len(second) == 6


def test_code_of_another_hall_is_wrong() -> None:
    clock = Seconds(60_000_000.0)
    code, _ = Proof(b"x" * 32, clock, clock).present()

    with pytest.raises(ProofWrong):
        a_proof(clock).check(code, "phone")


def test_whoever_guesses_is_stopped_and_whoever_is_right_is_not() -> None:
    clock = Seconds(60_000_000.0)
    proof = a_proof(clock)
    code, _ = proof.present()
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    for _ in range(100):
        proof.check(code, "honest")
    for _ in range(30):
        with pytest.raises(ProofWrong):
            proof.check(wrong, "guesser")

    with pytest.raises(TooManyAttempts):
        proof.check(code, "guesser")
    proof.check(code, "honest")


# --- a phone of one's own ---


async def test_phone_in_the_hall_draws_a_number_without_a_login(door: OpenDoor) -> None:
    reply = await _by_phone(door)

    assert reply.status == 201
    ticket_id = reply.json["ticket_id"]
    assert await door.engine.read(lambda hall: hall.tickets[ticket_id].channel) == "phone"


async def test_phone_elsewhere_draws_none(door: OpenDoor) -> None:
    right = await _code(door)
    wrong = f"{(int(right) + 1) % 10**6:06d}"

    replies = [
        await door.ask("POST", "/tickets", {"service": "social", "channel": "phone", "proof": wrong}),
        await door.ask("POST", "/tickets", {"service": "social", "channel": "phone"}),
        await door.ask("POST", "/tickets", {"service": "social", "proof": wrong}),
    ]

    assert [(reply.status, reply.code) for reply in replies] == [(403, "proof-wrong")] * 3


async def test_guessing_the_code_is_stopped(door: OpenDoor) -> None:
    right = await _code(door)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(30):
        await door.ask("POST", "/tickets", {"service": "social", "proof": wrong})

    reply = await _by_phone(door)

    assert (reply.status, reply.code) == (429, "too-many-attempts")
    assert int(reply.headers["Retry-After"]) > 0


async def test_phone_may_not_pass_for_another_channel(door: OpenDoor) -> None:
    reply = await _by_phone(door, channel="kiosk")

    assert (reply.status, reply.code) == (401, "not-logged-in")


@pytest.mark.parametrize("claim", [{"lane": PRIORITY}, {"evidence": "elderly"}, {"lane": "royal"}])
async def test_phone_draws_for_the_ordinary_lane_only(door: OpenDoor, claim: dict[str, str]) -> None:
    reply = await _by_phone(door, **claim)

    assert (reply.status, reply.code) == (403, "lane-needs-staff")


@pytest.mark.parametrize("claim", [{"return_of": "20261123-a001"}, {"stage": "20261123-a001-s1"}])
async def test_phone_claims_nobodys_rights(door: OpenDoor, claim: dict[str, str]) -> None:
    reply = await _by_phone(door, **claim)

    assert (reply.status, reply.code) == (403, "wrong-role")


async def test_phone_may_repeat_its_request_under_another_code(door: OpenDoor) -> None:
    first = await _by_phone(door, key="k1")
    clock = Seconds(time.time() - STEP_S)
    other_code, _ = Proof(door.secret.proof_key, clock, clock).present()

    again = await door.ask("POST", "/tickets", {"service": "social", "proof": other_code}, key="k1")

    assert again.raw == first.raw


async def test_phones_own_name_is_not_what_somebody_showed_at_a_kiosk(strict: OpenDoor) -> None:
    await strict.ask("POST", "/tickets", {"service": "social", "person": "330203195001011234"}, role="kiosk")

    by_phone = await _by_phone(strict, person="330203195001011234")
    again = await _by_phone(strict, person="330203195001011234")

    assert (by_phone.status, again.code) == (201, "open-ticket-exists")


# --- what kiosks and staff may ask for ---


async def test_combined_visit_is_drawn_by_items_and_services(door: OpenDoor) -> None:
    body = {"items": [{"item": "invoice"}, {"service": "social"}]}

    reply = await door.ask("POST", "/tickets", body, role="kiosk")

    assert (reply.status, reply.json["service"], reply.json["number"]) == (201, "tax", "B001")


@pytest.mark.parametrize("first", [{"item": "invoice"}, {"service": "tax"}])
async def test_service_beside_items_is_that_of_the_first_or_refused(door: OpenDoor, first: dict[str, str]) -> None:
    items = [first, {"service": "social"}]

    same = await door.ask("POST", "/tickets", {"service": "tax", "items": items}, role="kiosk")
    other = await door.ask("POST", "/tickets", {"service": "social", "items": items}, role="kiosk")

    assert (same.status, same.json["service"]) == (201, "tax")
    assert (other.status, other.code, other.json["fields"]) == (400, "bad-request", ["service"])


async def test_service_beside_an_item_there_is_not_does_not_hide_that(door: OpenDoor) -> None:
    reply = await door.ask("POST", "/tickets", {"service": "tax", "items": [{"item": "none"}]}, role="kiosk")

    assert (reply.status, reply.code) == (404, "item-unknown")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["body"]),
        ({"items": []}, ["body"]),
        ({"items": [{}]}, ["items"]),
        ({"items": [{"item": "invoice", "service": "tax"}]}, ["items"]),
        ({"items": [{"service": "tax"}] * 9}, ["items"]),
        ({"service": "social", "person": "x" * 65}, ["person"]),
        ({"service": "social", "proof": "12345"}, ["proof"]),
        ({"service": "social", "form_filled": "yes"}, ["form_filled"]),
    ],
)
async def test_body_that_asks_for_nothing_sensible_is_named(
    door: OpenDoor, body: dict[str, object], fields: list[str]
) -> None:
    reply = await door.ask("POST", "/tickets", body, role="kiosk")

    assert (reply.status, reply.code, reply.json["fields"]) == (400, "bad-request", fields)


async def test_item_that_is_not_in_the_catalogue_is_refused(door: OpenDoor) -> None:
    reply = await door.ask("POST", "/tickets", {"items": [{"item": "none"}]}, role="kiosk")

    assert (reply.status, reply.code) == (404, "item-unknown")


async def test_hall_says_why_a_service_gives_no_numbers(tmp_path: Path) -> None:
    services = (replace(SERVICES[0], channels=("guide",)), *SERVICES[1:])
    async with open_door(tmp_path, plan=replace(HALL, services=services)) as door:
        social, tax, _ = (await door.ask("GET", "/hall")).json["services"]
        refused = await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk")

    assert (social["is_open"], social["closed_because"]) == (False, refused.code)
    assert (tax["is_open"], tax["closed_because"]) == (True, None)


# --- forms and paper ---


async def test_form_is_filled_in_before_the_ticket_waits(tmp_path: Path) -> None:
    services = (replace(SERVICES[0], form="required"), *SERVICES[1:])
    async with open_door(tmp_path, plan=replace(HALL, services=services)) as door:
        ticket = await door.draw()
        called = await door.verb("call-next")
        filled = await door.ask("POST", f"/tickets/{ticket['ticket_id']}/form", role="device")

    assert (ticket["state"], called.code) == ("preparing", "nobody-waiting")
    shown = answers.TicketAnswer.model_validate(filled.json).ticket
    assert (shown.state, shown.form_filled) == ("waiting", True)


async def test_paper_that_did_not_come_out_is_known_and_printed_again(door: OpenDoor) -> None:
    ticket = await door.draw()
    path = f"/tickets/{ticket['ticket_id']}"

    failed = await door.ask(
        "POST", f"{path}/printed", {"device": "k1", "is_printed": False, "reason": "缺纸"}, role="kiosk"
    )
    again = await door.ask("POST", f"{path}/reprint", role="guide")
    printed = await door.ask("POST", f"{path}/printed", {"device": "k1", "is_printed": True}, role="device")

    shown = [answers.TicketAnswer.model_validate(reply.json).ticket for reply in (failed, again, printed)]
    assert [(each.printed, each.copies) for each in shown] == [(False, 0), (False, 1), (True, 1)]


async def test_reprints_have_a_limit(door: OpenDoor) -> None:
    ticket = await door.draw()

    replies = [await door.ask("POST", f"/tickets/{ticket['ticket_id']}/reprint", role="kiosk") for _ in range(6)]

    assert [reply.status for reply in replies] == [200] * 5 + [429]
    assert replies[-1].code == "reprint-limit"


@pytest_asyncio.fixture
async def strict(tmp_path: Path) -> AsyncIterator[OpenDoor]:
    """A hall where each person holds one social ticket."""
    services = (replace(SERVICES[0], one_per_person=True), *SERVICES[1:])
    async with open_door(tmp_path, plan=replace(HALL, services=services)) as opened:
        yield opened


async def _code(door: OpenDoor) -> str:
    return str((await door.ask("GET", "/proof", role="device")).json["code"])


async def _by_phone(door: OpenDoor, *, key: str | None = None, **fields: str) -> Reply:
    """A visitor in the hall draws a social number."""
    body = {"service": "social", "proof": await _code(door), **fields}
    return await door.ask("POST", "/tickets", body, key=key)
