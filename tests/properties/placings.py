"""One queue in which tickets are put behind so many others, beside a list in which the same is done."""

from collections.abc import Sequence
from random import Random
from typing import Final

from engine.core.hall import Hall
from tests.builders import MINUTE, Driver

HAPPENINGS: Final = ("arrives", "same moment", "moves", "goes")
WHICH_MAX: Final = 8
AFTER_MAX: Final = 12

Placing = tuple[str, int, int]
"""What happens, to which of the line, and behind how many it is put."""


def seeded_placings(random: Random, count: int) -> list[Placing]:
    return [
        (random.choice(HAPPENINGS), random.randint(0, WHICH_MAX), random.randint(0, AFTER_MAX)) for _ in range(count)
    ]


def line_is_the_list(placings: Sequence[Placing]) -> None:
    """Whoever is put behind so many stands there, nobody else moves, and a restart changes nothing."""
    driver, line = Driver.opened(), []
    for what, which, after in placings:
        if what in ("arrives", "same moment"):
            driver.now_ms += MINUTE if what == "arrives" else 0
            line.append(driver.issue("tax"))
        elif line:
            ticket = driver.ticket(line.pop(which % len(line)))
            driver.hall.queues.take(ticket)
            ticket.behind = ticket.seat = 0
            if what == "moves":
                ticket.rank = ticket.since_ms = driver.now_ms
                driver.hall.queues.put_after(ticket, after)
                line.insert(min(after, len(line)), ticket.ticket_id)
            else:
                ticket.state = "cancelled"

        assert _stands(driver.hall) == line
        assert _stands(Hall.from_rows(driver.hall.plan, driver.hall.to_rows())) == line


def _stands(hall: Hall) -> list[str]:
    queue = hall.queues.of_service("tax")[0]
    first = next(hall.queues.tickets(queue), None)
    assert hall.queues.head_order[queue] == (first.order if first else -1)
    return [ticket.ticket_id for ticket in hall.queues.tickets(queue)]
