"""The form of every module of rules: a table from each order to the function that answers it."""

from collections.abc import Callable
from typing import Any

from engine.core.commands import Command
from engine.core.events import Event, Millis
from engine.core.hall import Hall

Rules = dict[type[Command], Callable[[Hall, Any, Millis], tuple[Event, ...]]]
