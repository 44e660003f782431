"""What people may see of the people who work in the hall."""

from typing import Final

from engine.core.views.table import Replies

REPLIES: Final[Replies] = {}
