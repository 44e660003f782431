"""The page on reports names every key a report has."""

import re
from typing import Any

from engine.report.period import Period
from engine.report.tally import Tally
from tests.docs.pages import ROOT
from tests.report.random_days import RandomDays

PAGE = ROOT / "docs" / "reference" / "report.md"


def test_every_key_of_the_json_is_named() -> None:
    named = set(re.findall(r"`([a-z0-9_]+)`", PAGE.read_text("utf-8")))

    for kind, digits in (("day", "20261127"), ("month", "202611"), ("year", "2026")):
        tally = Tally(Period(kind, digits))  # type: ignore[arg-type]
        for fact in RandomDays(3).day(200).facts:
            tally.add(fact)
        missing = _keys(tally.report()) - named - {"zh", "en", "number"}
        assert missing == set()


def _keys(told: Any) -> set[str]:
    if isinstance(told, dict):
        return set(told).union(*map(_keys, told.values()))
    return set().union(*map(_keys, told)) if isinstance(told, list) else set()
