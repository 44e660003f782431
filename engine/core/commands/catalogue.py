"""Orders about the catalogue of items."""

from dataclasses import dataclass

from engine.core.plan import Item


@dataclass(frozen=True, slots=True)
class ReviseCatalogue:
    """Put these items in, in place of those with the same id, and take the removed ones out."""

    items: tuple[Item, ...]
    removed: tuple[str, ...] = ()
