"""What the facts of cases change."""

from typing import Final

from engine.core.fold.table import Folds

FOLDS: Final[Folds] = {}
