"""Voices and loudspeakers that remember, and fail when told to."""

from displays.announcer.phrases import Language
from displays.announcer.sounds import NoSound, Samples, chime, silence


class RecordingVoice:
    """Speaks with the chime's tones; fails for the first `broken` sentences."""

    def __init__(self, broken: int = 0) -> None:
        self.said: list[tuple[Language, str]] = []
        self._broken = broken

    async def speak(self, text: str, language: Language) -> Samples:
        self.said.append((language, text))
        if self._broken > 0:
            self._broken -= 1
            raise NoSound("hoarse")
        return chime()

    async def close(self) -> None:
        pass


class RecordingOutput:
    """Remembers names instead of making noise; fails for the first `broken` sounds."""

    def __init__(self, broken: int = 0) -> None:
        self.played: list[str] = []
        self.last = silence(0)
        self._broken = broken

    async def play(self, samples: Samples, name: str) -> None:
        if self._broken > 0:
            self._broken -= 1
            raise NoSound("unplugged")
        self.played.append(name)
        self.last = samples
