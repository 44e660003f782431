"""The one writer of a hall, and what it lends to the doors: answers, reads of durable state, a feed of facts."""

from engine.runtime.clocks import ScaledClock, SystemClock
from engine.runtime.engine import Engine
from engine.runtime.feed import Feed, Told

__all__ = ["Engine", "Feed", "ScaledClock", "SystemClock", "Told"]
