"""Small days for the simulator's tests: visits, a run that remembers its facts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import Ticket
from engine.core.plan import HallPlan
from sim.visits import Habits, Visit
from sim.world import World
from tests.builders import MINUTE, NINE, ORDINARY, PLAN


def visit(
    minute: float = 0,
    service_id: str = "social",
    *,
    lane: str = ORDINARY,
    takes: float = 10,
    patience: float | None = None,
    window_id: str | None = None,
    is_absent: bool = False,
) -> Visit:
    """Somebody who comes so many minutes after nine; lengths in minutes."""
    patience_ms = None if patience is None else round(patience * MINUTE)
    arrived_ms = NINE + round(minute * MINUTE)
    return Visit(arrived_ms, service_id, lane, round(takes * MINUTE), patience_ms, window_id, is_absent=is_absent)


@dataclass
class Lived:
    """What became of some visits: the facts in order, and the hall as it was when its day closed."""

    facts: list[Event] = field(default_factory=list)
    times_ms: list[Millis] = field(default_factory=list)
    actors: list[str] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    world: World | None = None

    def record(self, actor: str, events: Sequence[Event], at_ms: Millis) -> None:
        self.facts += events
        self.times_ms += [at_ms] * len(events)
        self.actors.append(actor)

    def day_over(self, hall: Hall) -> None:
        self.tickets += hall.tickets.values()

    def of_type(self, *types: type[Event]) -> list[Event]:
        return [event for event in self.facts if isinstance(event, types)]


def live(visits: Sequence[Visit], plan: HallPlan = PLAN, habits: Habits | None = None) -> Lived:
    """Let these visits happen in a hall of that plan."""
    lived = Lived()
    lived.world = World(plan, habits=habits, record=lived.record, day_over=lived.day_over)
    lived.world.run(visits)
    return lived
