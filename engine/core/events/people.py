"""Facts of the people who work in the hall, and of what a supervisor changes during the day."""

from engine.core.events.base import Millis
from engine.core.fact import fact


@fact
class ClerkSignedIn:
    """A clerk came to work."""

    clerk_id: str
    at_ms: Millis


@fact
class ClerkSignedOut:
    """A clerk left work."""

    clerk_id: str
    at_ms: Millis


@fact
class SubstitutionBegan:
    """`deputy_id` stands in for `clerk_id` (AB岗): what was sent to the one goes to the other."""

    clerk_id: str
    deputy_id: str
    at_ms: Millis


@fact
class SubstitutionEnded:
    """The clerk is back."""

    clerk_id: str
    at_ms: Millis


@fact
class OwnerNamed:
    """The clerk who first dealt with a visit answers for it to its end (首问负责)."""

    ticket_id: str
    clerk_id: str
    at_ms: Millis


@fact
class WindowMoved:
    """The window stands elsewhere or has another number from now on; what it did before stays as it was."""

    window_id: str
    number: int
    zone_id: str
    at_ms: Millis


@fact
class WindowReassigned:
    """A supervisor gave the window other services, until the next plan."""

    window_id: str
    tiers: tuple[tuple[str, ...], ...]
    at_ms: Millis
