"""Voices in processes of their own: they may crash, hang or babble, and the next sentence is spoken all the same."""

import sys
from pathlib import Path

import pytest

from displays.announcer.phrases import LANGUAGES, Language, phrase
from displays.announcer.sounds import NoSound, seconds
from displays.announcer.voices import VoiceProcess, voice_of
from displays.announcer.worker import pronounceable

MOODY = """
import json, signal, sys
for line in sys.stdin:
    text = json.loads(line)["text"]
    if text == "crash":
        sys.exit(3)
    if text == "hang":
        signal.pause()
    if text == "babble":
        print("Audio saved to somewhere", flush=True)
        continue
    answer = {"error": "no such word"} if text == "refuse" else {"rate_hz": 22050, "bytes": 44100}
    print(json.dumps(answer), flush=True)
    if "bytes" in answer:
        sys.stdout.buffer.write(b"\\x01\\x10" * 22050)
        sys.stdout.buffer.flush()
"""


@pytest.fixture
def moody(tmp_path: Path) -> VoiceProcess:
    script = tmp_path / "moody.py"
    script.write_text(MOODY)
    return VoiceProcess([sys.executable, str(script)], timeout_s=2)


@pytest.mark.parametrize("mood", ["crash", "hang", "babble", "refuse"])
async def test_a_broken_voice_costs_one_sentence(moody: VoiceProcess, mood: str) -> None:
    with pytest.raises(NoSound):
        await moody.speak(mood, "zh")

    after = await moody.speak("hello", "zh")

    assert seconds(after) == 1.0
    await moody.close()


async def test_a_voice_that_cannot_start_is_no_sound() -> None:
    with pytest.raises(NoSound):
        await VoiceProcess(["/nonexistent/voice"]).speak("hello", "en")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_espeak_reads_a_call_in_each_language(language: Language) -> None:
    pytest.importorskip("espeakng_loader")
    espeak = voice_of("espeak")

    speech = await espeak.speak(phrase(language, "A012", 3), language)
    await espeak.close()

    assert 2.0 < seconds(speech) < 5.0
    assert max(speech) > 5_000


def test_a_lone_letter_a_is_not_read_as_an_article() -> None:
    assert pronounceable("Ticket A 0 1 2, please go to window 3.", "en").startswith("Ticket A, 0 1 2,")
    assert pronounceable("请 A 零 一 二 号", "zh") == "请 A 零 一 二 号"
