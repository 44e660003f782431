"""What the facts of the catalogue change."""

from typing import Final

from engine.core.fold.table import Folds

FOLDS: Final[Folds] = {}
