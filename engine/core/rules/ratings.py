"""The rules of ratings."""

from typing import Final

from engine.core.rules.table import Rules

RULES: Final[Rules] = {}
