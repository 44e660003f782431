"""The rules of a visit around its window: form, paper, items, stages, home visits."""

from typing import Final

from engine.core.rules.table import Rules

RULES: Final[Rules] = {}
