"""A real hall in a process of its own, as a technician starts it: for tests that kill, restart and look at it."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from engine.halls import shipped_text

READY_S = 20.0


def run(*arguments: str, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
    """`jiaohao …` as somebody types it; waits for its end."""
    return subprocess.run(
        [sys.executable, "-m", "engine", *arguments], capture_output=True, text=True, timeout=timeout_s, check=False
    )


def at_ten(hall: str, copy: Path) -> str:
    """A hall's file, copied to where it is about ten o'clock now: what a test sees does not hang on when it runs."""
    text = Path(hall).read_text("utf-8") if Path(hall).exists() else shipped_text(hall)
    east = (10 - time.gmtime().tm_hour + 11) % 24 - 11
    # The signs of these names are turned round: Etc/GMT-8 is eight hours ahead.
    moved, count = re.subn(r'timezone = ".*"', f'timezone = "Etc/GMT{-east:+d}"', text)
    assert count == 1, f"no timezone in {hall}"
    copy.write_text(moved, "utf-8")
    return str(copy)


class HallProcess:
    """`jiaohao serve` at ten o'clock (or `demo`) on free ports; `http` and `mqtt` are known once it is ready."""

    def __init__(self, hall: str, data: Path, *more: str, command: str = "serve", http: str = "127.0.0.1:0") -> None:
        served = at_ten(hall, data.with_name(f"{data.name}.toml")) if command == "serve" else hall
        self._arguments = [command, served, "--data", str(data), *more]
        self._http = http
        self.data = data
        self.http = ""
        self.mqtt_port = 0
        self.log: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> "HallProcess":
        """Start it and wait for its ready line; a restart takes the same HTTP port again."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine", *self._arguments, "--http", self._http],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stderr is not None and self.process.stdout is not None
        threading.Thread(target=self.log.extend, args=(self.process.stderr,), daemon=True).start()
        watchdog = threading.Timer(READY_S, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        watchdog.cancel()
        found = re.fullmatch(r"ready (http://\S+:(\d+)) mqtt://\S+:(\d+)\n", line)
        assert found, f"not ready: {line!r} {''.join(self.log)}"
        self.http, self.mqtt_port = found[1], int(found[3])
        self._http = f"127.0.0.1:{found[2]}"
        return self

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        os.kill(process.pid, number)
        code = process.wait(15)
        assert process.stdout is not None
        process.stdout.close()
        return code

    def token(self, role: str, **bound: str) -> str:
        """A bearer token from the command line."""
        options = [word for name, value in bound.items() for word in (f"--{name}", value)]
        done = run("token", str(self.data), "--role", role, *options)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, token: str = "", key: str = ""
    ) -> tuple[int, dict[str, Any]]:
        """One request to the API; status and JSON."""
        headers = {"Content-Type": "application/json", "Accept-Language": "en"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        request = urllib.request.Request(
            f"{self.http}/api/v1{path}",
            method=method,
            headers=headers,
            data=json.dumps(body or {}).encode() if method == "POST" else None,
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)
