"""What people may see of a visit around its window: form, paper, items, stages, home visits."""

from typing import Final

from engine.core.views.table import Replies

REPLIES: Final[Replies] = {}
