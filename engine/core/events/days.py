"""Facts of the hall and its day."""

from engine.core.events.base import Millis
from engine.core.fact import fact
from engine.core.plan import HallPlan


@fact
class HallConfigured:
    """The hall has this plan from now on."""

    plan: HallPlan
    at_ms: Millis


@fact
class DayOpened:
    """The service day began; numbers start afresh unless the same day is opened again."""

    day: str
    issuing_ends_ms: Millis
    closes_ms: Millis
    at_ms: Millis


@fact
class IssuingEnded:
    """No more tickets today; whoever holds one is served (延时)."""

    at_ms: Millis


@fact
class DayClosed:
    """The service day is over and nobody waits any more."""

    at_ms: Millis
