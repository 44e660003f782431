"""What the other system refused for good: kept on disk by position, tried once more at every start."""

import json
import os
from pathlib import Path
from typing import Final

PARKED_MAX: Final = 10_000
"""So many are kept; beyond them the oldest are let go, and the journal still has them."""


class Parked:
    """Positions of refused facts, oldest first, in `DATA/push-parked.json`."""

    def __init__(self, data: Path) -> None:
        self._path = data / "push-parked.json"
        self._positions = self._read()

    def __len__(self) -> int:
        return len(self._positions)

    def positions(self) -> tuple[int, ...]:
        return tuple(self._positions)

    def add(self, position: int) -> None:
        """Keep one durably; raises `OSError`."""
        if position not in self._positions:
            self._write([*self._positions, position][-PARKED_MAX:])

    def remove(self, position: int) -> None:
        """It was taken after all; raises `OSError`."""
        self._write([kept for kept in self._positions if kept != position])

    def _read(self) -> list[int]:
        try:
            said = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except ValueError:
            said = None
        if not isinstance(said, list) or not all(isinstance(position, int) for position in said):
            raise ParkedUnreadable(
                f"{self._path} 已损坏，请移走 · is damaged; move it away: what it named is in the journal"
            )
        return said

    def _write(self, positions: list[int]) -> None:
        temporary = self._path.with_suffix(".new")
        with temporary.open("w", encoding="ascii") as file:
            json.dump(positions, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        self._positions = positions


class ParkedUnreadable(ValueError):
    """The file of parked facts cannot be read; the message says what to do."""
