"""How facts are declared: frozen for whoever writes code, and cheap to make.

A frozen dataclass sets each field through a call past its own lock, which costs three times as much as plain
assignment, and a day of a large hall makes 37,000 facts. So the lock is the type checker's: it refuses an assignment to
a fact anywhere in the code, and at run time a fact is a plain slotted dataclass.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def fact(cls: type[T]) -> type[T]:
    """A slotted dataclass that compares by value, can be hashed, and may not be assigned to."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
