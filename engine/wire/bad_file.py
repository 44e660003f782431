"""A file somebody wrote with mistakes in it: each by line and key, with what to do about it, in both languages."""

from dataclasses import dataclass
from typing import Literal

from engine.core.plan import Name


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: its line (counted from 1), the key it concerns ("" for none in particular), and the way out."""

    file: str
    line: int
    key: str
    what: Name
    fix: Name

    def sentence(self, language: Literal["zh", "en"]) -> str:
        """`file:line: key: what; fix`, the form editors and terminals can jump to."""
        place = f"{self.file}:{self.line}: " + (f"{self.key}: " if self.key else "")
        if language == "zh":
            return f"{place}{self.what.zh}；{self.fix.zh}"
        return f"{place}{self.what.en}; {self.fix.en}"


class BadFile(Exception):
    """A file that cannot be used; `problems` names every mistake found in it, from the top down."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        assert problems, "a bad file has at least one problem"
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(
            f"{problem.sentence('en')}\n    {problem.what.zh}；{problem.fix.zh}" for problem in self.problems
        )
