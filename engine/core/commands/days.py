"""Orders about the hall and its day."""

from dataclasses import dataclass

from engine.core.plan import HallPlan


@dataclass(frozen=True, slots=True)
class ConfigureHall:
    """Take this plan; refused while people wait for what it no longer offers."""

    plan: HallPlan


@dataclass(frozen=True, slots=True)
class OpenDay:
    """Begin the service day of the hall's local date, or go on with it."""


@dataclass(frozen=True, slots=True)
class EndIssuing:
    """Issue no more tickets today."""


@dataclass(frozen=True, slots=True)
class CloseDay:
    """End the service day; whoever still waits is cancelled with the reason `day-closed`."""
