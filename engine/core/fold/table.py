"""The form of every module of the fold: a table from each kind of fact to the function that lets it be so."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.core.events import Event

if TYPE_CHECKING:
    from engine.core.hall import Hall

Folds = dict[type[Event], Callable[["Hall", Any], None]]
