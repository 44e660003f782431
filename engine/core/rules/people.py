"""The rules of the people who work in the hall."""

from typing import Final

from engine.core.rules.table import Rules

RULES: Final[Rules] = {}
