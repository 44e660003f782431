"""Orders about ratings (好差评)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateTicket:
    """Rate one item of a visit: 5 very satisfied to 1 very dissatisfied."""

    ticket_id: str
    stars: int
    step: int = 0
    efficiency: int | None = None
    skill: int | None = None
    attitude: int | None = None
    channel: str = "phone"


@dataclass(frozen=True, slots=True)
class CallBackFollowUp:
    """Whoever rated badly was called back."""

    ticket_id: str
    step: int
    is_reached: bool
    is_satisfied: bool | None = None


@dataclass(frozen=True, slots=True)
class CloseFollowUp:
    """The bad rating was looked into."""

    ticket_id: str
    step: int
    result: str = "solved"
