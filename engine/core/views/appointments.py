"""What people may see of appointments."""

from typing import Final

from engine.core.views.table import Replies

REPLIES: Final[Replies] = {}
