"""S7: whatever was acknowledged is in the journal, equal, after kill -9 at any moment."""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from engine.journal.inspection import inspect
from engine.journal.sqlite import SqliteJournal
from engine.ports import JournalInUse
from tests.journal.entries import keyed

ROOT = Path(__file__).parents[2]


@contextmanager
def appender(data: Path, seed: int) -> Iterator[subprocess.Popen[str]]:
    """A running child that has opened the journal; killed with SIGKILL in the end."""
    command = [sys.executable, "-m", "tests.journal.appender", str(data), str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline(), "the child opened the journal"
            yield child
        finally:
            child.kill()


def killed_after(child: subprocess.Popen[str], commits: int, pause_s: float) -> int:
    """Kill the child after so many acknowledgements and a moment more; the last position it acknowledged."""
    assert child.stdout is not None
    acknowledged = [child.stdout.readline() for _ in range(commits)]
    with suppress(subprocess.TimeoutExpired):
        child.wait(pause_s)
    child.kill()
    acknowledged += child.stdout.readlines()
    return max(int(line) for line in acknowledged if line.endswith("\n"))


async def test_acknowledged_entries_outlive_kill_9(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    for seed in range(5):
        with appender(tmp_path / "data", seed) as child:
            acknowledged = killed_after(child, chance.randrange(1, 50), chance.random() * 0.004)

        with inspect(tmp_path / "data") as inspection:
            assert inspection.findings() == []

        journal = SqliteJournal(tmp_path / "data")
        recovered = await journal.open()
        await journal.close()
        assert recovered.last_position >= acknowledged
        assert list(recovered.entries) == keyed(1, recovered.last_position)


async def test_refusal_names_the_process_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    with appender(tmp_path / "data", seed=1) as child:
        with pytest.raises(JournalInUse, match=str(child.pid)):
            await SqliteJournal(tmp_path / "data").open()
        with pytest.raises(JournalInUse, match=str(child.pid)), inspect(tmp_path / "data"):
            pass
        child.kill()
        child.wait()

        journal = SqliteJournal(tmp_path / "data")
        await journal.open()
        await journal.close()
