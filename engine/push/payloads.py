"""What other authorities' systems are told of a fact: one row of a table for each kind, nothing about a person in any.

A rating goes out as the 好差评 interfaces of provinces take it: `evalProcess` says whether the visit ended with
acceptance (1 受理) or with the result (2 办结), times are `yyyyMMddHHmmss` on the hall's clock.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final

from engine.core import calendar
from engine.core import events as e
from engine.core.events import Event, Millis
from engine.core.hall import Hall

Payload = dict[str, str]

ID: Final = "evalId"
"""The field that names a rating for ever; the same rating sent twice has the same one."""

_ACCEPTED: Final = frozenset({"accepted", "papers-follow"})
"""Outcomes after which the work goes on without the visitor."""


def payload_of(hall: Hall, event: Event, key: bytes) -> Payload | None:
    """What is sent of this fact, under a name that takes the key of this hall to make; None when told to nobody."""
    make = _PAYLOADS.get(type(event))
    return make(hall, event, key) if make is not None else None


def _rated(hall: Hall, event: e.TicketRated, key: bytes) -> Payload:
    assert hall.plan is not None
    plan = hall.plan
    code = event.item_id or event.service_id
    return {
        ID: _sealed(key, plan.region, plan.hall_id, event.ticket_id, str(event.step)),
        "evalProcess": "1" if event.outcome in _ACCEPTED else "2",
        "affairCode": code,
        "affairName": _affair_name(hall, event) or code,
        "handleTime": _digits(plan.timezone, event.finished_ms),
        "evalTime": _digits(plan.timezone, event.at_ms),
        "star": str(event.stars),
    }


def _affair_name(hall: Hall, event: e.TicketRated) -> str | None:
    """The name the catalogue or the plan has for it now, None when it is no longer there."""
    if event.item_id is not None:
        item = hall.catalogue.all_items().get(event.item_id)
        return item.name.zh if item is not None else None
    service = hall.services.get(event.service_id)
    return service.name.zh if service is not None else None


def _digits(timezone: str, at_ms: Millis) -> str:
    return calendar.local(timezone, at_ms).strftime("%Y%m%d%H%M%S")


def _sealed(key: bytes, *parts: str) -> str:
    """A name that stays the same and does not show the number somebody held, not even to whoever tries them all."""
    return blake2b("\n".join(parts).encode(), key=key, digest_size=16).hexdigest()


_PAYLOADS: Final[dict[type[Event], Callable[[Hall, Any, bytes], Payload]]] = {
    e.TicketRated: _rated,
}
