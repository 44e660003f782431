"""A period somebody asks about, and where in a journal it is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import msgpack

from engine.report import refusals as no
from engine.wire.records import Row, UnknownRecord

Mark = tuple[int, bytes]
"""Where an entry ends that opens a day, configures the hall or moves a window, and its body."""

Kind = Literal["day", "month", "year"]

_DAYS_NAMED: Final = 10
_FORMS: Final = {"day": r"(\d{4})-?(\d\d)-?(\d\d)", "month": r"(\d{4})-?(\d\d)", "year": r"(\d{4})"}


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a month or a year; `digits` is how the names of its service days begin."""

    kind: Kind
    digits: str

    @classmethod
    def of(cls, kind: Kind, text: str) -> "Period":
        """As people write it, with or without hyphens; raises `BadPeriod`.

        >>> Period.of("month", "2026-11").digits
        '202611'
        """
        found = re.fullmatch(_FORMS[kind], text)
        if found is None or not _exists([int(part) for part in found.groups()]):
            raise no.BadPeriod(example={"day": "2026-11-23", "month": "2026-11", "year": "2026"}[kind])
        return cls(kind, "".join(found.groups()))

    @property
    def trend(self) -> str | None:
        """What a trend in this period consists of."""
        return {"day": None, "month": "day", "year": "month"}[self.kind]

    @property
    def text(self) -> str:
        return dashed(self.digits)

    def holds(self, day: str) -> bool:
        """Whether a service day belongs to it."""
        return day.startswith(self.digits)


def period_of(day: str | None, month: str | None, year: str | None) -> Period | None:
    """The one of the three that is given, None when none is; raises `BadPeriod` or `PeriodAmbiguous`."""
    asked: list[tuple[Kind, str | None]] = [("day", day), ("month", month), ("year", year)]
    given = [Period.of(kind, text) for kind, text in asked if text is not None]
    if len(given) > 1:
        raise no.PeriodAmbiguous()
    return given[0] if given else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries whose last position is greater than `after`, up to `upto` (None: to the end), hold all of a period.

    `before` are the bodies from which its plan is learnt: of every plan, for a window moved under one stays so.
    """

    period: Period
    after: int
    upto: int | None
    before: tuple[bytes, ...]


class Days:
    """The service days of a journal, from its marks."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        """Raises `UnknownRecord`."""
        self._marks = list(marks)
        self._openings: list[tuple[str, int]] = []
        for place, (_, body) in enumerate(self._marks):
            for row in rows_of(body):
                if row[0] == "day-opened":
                    self._openings.append((row[1], place))

    @property
    def names(self) -> list[str]:
        """The days there are, each once, oldest first."""
        return sorted({day for day, _ in self._openings})

    def latest(self) -> Period:
        """The last day; raises `NothingRecorded`."""
        if not self._openings:
            raise no.NothingRecorded()
        return Period("day", self.names[-1])

    def stretch(self, period: Period) -> Stretch:
        """Where the period is; raises `PeriodUnknown` or `NothingRecorded`."""
        inside = [index for index, (day, _) in enumerate(self._openings) if period.holds(day)]
        if not inside:
            self.latest()
            raise no.PeriodUnknown(period=period.text, days=_listed(self.names))
        first = self._openings[inside[0]][1]
        following = inside[-1] + 1
        return Stretch(
            period,
            self._marks[first][0] - 1,
            self._marks[self._openings[following][1]][0] - 1 if following < len(self._openings) else None,
            tuple(body for _, body in self._marks[:first]),
        )


def rows_of(body: bytes) -> Sequence[Row]:
    """The rows of the facts of an entry; raises `UnknownRecord`."""
    try:
        _, _, facts = msgpack.unpackb(body)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise UnknownRecord("an entry cannot be read · 有一条记录无法读取") from error
    rows: Sequence[Row] = facts
    return rows


def dashed(digits: str) -> str:
    """
    >>> dashed("20261123"), dashed("202611"), dashed("2026")
    ('2026-11-23', '2026-11', '2026')
    """
    return "-".join(part for part in (digits[:4], digits[4:6], digits[6:8]) if part)


def _exists(parts: list[int]) -> bool:
    year, month, day = (*parts, 1, 1)[:3]
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _listed(days: Sequence[str]) -> str:
    """The days in words: all of them when they are few."""
    if len(days) <= _DAYS_NAMED:
        return ", ".join(dashed(day) for day in days)
    return f"{dashed(days[0])} … {dashed(days[-1])} ({len(days)})"
