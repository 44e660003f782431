"""HALL-1 and MMC-1 as a C program (`hall1.c`), built where it is needed: the practical limit of what a kernel can do.

The compiler may use every instruction of this machine, as numba does for ours; the program measures its own user time.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

SOURCE: Final = Path(__file__).with_name("hall1.c")
FLAGS: Final = ("-O3", "-march=native")

Columns = NDArray[np.int64]
"""A row a visitor in order of arrival: moment, queue (2 × service + lane), service, patience; milliseconds."""


class Sums(NamedTuple):
    """What came of a day, or of days on average: visitors, their waits in milliseconds, user nanoseconds a visitor."""

    served: int
    left: int
    within: int
    waited_ms: int
    ns_per_visitor: float


class Refused(Exception):
    """The program says that it cannot do what it was asked, and why."""


class Program:
    """The program, compiled into a folder."""

    def __init__(self, folder: Path, compiler: str) -> None:
        self._folder, self._path = folder, folder / "hall1"
        subprocess.run([compiler, *FLAGS, "-o", self._path, SOURCE, "-lm"], check=True)

    def trace(self, visits: Columns, repeats: int) -> Sums:
        """The same day so many times."""
        return self._run("trace", self._written(visits), repeats)

    def calls(self, visits: Columns) -> Columns:
        """A row a visitor: the place of the window in the plan, -1 for who left, and the moment of the call."""
        path = self._folder / "calls.bin"
        self._run("trace", self._written(visits), 1, path)
        return np.fromfile(path, np.int32).reshape(-1, 2).astype(np.int64)

    def drawn(self, seed: int, days: int) -> Sums:
        """So many days of HALL-1, drawn by the program itself."""
        return self._run("drawn", seed, days)

    def mmc(self, seed: int, customers: int) -> Sums:
        """M/M/3 at 90%, draws included."""
        return self._run("mmc", seed, customers)

    def _written(self, visits: Columns) -> Path:
        path = self._folder / "visits.bin"
        visits.astype(np.int32).tofile(path)
        return path

    def _run(self, *arguments: object) -> Sums:
        command = [str(self._path), *map(str, arguments)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise Refused(done.stderr.strip())
        return Sums(**json.loads(done.stdout))


def build(folder: Path) -> Program | None:
    """The program, compiled into `folder`; None where there is no gcc."""
    compiler = shutil.which("gcc")
    return Program(folder, compiler) if compiler else None


def compiler_version() -> str:
    """What the compiler calls itself, and the flags it is given."""
    done = subprocess.run(["gcc", "-dumpfullversion"], check=True, capture_output=True, text=True)
    return f"gcc {done.stdout.strip()} {' '.join(FLAGS)}"
