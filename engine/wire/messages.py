"""What the engine tells over MQTT and Server-Sent Events: facts, and the present state of hall, windows and zones.

Builders take facts or a hall and give plain dicts; `encode` makes bytes of them. Readers ignore unknown fields.
"""

from typing import Any, Final, get_args

import msgpack
from pydantic_core import to_json

from engine.core import calendar
from engine.core import events as e
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import CLOSED, IDLE, PAUSED, Window
from engine.core.numbering import number_of
from engine.core.plan import HallPlan, WindowPlan
from engine.core.views import lane_mark, recent_call
from engine.wire.topics import Encoding, Topics, is_id

Payload = dict[str, Any]

VERSION: Final = 1

TYPES: Final[dict[type[Event], str]] = {
    e.TicketIssued: "issued",
    e.TicketCalled: "called",
    e.TicketRecalled: "recalled",
    e.ServiceFinished: "finished",
    e.TicketMissed: "no-show",
    e.TicketReinstated: "reinstated",
    e.TicketHeld: "held",
    e.TicketTransferred: "transferred",
    e.TicketCancelled: "cancelled",
    e.WindowOpened: "opened",
    e.WindowClosed: "closed",
    e.WindowPaused: "paused",
    e.WindowResumed: "resumed",
    e.DayOpened: "day-opened",
    e.DayClosed: "day-closed",
    e.WindowMoved: "moved",
    e.WarningRaised: "warning-raised",
    e.WarningCleared: "warning-cleared",
}
"""Facts that are messages of their own."""

CHANGES: Final[dict[type[Event], str]] = {
    e.HallConfigured: "configured",
    e.IssuingEnded: "issuing-ended",
    e.ServiceBegan: "began",
    e.TicketResumed: "ticket-resumed",
    e.WalkInBegan: "walk-in",
    e.FormPending: "form-pending",
    e.FormFilled: "form-filled",
    e.TicketPrinted: "printed",
    e.TicketNotPrinted: "not-printed",
    e.TicketReprinted: "reprinted",
    e.ItemFinished: "item-finished",
    e.ItemBegan: "item-began",
    e.WindowReassigned: "reassigned",
    e.CatalogueRevised: "catalogue",
}
"""Facts that only show in the state; the live feed of pages names them `changed`."""

PUBLIC_WARNINGS: Final = frozenset({"wait", "count", "tide"})
"""Of warnings, those that anybody in the hall can see for themselves; who sits idle, which device is out and what is
overdue is the staff's business."""

PRIVATE: Final = frozenset(get_args(Event)) - TYPES.keys() - CHANGES.keys()
"""Facts that are nobody's business but the staff's: others learn no more than that the position moved on."""

WINDOW_TEXTS: Final = {IDLE: "热情为您服务", PAUSED: "暂停服务", CLOSED: "窗口未开放"}


def encode(payload: Payload, encoding: Encoding = "json") -> bytes:
    """A payload as it travels: compact UTF-8 JSON, or MessagePack on the parallel tree."""
    if encoding == "msgpack":
        packed: bytes = msgpack.packb(payload)
        return packed
    return to_json(payload)


def event_message(
    plan: HallPlan,
    event: Event,
    position: int,
    epoch: str,
    day: str | None = None,
    *,
    mark: Payload | None = None,
    encoding: Encoding = "json",
) -> tuple[str, Payload] | None:
    """The topic and the message of a fact, None when it has none (see `changed_message`).

    `day` is the service day the fact belongs to, left out that of its ticket or its date; `mark` is the neutral mark
    of the ticket's lane (see `mark_of`).
    """
    kind = TYPES.get(type(event))
    if kind is None or _is_private(event):
        return None
    window = _window_of(plan, event)
    window_id = _window_id(event)
    payload = {
        "v": VERSION,
        "epoch": epoch,
        "position": position,
        "id": f"{day or _day_of(plan, event)}-{position}",
        "at": calendar.iso(plan.timezone, event.at_ms),
        "type": kind,
        "ticket": _number(event),
        "window": window_id,
        "zone": _zone(plan, event, window),
        **_details(event, window, mark),
    }
    return Topics.of(plan, encoding).event(window_id), payload


def changed_message(plan: HallPlan, event: Event, position: int, epoch: str) -> Payload:
    """The least there is to say about a fact without a message of its own: something changed here."""
    is_private = _is_private(event)
    return {
        "v": VERSION,
        "epoch": epoch,
        "position": position,
        "at": calendar.iso(plan.timezone, event.at_ms),
        "type": "private" if is_private else CHANGES.get(type(event), "private"),
        "ticket": None if is_private else _number(event),
        "window": None if is_private else _window_id(event),
    }


def mark_of(hall: Hall, event: Event) -> Payload | None:
    """The neutral mark (优先) a call is shown with; None for an ordinary ticket, and for one of an earlier day."""
    ticket = hall.tickets.get(getattr(event, "ticket_id", ""))
    return lane_mark(hall, ticket) if ticket is not None else None


def hall_state(hall: Hall, now_ms: Millis, epoch: str, speed: float = 1.0) -> Payload:
    """The whole present, retained and repeated as the heartbeat; `speed` is there when the clock is not real."""
    plan = _plan(hall)
    payload = {
        "v": VERSION,
        "epoch": epoch,
        "position": hall.position,
        "at": calendar.iso(plan.timezone, now_ms),
        "day": hall.day,
        "phase": hall.phase,
        "windows": {window_id: _brief(window) for window_id, window in hall.windows.items()},
        "recent": [recent_call(hall, call) for call in hall.recent],
        "waiting": {service.service_id: hall.waiting_count(service.service_id) for service in plan.services},
    }
    return payload if speed == 1.0 else {**payload, "speed": speed}


def window_state(hall: Hall, window_id: str) -> Payload:
    """All a small strip needs; `text` is what to show when it can show only text."""
    window = hall.windows[window_id]
    brief = _brief(window)
    text = f"请{brief['ticket']}号" if brief["ticket"] else WINDOW_TEXTS.get(window.state, "正在办理")
    return {"v": VERSION, "position": window.changed_at, **brief, "text": text}


def zone_state(hall: Hall, zone_id: str, now_ms: Millis, epoch: str) -> Payload:
    """What the boards of one zone show; `at` is when it last changed, the heartbeat is the hall's."""
    plan = _plan(hall)
    recent = (recent_call(hall, call) for call in hall.recent)
    return {
        "v": VERSION,
        "epoch": epoch,
        "position": hall.position,
        "at": calendar.iso(plan.timezone, now_ms),
        "day": hall.day,
        "zone": zone_id,
        "windows": {
            window_id: {"number": window.plan.number, **_brief(window), "mark": _window_mark(hall, window)}
            for window_id, window in hall.windows.items()
            if window.plan.zone_id == zone_id
        },
        "recent": [call for call in recent if call["zone"] == zone_id],
        "waiting": {
            service.service_id: hall.waiting_count(service.service_id)
            for service in plan.services
            if service.zone_id == zone_id
        },
    }


def say(number: str, window_number: int) -> Payload:
    """The sentence of a call, written as people read it; the announcer spells it out.

    >>> say("A012", 3)
    {'zh': '请A012号到3号窗口办理', 'en': 'Ticket A012, please go to window 3'}
    """
    return {
        "zh": f"请{number}号到{window_number}号窗口办理",
        "en": f"Ticket {number}, please go to window {window_number}",
    }


def _details(event: Event, window: WindowPlan | None, mark: Payload | None) -> Payload:
    match event:
        case e.TicketCalled():
            return {**_call(event, window, mark), "reason": event.reason.rule}
        case e.TicketRecalled():
            return {**_call(event, window, mark), "count": event.count}
        case e.TicketIssued():
            return {"service": event.service_id}
        case e.ServiceFinished():
            return {"outcome": event.outcome}
        case e.TicketMissed():
            return {"expired": event.expired}
        case e.TicketHeld():
            return {"kind": event.kind}
        case e.TicketTransferred():
            return {"to": {"service": event.service_id, "window": event.window_id}}
        case e.TicketCancelled():
            return {"reason": event.reason}
        case e.WindowPaused():
            # What a clerk writes freely may name somebody: it stays in the journal.
            return {"reason": event.reason} if is_id(event.reason) else {}
        case e.WindowMoved():
            return {"number": event.number, "zone": event.zone_id}
        case e.DayOpened():
            return {"day": event.day}
        case e.WarningRaised():
            return {"kind": event.kind, "subject": event.subject, "value": event.value, "limit": event.limit}
        case e.WarningCleared():
            return {"kind": event.kind, "subject": event.subject}
        case _:
            return {}


def _is_private(event: Event) -> bool:
    if isinstance(event, e.WarningRaised | e.WarningCleared):
        return event.kind not in PUBLIC_WARNINGS
    return type(event) in PRIVATE


def _call(event: e.TicketCalled | e.TicketRecalled, window: WindowPlan | None, mark: Payload | None) -> Payload:
    number = window.number if window else None
    sentence = say(number_of(event.ticket_id), number) if number is not None else None
    return {"number": number, "mark": mark, "say": sentence}


def _day_of(plan: HallPlan, event: Event) -> str:
    ticket_id: str = getattr(event, "ticket_id", "")
    if isinstance(event, e.DayOpened):
        return event.day
    return ticket_id.partition("-")[0] or calendar.day_of(plan.timezone, event.at_ms)


def _number(event: Event) -> str | None:
    ticket_id = getattr(event, "ticket_id", None)
    return None if ticket_id is None else number_of(ticket_id)


def _window_id(event: Event) -> str | None:
    if isinstance(event, e.TicketTransferred):
        return event.from_window_id
    window_id: str | None = getattr(event, "window_id", None)
    return window_id


def _window_of(plan: HallPlan, event: Event) -> WindowPlan | None:
    window_id = _window_id(event)
    return next((window for window in plan.windows if window.window_id == window_id), None)


def _zone(plan: HallPlan, event: Event, window: WindowPlan | None) -> str | None:
    if window is not None:
        return window.zone_id
    if isinstance(event, e.TicketIssued):
        return next((s.zone_id for s in plan.services if s.service_id == event.service_id), None)
    return None


def _brief(window: Window) -> Payload:
    return {"ticket": window.ticket.number if window.ticket else None, "state": window.state}


def _window_mark(hall: Hall, window: Window) -> Payload | None:
    return lane_mark(hall, window.ticket) if window.ticket else None


def _plan(hall: Hall) -> HallPlan:
    assert hall.plan is not None
    return hall.plan
