"""What the facts of the hall and its day change."""

from typing import TYPE_CHECKING, Final

from engine.core import events as e
from engine.core.capacity import Capacity
from engine.core.fold.following import follow
from engine.core.fold.table import Folds
from engine.core.handling import mean_ms
from engine.core.model import IDLE, NO_QUEUE, PHASE_CLOSED, PHASE_ENDING, PHASE_OPEN, WINDOW_STATE, Window
from engine.core.plan import HallPlan, Service
from engine.core.policy import compiled
from engine.core.transitions import WAITING
from engine.core.watch import Watch, begin

if TYPE_CHECKING:
    from engine.core.hall import Hall


def _hall_configured(hall: "Hall", event: e.HallConfigured) -> None:
    people = hall.people
    take_up(hall, people.take_up(hall.plan, event.plan))
    people.keep_only({clerk.clerk_id for clerk in event.plan.clerks})
    # A deputy may be gone; whoever is gone may still sit at a window and call those sent to them.
    follow(hall, {ticket.for_clerk_id for ticket in hall.tickets.values() if ticket.for_clerk_id is not None})


def take_up(hall: "Hall", plan: HallPlan) -> None:
    """Let this plan be in effect: the filed one, with what a supervisor has changed about windows since."""
    old = hall.windows
    hall.catalogue.take_up(plan, hall.plan)
    hall.plan = plan
    hall.services = {service.service_id: service for service in plan.services}
    hall.open_to_all = _open_to_all(plan)
    hall.smallest_quotas = {
        service.service_id: min(quota.count for quota in service.quotas) for service in plan.services if service.quotas
    }
    hall.call_expiry_ms = plan.rules.call_expiry_ms
    hall.lanes = {None: plan.lanes[0]}
    hall.lanes.update((lane.lane_id, lane) for lane in plan.lanes)
    hall.warnings.watch = Watch(plan)
    hall.queues = hall.warnings.watch.queues(hall.warnings)
    hall.windows = {each.window_id: _window(hall, each.window_id, old.get(each.window_id)) for each in plan.windows}
    hall.longest_ms = max(
        mean_ms(service.mean_ms, *hall.handled.get(service.service_id, (0, 0))) for service in plan.services
    )
    find_idle(hall)
    begin(hall)
    staff_changed(hall)
    for ticket in hall.tickets.values():
        ticket.queue = NO_QUEUE
        if ticket.state == WAITING:
            hall.queues.put(ticket)


def _open_to_all(plan: HallPlan) -> dict[str, Service]:
    rules = plan.rules
    if rules.occupancy_max or rules.stops_by_forecast or not rules.draws_in_break:
        return {}
    return {
        service.service_id: service
        for service in plan.services
        if not (service.hours or service.channels or service.quotas or service.appointment_only)
        and service.form != "required"
    }


def find_idle(hall: "Hall") -> None:
    """Note the windows that are free to call, longest first."""
    idle = sorted((window for window in hall.windows.values() if window.state == IDLE), key=lambda each: each.since_ms)
    hall.idle = {window.window_id: None for window in idle}


def refit(hall: "Hall", window_id: str) -> None:
    """Let a window be as the plan in effect now says, going on with what it was doing."""
    hall.windows[window_id] = _window(hall, window_id, hall.windows[window_id])
    staff_changed(hall)


def staff_changed(hall: "Hall") -> None:
    hall.capacity = Capacity(hall.windows, tuple(hall.services), hall.queues)


def _window(hall: "Hall", window_id: str, before: Window | None) -> Window:
    """A window under the present plan, going on with what it was doing."""
    assert hall.plan is not None
    plan = next(plan for plan in hall.plan.windows if plan.window_id == window_id)
    candidates = list(hall.queues.of_window(window_id))
    tiers = [0] * len(candidates)
    services: list[str | None] = [None] * len(candidates)
    for tier, service_ids in enumerate(plan.tiers):
        for service_id in service_ids:
            queues = hall.queues.of_service(service_id)
            candidates += queues
            tiers += [tier] * len(queues)
            services += [service_id] * len(queues)
    policy = compiled(hall.plan, plan, services)
    window = Window(plan, candidates, tiers, frozenset(s for tier_ids in plan.tiers for s in tier_ids), policy)
    if before is not None:
        for name in WINDOW_STATE:
            setattr(window, name, getattr(before, name))
    return window


def _day_opened(hall: "Hall", event: e.DayOpened) -> None:
    if event.day != hall.day:
        hall.day = event.day
        hall.order = 0
        hall.alive = 0
        hall.counters = {}
        hall.tickets = {}
        hall.aside = {}
        hall.recent_rows.clear()
        for window in hall.windows.values():
            window.served = 0
        for ledger in hall.ledgers():
            ledger.day_opened(event)
    hall.phase = PHASE_OPEN
    hall.issuing_ends_ms = event.issuing_ends_ms
    hall.closes_ms = event.closes_ms


def _issuing_ended(hall: "Hall", event: e.IssuingEnded) -> None:
    hall.phase = PHASE_ENDING


def _day_closed(hall: "Hall", event: e.DayClosed) -> None:
    hall.phase = PHASE_CLOSED
    for ledger in hall.ledgers():
        ledger.day_closed(event)


FOLDS: Final[Folds] = {
    e.HallConfigured: _hall_configured,
    e.DayOpened: _day_opened,
    e.IssuingEnded: _issuing_ended,
    e.DayClosed: _day_closed,
}
