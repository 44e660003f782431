"""What people may see of warnings."""

from typing import Final

from engine.core.views.table import Replies

REPLIES: Final[Replies] = {}
