"""Every no: a code of its own, a sentence in both languages, and a way to hear it."""

import importlib
import pkgutil
import re
import string
from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.core import commands as c
from engine.core import refusals
from engine.core.commands import Command
from engine.core.plan import Span
from engine.core.refusals import Refusal
from tests.builders import PLAN, PRIORITY, SERVICES, Driver, plan, service
from tests.core import noes

ALL = [each for each in Refusal.__subclasses__() if each.__module__.startswith(refusals.__name__)]
HTTP_KINDS = {"unknown", "conflict", "invalid", "denied", "limit", "unavailable"}

# Said by the engine around the core, never by the core.
OF_THE_ENGINE = {"stale-position", "key-reused", "busy", "restarting", "disk-full"}


@pytest.mark.parametrize("refusal", ALL)
def test_code_and_kind_are_well_formed(refusal: type[Refusal]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", refusal.code)
    assert refusal.kind in HTTP_KINDS


def test_codes_are_unique() -> None:
    assert len({refusal.code for refusal in ALL}) == len(ALL)


@pytest.mark.parametrize("refusal", ALL)
def test_both_sentences_ask_for_the_same_words(refusal: type[Refusal]) -> None:
    assert _words(refusal.zh) == _words(refusal.en)
    assert refusal.zh.endswith("。")
    assert refusal.en.endswith(".")
    assert re.search(r"[一-鿿]", refusal.zh)
    assert not re.search(r"[一-鿿]", refusal.en)


def test_core_says_every_no_it_has_and_fills_in_its_words() -> None:
    said = [refused(*case) for case in every_case()]

    assert {refusal.code for refusal in said} == {refusal.code for refusal in ALL} - OF_THE_ENGINE
    for refusal in said:
        assert refusal.words.keys() == _words(refusal.en)
        assert "None" not in refusal.sentence("zh") + refusal.sentence("en")
        assert str(refusal) == f"{refusal.code}: {refusal.sentence('en')}"


def test_sentence_is_chinese_when_asked_for_and_english_otherwise() -> None:
    refusal = refusals.RecallLimit(limit=3)

    assert refusal.sentence("zh") == "已重呼 3 次，可记过号。"
    assert refusal.sentence("fr") == "Recalled 3 times already; you may record a no-show."


AFTERNOONS = plan(services=(service("social", "A", hours=(Span(13 * 60, 17 * 60),)), *SERVICES[1:]))

A001 = "20261123-a001"
OPEN_ONLY: tuple[Command, ...] = (c.ConfigureHall(PLAN), c.OpenDay())
OPEN = (*OPEN_ONLY, c.OpenWindow("w01", "c01"))
ISSUED = (*OPEN, c.IssueTicket("social"))
CALLED = (*ISSUED, c.CallNext("w01"))
SERVING = (*CALLED, c.BeginService("w01"))

# What came before, and the order that meets the no.
CASES: list[tuple[tuple[Command, ...], Command]] = [
    ((), c.OpenDay()),
    (OPEN, c.OpenDay()),
    ((c.ConfigureHall(PLAN),), c.CloseDay()),
    ((*OPEN, c.EndIssuing()), c.IssueTicket("social")),
    (ISSUED, c.ConfigureHall(plan(services=SERVICES[1:]))),
    (OPEN_ONLY, c.ConfigureHall(replace(PLAN, hall_id="other"))),
    (OPEN, c.IssueTicket("none")),
    ((c.ConfigureHall(AFTERNOONS), c.OpenDay()), c.IssueTicket("social")),
    (OPEN, c.IssueTicket("social", "none")),
    (OPEN, c.CallNext("none")),
    (OPEN, c.CancelTicket("none")),
    (OPEN_ONLY, c.OpenWindow("w01", "none")),
    (CALLED, c.CloseDay()),
    (OPEN, c.CallNext("w01")),
    (OPEN, c.CallNext("w02")),
    ((*OPEN, c.PauseWindow("w01")), c.CallNext("w01")),
    (CALLED, c.CallNext("w01")),
    (OPEN, c.OpenWindow("w01")),
    (OPEN, c.ResumeWindow("w01")),
    (OPEN, c.OpenWindow("w02", "c01")),
    (OPEN, c.BeginService("w01")),
    (SERVING, c.RecallTicket("w01")),
    (SERVING, c.BeginService("w01")),
    ((*CALLED, *[c.RecallTicket("w01")] * 3), c.RecallTicket("w01")),
    ((*SERVING, c.OpenWindow("w02")), c.CallTicket("w02", A001, "why not")),
    (ISSUED, c.ResumeTicket(A001)),
    (ISSUED, c.ReinstateTicket(A001)),
    ((*OPEN, c.IssueTicket("tax", PRIORITY), c.OpenWindow("w02")), c.CallTicket("w02", "20261123-b001", "why not")),
    ((*ISSUED, c.TransferTicket(A001, window_id="w02")), c.CallTicket("w01", A001, "why not")),
    (ISSUED, c.CallTicket("w01", A001, "")),
    (ISSUED, c.TransferTicket(A001)),
    ((*ISSUED, c.CancelTicket(A001)), c.CancelTicket(A001)),
    ((*OPEN, c.WalkDirect("w01")), c.HoldTicket("w01")),
]


def every_case() -> Iterator[tuple[tuple[Command, ...], Command]]:
    """How each no of the core is met: those above, and those each noun keeps in its own module."""
    yield from CASES
    for module in pkgutil.iter_modules(noes.__path__, f"{noes.__name__}."):
        yield from importlib.import_module(module.name).CASES


def refused(before: tuple[Command, ...], command: Command) -> Refusal:
    """The no that an order meets after these."""
    driver = Driver()
    for each in before:
        driver.do(each)
    return driver.refusal(command)


def _words(sentence: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field}
