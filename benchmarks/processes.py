"""Processes that a benchmark starts: a hall as a technician starts it, and helpers that talk in lines of JSON."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

READY_S: Final = 30.0
END_S: Final = 15.0


@cache
def as_installed() -> dict[str, str]:
    """The environment of a program that finds its modules compiled after its first start, as an installed one does.

    A machine for development may be told to keep no compiled modules, and every start would compile them all.
    """
    folder = tempfile.TemporaryDirectory(prefix="jiaohao-compiled-")
    _KEPT.append(folder)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": folder.name}


_KEPT: Final[list[tempfile.TemporaryDirectory[str]]] = []
"""Folders that last as long as this process."""


class HallProcess:
    """`jiaohao serve HALL --data DATA` on free ports; `http_port` and `mqtt_port` are known once it is ready."""

    def __init__(self, hall: str, data: Path, *, mqtt: str = "127.0.0.1:0") -> None:
        self._arguments = ["serve", hall, "--data", str(data), "--http", "127.0.0.1:0", "--mqtt", mqtt]
        self._data = data
        self.http_port = 0
        self.mqtt_port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait for its ready line; raises `RuntimeError` with what it complained of."""
        with (self._data.parent / f"{self._data.name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "engine", *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=as_installed(),
            )
        self._process = process
        assert process.stdout is not None
        with _ended_after(process, READY_S):
            line = process.stdout.readline().decode()
        found = re.fullmatch(r"ready http://\S+:(\d+) mqtt://\S+:(\d+)\n", line)
        if found is None:
            self.kill()
            raise RuntimeError(f"the hall was not ready: {line!r}\n{Path(log.name).read_text(errors='replace')}")
        self.http_port, self.mqtt_port = int(found[1]), int(found[2])

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, as an init system would."""
        self._end(signal.SIGTERM)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def token(self, role: str) -> str:
        """A bearer token from the command line."""
        command = [sys.executable, "-m", "engine", "token", str(self._data), "--role", role]
        run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=READY_S, env=as_installed())
        return run.stdout.strip()

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        os.kill(process.pid, number)
        process.wait(END_S)
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def running_hall(hall: str, data: Path, *, mqtt: str = "127.0.0.1:0") -> Iterator[HallProcess]:
    """A hall that answers on both doors inside the block."""
    process = HallProcess(hall, data, mqtt=mqtt)
    process.start()
    try:
        yield process
    finally:
        process.stop()


class Helper:
    """A module run in a process of its own: a line of JSON in is a question, the next line out is its answer."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=as_installed(),
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, question: object, *, timeout_s: float = READY_S) -> Any:
        """What it answers; raises `RuntimeError` when it ends, or is ended, without an answer."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with _ended_after(self._process, timeout_s):
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} gave no answer; what it said is above")
        return json.loads(line)

    def close(self) -> None:
        """Close its standard input, which ends it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(END_S)
        self._process.stdout.close()


@contextmanager
def helper(module: str) -> Iterator[Helper]:
    """A helper inside the block."""
    started = Helper(module)
    try:
        yield started
    finally:
        started.close()


@contextmanager
def _ended_after(process: "subprocess.Popen[Any]", seconds: float) -> Iterator[None]:
    """End the process if the block takes longer: whoever reads from it then sees the end of its output."""
    watchdog = threading.Timer(seconds, process.kill)
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()
