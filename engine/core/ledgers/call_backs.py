"""How often somebody was called back (回访), and what came of it: shared by cases and by what follows a bad rating."""

from dataclasses import dataclass
from typing import Any, Final

ATTEMPTS_MAX: Final = 3
"""Whoever could not be reached so often need not be tried again."""


@dataclass(slots=True)
class CallBacks:
    """The attempts so far; `is_satisfied` is what was said last, None while nothing was."""

    attempts: int = 0
    is_reached: bool = False
    is_satisfied: bool | None = None

    @property
    def are_enough(self) -> bool:
        """Whether it may be closed: the visitor was reached, or was tried often enough."""
        return self.is_reached or self.attempts >= ATTEMPTS_MAX

    def note(self, is_reached: bool, is_satisfied: bool | None) -> None:
        """One attempt more."""
        self.attempts += 1
        if is_reached:
            self.is_reached = True
            self.is_satisfied = is_satisfied

    def to_row(self) -> list[Any]:
        return [self.attempts, self.is_reached, self.is_satisfied]
