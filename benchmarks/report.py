"""A report of a large hall's day and month, beside merely reading the same rows of the journal out of SQLite.

The floor is what any program has to do: fetch every row of the period and unpack its MessagePack. Then: the whole
command as somebody calls it, its start included, and the memory it takes over a month beside a few days.

    python -m benchmarks.report [--days N]
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Final

import msgpack

from benchmarks.measure import ROUNDS, against, print_heading, print_table, user_seconds
from benchmarks.processes import as_installed
from engine.journal.inspection import inspect
from engine.report.period import Days, Period
from engine.report.reading import read

SCENARIO: Final = "lanzhou"
FIRST_DAY: Final = "2026-03-02"
DAY: Final = Period("day", "20260302")
MONTH: Final = Period("month", "202603")
FEW_DAYS: Final = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=22, help="working days of the month (default: 22)")
    days: int = parser.parse_args().days
    print_heading(f"report of {SCENARIO}, {days} days", seed=1, rounds=ROUNDS, packages=("msgpack",))
    with tempfile.TemporaryDirectory() as name:
        data, few = Path(name) / "month", Path(name) / "few"
        write_journal(data, days)
        write_journal(few, FEW_DAYS)
        for period in (DAY, MONTH):
            case = {f"{period.kind}, figures": partial(figures_s, data, period)}
            print_table(against(partial(floor_s, data, period), case, unit="user s"), base="rows only")
        # The first report of a machine finds its modules not compiled yet.
        command(data, DAY)
        for period in (DAY, MONTH):
            wall_s, user_s, peak_mib, issued = command(data, period)
            print(
                f"jiaohao report --{period.kind}: {wall_s:.2f} s, {user_s:.2f} s of them user;"
                f" {peak_mib} MiB, {issued:,} issued"
            )
        _, _, peak_mib, issued = command(few, MONTH)
        print(f"the same command over {FEW_DAYS} days: {peak_mib} MiB, {issued:,} issued")


def write_journal(data: Path, days: int) -> None:
    """Days of the scenario as the exact simulator leaves them."""
    simulate = ["simulate", SCENARIO, "--days", str(days), "--date", FIRST_DAY, "--journal", str(data)]
    subprocess.run([sys.executable, "-m", "engine", *simulate], check=True, capture_output=True, env=as_installed())


def figures_s(data: Path, period: Period) -> float:
    """User CPU seconds from a stopped journal to the figures."""

    def work() -> None:
        with inspect(data) as journal:
            stretch = Days(journal.marks()).stretch(period)
            assert read(stretch, journal.bodies(stretch.after, stretch.upto))["total"]["issued"]

    return user_seconds(work)


def floor_s(data: Path, period: Period) -> float:
    """User CPU seconds to fetch the same rows with plain SQLite and unpack them."""
    with inspect(data) as journal:
        stretch = Days(journal.marks()).stretch(period)
    upto = stretch.upto or sys.maxsize

    def work() -> None:
        connection = sqlite3.connect(f"{(data / 'journal.db').resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        found = connection.execute(
            "SELECT at_ms, body FROM entries WHERE last_position > ? AND last_position <= ? ORDER BY last_position",
            (stretch.after, upto),
        )
        for _, body in found:
            msgpack.unpackb(body)
        connection.close()

    return user_seconds(work)


def command(data: Path, period: Period) -> tuple[float, float, int, int]:
    """Wall and user seconds of the whole command, its peak memory in MiB, and how many numbers it says were issued."""
    began = time.perf_counter()
    arguments = ["report", str(data), f"--{period.kind}", period.text, "--json"]
    process = subprocess.Popen([sys.executable, "-m", "engine", *arguments], stdout=subprocess.PIPE, env=as_installed())
    assert process.stdout is not None
    issued = json.loads(process.stdout.read())["total"]["issued"]
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0
    return time.perf_counter() - began, used.ru_utime, used.ru_maxrss // 1_024, issued


if __name__ == "__main__":
    main()
