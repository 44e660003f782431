"""The form of the table that says what an order is answered with, once its facts are applied."""

from collections.abc import Callable
from typing import Any

from engine.core.commands import Command
from engine.core.events import Event, Millis
from engine.core.hall import Hall

View = dict[str, Any]
Replies = dict[type[Command], Callable[[Hall, tuple[Event, ...], Millis], View]]
