"""What the facts of a visit around its window: form, paper, items, stages, home visits change."""

from typing import Final

from engine.core.fold.table import Folds

FOLDS: Final[Folds] = {}
