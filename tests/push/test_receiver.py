"""Where ratings may be sent, and what is kept of those that were refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.events import TicketRated
from engine.core.plan import Item
from engine.push.parked import PARKED_MAX, Parked, ParkedUnreadable
from engine.push.payloads import payload_of
from engine.push.receiver import BadTarget, Receiver, Target
from tests.builders import NINE, PLAN, both, hall_with
from tests.push.province import KEY

RATED = TicketRated("20261123-a001", 0, 5, None, None, None, "phone", "w01", "c01", NINE, "social")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "rating.example",
        "ftp://rating.example/x",
        "https://",
        "http://:80/x",
        "http://h:99999/",
        "http://a:b@h/x",
        "//h",
        "http://a..b/x",
        f"http://{'a' * 80}/x",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadTarget, match=" · "):
        Target(url)


@pytest.mark.parametrize("token", ["令牌", "a\nb", "a\x00"])
def test_a_token_that_no_header_can_carry_is_refused(token: str) -> None:
    with pytest.raises(BadTarget, match="token"):
        Target("https://rating.example/x", token)


def test_the_token_is_not_shown() -> None:
    assert "secret" not in repr(Target("https://rating.example/x", "secret"))


async def test_nobody_there_means_later() -> None:
    async with Receiver(Target("http://127.0.0.1:1/x"), timeout_s=1) as receiver:
        verdict, why = await receiver.send({"evalId": "1"})

    assert verdict == "later"
    assert "127" not in why


def test_an_item_is_told_by_its_own_code_and_name_and_an_acceptance_as_such() -> None:
    hall = hall_with(hall_plan=replace(PLAN, items=(Item("id-card", both("身份证"), "social"),)))
    rated = TicketRated(
        "20261123-a001", 1, 5, 5, 5, 5, "qr", "w01", "c01", NINE + 1_000, "social", "id-card", "accepted", NINE
    )

    said = payload_of(hall, rated, KEY)

    assert said is not None
    assert (said["affairCode"], said["affairName"], said["evalProcess"]) == ("id-card", "身份证", "1")
    assert (said["handleTime"], said["evalTime"]) == ("20261123090000", "20261123090001")


@pytest.mark.parametrize("item_id", [None, "gone"])
def test_what_is_no_longer_offered_is_told_by_its_code(item_id: str | None) -> None:
    hall = hall_with()
    rated = TicketRated("20261123-a001", 0, 5, None, None, None, "qr", "w01", None, NINE, "closed", item_id)

    said = payload_of(hall, rated, KEY)

    assert said is not None
    assert said["affairCode"] == said["affairName"] == (item_id or "closed")


def test_each_item_of_a_visit_has_a_name_of_its_own() -> None:
    hall = hall_with()
    second = TicketRated("20261123-a001", 1, 5, None, None, None, "phone", "w01", "c01", NINE, "social")

    names = {said["evalId"] for said in (payload_of(hall, event, KEY) for event in (RATED, second, RATED)) if said}

    assert len(names) == 2


def test_whoever_tries_all_numbers_of_a_day_without_the_key_finds_none() -> None:
    hall = hall_with()

    ours, theirs = (payload_of(hall, RATED, key) for key in (KEY, b"a guess" * 5))

    assert ours is not None and theirs is not None
    assert ours["evalId"] != theirs["evalId"]
    assert {**ours, "evalId": ""} == {**theirs, "evalId": ""}


def test_parked_positions_outlive_a_start_and_stay_within_their_limit(tmp_path: Path) -> None:
    first = Parked(tmp_path)
    for position in (7, 9, 7):
        first.add(position)
    first.remove(9)

    assert Parked(tmp_path).positions() == (7,)

    (tmp_path / "push-parked.json").write_text(str(list(range(PARKED_MAX))))
    full = Parked(tmp_path)
    full.add(PARKED_MAX)
    assert (len(full), full.positions()[0]) == (PARKED_MAX, 1)


@pytest.mark.parametrize("text", ["", "{", '{"a": 1}', '["x"]', "\x00"])
def test_a_damaged_list_of_parked_ones_is_named_and_not_overwritten(tmp_path: Path, text: str) -> None:
    file = tmp_path / "push-parked.json"
    file.write_text(text)

    with pytest.raises(ParkedUnreadable, match="push-parked"):
        Parked(tmp_path)
    assert file.read_text() == text
