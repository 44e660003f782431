"""Sounds: of the length asked for, never clipped, never silent, and whole when written as WAV."""

import io
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from displays.announcer.sounds import (
    RATE_HZ,
    SPEECH_PEAK,
    NoSound,
    Samples,
    chime,
    from_pcm,
    from_wav,
    join,
    levelled,
    seconds,
    silence,
    to_wav,
)


def peak(samples: Samples) -> int:
    return max(abs(sample) for sample in samples)


def test_the_chime_is_short_audible_and_ends_quietly() -> None:
    tones = chime()

    assert seconds(tones) == pytest.approx(1.2, abs=0.01)
    assert 8_000 < peak(tones) < 20_000
    assert peak(tones[-100:]) < 50


def test_a_wav_file_says_what_it_holds() -> None:
    with wave.open(io.BytesIO(to_wav(silence(0.5)))) as file:
        form = file.getparams()

    assert (form.framerate, form.nchannels, form.sampwidth, form.nframes) == (RATE_HZ, 1, 2, RATE_HZ // 2)


@given(st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=50).filter(any))
def test_speech_is_brought_to_one_loudness_without_clipping(levels: list[int]) -> None:
    loud = levelled(from_pcm(b"".join(level.to_bytes(2, "little", signed=True) for level in levels), RATE_HZ))

    assert SPEECH_PEAK - 1 <= peak(loud) <= SPEECH_PEAK


def test_silence_is_no_speech() -> None:
    with pytest.raises(NoSound):
        levelled(silence(0.1))


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 24_000, 44_100])
def test_another_rate_keeps_its_length_and_pitch(rate_hz: int) -> None:
    half_second = b"\x00\x10\x00\xf0" * (rate_hz // 4)

    assert seconds(from_pcm(half_second, rate_hz)) == pytest.approx(0.5, abs=0.001)


def test_sounds_survive_their_file() -> None:
    sound = join([chime(), silence(0.1)])

    assert from_wav(to_wav(sound)) == sound


def test_what_is_no_wav_is_no_sound() -> None:
    with pytest.raises(NoSound):
        from_wav(b"RIFF, but nothing else")
