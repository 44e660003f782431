"""A small hall file for tests, and ways to spoil one line of it."""

from dataclasses import dataclass

from engine.wire.bad_file import BadFile, Problem
from engine.wire.hall_file import read_hall

GOOD = """\
[hall]
id = "our-hall"
region = "our-city"
name = { zh = "大厅", en = "Hall" }
timezone = "Asia/Shanghai"
hours = ["08:30-12:00", "13:30-17:00"]

[rules]
recall_limit = 2

[[lane]]
id = "ordinary"
name = "普通"

[[lane]]
id = "priority"
name = { zh = "优先", en = "Priority" }
credit = 30
rate = 1.5
groups = ["elderly", "disabled"]

[[zone]]
id = "a"
name = "A"
kind = "windows"

[[group]]
id = "money"
name = "M"

[[service]]
id = "tax"
prefix = "A"
name = "税"
zone = "a"
group = "money"
mean_minutes = 1.95

[[service]]
id = "pension"
prefix = "B"
name = "P"
zone = "a"
hours = ["09:00-11:00"]

[[item]]
id = "refund"
name = "R"
service = "tax"

[[window]]
id = "w01"
number = 1
zone = "a"
serves = ["tax", "pension"]

[[window]]
id = "w02"
number = 2
name = "财税专窗"
zone = "a"
tiers = [["tax"], ["pension"]]

[[clerk]]
id = "c01"
name = "C"
"""


def spoilt(old: str, new: str, text: str = GOOD) -> str:
    """`text` with the first `old` replaced."""
    assert old in text, f"{old!r} is not in the text"
    return text.replace(old, new, 1)


def problems_of(text: str) -> tuple[Problem, ...]:
    """What `read_hall` says about `text`; () when it reads cleanly."""
    try:
        read_hall(text, "hall.toml")
    except BadFile as error:
        return error.problems
    return ()


def line_number(text: str, part: str) -> int:
    """The line, from 1, of the first place where `part` stands."""
    return text[: text.index(part)].count("\n") + 1


@dataclass(frozen=True)
class Mistake:
    """Writing `wrong` for `right` in `text` is a problem at the line of `place`, with this key and these words."""

    rule: str
    right: str
    wrong: str
    place: str
    key: str
    what: str
    fix: str
    text: str = GOOD

    @property
    def spoilt(self) -> str:
        return spoilt(self.right, self.wrong, self.text)

    def must_be_named(self) -> None:
        """Assert that it is the one problem of the spoilt file."""
        (problem,) = problems_of(self.spoilt)

        place = ("hall.toml", line_number(self.spoilt, self.place), self.key)
        assert (problem.file, problem.line, problem.key) == place
        assert self.what in problem.what.en
        assert self.fix in problem.fix.en
