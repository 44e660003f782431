"""Somebody who follows a page word by word, in an empty folder, with a hall on free ports instead of the usual ones.

What to do with a block stands behind its fence:

- `sh serve`: a hall, which runs until the page stops it or ends;
- `sh run`: a command that ends by itself, and well;
- `sh asks`: the same, and it asks for a password twice;
- `sh background`: a device, which runs until the page stops it or ends;
- `sh until`: a command that is tried until it shows what the page says it shows;
- `sh stopped`: a command for after Ctrl-C in the hall's terminal.

A line `# → words` says what the output has in it. Any other block is for reading.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.docs.pages import Block
from tests.hall_process import HallProcess
from tests.waiting import until_now

KINDS: Final = ("serve", "run", "asks", "background", "until", "stopped")
PASSWORD: Final = "a long password"
BLOCK_S: Final = 300
"""A compiled run may have to be compiled first, on a machine that does other things beside."""
TRIES_S: Final = 20
LOOK_S: Final = 0.2

_SERVE: Final = re.compile(r"jiaohao serve (?P<hall>\S+) --data (?P<data>\S+)")


def kind_of(block: Block) -> str | None:
    """One of `KINDS`, or None for a block that is only read."""
    language, _, kind = block.kind.partition(" ")
    return kind if language == "sh" and kind in KINDS else None


class Reader:
    """Works in `folder`; use as a context, which ends every process it started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hall: HallProcess | None = None
        self._devices: list[subprocess.Popen[bytes]] = []
        self._environment = os.environ | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
        }

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def follow(self, block: Block) -> None:
        """Do what a block says; fails when it does not do what the page says it does."""
        kind = kind_of(block)
        if kind == "serve":
            self._serve(block.text)
        elif kind == "background":
            self._start(block.text)
        elif kind == "until":
            self._try_until_shown(block)
        elif kind is not None:
            if kind == "stopped":
                self._stop()
            code, printed = self._run(block.text, f"{PASSWORD}\n" * 2 if kind == "asks" else "")
            assert (code, _missing(block, printed)) == (0, []), f"{block.text}\n{printed}"

    def _serve(self, text: str) -> None:
        found = _SERVE.search(text)
        assert found, f"not a hall: {text}"
        file = self._folder / found["hall"]
        hall = str(file) if file.exists() else found["hall"]
        self._hall = HallProcess(hall, self._folder / found["data"], "--mqtt", "127.0.0.1:0").start()

    def _start(self, text: str) -> None:
        device = subprocess.Popen(
            ["sh", "-c", self._here(text)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env=self._environment,
            start_new_session=True,
        )
        self._devices.append(device)

    def _try_until_shown(self, block: Block) -> None:
        printed = ""

        def shown() -> bool:
            nonlocal printed
            code, printed = self._run(block.text, "")
            return code == 0 and not _missing(block, printed)

        try:
            until_now(shown, TRIES_S, look_s=LOOK_S)
        except AssertionError as late:
            raise AssertionError(f"{block.text}\n{printed}") from late

    def _run(self, text: str, typed: str) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "-e", "-c", self._here(text)],
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=BLOCK_S,
            check=False,
            cwd=self._folder,
            env=self._environment,
        )
        return done.returncode, done.stdout

    def _here(self, text: str) -> str:
        """The usual addresses replaced by those of this hall."""
        if self._hall is None:
            return text
        text = text.replace("http://127.0.0.1:8080", self._hall.http)
        text = text.replace("127.0.0.1:1883", f"127.0.0.1:{self._hall.mqtt_port}")
        return text.replace("-p 1883", f"-p {self._hall.mqtt_port}")

    def _stop(self) -> None:
        for device in self._devices:
            # The shell and the device it started are a group of their own.
            os.killpg(device.pid, signal.SIGTERM)
            device.wait(10)
        self._devices.clear()
        if self._hall is not None:
            assert self._hall.stop() == 0
            self._hall = None


def _missing(block: Block, printed: str) -> list[str]:
    return [words for words in re.findall(r"^# → (.+)$", block.text, re.M) if words not in printed]
