"""The rules of warnings."""

from typing import Final

from engine.core.rules.table import Rules

RULES: Final[Rules] = {}
