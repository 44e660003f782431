"""How often somebody may guess: a table of limited length, shared by passwords and the code shown in the hall."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_GUESSING_S: Final = 300.0
_GUESSES_PER_NAME: Final = 10
_GUESSES_PER_ADDRESS: Final = 30
_GUESSERS_MAX: Final = 4_096


class TooManyGuesses(Exception):
    """This name or this address has guessed too often; it may try again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Guesses:
    """How often each name and each address has guessed lately."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._table: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def count(self, address: str, name: str | None = None) -> None:
        """Count a guess before it is checked, so that a hundred at once are a hundred; raises `TooManyGuesses`."""
        now = self._now_s()
        for key, limit in _limits(address, name):
            since, guesses = self._table.pop(key, (now, 0))
            if now - since > _GUESSING_S:
                since, guesses = now, 0
            self._table[key] = (since, min(guesses + 1, limit + 1))
            if guesses >= limit:
                raise TooManyGuesses(int(_GUESSING_S - (now - since)) + 1)
        while len(self._table) > _GUESSERS_MAX:
            self._table.popitem(last=False)

    def forgive(self, address: str, name: str | None = None) -> None:
        """Take the guess back: it was right."""
        if name is not None:
            self._table.pop(("name", name), None)
        since, guesses = self._table.pop(("address", address), (0.0, 0))
        if guesses > 1:
            self._table[("address", address)] = (since, guesses - 1)


def _limits(address: str, name: str | None) -> list[tuple[tuple[str, str], int]]:
    of_address = (("address", address), _GUESSES_PER_ADDRESS)
    return [of_address] if name is None else [(("name", name), _GUESSES_PER_NAME), of_address]
