"""What people may see of the catalogue."""

from typing import Final

from engine.core import commands as c
from engine.core import events as e
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.plan import Item, Service
from engine.core.views.halls import name
from engine.core.views.table import Replies, View


def item_view(item: Item, service: Service) -> View:
    """An item as a kiosk lists it; what it does not say itself is as at the service it is queued under."""
    return {
        "id": item.item_id,
        "name": name(item.name),
        "service": item.service_id,
        "group": item.group_id or service.group_id,
        "mode": item.mode or service.mode,
        "guide_url": item.guide_url,
        "department": item.department_id or service.department_id,
    }


def revised_view(hall: Hall, events: tuple[Event, ...], now_ms: Millis) -> View:
    """What a revision did."""
    (revised,) = events
    assert isinstance(revised, e.CatalogueRevised)
    added = hall.catalogue.added
    return {
        "version": revised.version,
        "added": added,
        "changed": len(revised.items) - added,
        "removed": len(revised.removed),
        "total": len(hall.catalogue.all_items()),
        "position": hall.position,
    }


REPLIES: Final[Replies] = {c.ReviseCatalogue: revised_view}
