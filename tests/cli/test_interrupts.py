"""Ctrl-C at any moment ends a command in a sentence and with 130; what is being loaded is loaded first."""

import importlib
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest
import typer

import engine.cli
from engine import interrupts
from engine.cli.root import CompositionRoot
from engine.interrupts import INTERRUPTED
from tests.sim.command_line import run

AT_MOST_S = 10


@pytest.fixture(autouse=True)
def arranged() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    interrupts.arrange()
    yield
    interrupts.end()
    signal.signal(signal.SIGINT, before)


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_ctrl_c_before_there_is_a_command_ends_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine.cli, "make_app", lambda *_: press())

    with pytest.raises(SystemExit) as ended:
        engine.cli.main()

    assert ended.value.code == INTERRUPTED
    assert capsys.readouterr().err == "已中断，没有做完 / Interrupted before it was done\n"


def test_ctrl_c_within_a_command_ends_in_the_same_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = typer.Typer()
    app.command()(press)
    monkeypatch.setattr(engine.cli, "make_app", lambda *_: app)
    monkeypatch.setattr(sys, "argv", ["jiaohao"])

    with pytest.raises(SystemExit) as ended:
        engine.cli.main()

    assert ended.value.code == INTERRUPTED
    assert capsys.readouterr().err.count("Interrupted") == 1


def test_ctrl_c_that_a_library_takes_for_a_mistake_is_still_ctrl_c(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def make_app(*_: object) -> None:
        try:
            press()
        except KeyboardInterrupt:
            raise ValueError("cannot be built") from None

    monkeypatch.setattr(engine.cli, "make_app", make_app)

    with pytest.raises(SystemExit) as ended:
        engine.cli.main()

    assert ended.value.code == INTERRUPTED
    assert capsys.readouterr().err == "已中断，没有做完 / Interrupted before it was done\n"


def test_ctrl_c_that_is_lost_is_raised_again() -> None:
    with suppress(KeyboardInterrupt):
        press()

    with pytest.raises(KeyboardInterrupt):
        Event().wait(AT_MOST_S)


def test_ctrl_c_does_not_break_in_on_who_puts_things_in_order_because_of_it() -> None:
    with pytest.raises(KeyboardInterrupt):
        try:
            press()
        finally:
            press()


PRESSED = "import signal\nsignal.raise_signal(signal.SIGINT)\nis_whole = True\n"


def test_a_module_that_is_loading_is_loaded_before_ctrl_c_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "interrupted_while_loading.py").write_text(PRESSED, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    loaded = importlib.import_module("interrupted_while_loading")
    with pytest.raises(KeyboardInterrupt):
        Event().wait(AT_MOST_S)

    assert loaded.is_whole


def test_what_runs_until_ctrl_c_has_the_arrangement_of_python() -> None:
    interrupts.hand_back()

    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_breaks_off_reading_a_journal_leaves_no_reader_behind(tmp_path: Path) -> None:
    run("simulate", "hall1", "--journal", str(tmp_path / "d"))

    with CompositionRoot().entries(tmp_path / "d") as entries:
        next(entries)

    assert list(entries) == []


def test_ctrl_c_that_was_put_off_is_not_lost_on_who_makes_an_arrangement_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "interrupted_before_a_device.py").write_text(PRESSED, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    importlib.import_module("interrupted_before_a_device")

    with pytest.raises(KeyboardInterrupt):
        interrupts.hand_back()
