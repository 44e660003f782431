"""Every order has its rule; this is where they meet."""

from typing import Final

from engine.core.commands import Command
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.rules import (
    appointments,
    calling,
    cases,
    catalogue,
    days,
    issuing,
    people,
    ratings,
    serving,
    tickets,
    visits,
    warnings,
    windows,
)
from engine.core.rules.table import Rules

_RULES: Final[Rules] = {
    **days.RULES,
    **issuing.RULES,
    **calling.RULES,
    **serving.RULES,
    **tickets.RULES,
    **windows.RULES,
    **visits.RULES,
    **appointments.RULES,
    **people.RULES,
    **cases.RULES,
    **ratings.RULES,
    **warnings.RULES,
    **catalogue.RULES,
}


def decide(hall: Hall, command: Command, now_ms: Millis) -> tuple[Event, ...]:
    """The facts that follow from `command` at `now_ms`, at least one unless it is a deadline found already met.

    Raises `Refusal` when the answer is no.
    """
    return _RULES[type(command)](hall, command, now_ms)
