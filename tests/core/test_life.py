"""Every order in every state of a ticket: the same answer as a table written here by hand."""

from collections.abc import Callable

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core import transitions
from engine.core.commands import Command
from engine.core.decide import decide
from engine.core.refusals import Refusal
from tests.builders import Driver

TICKET = "20261123-a001"

WAYS_INTO: dict[str, tuple[Command, ...]] = {
    "waiting": (),
    "called": (c.CallNext("w01"),),
    "serving": (c.CallNext("w01"), c.BeginService("w01")),
    "held": (c.CallNext("w01"), c.HoldTicket("w01", "no-papers")),
    "missed": (c.CallNext("w01"), c.RecordNoShow("w01")),
    "finished": (c.CallNext("w01"), c.FinishService("w01")),
    "cancelled": (c.CancelTicket(TICKET),),
}

# A state after the order when it is a yes, the code when it is a no. The ticket is at w01, or nobody is.
TABLE: dict[str, tuple[Command, tuple[str, ...]]] = {
    # order: waiting, called, serving, held, missed, finished, cancelled
    "call next": (
        c.CallNext("w01"),
        ("=called", "window-busy", "window-busy", *["nobody-waiting"] * 4),
    ),
    "call": (
        c.CallTicket("w01", TICKET, "why not"),
        ("=called", "window-busy", "window-busy", "=called", *["not-waiting"] * 3),
    ),
    "recall": (
        c.RecallTicket("w01"),
        ("no-ticket-at-window", "=called", "not-called", *["no-ticket-at-window"] * 4),
    ),
    "begin": (
        c.BeginService("w01"),
        ("no-ticket-at-window", "=serving", "already-serving", *["no-ticket-at-window"] * 4),
    ),
    "finish": (
        c.FinishService("w01"),
        ("no-ticket-at-window", "=finished", "=finished", *["no-ticket-at-window"] * 4),
    ),
    "no-show": (
        c.RecordNoShow("w01"),
        ("no-ticket-at-window", "=missed", "not-called", *["no-ticket-at-window"] * 4),
    ),
    "hold": (
        c.HoldTicket("w01"),
        ("no-ticket-at-window", "=held", "=held", *["no-ticket-at-window"] * 4),
    ),
    "resume": (
        c.ResumeTicket(TICKET),
        ("not-held", "not-held", "not-held", "=waiting", *["not-held"] * 3),
    ),
    "reinstate": (
        c.ReinstateTicket(TICKET),
        ("not-missed", "not-missed", "not-missed", "not-missed", "=waiting", "not-missed", "not-missed"),
    ),
    "transfer": (
        c.TransferTicket(TICKET, service_id="tax"),
        ("=waiting", "=waiting", "=waiting", "=waiting", *["ticket-over"] * 3),
    ),
    "cancel": (
        c.CancelTicket(TICKET),
        ("=cancelled", "=cancelled", "already-serving", "=cancelled", "=cancelled", "ticket-over", "ticket-over"),
    ),
}

CELLS = [
    pytest.param(state, command, answer, id=f"{order}, {state}")
    for order, (command, answers) in TABLE.items()
    for state, answer in zip(WAYS_INTO, answers, strict=True)
]


@pytest.mark.parametrize(("state", "command", "answer"), CELLS)
def test_order_in_state(state: str, command: Command, answer: str) -> None:
    driver = _in_state(state)

    if answer.startswith("="):
        driver.do(command)
        assert driver.state(TICKET) == answer[1:]
    else:
        assert driver.refusal(command).code == answer


def test_orders_reach_every_transition_the_table_allows_and_no_other() -> None:
    reached = set()
    for state in WAYS_INTO:
        for command, _ in TABLE.values():
            driver = _in_state(state)
            try:
                events = decide(driver.hall, command, driver.now_ms)
            except Refusal:
                continue
            for event in events:
                reached.add((type(event), driver.state(TICKET)))
                driver.hall.apply(event)

    assert reached == {
        (event_type, state)
        for event_type, (before, _) in transitions.TRANSITIONS.items()
        for state in before
        if event_type not in (e.TicketIssued, e.WalkInBegan)
    }


@pytest.mark.parametrize(
    "order",
    [
        lambda ticket_id: c.CallTicket("w01", ticket_id, "why not"),
        c.ResumeTicket,
        c.ReinstateTicket,
        lambda ticket_id: c.TransferTicket(ticket_id, service_id="tax"),
        c.CancelTicket,
    ],
)
def test_unknown_ticket_meets_the_same_no_everywhere(order: Callable[[str], Command]) -> None:
    assert Driver.opened().refusal(order("20261123-a404")).code == "ticket-unknown"


def _in_state(state: str) -> Driver:
    """One ticket in this state; w01 is open."""
    driver = Driver.opened()
    driver.issue()
    for command in WAYS_INTO[state]:
        driver.do(command)
    assert driver.state(TICKET) == state
    return driver
