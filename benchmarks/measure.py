"""The measuring stick that every benchmark shares: the disk's floor, interleaved rounds, and the printed table.

Machines are shared and noisy, so nothing here is an absolute claim: a case and what it is compared with run in the same
round, the comparison before and after the case, and a result is the median of the rounds' ratios.
"""

import gc
import importlib.metadata
import math
import os
import platform
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROUNDS: Final = 3
FLOOR_BYTES: Final = 8 * 1024


@dataclass(frozen=True, slots=True)
class Measured:
    """One case over all rounds: its own figures, those of its base (mean of before and after), and their ratios."""

    name: str
    unit: str
    values: list[float] = field(default_factory=list)
    bases: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        return [value / base for value, base in zip(self.values, self.bases, strict=True)]


def floor(directory: Path, seconds: float = 0.3) -> float:
    """How often a second this disk makes an 8 KiB overwrite durable (pwrite + fdatasync), with nothing around it."""
    with _overwriting(directory) as overwrite:
        count, began = 0, time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds:
            overwrite()
            count += 1
        return count / passed


def overwrites_ms(directory: Path, count: int, pause_s: float) -> list[float]:
    """How long each of so many durable overwrites takes, in milliseconds, after a pause each: a disk's bad moments."""
    taken_ms = []
    with _overwriting(directory) as overwrite:
        for _ in range(count):
            time.sleep(pause_s)
            began = time.perf_counter()
            overwrite()
            taken_ms.append((time.perf_counter() - began) * 1_000)
    return taken_ms


@contextmanager
def _overwriting(directory: Path) -> Iterator[Callable[[], None]]:
    """What overwrites 8 KiB of a file there, durably."""
    page = os.urandom(FLOOR_BYTES)
    handle, name = tempfile.mkstemp(dir=directory)

    def overwrite() -> None:
        os.pwrite(handle, page, 0)
        os.fdatasync(handle)

    try:
        os.pwrite(handle, page, 0)
        os.fsync(handle)
        yield overwrite
    finally:
        os.close(handle)
        Path(name).unlink()


def against(
    base: Callable[[], float], cases: Mapping[str, Callable[[], float]], *, unit: str, rounds: int = ROUNDS
) -> list[Measured]:
    """Run every case once a round, the base before and after each; `base` and the cases return figures of one unit."""
    measured = [Measured(name, unit) for name in cases]
    for _ in range(rounds):
        for row, case in zip(measured, cases.values(), strict=True):
            before = base()
            row.values.append(case())
            row.bases.append((before + base()) / 2)
    return measured


def figures_against(
    base: Callable[[], Mapping[str, float]],
    case: Callable[[], Mapping[str, float]],
    *,
    units: Mapping[str, str],
    rounds: int = ROUNDS,
) -> list[Measured]:
    """As `against`, for one case that gives several figures at once; `base` gives figures of the same names."""
    measured = [Measured(name, unit) for name, unit in units.items()]
    for _ in range(rounds):
        before, figures, after = base(), case(), base()
        for row in measured:
            row.values.append(figures[row.name])
            row.bases.append((before[row.name] + after[row.name]) / 2)
    return measured


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that at least `share` of them do not exceed: a value that occurred, never between two.

    >>> quantile([5.0, 1.0, 4.0, 2.0], 0.5), quantile([5.0, 1.0, 4.0, 2.0], 0.99)
    (2.0, 5.0)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def user_seconds(work: Callable[[], object]) -> float:
    """User CPU seconds of this process that `work` takes: what to quote for a computation on a shared machine.

    What earlier work left behind is collected first, so that nobody pays for somebody else's garbage.
    """
    gc.collect()
    began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    work()
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - began


def cpu_seconds(pid: int) -> float:
    """CPU seconds, user and system, that a process has used so far; 0 where /proc does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    # The program's name stands in parentheses and may hold anything; user and system ticks are fields 14 and 15.
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def print_heading(title: str, *, seed: int, rounds: int, packages: Sequence[str] = ()) -> None:
    """What somebody needs to repeat the run: title, seed, rounds, machine, versions."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    print(f"# {title}")
    print(f"seed {seed} · rounds {rounds} · {platform.platform()} · {_processor()} × {os.cpu_count()}")
    print(" · ".join([f"Python {sys.version.split()[0]}", f"SQLite {sqlite3.sqlite_version}", *versions]))


def print_table(measured: Sequence[Measured], *, base: str) -> None:
    """One line a case: figure, base and ratio, each as minimum – median – maximum over the rounds."""
    lines = [("case", "unit", "figure", base, f"ratio to {base}")]
    lines += [(row.name, row.unit, spread(row.values), spread(row.bases), spread(row.ratios)) for row in measured]
    print_columns(lines)


def print_columns(lines: Sequence[Sequence[str]]) -> None:
    """Lines of cells, each column as wide as its widest cell."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def spread(values: Sequence[float]) -> str:
    """Minimum – median – maximum."""
    return " – ".join(_figure(value) for value in (min(values), statistics.median(values), max(values)))


def _figure(value: float) -> str:
    """With no more digits than a measurement has."""
    return format(value, ",.0f" if value >= 100 else ".1f" if value >= 10 else ".2f")


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return platform.processor() or "unknown processor"
    names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
    return names[0] if names else platform.machine()
