"""What the facts of the catalogue change."""

from typing import TYPE_CHECKING, Final

from engine.core import events as e
from engine.core.fold.table import Folds

if TYPE_CHECKING:
    from engine.core.hall import Hall


def _revised(hall: "Hall", event: e.CatalogueRevised) -> None:
    hall.catalogue.revise(event.version, event.items, event.removed)


FOLDS: Final[Folds] = {e.CatalogueRevised: _revised}
