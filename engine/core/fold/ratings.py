"""What the facts of ratings change."""

from typing import Final

from engine.core.fold.table import Folds

FOLDS: Final[Folds] = {}
