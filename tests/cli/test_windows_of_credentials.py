"""Tokens and accounts are for windows the hall has, as far as its journal can be asked."""

from pathlib import Path

import pytest

from engine.cli.root import CompositionRoot
from engine.core import events as e
from engine.http.accounts import read_accounts
from engine.journal.store import Store
from tests.builders import NINE, PLAN
from tests.hall_process import run

CLERK = ("--role", "clerk", "--window")
PASSWORD = ("--password", "a long password")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A stopped hall with the windows w01 and w02."""
    folder = tmp_path / "data"
    with CompositionRoot().record(folder) as record:
        record("test", (e.HallConfigured(PLAN, NINE),), NINE)
    return folder


@pytest.mark.parametrize(
    ("window", "said"), [("w1", "did you mean w01?"), ("zz", "choose one of: w01, w02"), ("nope", "可用的有：w01, w02")]
)
def test_window_the_hall_has_not_is_refused_with_those_it_has(data: Path, window: str, said: str) -> None:
    token = run("token", str(data), *CLERK, window)
    button = run("token", str(data), "--role", "device", "--device", "button-1", "--window", window)
    account = run("account", str(data), "c07", *CLERK, window, *PASSWORD)

    for done in (token, button, account):
        words = " ".join(done.stderr.replace("│", " ").split())
        assert done.returncode == 2 and not done.stdout
        assert f"no window {window}" in words and said in words
    assert not (data / "accounts.toml").exists() and not (data / "devices.json").exists()


def test_window_the_hall_has_is_taken(data: Path) -> None:
    assert run("token", str(data), *CLERK, "w02").returncode == 0
    assert run("account", str(data), "c07", *CLERK, "w02", *PASSWORD).returncode == 0
    assert read_accounts(data / "accounts.toml")["c07"].window_id == "w02"


def test_hall_that_runs_or_has_never_run_cannot_be_asked(data: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    running = Store(data)
    done = [run("token", str(folder), *CLERK, "w99").returncode for folder in (data, tmp_path / "new")]
    running.close()

    assert done == [0, 0]
