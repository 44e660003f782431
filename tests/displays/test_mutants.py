"""Loudspeakers that fall silent or forget a call, as shipped ones did; the tests of the announcer notice each."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from displays.announcer.calls import Call, CallQueue, Dropped
from displays.announcer.player import Done, Player
from displays.announcer.sounds import NoSound
from tests.displays import test_calls, test_player

Mutant = Callable[[pytest.MonkeyPatch], None]


def one_failed_sound_unplugs_the_speaker(patch: pytest.MonkeyPatch) -> None:
    def report(self: Player, done: Done) -> None:
        if done.reason is not None:
            self._output = None

    _when_done(patch, report)


def one_failed_sentence_silences_the_voice(patch: pytest.MonkeyPatch) -> None:
    def report(self: Player, done: Done) -> None:
        if done.reason is not None:
            self._voice = Dumb()

    _when_done(patch, report)


def one_failed_sound_ends_the_player(patch: pytest.MonkeyPatch) -> None:
    def report(self: Player, done: Done) -> None:
        if done.reason is not None:
            raise NoSound(done.reason)

    _when_done(patch, report)


def only_the_newest_call_is_read(patch: pytest.MonkeyPatch) -> None:
    def offer(self: CallQueue, call: Call) -> list[Dropped]:
        dropped = OFFER(self, call)
        self._waiting[:-1] = []
        return dropped

    patch.setattr(CallQueue, "offer", offer)


def a_call_is_spoken_as_often_as_it_is_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(CallQueue, "knows", lambda self, call: False)


class Dumb:
    """A voice that has given up."""

    async def speak(self, text: str, language: str) -> Any:
        raise NoSound("mute")

    async def close(self) -> None:
        pass


def _when_done(patch: pytest.MonkeyPatch, then: Callable[[Player, Done], None]) -> None:
    """After each call the player does this too."""

    async def speak(self: Player, call: Call) -> None:
        reports: list[Done] = []
        report, self._report = self._report, reports.append
        await SPEAK(self, call)
        self._report = report
        for done in reports:
            report(done)
            then(self, done)

    patch.setattr(Player, "_speak", speak)


SPEAK, OFFER = Player._speak, CallQueue.offer

_NO_VOICE, _NO_SOUND = test_player.BREAKDOWNS
MUTANTS: list[tuple[Mutant, Callable[..., Any], tuple[Any, ...]]] = [
    (one_failed_sound_unplugs_the_speaker, test_player.test_one_failed_sound_never_mutes_the_speaker, _NO_SOUND),
    (one_failed_sentence_silences_the_voice, test_player.test_one_failed_sound_never_mutes_the_speaker, _NO_VOICE),
    (one_failed_sound_ends_the_player, test_player.test_one_failed_sound_never_mutes_the_speaker, _NO_SOUND),
    (
        only_the_newest_call_is_read,
        test_calls.test_calls_are_spoken_in_the_order_of_the_journal_however_they_arrive,
        (),
    ),
    (a_call_is_spoken_as_often_as_it_is_told, test_calls.test_a_call_offered_twice_is_spoken_once, ()),
]


@pytest.mark.parametrize(("mutant", "claim", "case"), MUTANTS, ids=lambda each: getattr(each, "__name__", ""))
async def test_spoilt_announcer_is_noticed(
    mutant: Mutant, claim: Callable[..., Any], case: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant(monkeypatch)

    with pytest.raises(AssertionError):
        if inspect.isawaitable(held := claim(*case)):
            await held
