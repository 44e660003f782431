"""Engines that speak before they write, as some shipped kiosk printed before its commit; our tests notice each."""

from collections.abc import Awaitable, Callable

import pytest

from engine.core.refusals import Refusal
from engine.journal.memory import Disk
from engine.runtime import Engine
from engine.runtime.engine import _Batch, _Request
from tests.runtime import test_engine as claims
from tests.runtime.hall import running

Mutant = Callable[[pytest.MonkeyPatch], None]
Claim = Callable[[], Awaitable[None]]


async def no_number_is_handed_out_that_the_journal_lost() -> None:
    """A kiosk prints what it is answered, so an answer must outlive the disk that failed under it."""
    disk = Disk()
    printed = []
    async with running(disk) as engine:
        for fault in (None, "lost", None):
            if fault is not None:
                disk.fail_next_write("lost")
            try:
                printed.append((await claims.issue(engine))["number"])
            except Refusal as refusal:
                assert refusal.code == "restarting"
            await engine.wait_live()
        held = await engine.read(lambda hall: [ticket.number for ticket in hall.tickets.values()])

    assert printed == held == ["A001", "A002"]


def kiosk_prints_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    def answer_into(self: Engine, batch: _Batch, request: _Request) -> None:
        ANSWER_INTO(self, batch, request)
        _, answer, _ = batch.answers[-1]
        if not isinstance(answer, Refusal):
            request.answer.set_result(answer)

    patch.setattr(Engine, "_answer_into", answer_into)


def board_shows_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    def answer_into(self: Engine, batch: _Batch, request: _Request) -> None:
        ANSWER_INTO(self, batch, request)
        self._committing = False

    patch.setattr(Engine, "_answer_into", answer_into)


ANSWER_INTO = Engine._answer_into

MUTANTS: list[tuple[Mutant, Claim]] = [
    (kiosk_prints_before_the_commit, claims.test_a_ticket_is_answered_only_when_it_is_durable),
    (kiosk_prints_before_the_commit, no_number_is_handed_out_that_the_journal_lost),
    (board_shows_before_the_commit, claims.test_a_reader_never_sees_what_is_not_durable_yet),
]


async def test_no_number_is_handed_out_that_the_journal_lost() -> None:
    await no_number_is_handed_out_that_the_journal_lost()


@pytest.mark.parametrize(("mutant", "claim"), MUTANTS, ids=lambda each: each.__name__)
async def test_engine_that_speaks_too_early_is_noticed(
    mutant: Mutant, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant(monkeypatch)

    with pytest.raises(AssertionError):
        await claim()
