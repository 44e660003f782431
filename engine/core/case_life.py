"""What may follow what in a case (办不成事): the single table of its steps, from which rules, views and tests come.

Accept (受理), inform (告知), coordinate (协调), call back (回访), close. Supervising (督办) is no state of its own: a
case that is past due goes one level up and stays where it is.
"""

from typing import Final

from engine.core.events import (
    CaseCalledBack,
    CaseClosed,
    CaseEscalated,
    CaseInformed,
    CaseOpened,
    CaseTaskFinished,
    CaseTaskGiven,
    Event,
)

ACCEPTED: Final = "accepted"
INFORMED: Final = "informed"
COORDINATING: Final = "coordinating"
CALLED_BACK: Final = "called-back"
CLOSED: Final = "closed"

UNBORN: Final = ""

STATES: Final = (ACCEPTED, INFORMED, COORDINATING, CALLED_BACK, CLOSED)
OPEN: Final = (ACCEPTED, INFORMED, COORDINATING, CALLED_BACK)

LEVELS_MAX: Final = 3
"""So often a case goes up; after that there is nobody above, and it is only warned of."""

STEPS: Final[dict[type[Event], dict[str, str]]] = {
    CaseOpened: {UNBORN: ACCEPTED},
    CaseInformed: {ACCEPTED: INFORMED},
    # Somebody who was called back and is not content gets more work done, and another call back after it.
    CaseTaskGiven: {INFORMED: COORDINATING, COORDINATING: COORDINATING, CALLED_BACK: COORDINATING},
    CaseTaskFinished: {COORDINATING: COORDINATING},
    CaseEscalated: {state: state for state in OPEN},
    # From informed only where no department could be given a part.
    CaseCalledBack: {INFORMED: CALLED_BACK, COORDINATING: CALLED_BACK, CALLED_BACK: CALLED_BACK},
    CaseClosed: {CALLED_BACK: CLOSED},
}
"""Which fact leads from which state to which."""


def may(event_type: type[Event], state: str) -> bool:
    """Whether a case in `state` may meet a fact of this type.

    >>> may(CaseClosed, "called-back"), may(CaseClosed, "coordinating")
    (True, False)
    """
    return state in STEPS[event_type]


def after(event_type: type[Event], state: str) -> str:
    """Where a fact of this type leads a case in `state`.

    >>> after(CaseInformed, "accepted")
    'informed'
    """
    return STEPS[event_type][state]
