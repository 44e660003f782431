"""Personal data that somebody sends, rightly or wrongly, is in no journal, log, answer or metric afterwards."""

import json
import logging

import pytest

from tests.http.hall_door import OpenDoor

IDENTITY = "330203195001011234"
TELEPHONE = "138-0013-8000"
PERSON = "欧阳明月"
CANARIES = (IDENTITY, TELEPHONE, TELEPHONE.replace("-", ""), PERSON, json.dumps(PERSON).strip('"'))

REQUESTS = [
    ("POST", "/tickets", {"service": "social", "on_behalf_of": PERSON}),
    ("POST", "/tickets", {"service": "social", "on_behalf_of": {"name": PERSON, "id": IDENTITY}}),
    ("POST", "/tickets", {"service": "social", "lane": "priority", "evidence": IDENTITY}),
    ("POST", "/tickets", {"service": "social", "channel": PERSON}),
    ("POST", "/tickets", {"service": IDENTITY}),
    ("POST", "/tickets", {"service": PERSON}),
    ("POST", "/tickets", {"service": "social", "appointment": {"name": PERSON}}),
    ("POST", "/tickets", {"service": "social", "appointment": IDENTITY}),
    ("POST", "/tickets", {"service": "social", PERSON: IDENTITY}),
    ("POST", "/tickets", {"service": "social", "person": IDENTITY}),
    ("POST", "/tickets", {"service": "social", "person": PERSON}),
    ("POST", "/tickets", {"service": "social", "person": PERSON * 99}),
    ("POST", "/tickets", {"service": "social", "person": {"name": PERSON, "id": IDENTITY}}),
    ("POST", "/tickets", {"service": "social", "proof": IDENTITY}),
    ("POST", "/tickets", {"items": [{"item": IDENTITY}]}),
    ("POST", "/tickets", {"service": "social", "return_of": f"20261123-{IDENTITY}"}),
    ("POST", "/tickets", {"service": "social", "stage": f"20261123-{IDENTITY}"}),
    ("POST", "/tickets/20261123-a001/printed", {"device": IDENTITY, "is_printed": True}),
    ("POST", "/tickets/20261123-a001/printed", {"device": "k1", "is_printed": False, "reason": f"card {IDENTITY}"}),
    ("POST", "/tickets", {"service": "social", "id_number": IDENTITY}),
    ("POST", "/tickets", [PERSON, IDENTITY]),
    ("POST", "/windows/w01/call", {"number": "A001", "reason": f"身份证 {IDENTITY}"}),
    ("POST", "/windows/w01/call", {"number": IDENTITY, "reason": "x"}),
    ("POST", "/windows/w01/pause", {"reason": f"call {TELEPHONE}"}),
    ("POST", "/windows/w01/finish", {"outcome": f"{PERSON} done"}),
    ("POST", "/windows/w01/open", {"clerk": IDENTITY}),
    ("POST", "/windows/w01/transfer", {"service": IDENTITY}),
    ("POST", "/session", {"name": IDENTITY, "password": PERSON}),
    ("GET", f"/catalogue?q={IDENTITY}", None),
    ("GET", f"/catalogue?{IDENTITY}=1", None),
    ("GET", f"/tickets/{IDENTITY}", None),
    ("GET", f"/tickets/number/{PERSON}", None),
    ("DELETE", f"/tickets/{PERSON}", None),
    ("GET", f"/api/v1/{IDENTITY}", None),
    ("POST", "/cases", {"subject": f"call {TELEPHONE}"}),
    ("POST", "/cases", {"subject": f"{IDENTITY[:9]} {IDENTITY[9:]}"}),
    ("POST", "/cases", {"subject": "x", "visitor": PERSON}),
    ("POST", "/cases", {"subject": "x", "service": IDENTITY}),
    ("POST", "/cases", {"subject": "x", "ticket_id": IDENTITY}),
    ("GET", f"/cases?state={IDENTITY}", None),
    ("GET", f"/cases/{IDENTITY}", None),
    ("POST", f"/cases/{IDENTITY}/inform", {}),
    ("POST", f"/cases/{IDENTITY}/tasks", {"department": "x"}),
    ("POST", "/cases/c20261123-1/tasks", {"department": IDENTITY}),
    ("POST", "/cases/c20261123-1/tasks", {"department": "x", "due_at": PERSON}),
    ("POST", f"/cases/x/tasks/{IDENTITY}/finish", {"result": PERSON}),
    ("POST", "/cases/x/call-back", {"is_reached": PERSON}),
    ("POST", "/cases/x/close", {"result": PERSON}),
    ("POST", f"/tickets/{IDENTITY}/rating", {"stars": 5}),
    ("POST", f"/tickets/{PERSON}/rating", {"stars": 5, "words": PERSON}),
    ("POST", f"/follow-ups/{IDENTITY}/0/close", {"result": PERSON}),
    ("POST", f"/follow-ups/{IDENTITY}/{IDENTITY}/close", {}),
    ("POST", f"/windows/{IDENTITY}/call-next", None),
    ("POST", f"/windows/{PERSON}/recall", None),
    ("GET", f"/windows/{TELEPHONE}/ratings", None),
    ("POST", f"/windows/{IDENTITY}/move", {"number": 99}),
    ("POST", f"/people/{IDENTITY}/sign-in", {}),
    ("DELETE", f"/people/{PERSON}/substitution", None),
    ("POST", f"/stages/{IDENTITY}/finish", {}),
    ("POST", f"/home-visits/{TELEPHONE}/finish", {}),
    ("POST", f"/devices/{IDENTITY}/report", {"faults": []}),
    ("POST", f"/follow-ups/{PERSON}/0/call-back", {"is_reached": True, "telephone": TELEPHONE}),
]


async def test_planted_personal_data_comes_up_nowhere(door: OpenDoor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    headers = {"User-Agent": IDENTITY, "X-Visitor": IDENTITY, "Accept-Language": f"zh,{IDENTITY}"}
    answers = []

    for index, (method, path, body) in enumerate(REQUESTS):
        key = None if method == "GET" else f"k{index}"
        reply = await door.ask(method, path, body, role="admin", key=key, headers=headers)
        assert reply.status < 500
        answers.append(reply.raw + repr(reply.headers).encode())
    broken = f'{{"service": "social", "name": "{PERSON}", {IDENTITY}'.encode()
    answers.append((await door.ask("POST", "/tickets", raw=broken, role="admin")).raw)
    answers.append((await door.ask("GET", "/metrics")).raw)
    answers.append((await door.ask("GET", "/hall")).raw)

    seen = {
        "journal": door.journal_bytes(),
        "answers": b"\n".join(answers),
        "log": caplog.text.encode(),
        "data": b"".join(path.read_bytes() for path in door.data.iterdir() if path.is_file()),
    }
    found = [(where, canary) for where, held in seen.items() for canary in CANARIES if canary.encode() in held]
    assert found == []


async def test_on_behalf_of_is_kept_as_a_yes(door: OpenDoor) -> None:
    reply = await door.ask("POST", "/tickets", {"service": "social", "on_behalf_of": PERSON}, role="guide")

    ticket = await door.engine.read(lambda hall: hall.tickets[reply.json["ticket_id"]].on_behalf)
    assert ticket is True


async def test_a_repetition_may_name_somebody_else_and_is_still_the_same_request(door: OpenDoor) -> None:
    first = await door.ask("POST", "/tickets", {"service": "social", "on_behalf_of": PERSON}, role="guide", key="k1")

    again = await door.ask("POST", "/tickets", {"service": "social", "on_behalf_of": "某人"}, role="guide", key="k1")

    assert again.raw == first.raw


@pytest.mark.parametrize(
    "words",
    [
        "138－0013－8000",
        "138—0013—8000",
        "138/0013/8000",
        "138 - 0013 - 8000",
        "138_0013_8000",
        "138·0013·8000",
        "138\u200b0013\u200b8000",
        "①③⑧⓪⓪①③⑧⓪⓪⓪",
        "一三八零零一三八零零零",
        "幺三八〇〇幺三八〇〇〇",
        "(010) 6552 9988",
    ],
)
async def test_a_number_is_noticed_however_it_is_written(door: OpenDoor, words: str) -> None:
    reply = await door.ask("POST", "/cases", {"subject": f"call {words}"}, role="supervisor")

    assert (reply.status, reply.code) == (422, "personal-data")


@pytest.mark.parametrize("words", ["9:00-12:00 nobody at desk 12", "缺 2 份材料，共 3,450 元", "Form 7 of 12, page 3"])
async def test_usual_figures_are_nobodys_number(door: OpenDoor, words: str) -> None:
    reply = await door.ask("POST", "/cases", {"subject": words}, role="supervisor")

    assert reply.status == 201


async def test_an_item_of_the_catalogue_may_have_a_long_code_and_nothing_else_may(door: OpenDoor) -> None:
    table = "事项编码,事项名称,业务\n000121015000,户口登记,tax\n".encode()
    await door.ask("POST", "/catalogue", raw=table, role="admin", headers={"Content-Type": "text/csv"})

    ours = await door.ask("POST", "/tickets", {"items": [{"item": "000121015000"}]}, role="kiosk")
    other = await door.ask("POST", "/tickets", {"items": [{"item": "000121015001"}]}, role="kiosk")

    assert (ours.status, other.status, other.code) == (201, 422, "personal-data")
    assert "000121015001" not in str(other.json)
