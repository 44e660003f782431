"""What is not TOML is named with its line, and the reading goes on where it can."""

import pytest

from engine.wire.bad_file import BadFile
from engine.wire.hall_file import read_hall
from tests.wire.hall_texts import GOOD, Mistake, line_number, problems_of, spoilt

MISTAKES = (
    Mistake(
        "a value that is no value",
        "number = 2",
        "number = two",
        "number = two",
        "",
        "what follows the = is not a value",
        "put text in quotes",
    ),
    Mistake(
        "a quote that is never closed",
        'id = "w02"',
        'id = "w02',
        'id = "w02',
        "",
        "a quote that is never closed",
        'close the text with a plain "',
    ),
    Mistake(
        "a list that is never closed, named where it begins",
        'serves = ["tax", "pension"]',
        'serves = ["tax",\n "pension"\n',
        "serves",
        "",
        "a bracket is never closed",
        "add the missing ]",
    ),
    Mistake(
        "a key that stands twice",
        'kind = "windows"',
        'kind = "windows"\nkind = "waiting"',
        'kind = "waiting"',
        "",
        "the same key is written twice",
        "remove one",
    ),
    Mistake(
        "a table that stands twice",
        "[rules]",
        "[hall]\n[rules]",
        "[hall]\n[rules]",
        "",
        "the same table is written twice",
        "join them",
    ),
    Mistake(
        "a key without an equals sign",
        "recall_limit = 2",
        "recall_limit 2",
        "recall_limit 2",
        "",
        "there is no = after the key",
        "write key = value",
    ),
    Mistake(
        "a heading with one bracket too few",
        "[[clerk]]",
        "[[clerk]",
        "[[clerk]",
        "",
        "brackets of a table heading",
        "write [hall] or [[window]]",
    ),
    Mistake(
        "two keys on one line",
        "recall_limit = 2",
        "recall_limit = 2 first_number = 3",
        "recall_limit",
        "",
        "left over on this line",
        "one key per line",
    ),
    Mistake(
        "a line that is nothing",
        "[rules]",
        "= what\n[rules]",
        "= what",
        "",
        "no key, no table heading",
        "begin a comment with #",
    ),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.rule)
def test_mistake_of_syntax_is_named_once_with_line_and_fix(mistake: Mistake) -> None:
    mistake.must_be_named()


def test_every_mistake_of_a_file_is_named_from_the_top_down() -> None:
    text = GOOD.replace('"Asia/Shanghai"', '"Mars"').replace("rate = 1.5", "rate = -1").replace('"refund"', '"Refund"')
    text = text.replace('service = "tax"', 'service = "tex"').replace("number = 2", "number = two")
    text = text.replace('id = "c01"', "id = c01")

    problems = problems_of(text)

    assert [(problem.line, problem.key) for problem in problems] == [
        (5, "hall.timezone"),
        (19, "lane[2].rate"),
        (47, "item[1].id"),
        (line_number(text, "number = two"), ""),
        (line_number(text, "id = c01"), ""),
    ]


def test_what_depends_on_an_unreadable_line_is_not_judged() -> None:
    text = spoilt('id = "a"\nname = "A"', 'id = a\nname = "A"')

    assert [problem.line for problem in problems_of(text)] == [line_number(text, "id = a")]


def test_file_above_eight_mebibytes_is_refused_unread() -> None:
    (problem,) = problems_of(GOOD + "#" + "中" * (3 * 1024 * 1024))

    assert problem.what.en == "the file is larger than 8 MiB"


@pytest.mark.parametrize(
    "text", ["x = " + "[" * 100_000, "x = " + "9" * 5_000, "x = " + "{a=" * 50_000, "\x00", "\ud800"]
)
def test_monstrous_text_is_a_bad_file_and_no_crash(text: str) -> None:
    with pytest.raises(BadFile):
        read_hall(text, "hall.toml")
