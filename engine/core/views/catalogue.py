"""What people may see of the catalogue."""

from typing import Final

from engine.core.views.table import Replies

REPLIES: Final[Replies] = {}
