"""The proof that somebody is in the hall: a code of six digits on a screen there, another one every minute."""

import hmac
from collections.abc import Callable
from typing import Final

from engine.http.guesses import Guesses, TooManyGuesses
from engine.http.problems import ProofWrong, TooManyAttempts

STEP_S: Final = 60
_DIGITS: Final = 6


class Proof:
    """The rotating code. Whoever reads it has the rest of its minute and the minute after to type it."""

    def __init__(self, key: bytes, clock_s: Callable[[], float], monotonic_s: Callable[[], float]) -> None:
        """`clock_s` tells the time of day in seconds since 1970, `monotonic_s` how time passes."""
        self._key = key
        self._clock_s = clock_s
        self._guesses = Guesses(monotonic_s)

    def present(self) -> tuple[str, int]:
        """The code of this minute, and for how many seconds it is the newest."""
        now_s = int(self._clock_s())
        return self._code(now_s // STEP_S), STEP_S - now_s % STEP_S

    def check(self, code: str, address: str) -> None:
        """Raises `ProofWrong` for another code than this minute's or the last one's, and `TooManyAttempts`."""
        try:
            self._guesses.count(address)
        except TooManyGuesses as guesses:
            raise TooManyAttempts(seconds=guesses.seconds) from None
        step = int(self._clock_s()) // STEP_S
        # Both are compared in any case, so that the time it takes tells nothing.
        if not hmac.compare_digest(code, self._code(step)) | hmac.compare_digest(code, self._code(step - 1)):
            raise ProofWrong()
        self._guesses.forgive(address)

    def _code(self, step: int) -> str:
        digest = hmac.digest(self._key, step.to_bytes(8, "big"), "sha256")
        return f"{int.from_bytes(digest[:8], 'big') % 10**_DIGITS:0{_DIGITS}d}"
