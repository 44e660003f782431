"""What contradicts itself in a hall file is named with its line and fix."""

import pytest

from engine.core.plan import Name
from tests.wire.hall_texts import GOOD, Mistake, line_number, problems_of

MISTAKES = (
    Mistake(
        "an id that stands twice",
        'id = "w02"',
        'id = "w01"',
        'id = "w01"\nnumber = 2',
        "window[2].id",
        "this id stands twice (the other is at line 52)",
        "choose another id",
    ),
    Mistake(
        "a prefix that stands twice",
        'prefix = "B"',
        'prefix = "A"',
        'prefix = "A"\nname = "P"',
        "service[2].prefix",
        "this prefix stands twice (the other is at line 33)",
        "another letter",
    ),
    Mistake(
        "a window number that stands twice",
        "number = 2",
        "number = 1",
        'number = 1\nname = "财税专窗"',
        "window[2].number",
        "this window number stands twice (the other is at line 53)",
        "another number",
    ),
    Mistake(
        "a window that serves what does not exist",
        'serves = ["tax", "pension"]',
        'serves = ["tax",\n"pensoin"]',
        '"pensoin"',
        "window[1].serves[2]",
        'there is no service "pensoin"',
        "did you mean pension?",
    ),
    Mistake(
        "a second tier that does not exist",
        '[["tax"], ["pension"]]',
        '[\n["tax"],\n["cars"]]',
        '["cars"]',
        "window[2].tiers[2][1]",
        'there is no service "cars"',
        "choose one of: pension, tax",
    ),
    Mistake(
        "a service in a zone that does not exist",
        'zone = "a"\ngroup',
        'zone = "b"\ngroup',
        'zone = "b"',
        "service[1].zone",
        'there is no zone "b"',
        "choose one of: a",
    ),
    Mistake(
        "a window in a zone that does not exist",
        'zone = "a"\nserves',
        'zone = "b"\nserves',
        'zone = "b"',
        "window[1].zone",
        'there is no zone "b"',
        "choose one of: a",
    ),
    Mistake(
        "a service under a heading that does not exist",
        'group = "money"',
        'group = "monye"',
        "monye",
        "service[1].group",
        'there is no group "monye"',
        "did you mean money?",
    ),
    Mistake(
        "an item of a service that does not exist",
        'service = "tax"',
        'service = "taxi"',
        "taxi",
        "item[1].service",
        'there is no service "taxi"',
        "did you mean tax?",
    ),
    Mistake(
        "a service twice in one tier",
        '["tax", "pension"]',
        '["tax", "pension", "tax"]',
        "serves",
        "window[1].serves[3]",
        "this service stands twice at this window",
        "remove one",
    ),
    Mistake(
        "a service twice in different tiers",
        '[["tax"], ["pension"]]',
        '[["tax"], ["pension", "tax"]]',
        "tiers",
        "window[2].tiers[2][2]",
        "this service stands twice",
        "remove one",
    ),
    Mistake(
        "a window with both serves and tiers",
        'serves = ["tax", "pension"]',
        'serves = ["tax"]\ntiers = [["pension"]]',
        "tiers",
        "window[1].tiers",
        "serves and tiers stand together",
        "remove one",
    ),
    Mistake(
        "a window with neither",
        'serves = ["tax", "pension"]',
        "",
        "[[window]]",
        "window[1].serves",
        "the window serves nothing",
        "write for example serves",
    ),
    Mistake(
        "the same visitors in two lanes",
        'id = "ordinary"',
        'id = "ordinary"\ngroups = ["elderly"]',
        'groups = ["elderly", ',
        "lane[2].groups[1]",
        "this group of visitors stands twice",
        "belongs to one lane",
    ),
    Mistake(
        "hours that overlap",
        '"13:30-17:00"',
        '"11:59-17:00"',
        "11:59",
        "hall.hours[2]",
        "the hours overlap",
        "let one end before the next begins",
    ),
    Mistake(
        "a service open while the hall is not",
        '"09:00-11:00"',
        '"12:00-13:00"',
        "12:00-13:00",
        "service[2].hours[1]",
        "the hall is closed at these hours",
        "into the hours of the hall",
    ),
    Mistake(
        "a first number wider than the numbers",
        "recall_limit = 2",
        "first_number = 1000",
        "first_number",
        "rules.first_number",
        "more than 3 digits",
        "raise number_digits",
    ),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.rule)
def test_contradiction_is_named_once_with_line_key_and_fix(mistake: Mistake) -> None:
    mistake.must_be_named()


def test_service_that_no_window_serves_is_named_where_it_stands() -> None:
    text = GOOD.replace('["tax", "pension"]', '["tax"]').replace('[["tax"], ["pension"]]', '[["tax"]]')

    (problem,) = problems_of(text)

    assert (problem.line, problem.key) == (line_number(text, 'id = "pension"'), "service[2].id")
    assert problem.fix == Name('请在某个窗口的 serves 中加上 "pension"', 'add "pension" to the serves of a window')
