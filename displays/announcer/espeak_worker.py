"""The espeak voice, in a process of its own: espeak-ng is GPL software, and this program is not linked with it.

`python -m displays.announcer.espeak_worker` loads the library that the package espeakng-loader brings (1.52, which
reads Mandarin right); where that is missing it runs the `espeak-ng` of the machine.
"""

import ctypes
import io
import shutil
import subprocess
import wave

from displays.announcer.worker import Render, serve

LIBRARY_VOICES = {"zh": "cmn", "en": "en", "yue": "yue"}
PROGRAM_VOICES = LIBRARY_VOICES | {"zh": "cmn-latn-pinyin"}
"""Debian's 1.51 reads Hanzi as English gibberish with `cmn`, and rightly with the pinyin voice."""
RENDER_TIMEOUT_S = 8

_RETRIEVAL, _CHARACTER_POSITION, _UTF8 = 1, 1, 1


def main() -> None:
    serve(_library() or _program())


def _library() -> Render | None:
    try:
        import espeakng_loader
    except ImportError:
        return None
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate_hz = library.espeak_Initialize(_RETRIEVAL, 0, str(espeakng_loader.get_data_path()).encode(), 0)
    if rate_hz <= 0:
        raise SystemExit("espeak does not start: its data is missing")
    pcm = bytearray()

    def collect(samples: int | None, count: int, events: int | None) -> int:
        if samples and count > 0:
            pcm.extend(ctypes.string_at(samples, 2 * count))
        return 0

    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(collect)
    library.espeak_SetSynthCallback(callback)

    def render(text: str, language: str) -> tuple[bytes, int]:
        assert callback  # the library holds only a pointer to it
        pcm.clear()
        if library.espeak_SetVoiceByName(LIBRARY_VOICES[language].encode()) != 0:
            raise ValueError(f"espeak has no voice for {language}")
        words = text.encode()
        if library.espeak_Synth(words, len(words) + 1, 0, _CHARACTER_POSITION, 0, _UTF8, None, None) != 0:
            raise ValueError("espeak could not speak")
        library.espeak_Synchronize()
        return bytes(pcm), rate_hz

    return render


def _program() -> Render:
    program = shutil.which("espeak-ng")
    if program is None:
        raise SystemExit("no espeak here: install espeakng-loader (pip) or espeak-ng (apt)")

    def render(text: str, language: str) -> tuple[bytes, int]:
        made = subprocess.run(
            [program, "-v", PROGRAM_VOICES[language], "--stdin", "--stdout"],
            input=text.encode(),
            capture_output=True,
            timeout=RENDER_TIMEOUT_S,
            check=False,
        )
        if made.returncode != 0:
            raise ValueError(made.stderr.decode(errors="replace").strip() or "espeak-ng failed")
        with wave.open(io.BytesIO(made.stdout)) as reader:  # the header of a stream knows no length: read what is there
            return reader.readframes(len(made.stdout)), reader.getframerate()

    return render


if __name__ == "__main__":
    main()
