"""Orders about the people who work in the hall, and what a supervisor may change during the day."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignIn:
    """A clerk comes to work."""

    clerk_id: str


@dataclass(frozen=True, slots=True)
class SignOut:
    """A clerk leaves work."""

    clerk_id: str


@dataclass(frozen=True, slots=True)
class BeginSubstitution:
    """Let `deputy_id` stand in for `clerk_id`; a supervisor may name somebody other than the planned deputy."""

    clerk_id: str
    deputy_id: str | None = None
    by_supervisor: bool = False


@dataclass(frozen=True, slots=True)
class EndSubstitution:
    """The clerk is back."""

    clerk_id: str


@dataclass(frozen=True, slots=True)
class MoveWindow:
    """Give a window another number or another zone."""

    window_id: str
    number: int | None = None
    zone_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReassignWindow:
    """Give a window other services, until the next plan."""

    window_id: str
    tiers: tuple[tuple[str, ...], ...]
