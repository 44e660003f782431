"""Voices at arm's length: each lives in a process we start, watch, and start again when it breaks."""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Literal, Protocol

from displays.announcer.phrases import Language
from displays.announcer.sounds import NoSound, Samples, from_pcm, silence

VoiceName = Literal["espeak", "system", "text"]

SPEAK_TIMEOUT_S = 10.0
PCM_MAX = 5_000_000
"""Bytes of one answer: nearly two minutes."""


class Voice(Protocol):
    async def speak(self, text: str, language: Language) -> Samples:
        """The text as sound; raises `NoSound`, and may well succeed the next time."""

    async def close(self) -> None:
        """Let go of whatever makes the sound."""


class TextOnly:
    """No voice: the announcer prints what it would say, as it always does."""

    async def speak(self, text: str, language: Language) -> Samples:
        return silence(0)

    async def close(self) -> None:
        pass


class VoiceProcess:
    """A voice in its own process, which may crash or hang: both cost one sentence, never the next one."""

    def __init__(self, command: Sequence[str], timeout_s: float = SPEAK_TIMEOUT_S) -> None:
        self._command = command
        self._timeout_s = timeout_s
        self._process: asyncio.subprocess.Process | None = None

    async def speak(self, text: str, language: Language) -> Samples:
        try:
            async with asyncio.timeout(self._timeout_s):
                process = self._process or await self._start()
                return await _ask(process, {"language": language, "text": text})
        except TimeoutError:
            await self.close()
            raise NoSound(f"no answer from the voice in {self._timeout_s:g} s") from None
        except (OSError, EOFError, ValueError) as error:
            await self.close()
            raise NoSound(f"the voice broke: {error}") from None
        except asyncio.CancelledError:
            await self.close()  # half an answer may be in the pipe
            raise

    async def _start(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(*self._command, stdin=pipe, stdout=pipe)
        return self._process

    async def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _ask(process: asyncio.subprocess.Process, request: dict[str, str]) -> Samples:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(request).encode() + b"\n")
    await process.stdin.drain()
    line = await process.stdout.readline()
    if not line:
        raise EOFError("its process ended")
    header: dict[str, Any] = json.loads(line)
    if "error" in header:
        raise NoSound(str(header["error"]))
    if not 0 < header["bytes"] <= PCM_MAX:
        raise ValueError(f"{header['bytes']} bytes of sound")
    return from_pcm(await process.stdout.readexactly(header["bytes"]), header["rate_hz"])


def voice_of(name: VoiceName) -> Voice:
    """The voice a setting names."""
    if name == "text":
        return TextOnly()
    return VoiceProcess([sys.executable, "-m", f"displays.announcer.{name}_worker"])
