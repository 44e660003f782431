"""What the facts of the people who work in the hall change."""

from typing import Final

from engine.core.fold.table import Folds

FOLDS: Final[Folds] = {}
