"""What may follow what: the single table of a ticket's life, from which rules, tests and the docs' diagram come."""

from typing import Final

from engine.core.events import (
    Event,
    FormFilled,
    FormPending,
    ItemBegan,
    ItemFinished,
    ServiceBegan,
    ServiceFinished,
    TicketCalled,
    TicketCancelled,
    TicketHeld,
    TicketIssued,
    TicketMissed,
    TicketRecalled,
    TicketReinstated,
    TicketResumed,
    TicketTransferred,
    WalkInBegan,
)

PREPARING: Final = "preparing"
WAITING: Final = "waiting"
CALLED: Final = "called"
SERVING: Final = "serving"
HELD: Final = "held"
MISSED: Final = "missed"
FINISHED: Final = "finished"
CANCELLED: Final = "cancelled"

UNBORN: Final = ""

TRANSITIONS: Final[dict[type[Event], tuple[frozenset[str], str]]] = {
    TicketIssued: (frozenset({UNBORN}), WAITING),
    WalkInBegan: (frozenset({UNBORN}), SERVING),
    FormPending: (frozenset({WAITING}), PREPARING),
    FormFilled: (frozenset({PREPARING, WAITING}), WAITING),
    TicketCalled: (frozenset({WAITING, HELD}), CALLED),
    TicketRecalled: (frozenset({CALLED}), CALLED),
    ServiceBegan: (frozenset({CALLED}), SERVING),
    ItemFinished: (frozenset({SERVING}), SERVING),
    ItemBegan: (frozenset({SERVING}), SERVING),
    ServiceFinished: (frozenset({SERVING}), FINISHED),
    TicketMissed: (frozenset({CALLED}), MISSED),
    TicketReinstated: (frozenset({MISSED}), WAITING),
    TicketHeld: (frozenset({CALLED, SERVING}), HELD),
    TicketResumed: (frozenset({HELD}), WAITING),
    TicketTransferred: (frozenset({WAITING, CALLED, SERVING, HELD}), WAITING),
    TicketCancelled: (frozenset({PREPARING, WAITING, CALLED, HELD, MISSED}), CANCELLED),
}

STATES: Final = (PREPARING, WAITING, CALLED, SERVING, HELD, MISSED, FINISHED, CANCELLED)
AT_WINDOW: Final = frozenset({CALLED, SERVING})
TERMINAL: Final = frozenset({MISSED, FINISHED, CANCELLED})


def may(event_type: type[Event], state: str) -> bool:
    """Whether a ticket in `state` may meet a fact of this type.

    >>> may(TicketMissed, "called"), may(TicketMissed, "waiting")
    (True, False)
    """
    return state in TRANSITIONS[event_type][0]


def mermaid() -> str:
    """The table as a Mermaid state diagram (docs/reference/ticket-life.md is generated from it)."""
    lines = ["stateDiagram-v2"]
    for event_type, (before, after) in TRANSITIONS.items():
        for state in STATES:
            if state in before:
                lines.append(f"    {state} --> {after}: {event_type.__name__}")
        if UNBORN in before:
            lines.append(f"    [*] --> {after}: {event_type.__name__}")
    lines += [f"    {state} --> [*]" for state in STATES if state in TERMINAL]
    return "\n".join(lines)
