"""A bad file says everything at once, to people of either language; nothing that is written in it breaks the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.plan import Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.hall_file import read_hall
from tests.wire.every_key import EVERY_KEY
from tests.wire.hall_texts import GOOD, problems_of, spoilt


def test_problem_is_a_sentence_in_either_language() -> None:
    problem = Problem("hall.toml", 7, "hall.id", Name("编号不合规", "not an id"), Name("请改正", "correct it"))

    assert problem.sentence("en") == "hall.toml:7: hall.id: not an id; correct it"
    assert problem.sentence("zh") == "hall.toml:7: hall.id: 编号不合规；请改正"


def test_bad_file_prints_every_problem_in_both_languages() -> None:
    with pytest.raises(BadFile) as caught:
        read_hall(spoilt("credit = 30", "credit = -1", spoilt('"w01"', '"W01"')), "hall.toml")

    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines[::2]] == ["hall.toml:18", "hall.toml:52"]
    assert [line.strip() for line in lines[1::2]] == [f"{p.what.zh}；{p.fix.zh}" for p in caught.value.problems]


def test_what_somebody_wrote_cannot_take_over_the_terminal() -> None:
    text = spoilt('zone = "a"', 'zone = "\\u001b[2J\\nb"', spoilt("recall_limit", '"recall\\nlimit"'))

    with pytest.raises(BadFile) as caught:
        read_hall(text, "hall.toml")

    assert all(line.isprintable() for line in str(caught.value).splitlines())
    assert [problem.key for problem in caught.value.problems] == ["rules.recall\\nlimit", "service[1].zone"]


TEXTS = st.sampled_from([GOOD, EVERY_KEY])
JUNK = st.sampled_from(
    ["", "[", "]", "{", "}", '"', "'", "=", ",", ".", "#", "\n", "\r", "\\", "-", "1", "nan", "[[", "é", "\x00"]
)


@given(TEXTS, st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), JUNK | st.text(max_size=4)), max_size=6))
def test_no_scribble_makes_anything_but_a_plan_or_a_bad_file(
    text: str, scribbles: list[tuple[float, int, str]]
) -> None:
    for place, length, junk in scribbles:
        start = int(place * len(text))
        text = text[:start] + junk + text[start + length :]

    problems = problems_of(text)

    assert all(1 <= problem.line <= text.count("\n") + 1 for problem in problems)


VALUES = st.sampled_from(
    [
        '""',
        '"x"',
        "0",
        "-1",
        "1.5",
        "inf",
        "true",
        "[]",
        "[[]]",
        "[1]",
        '["x"]',
        "{}",
        "{ zh = 1 }",
        "2026-01-01",
        "{ a = [{}] }",
    ]
)


@given(TEXTS, st.lists(st.tuples(st.floats(0, 1, exclude_max=True), VALUES), max_size=5))
def test_no_value_makes_anything_but_a_plan_or_a_bad_file(text: str, changes: list[tuple[float, str]]) -> None:
    lines = text.splitlines()
    for share, value in changes:
        place = int(share * len(lines))
        key, equals, _ = lines[place].partition(" = ")
        lines[place] = f"{key}{equals}{value}" if equals else lines[place]

    problems = problems_of("\n".join(lines))

    assert all(1 <= problem.line <= len(lines) for problem in problems)
