"""What people may see of ratings."""

from typing import Final

from engine.core.views.table import Replies

REPLIES: Final[Replies] = {}
