"""What the facts of warnings change."""

from typing import Final

from engine.core.fold.table import Folds

FOLDS: Final[Folds] = {}
