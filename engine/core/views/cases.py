"""What people may see of cases."""

from typing import Final

from engine.core.views.table import Replies

REPLIES: Final[Replies] = {}
