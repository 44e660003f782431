"""The machine's own voices (SAPI5, macOS, espeak on Linux) through pyttsx3, in a process of its own: drivers may hang.

`python -m displays.announcer.system_worker`
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from displays.announcer.sounds import RATE_HZ, NoSound, from_wav
from displays.announcer.worker import serve

FILE_WAIT_S = 5.0
VOICES = {
    "zh": ("cmn-latn-pinyin", "zh[-_]cn", "zh[-_]hans", "huihui", "kangkang", "yaoyao", "ting-?ting", "mandarin"),
    "en": (r"\ben[-_]gb", r"\ben[-_]us", "english", "zira", "david", "samantha", "daniel"),
    "yue": (r"\byue\b", "zh[-_]hk", "cantonese", "tracy", "sin-?ji"),
}
"""What marks a voice as speaking a language, surest first: identifiers of Linux, Windows and macOS."""


def main() -> None:
    import pyttsx3

    engine = pyttsx3.init()

    def render(text: str, language: str) -> tuple[bytes, int]:
        engine.setProperty("voice", _voice(engine, language))
        with tempfile.TemporaryDirectory(prefix="announcer-") as folder:
            path = Path(folder) / "speech.wav"
            engine.save_to_file(text, str(path))
            engine.runAndWait()
            return _read(path).tobytes(), RATE_HZ

    serve(render)


def _voice(engine: Any, language: str) -> str:
    """The identifier of the machine's best voice for a language; raises `ValueError` when it has none."""
    voices = {f"{voice.id} {voice.name} {voice.languages}": str(voice.id) for voice in engine.getProperty("voices")}
    for mark in VOICES[language]:
        for description, voice_id in voices.items():
            if re.search(mark, description, re.IGNORECASE):
                return voice_id
    raise ValueError(f"this machine has no voice for {language}")


def _read(path: Path) -> Any:
    """The samples once they are all there: a driver may still be writing when it says that it is done."""
    deadline = time.monotonic() + FILE_WAIT_S
    size_before = -1
    while time.monotonic() < deadline:
        size = path.stat().st_size if path.exists() else 0
        if size > 44 and size == size_before:
            if sys.platform == "darwin":  # macOS writes AIFF whatever the name says
                _convert(path)
            try:
                return from_wav(path.read_bytes())
            except NoSound as error:
                raise ValueError(f"the system voice left no WAV: {error}") from None
        size_before = size
        time.sleep(0.02)
    raise ValueError(f"the system voice left no sound within {FILE_WAIT_S:g} s")


def _convert(path: Path) -> None:
    target = path.with_suffix(".pcm.wav")
    command = ["afconvert", "-f", "WAVE", "-d", f"LEI16@{RATE_HZ}", "-c", "1", str(path), str(target)]
    subprocess.run(command, check=True, timeout=FILE_WAIT_S)
    target.replace(path)


if __name__ == "__main__":
    main()
