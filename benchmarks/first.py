"""The first answer of a fresh process: `jiaohao simulate hall1 --days 1 --core fast --json`, compiled code kept.

Beside it Python that loads numba and does nothing, which nobody who compiles with it can avoid. User CPU of the child.

    python -m benchmarks.first
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from benchmarks.measure import Measured, print_heading, print_table
from benchmarks.processes import as_installed

ROUNDS: Final = 7
ANSWER: Final = (sys.executable, "-m", "engine", "simulate", "hall1", "--days", "1", "--core", "fast", "--json")
NUMBA: Final = (sys.executable, "-c", "import numba")


def main() -> None:
    print_heading("The first answer of a fresh process", seed=1, rounds=ROUNDS, packages=("numba", "numpy"))
    # The first process may have to compile; it is not among the rounds.
    _user_s(ANSWER)
    answer = Measured("simulate hall1, one day", "user s")
    for _ in range(ROUNDS):
        before = _user_s(NUMBA)
        answer.values.append(_user_s(ANSWER))
        answer.bases.append((before + _user_s(NUMBA)) / 2)
    print_table([answer], base="loading numba")


def _user_s(command: Sequence[str]) -> float:
    began = os.times().children_user
    subprocess.run(command, check=True, capture_output=True, env=as_installed())
    return os.times().children_user - began


if __name__ == "__main__":
    main()
