"""A verb and its arguments become exactly one order."""

from typing import Any

import pytest

from engine.core import commands as c
from engine.core.commands import Command
from engine.core.hall import Hall
from engine.wire.requests import VERBS, BadMessage, CommandMessage
from engine.wire.verbs import NO_TICKET, if_position, window_order
from tests.wire.halls import hall_after


def order(verb: str, hall: Hall | None = None, **args: Any) -> Command:
    return window_order(CommandMessage("w01", verb, "id", "w01", None, args), hall or hall_after())


@pytest.mark.parametrize(
    ("verb", "args", "command"),
    [
        ("open", {"clerk": "c01"}, c.OpenWindow("w01", "c01")),
        ("close", {}, c.CloseWindow("w01")),
        ("pause", {"reason": "lunch"}, c.PauseWindow("w01", "lunch")),
        ("resume", {}, c.ResumeWindow("w01")),
        ("call-next", {"unknown": 1}, c.CallNext("w01")),
        ("call", {"ticket_id": "20261122-a012", "reason": "x"}, c.CallTicket("w01", "20261122-a012", "x")),
        ("call", {"number": "A012", "reason": "x"}, c.CallTicket("w01", "20261122-a012", "x")),
        ("recall", {}, c.RecallTicket("w01")),
        ("begin", {}, c.BeginService("w01")),
        ("finish", {}, c.FinishService("w01", "done")),
        ("finish", {"outcome": "cannot", "reason": "x"}, c.FinishService("w01", "cannot", "x")),
        ("finish", {"outcome": "accepted", "waits": True}, c.FinishService("w01", "accepted", waits=True)),
        ("finish", {"stays": True}, c.FinishService("w01", stays=True)),
        ("finish", {"outcome": "told-what-is-missing"}, c.FinishService("w01", "told-missing")),
        ("finish", {"outcome": "accepted-missing-papers"}, c.FinishService("w01", "papers-follow")),
        ("no-show", {}, c.RecordNoShow("w01")),
        ("hold", {"kind": "papers"}, c.HoldTicket("w01", "papers")),
        ("walk-direct", {"service": "tax"}, c.WalkDirect("w01", "tax")),
        ("transfer", {"service": "tax"}, c.TransferTicket(NO_TICKET, "tax", None, "original")),
        ("transfer", {"clerk": "c01"}, c.TransferTicket(NO_TICKET, clerk_id="c01")),
        (
            "transfer",
            {"service": "tax", "place": "after", "after": 3},
            c.TransferTicket(NO_TICKET, "tax", place="after", after=3),
        ),
    ],
)
def test_a_verb_becomes_its_order(verb: str, args: dict[str, Any], command: Command) -> None:
    assert order(verb, **args) == command


def test_every_verb_has_an_order() -> None:
    for verb in VERBS - {"call"}:
        assert order(verb) is not None


def test_a_transfer_means_the_ticket_at_the_window() -> None:
    hall = hall_after(c.IssueTicket("tax"), c.OpenWindow("w01"), c.CallNext("w01"))

    assert order("transfer", hall, window="w03", place="front") == c.TransferTicket(
        "20261122-a001", None, "w03", "front"
    )


def test_the_clerk_of_the_message_opens_the_window() -> None:
    message = CommandMessage("w01", "open", "id", "w01", "c02")

    assert window_order(message, hall_after()) == c.OpenWindow("w01", "c02")


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        ("call", {}),
        ("call", {"ticket_id": "a", "reason": "x"}),
        ("call", {"ticket_id": "20261122-a012", "number": "A012", "reason": "x"}),
        ("pause", {"reason": 5}),
        ("pause", {"reason": "x" * 201}),
        ("finish", {"outcome": "Not a word"}),
        ("finish", {"stays": "yes"}),
        ("finish", {"waits": 1}),
        ("finish", {"reason": ["x"]}),
        ("transfer", {"clerk": "../"}),
        ("transfer", {"service": "tax", "after": -1}),
        ("transfer", {"service": "tax", "after": True}),
        ("transfer", {"service": "tax", "after": 10_001}),
        ("hold", {"kind": "for-ever"}),
        ("hold", {"kind": ["papers"]}),
        ("transfer", {"service": "../"}),
    ],
)
def test_arguments_that_make_no_sense_are_bad(verb: str, args: dict[str, Any]) -> None:
    with pytest.raises(BadMessage) as refused:
        order(verb, **args)

    assert refused.value.code == "bad-message"


def test_an_identity_number_does_not_reach_the_journal() -> None:
    with pytest.raises(BadMessage) as refused:
        order("pause", reason="330203 1970 0101 1234")

    assert refused.value.code == "personal-data"


@pytest.mark.parametrize(("said", "position"), [(None, None), (0, 0), (57, 57)])
def test_the_sender_may_say_what_it_last_saw(said: int | None, position: int | None) -> None:
    assert if_position(CommandMessage("w01", "recall", "id", "w01", None, {"position": said})) == position


@pytest.mark.parametrize("said", [-1, True, "5", 2**60])
def test_other_positions_are_bad(said: object) -> None:
    with pytest.raises(BadMessage):
        if_position(CommandMessage("w01", "recall", "id", "w01", None, {"position": said}))
