"""The rules of appointments."""

from typing import Final

from engine.core.rules.table import Rules

RULES: Final[Rules] = {}
