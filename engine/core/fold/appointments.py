"""What the facts of appointments change."""

from typing import Final

from engine.core.fold.table import Folds

FOLDS: Final[Folds] = {}
