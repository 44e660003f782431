"""Facts of the catalogue of items (事项目录)."""

from engine.core.events.base import Millis
from engine.core.fact import fact
from engine.core.plan import Item


@fact
class CatalogueRevised:
    """A new version of the catalogue: these items are as they stand here, the removed ones are gone."""

    version: int
    items: tuple[Item, ...]
    removed: tuple[str, ...]
    at_ms: Millis
