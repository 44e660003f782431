"""Each example does what it says, against a real hall."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.hall_process import HallProcess, run

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
LINES_S: Final = 20.0
PROGRAM_S: Final = 40.0
NEEDS_CURL: Final = pytest.mark.skipif(
    shutil.which("curl") is None and os.environ.get("CI") != "true", reason="needs curl"
)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[HallProcess]:
    process = HallProcess(str(EXAMPLES / "counter.toml"), tmp_path / "data", "--mqtt", "127.0.0.1:0").start()
    yield process
    process.kill()


class BoardFeed:
    """`examples/board_feed.py`, read line by line; killed when a line does not come."""

    def __init__(self, url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(EXAMPLES / "board_feed.py"), url],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def line(self) -> str:
        assert self._process.stdout is not None
        watchdog = threading.Timer(LINES_S, self._process.kill)
        watchdog.start()
        read = self._process.stdout.readline()
        watchdog.cancel()
        return read.strip()

    def close(self) -> None:
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait(10)
        self._process.stdout.close()


@pytest.fixture
def board(hall: HallProcess) -> Iterator[BoardFeed]:
    feed = BoardFeed(hall.http)
    yield feed
    feed.close()


def draw(hall: HallProcess, *, key: str, service: str = "tax") -> tuple[int, dict[str, Any]]:
    """`examples/kiosk.sh`; its exit code and the answer it prints."""
    return _answer(
        ["sh", str(EXAMPLES / "kiosk.sh"), service],
        {"HALL": hall.http, "TOKEN": hall.token("kiosk"), "KEY": key, "LANG": "en"},
    )


def press(hall: HallProcess, verb: str) -> tuple[int, dict[str, Any]]:
    """`examples/button.py` at window 2; its exit code and the answer it prints."""
    where = ["127.0.0.1", str(hall.mqtt_port), "example", "counter", "desk-2", "w02"]
    return _answer(
        [sys.executable, str(EXAMPLES / "button.py"), *where, verb],
        {"JIAOHAO_TOKEN": hall.token("device", device="desk-2", window="w02")},
    )


def _answer(command: list[str], variables: dict[str, str]) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        command, env=os.environ | variables, capture_output=True, text=True, timeout=PROGRAM_S, check=False
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_the_counter_has_nothing_to_mend() -> None:
    assert run("check", str(EXAMPLES / "counter.toml")).returncode == 0


@NEEDS_CURL
def test_the_kiosk_asked_twice_under_one_key_draws_one_number(hall: HallProcess) -> None:
    first, again, other = draw(hall, key="k-1"), draw(hall, key="k-1"), draw(hall, key="k-2")

    assert (first[0], first[1]["number"]) == (0, "B001")
    assert again == first
    assert other[1]["number"] == "B002"


@NEEDS_CURL
def test_the_kiosk_shows_a_refusal_and_fails(hall: HallProcess) -> None:
    code, problem = draw(hall, key="k-1", service="fishing")

    assert code != 0
    assert problem["code"] == "service-unknown"


def test_the_button_opens_and_calls_and_hears_a_no(hall: HallProcess) -> None:
    hall.ask("POST", "/tickets", {"service": "tax"}, token=hall.token("kiosk"))

    opened, called, again = press(hall, "open"), press(hall, "call-next"), press(hall, "call-next")

    assert opened[0] == called[0] == 0
    assert called[1]["result"]["ticket"]["number"] == "B001"
    assert (again[0], again[1]["code"]) == (1, "window-busy")


def test_the_board_shows_calls_and_goes_on_after_a_kill(hall: HallProcess, board: BoardFeed) -> None:
    admin = hall.token("admin")
    for _ in range(2):
        hall.ask("POST", "/tickets", {"service": "tax"}, token=admin)
    hall.ask("POST", "/windows/w01/open", token=admin)
    hall.ask("POST", "/windows/w02/open", token=admin)

    assert board.line().startswith("示例柜台")
    hall.ask("POST", "/windows/w02/call-next", token=admin)
    assert board.line() == "请B001号到2号窗口办理 · Ticket B001, please go to window 2"
    hall.kill()
    hall.start()
    hall.ask("POST", "/windows/w02/begin", token=admin)
    hall.ask("POST", "/windows/w02/finish", token=admin)
    hall.ask("POST", "/windows/w02/call-next", token=admin)
    assert any("B002" in board.line() for _ in range(2))
