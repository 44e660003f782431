"""Every order in every state of a ticket: the same answer as a table written here by hand."""

from collections.abc import Callable

import pytest

from engine.core import commands as c
from engine.core import transitions
from engine.core.commands import Command
from engine.core.decide import decide
from engine.core.events import Event
from engine.core.refusals import Refusal
from tests.builders import PLAN, Driver, items, with_service

TICKET = "20261123-a001"
FORM_FIRST = with_service(form="required")

WAYS_INTO: dict[str, tuple[Command, ...]] = {
    "preparing": (),
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
    # order: preparing, waiting, called, serving, held, missed, finished, cancelled
    "record form": (
        c.RecordForm(TICKET),
        ("=waiting", "=waiting", *["not-waiting"] * 6),
    ),
    "call next": (
        c.CallNext("w01"),
        ("nobody-waiting", "=called", "window-busy", "window-busy", *["nobody-waiting"] * 4),
    ),
    "call": (
        c.CallTicket("w01", TICKET, "why not"),
        ("not-waiting", "=called", "window-busy", "window-busy", "=called", *["not-waiting"] * 3),
    ),
    "recall": (
        c.RecallTicket("w01"),
        (*["no-ticket-at-window"] * 2, "=called", "not-called", *["no-ticket-at-window"] * 4),
    ),
    "begin": (
        c.BeginService("w01"),
        (*["no-ticket-at-window"] * 2, "=serving", "already-serving", *["no-ticket-at-window"] * 4),
    ),
    "finish": (
        c.FinishService("w01"),
        (*["no-ticket-at-window"] * 2, "=finished", "=finished", *["no-ticket-at-window"] * 4),
    ),
    "no-show": (
        c.RecordNoShow("w01"),
        (*["no-ticket-at-window"] * 2, "=missed", "not-called", *["no-ticket-at-window"] * 4),
    ),
    "hold": (
        c.HoldTicket("w01"),
        (*["no-ticket-at-window"] * 2, "=held", "=held", *["no-ticket-at-window"] * 4),
    ),
    "resume": (
        c.ResumeTicket(TICKET),
        (*["not-held"] * 4, "=waiting", *["not-held"] * 3),
    ),
    "reinstate": (
        c.ReinstateTicket(TICKET),
        (*["not-missed"] * 5, "=waiting", "not-missed", "not-missed"),
    ),
    "transfer": (
        c.TransferTicket(TICKET, service_id="tax"),
        ("not-waiting", "=waiting", "=waiting", "=waiting", "=waiting", *["ticket-over"] * 3),
    ),
    "cancel": (
        c.CancelTicket(TICKET),
        (*["=cancelled"] * 3, "already-serving", "=cancelled", "=cancelled", "ticket-over", "ticket-over"),
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
    reached = {each for state in WAYS_INTO for command, _ in TABLE.values() for each in _met(_in_state(state), command)}
    reached |= _met(Driver.opened(FORM_FIRST), c.IssueTicket("social"))
    reached |= _met(_serving_the_first_of_two(), c.FinishService("w01", stays=True))

    assert reached == {
        (event_type, state)
        for event_type, (before, _) in transitions.TRANSITIONS.items()
        for state in before
        if state != transitions.UNBORN
    }


def _met(driver: Driver, command: Command) -> set[tuple[type[Event], str]]:
    """What an order makes the ticket meet, and in which state; nothing when the answer is no."""
    met: set[tuple[type[Event], str]] = set()
    try:
        events = decide(driver.hall, command, driver.now_ms)
    except Refusal:
        return met
    for event in events:
        if TICKET in driver.hall.tickets:
            met.add((type(event), driver.state(TICKET)))
        driver.hall.apply(event)
    return met


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
    driver = Driver.opened(FORM_FIRST if state == "preparing" else PLAN)
    driver.issue()
    for command in WAYS_INTO[state]:
        driver.do(command)
    assert driver.state(TICKET) == state
    return driver


def _serving_the_first_of_two() -> Driver:
    """A visit of two items; w01 serves the first."""
    driver = Driver.opened()
    driver.do(c.IssueTicket("social", items=items("social", "tax")))
    driver.serve()
    return driver
