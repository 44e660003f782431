"""Facts of warnings: something needs a person's eye, or no longer does."""

from typing import Literal

from engine.core.events.base import Millis
from engine.core.fact import fact

WarningKind = Literal["wait", "count", "idle", "paper", "offline", "stage", "case", "follow-up", "tide"]
"""`wait` and `count` are of a service, `idle` and `tide` of a window, `paper` and `offline` of a device; `stage`,
`case` and `follow-up` are overdue."""


@fact
class WarningRaised:
    """`value` has passed `limit` (milliseconds for times, else a count)."""

    kind: WarningKind
    subject: str
    value: int
    limit: int
    at_ms: Millis


@fact
class WarningCleared:
    """It is well again."""

    kind: WarningKind
    subject: str
    at_ms: Millis
