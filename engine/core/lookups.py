"""What the rules look up in a hall, and the refusals when it is not there or not in the state they need."""

from engine.core import calendar
from engine.core import refusals as no
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.model import CLOSED, IDLE, PHASE_CLOSED, Ticket, Window
from engine.core.plan import Clerk, HallPlan, Lane, Service
from engine.core.refusals import people as no_people
from engine.core.transitions import CALLED


def plan_of(hall: Hall) -> HallPlan:
    if hall.plan is None:
        raise no.HallUnplanned()
    return hall.plan


def require_day(hall: Hall) -> None:
    plan_of(hall)
    if hall.phase == PHASE_CLOSED:
        raise no.DayNotOpen()


def service_of(hall: Hall, service_id: str) -> Service:
    service = hall.services.get(service_id)
    if service is None:
        raise no.ServiceUnknown(service=service_id)
    return service


def lane_of(hall: Hall, lane_id: str | None) -> Lane:
    lane = hall.lanes.get(lane_id)
    if lane is None:
        raise no.LaneUnknown(lane=lane_id)
    return lane


def ticket_of(hall: Hall, ticket_id: str) -> Ticket:
    ticket = hall.tickets.get(ticket_id)
    if ticket is None:
        raise no.TicketUnknown()
    return ticket


def window_of(hall: Hall, window_id: str) -> Window:
    window = hall.windows.get(window_id)
    if window is None:
        raise no.WindowUnknown(window=window_id)
    return window


def manned_window(hall: Hall, window_id: str) -> Window:
    window = window_of(hall, window_id)
    if window.state == CLOSED:
        raise no.WindowClosedRefusal()
    return window


def free_window(hall: Hall, window_id: str) -> Window:
    window = hall.windows.get(window_id)
    if window is None or window.state != IDLE:
        window = manned_window(hall, window_id)
        require_no_ticket(window)
        raise no.WindowPausedRefusal()
    return window


def require_no_ticket(window: Window) -> None:
    if window.ticket is not None:
        raise no.WindowBusy(ticket=shown(window.ticket))


def ticket_at(hall: Hall, window_id: str) -> Ticket:
    window = hall.windows.get(window_id)
    if window is None or window.ticket is None:
        manned_window(hall, window_id)
        raise no.NoTicketAtWindow()
    return window.ticket


def called_ticket(hall: Hall, window_id: str) -> Ticket:
    ticket = ticket_at(hall, window_id)
    if ticket.state != CALLED:
        raise no.NotCalled(ticket=shown(ticket))
    return ticket


def shown(ticket: Ticket) -> str:
    return ticket.number or "—"


def require_number(ticket: Ticket) -> None:
    # Whoever waits again will be called by number, and a visit without a ticket has none.
    if not ticket.number:
        raise no.NumberMissing()


def require_clerk_is_free(hall: Hall, clerk_id: str) -> None:
    clerk_of(hall, clerk_id)
    for window in hall.windows.values():
        if window.clerk_id == clerk_id and window.state != CLOSED:
            raise no.ClerkElsewhere(window=window.plan.number)


def clerk_of(hall: Hall, clerk_id: str) -> Clerk:
    clerk = next((clerk for clerk in plan_of(hall).clerks if clerk.clerk_id == clerk_id), None)
    if clerk is None:
        raise no.ClerkUnknown(clerk=clerk_id)
    return clerk


def window_of_clerk(hall: Hall, clerk_id: str) -> str | None:
    """The window where the clerk, or whoever stands in for them, sits now; None when they sit at none."""
    return hall.people.window_of(hall.windows, clerk_id)


def require_may_call(hall: Hall, window: Window, now_ms: Millis) -> None:
    """The window may be opened, call, and be walked to: its partner, when it is a remote one, works now."""
    remote = window.plan.remote
    if remote is None:
        return
    if not calendar.within(remote.hours, calendar.minute_of_day(plan_of(hall).timezone, now_ms)):
        raise no_people.PartnerClosed(site=remote.site, hours=calendar.hours_text(remote.hours))
