"""The inside of a voice process: one JSON line in, one JSON line and its samples out, until standard input ends.

- asked: `{"language": "zh", "text": "请 A 零 一 二 号"}`
- answered: `{"rate_hz": 22050, "bytes": 148000}` and that many bytes of little-endian 16-bit mono
- or: `{"error": "why there is no sound"}`
"""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

Render = Callable[[str, str], tuple[bytes, int]]
"""Takes a text and its language, gives samples and their rate in hertz; raises `OSError` or `ValueError`."""

_LETTER_A = re.compile(r"\bA(?= [0-9A-Z]\b)")


def serve(render: Render) -> None:
    """Answer requests until standard input ends, that is until the announcer is gone."""
    # Speech libraries print what they like: nobody hears it, the answers have a door of their own.
    with os.fdopen(os.dup(1), "wb") as answers, Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        for line in sys.stdin.buffer:
            request = json.loads(line)
            try:
                pcm, rate_hz = render(pronounceable(request["text"], request["language"]), request["language"])
                header: dict[str, object] = {"rate_hz": rate_hz, "bytes": len(pcm)}
            except (OSError, ValueError) as error:
                pcm, header = b"", {"error": str(error)}
            answers.write(json.dumps(header).encode() + b"\n" + pcm)
            answers.flush()


def pronounceable(text: str, language: str) -> str:
    """English with a comma behind a lone A before a number: without it espeak reads the article, "uh 0 1 2".

    >>> pronounceable("Ticket A 0 1 2", "en")
    'Ticket A, 0 1 2'
    """
    return _LETTER_A.sub("A,", text) if language == "en" else text
