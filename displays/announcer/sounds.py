"""Sounds as plain samples: 16-bit mono at 22,050 Hz, made, levelled, joined and written as WAV."""

import io
import math
import sys
import wave
from array import array
from collections.abc import Iterable
from typing import TypeAlias

RATE_HZ = 22_050
SPEECH_PEAK = 26_000
"""Speech is brought to this peak, −2 dB: espeak's Mandarin comes within 0.01 dB of clipping, its English 3 dB lower."""
CHIME_PEAK = 13_000
CHIME_TONES = ((659.26, 0.45), (523.25, 0.75))
"""E5 then C5, the falling third of a doorbell: (hertz, seconds)."""

Samples: TypeAlias = "array[int]"


class NoSound(Exception):
    """Something that should have been a sound is none."""


def chime() -> Samples:
    """The two tones that make people look up, each fading out so that neither clicks."""
    return join(_tone(hertz, seconds) for hertz, seconds in CHIME_TONES)


def _tone(hertz: float, seconds: float) -> Samples:
    total, attack = int(seconds * RATE_HZ), int(0.008 * RATE_HZ)
    return array(
        "h",
        (
            round(
                CHIME_PEAK
                * min(1.0, index / attack)
                * (1 - index / total) ** 2
                * math.sin(2 * math.pi * hertz * index / RATE_HZ)
            )
            for index in range(total)
        ),
    )


def silence(seconds: float) -> Samples:
    return array("h", bytes(2 * int(seconds * RATE_HZ)))


def join(parts: Iterable[Samples]) -> Samples:
    joined = array("h")
    for part in parts:
        joined.extend(part)
    return joined


def levelled(samples: Samples, peak: int = SPEECH_PEAK) -> Samples:
    """The same sound as loud as every other speech; raises `NoSound` when there is nothing to hear."""
    loudest = max(max(samples, default=0), -min(samples, default=0))
    if loudest == 0:
        raise NoSound("silent")
    return array("h", (sample * peak // loudest for sample in samples))


def seconds(samples: Samples) -> float:
    return len(samples) / RATE_HZ


def from_pcm(pcm: bytes, rate_hz: int) -> Samples:
    """Samples from little-endian 16-bit mono at any rate."""
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples if rate_hz == RATE_HZ else _resampled(samples, rate_hz)


def _resampled(samples: Samples, rate_hz: int) -> Samples:
    """Straight lines between neighbours: enough for speech, where voices of 16 to 24 kHz are the only others met."""
    step, last = rate_hz / RATE_HZ, len(samples) - 1
    resampled = array("h")
    for index in range(int(len(samples) / step)):
        whole, part = divmod(index * step, 1)
        here = samples[int(whole)]
        there = samples[min(int(whole) + 1, last)]
        resampled.append(round(here + (there - here) * part))
    return resampled


def to_wav(samples: Samples) -> bytes:
    """A whole WAV file."""
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE_HZ)
        writer.writeframes(samples.tobytes())
    return file.getvalue()


def from_wav(file: bytes) -> Samples:
    """The samples of a 16-bit mono WAV file; raises `NoSound` for anything else."""
    try:
        with wave.open(io.BytesIO(file), "rb") as reader:
            if (reader.getnchannels(), reader.getsampwidth()) != (1, 2):
                raise NoSound("not 16-bit mono")
            return from_pcm(reader.readframes(reader.getnframes()), reader.getframerate())
    except (wave.Error, EOFError) as error:
        raise NoSound(str(error)) from None
