"""A process of ours that is kept running: started on a leash, restarted when it dies, never left behind."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from engine.mqtt import leash

START_TIMEOUT_S: Final = 5.0
STOP_TIMEOUT_S: Final = 2.0
RESTART_PAUSE_S: Final = (0.05, 0.2, 0.5, 1.0, 2.0)

_log = logging.getLogger(__name__)


class ChildFailed(Exception):
    """The process did not start; the message ends with the last line it wrote."""


class Child:
    """One program with its arguments, its pid file and its log; `address` is where it answers once it is up."""

    def __init__(self, command: Sequence[str], folder: Path, address: tuple[str, int]) -> None:
        self._command = command
        self._pid_path = folder / "pid"
        self._log_path = folder / "log"
        self._address = address
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process as it is now; None while there is none."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    def hang_up(self) -> None:
        """Ask the program to read its configuration again."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGHUP)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep it running inside the block; raises `ChildFailed` when it does not start even once."""
        await self._start()
        keeping = asyncio.create_task(self._keep_running())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await self._stop()

    async def _keep_running(self) -> None:
        failures = 0
        while True:
            assert self._process is not None
            code = await self._process.wait()
            _log.error("%s ended with %s and is started again", Path(self._command[0]).name, code)
            await asyncio.sleep(RESTART_PAUSE_S[min(failures, len(RESTART_PAUSE_S) - 1)])
            try:
                await self._start()
                failures = 0
            except ChildFailed as failed:
                failures += 1
                _log.error("%s", failed)

    async def _start(self) -> None:
        with self._log_path.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-S",
                leash.__file__,
                str(os.getpid()),
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C in the terminal is for the hall, which ends its broker last
            )
        self._pid_path.write_text(str(self._process.pid))
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                while not await answers(*self._address):
                    if self._process.returncode is not None:
                        raise ChildFailed(self._last_words())
                    await asyncio.sleep(0.01)
        except TimeoutError:
            await self._stop()
            raise ChildFailed(self._last_words()) from None
        except asyncio.CancelledError:
            await self._stop()
            raise

    async def _stop(self) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
            except TimeoutError:
                process.kill()
                await process.wait()
        self._pid_path.unlink(missing_ok=True)

    def _last_words(self) -> str:
        lines = self._log_path.read_text(errors="replace").strip().splitlines()
        return f"{Path(self._command[0]).name} did not start: {lines[-1] if lines else 'it said nothing'}"


async def answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        async with asyncio.timeout(1.0):
            _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True


async def end_orphan(folder: Path) -> None:
    """End the process an earlier engine left behind, if the pid file names one of this folder."""
    path = folder / "pid"
    try:
        pid = int(path.read_text())
    except (FileNotFoundError, ValueError):
        return
    for way in (signal.SIGTERM, signal.SIGKILL):
        if str(folder) not in await asyncio.to_thread(_command_of, pid):
            break
        with suppress(ProcessLookupError):
            os.kill(pid, way)
        for _ in range(100):
            if not await asyncio.to_thread(_command_of, pid):
                break
            await asyncio.sleep(0.02)
    path.unlink(missing_ok=True)


def _command_of(pid: int) -> str:
    """The command line of a process, empty when there is none."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    asked = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return asked.stdout
