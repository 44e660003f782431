"""A report of what a real hall decided: its ends are the states in which the hall's own fold has its tickets."""

from contextlib import suppress
from random import Random
from typing import Any

import pytest

from engine.core import commands as c
from engine.core.commands import Command
from engine.core.refusals import Refusal
from engine.core.transitions import CALLED, FINISHED, HELD, SERVING, WAITING
from engine.report.period import Period
from engine.report.tally import Tally
from tests.builders import DAY, PLAN, PRIORITY, SERVICES, WINDOWS, Driver
from tests.report.naive import ENDS


def a_day(seed: int) -> Driver:
    """A driver after a day of random orders, some of them refused."""
    chance = Random(seed)
    driver = Driver.opened(PLAN)
    for _ in range(250):
        window_id = chance.choice(WINDOWS).window_id
        tickets = list(driver.hall.tickets) or ["none"]
        orders: tuple[Command, ...] = (
            c.IssueTicket(chance.choice(SERVICES).service_id, chance.choice((None, PRIORITY))),
            c.CallNext(window_id),
            c.BeginService(window_id),
            c.RecallTicket(window_id),
            c.FinishService(window_id),
            c.RecordNoShow(window_id),
            c.HoldTicket(window_id, "step"),
            c.WalkDirect(window_id),
            c.PauseWindow(window_id, "lunch"),
            c.ResumeWindow(window_id),
            c.ReinstateTicket(chance.choice(tickets), "back"),
            c.ResumeTicket(chance.choice(tickets)),
            c.TransferTicket(chance.choice(tickets), service_id="tax"),
            c.CancelTicket(chance.choice(tickets), "visitor"),
        )
        with suppress(Refusal):
            driver.do(chance.choice(orders))
        driver.wait(seconds=chance.randrange(120))
    return driver


def total(driver: Driver) -> dict[str, Any]:
    tally = Tally(Period("day", DAY))
    for fact in driver.events:
        tally.add(fact)
    figures: dict[str, Any] = tally.report()["total"]
    return figures


@pytest.mark.parametrize("seed", range(12))
def test_figures_of_an_open_day_are_the_states_of_the_halls_tickets(seed: int) -> None:
    driver = a_day(seed)
    tickets = list(driver.hall.tickets.values())

    figures = total(driver)

    assert figures["issued"] == sum(bool(ticket.number) for ticket in tickets)
    assert figures["walk_ins"] == sum(not ticket.number for ticket in tickets)
    assert figures["served"] == sum(ticket.state == FINISHED for ticket in tickets)
    assert figures["still_here"] == sum(ticket.state in (WAITING, CALLED, SERVING, HELD) for ticket in tickets)
    assert figures["called"] == sum(ticket.called_ms is not None and bool(ticket.number) for ticket in tickets)


@pytest.mark.parametrize("seed", range(12))
def test_every_visit_of_a_day_that_is_over_has_ended_once(seed: int) -> None:
    driver = a_day(seed)
    driver.wait(minutes=24 * 60)

    figures = total(driver)

    assert figures["issued"] + figures["walk_ins"] == sum(figures[end] for end in ENDS)
    assert figures["still_here"] == 0
