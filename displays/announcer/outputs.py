"""Where sound goes: to the loudspeaker through a program the machine has, or into a folder of WAV files."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from displays.announcer.sounds import NoSound, Samples, seconds, to_wav

FILES_KEPT = 1_000
PLAY_GRACE_S = 5.0

_WINSOUND = "import sys, winsound; winsound.PlaySound(sys.argv[1], winsound.SND_FILENAME)"


class Output(Protocol):
    async def play(self, samples: Samples, name: str) -> None:
        """Return when the sound was heard or is on disk; raises `NoSound`. `name` is a file name without ending."""


class WavFolder:
    """One WAV file per announcement, the newest thousand of them."""

    def __init__(self, folder: Path, kept: int = FILES_KEPT) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._files = sorted(folder.glob("*.wav"))
        self._kept = kept

    async def play(self, samples: Samples, name: str) -> None:
        path = self._folder / f"{name}.wav"
        try:
            await asyncio.to_thread(_write, path, to_wav(samples))
            self._files.append(path)
            while len(self._files) > self._kept:
                self._files.pop(0).unlink(missing_ok=True)
        except OSError as error:
            raise NoSound(str(error)) from None


class SoundCard:
    """The loudspeaker, through a command that plays the WAV file named last; one announcement at a time."""

    def __init__(self, command: Sequence[str], grace_s: float = PLAY_GRACE_S) -> None:
        self._command = command
        self._grace_s = grace_s

    async def play(self, samples: Samples, name: str) -> None:
        with tempfile.TemporaryDirectory(prefix="announcer-") as folder:
            path = Path(folder) / f"{name}.wav"
            _write(path, to_wav(samples))
            process = await self._start(path)
            try:
                async with asyncio.timeout(seconds(samples) + self._grace_s):
                    code = await process.wait()
            except TimeoutError:
                raise NoSound(f"{self._command[0]} did not finish") from None
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if code != 0:
            raise NoSound(f"{self._command[0]} ended with {code}")

    async def _start(self, path: Path) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(*self._command, str(path), stdin=asyncio.subprocess.DEVNULL)
        except OSError as error:
            raise NoSound(str(error)) from None


def player_command() -> Sequence[str] | None:
    """The command that plays a WAV file on this machine, None when it has no sound card or no player."""
    if sys.platform == "win32":
        return (sys.executable, "-c", _WINSOUND)
    if sys.platform == "darwin":
        return ("afplay",)
    pulse = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"), "pulse", "native")
    if shutil.which("paplay") and ("PULSE_SERVER" in os.environ or pulse.exists()):
        return ("paplay",)
    cards = Path("/proc/asound/cards")
    if shutil.which("aplay") and cards.exists() and "[" in cards.read_text():
        return ("aplay", "-q")
    return None


def _write(path: Path, wav: bytes) -> None:
    half = path.with_suffix(".part")
    half.write_bytes(wav)
    half.replace(path)
