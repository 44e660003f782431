"""Every mistake in a hall file is named: its line, its key, and the way out."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.plan import Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.hall_file import read_hall
from tests.wire.hall_texts import GOOD, line_number, problems_of, spoilt


@dataclass(frozen=True)
class Mistake:
    """Writing `wrong` for `right` is a problem at the line of `place`, with this key and these words."""

    rule: str
    right: str
    wrong: str
    place: str
    key: str
    what: str
    fix: str


MISTAKES = (
    Mistake(
        "an unknown key is answered with the one that was meant",
        "recall_limit = 2",
        "recal_limit = 2",
        "recal_limit",
        "rules.recal_limit",
        "unknown key",
        "did you mean recall_limit?",
    ),
    Mistake(
        "an unknown key like no other is answered with the known ones",
        "recall_limit = 2",
        "zzz = 2",
        "zzz",
        "rules.zzz",
        "unknown key",
        "choose one of: call_expiry_s, first_number",
    ),
    Mistake(
        "an unknown key inside a name",
        'en = "Hall"',
        'en = "Hall", fr = "Salle"',
        "fr =",
        "hall.name.fr",
        "unknown key",
        "choose one of: en, zh",
    ),
    Mistake(
        "a missing key is asked for at the head of its table",
        'prefix = "B"\n',
        "",
        '[[service]]\nid = "pension"',
        "service[2].prefix",
        "missing",
        'write for example prefix = "A"',
    ),
    Mistake(
        "a name in one language only",
        ', en = "Hall"',
        "",
        'name = { zh = "大厅"',
        "hall.name.en",
        "missing",
        "write for example en =",
    ),
    Mistake(
        "text where a number belongs",
        "number = 2",
        'number = "2"',
        'number = "2"',
        "window[2].number",
        "must be a whole number",
        "number = 1",
    ),
    Mistake(
        "a broken number where a whole one belongs",
        "number = 2",
        "number = 2.5",
        "number = 2.5",
        "window[2].number",
        "must be a whole number",
        "number = 1",
    ),
    Mistake(
        "a number where text belongs",
        'zone = "a"\nhours',
        "zone = 1\nhours",
        "zone = 1",
        "service[2].zone",
        "must be text",
        'zone = "a"',
    ),
    Mistake(
        "a number where a name belongs",
        'name = "R"',
        "name = 7",
        "name = 7",
        "item[1].name",
        "must be a table",
        "name = { zh =",
    ),
    Mistake(
        "yes or no where a number belongs",
        "credit = 30",
        "credit = true",
        "credit = true",
        "lane[2].credit",
        "must be a number",
        "1 or 0.5",
    ),
    Mistake(
        "one table where a list of tables belongs",
        "[[clerk]]",
        "[clerk]",
        "[clerk]",
        "clerk",
        "must be a list",
        "[[clerk]]",
    ),
    Mistake(
        "text where a list belongs",
        'groups = ["elderly", "disabled"]',
        'groups = "elderly"',
        "groups",
        "lane[2].groups",
        "must be a list",
        "groups = [",
    ),
    Mistake(
        "an entry of the wrong type in a list",
        '["elderly", "disabled"]',
        '[\n  "elderly",\n  5]',
        "  5]",
        "lane[2].groups[2]",
        "must be text",
        "groups = [",
    ),
    Mistake(
        "an id with capitals",
        'id = "w01"',
        'id = "W01"',
        "W01",
        "window[1].id",
        "not an id",
        "small letters, digits and hyphens",
    ),
    Mistake(
        "an id that is not ASCII",
        'id = "w01"',
        'id = "窗口"',
        "窗口",
        "window[1].id",
        "not an id",
        "small letters, digits and hyphens",
    ),
    Mistake(
        "an id too long for a topic",
        'id = "w01"',
        'id = "' + "w" * 65 + '"',
        "wwwww",
        "window[1].id",
        "not an id",
        "64 at most",
    ),
    Mistake(
        "a window named like the hall's own topic",
        'id = "w01"',
        'id = "hall"',
        '"hall"',
        "window[1].id",
        "hall is a reserved word",
        "choose another",
    ),
    Mistake(
        "an empty name",
        'name = "R"',
        'name = " "',
        'name = " "',
        "item[1].name",
        "a name that is empty",
        "1 to 80 visible",
    ),
    Mistake(
        "a name with a line break",
        'name = "R"',
        'name = "R\\nR"',
        "R\\nR",
        "item[1].name",
        "control characters",
        "1 to 80 visible",
    ),
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
        "a prefix people misread",
        'prefix = "B"',
        'prefix = "O"',
        'prefix = "O"',
        "service[2].prefix",
        "not a prefix",
        "not I, O or Q",
    ),
    Mistake(
        "a prefix of three letters",
        'prefix = "B"',
        'prefix = "BBB"',
        '"BBB"',
        "service[2].prefix",
        "not a prefix",
        "one or two capital letters",
    ),
    Mistake(
        "a prefix in small letters",
        'prefix = "B"',
        'prefix = "b"',
        'prefix = "b"',
        "service[2].prefix",
        "not a prefix",
        "capital letters",
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
        "a window number of zero",
        "number = 2",
        "number = 0",
        "number = 0",
        "window[2].number",
        "less than 1",
        "write 1 or more",
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
        "a window with an empty list",
        'serves = ["tax", "pension"]',
        "serves = []",
        "serves = []",
        "window[1].serves",
        "must not be empty",
        "write for example serves",
    ),
    Mistake(
        "an empty tier",
        '[["tax"], ["pension"]]',
        '[["tax", "pension"], []]',
        "tiers",
        "window[2].tiers[2]",
        "must not be empty",
        "write for example tiers",
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
        "hours the wrong way round",
        '"13:30-17:00"',
        '"17:00-13:30"',
        "17:00-13:30",
        "hall.hours[2]",
        "the end is not after the beginning",
        "swap them",
    ),
    Mistake(
        "hours of no clock",
        '"13:30-17:00"',
        '"13:30-25:00"',
        "25:00",
        "hall.hours[2]",
        "not a span of hours",
        'write it as "08:30-12:00"',
    ),
    Mistake(
        "hours beyond midnight",
        '"13:30-17:00"',
        '"13:30-24:30"',
        "24:30",
        "hall.hours[2]",
        "not a span of hours",
        'write it as "08:30-12:00"',
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
        "a negative credit",
        "credit = 30",
        "credit = -1",
        "credit = -1",
        "lane[2].credit",
        "negative",
        "write a number from 0",
    ),
    Mistake(
        "a negative rate",
        "rate = 1.5",
        "rate = -0.5",
        "rate = -0.5",
        "lane[2].rate",
        "negative",
        "write a number from 0",
    ),
    Mistake(
        "a rate finer than thousandths",
        "rate = 1.5",
        "rate = 1.0005",
        "rate = 1.0005",
        "lane[2].rate",
        "more than three decimals",
        "round it",
    ),
    Mistake(
        "a rate that is no number",
        "rate = 1.5",
        "rate = nan",
        "rate = nan",
        "lane[2].rate",
        "must be a number",
        "1 or 0.5",
    ),
    Mistake(
        "a rate no decimal can hold",
        "rate = 1.5",
        "rate = 1e99999999999999999999",
        "rate = 1e9",
        "lane[2].rate",
        "must be a number",
        "1 or 0.5",
    ),
    Mistake(
        "an enormous credit",
        "credit = 30",
        "credit = 1e999999",
        "credit = 1e9",
        "lane[2].credit",
        "too large",
        "write a number from 0",
    ),
    Mistake(
        "a service that takes no time",
        "mean_minutes = 1.95",
        "mean_minutes = 0",
        "mean_minutes",
        "service[1].mean_minutes",
        "zero",
        "write a number from 0.001",
    ),
    Mistake(
        "too many recalls",
        "recall_limit = 2",
        "recall_limit = 21",
        "recall_limit",
        "rules.recall_limit",
        "more than 20",
        "write 20 or less",
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
    Mistake(
        "a zone of no kind",
        'kind = "windows"',
        'kind = "window"',
        "kind",
        "zone[1].kind",
        "no such kind of zone",
        "did you mean windows?",
    ),
    Mistake(
        "a time zone that does not exist",
        "Asia/Shanghai",
        "Asia/Shanghia",
        "timezone",
        "hall.timezone",
        "no such time zone",
        "write for example Asia/Shanghai",
    ),
    Mistake(
        "a time zone that is a folder of them",
        "Asia/Shanghai",
        "Asia",
        "timezone",
        "hall.timezone",
        "no such time zone",
        "write for example Asia/",
    ),
    Mistake(
        "a time zone that walks out of its folder",
        "Asia/Shanghai",
        "../../etc/passwd",
        "timezone",
        "hall.timezone",
        "no such time zone",
        "write for example",
    ),
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
def test_mistake_is_named_once_with_line_key_and_fix(mistake: Mistake) -> None:
    text = spoilt(mistake.right, mistake.wrong)

    (problem,) = problems_of(text)

    place = ("hall.toml", line_number(text, mistake.place), mistake.key)
    assert (problem.file, problem.line, problem.key) == place
    assert mistake.what in problem.what.en
    assert mistake.fix in problem.fix.en


@pytest.mark.parametrize("kind", ["lane", "zone", "service", "window"])
def test_hall_needs_at_least_one_of_each(kind: str) -> None:
    tables = GOOD.split("\n\n")
    text = "\n\n".join(table for table in tables if not table.startswith(f"[[{kind}]]"))

    problem = next(problem for problem in problems_of(text) if problem.key == kind)

    assert (problem.line, problem.what.en) == (1, "missing")
    assert f"[[{kind}]]" in problem.fix.en


def test_misspelt_table_is_one_mistake_and_not_also_a_missing_one() -> None:
    text = GOOD.replace("[[clerk]]", "[[clerks]]").replace("[[lane]]", "[[lanes]]")

    assert [(problem.key, problem.fix.en) for problem in problems_of(text)] == [
        ("lanes", "did you mean lane?"),
        ("clerks", "did you mean clerk?"),
    ]


def test_service_that_no_window_serves_is_named_where_it_stands() -> None:
    text = GOOD.replace('["tax", "pension"]', '["tax"]').replace('[["tax"], ["pension"]]', '[["tax"]]')

    (problem,) = problems_of(text)

    assert (problem.line, problem.key) == (line_number(text, 'id = "pension"'), "service[2].id")
    assert problem.fix == Name('请在某个窗口的 serves 中加上 "pension"', 'add "pension" to the serves of a window')


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


def test_an_empty_file_asks_for_everything_a_hall_needs() -> None:
    assert {problem.key for problem in problems_of("")} == {"hall", "lane", "zone", "service", "window"}


def test_limits_on_how_many_there_may_be() -> None:
    windows = "".join(f'[[window]]\nid = "x{n}"\nnumber = {n}\nzone = "a"\nserves = ["tax"]\n' for n in range(3, 2_005))

    (problem,) = problems_of(GOOD + windows)

    assert (problem.key, problem.what.en, problem.fix.en) == (
        "window",
        "more than 2000 entries",
        "keep to 2000 at most",
    )


def test_file_above_eight_mebibytes_is_refused_unread() -> None:
    (problem,) = problems_of(GOOD + "#" + "中" * (3 * 1024 * 1024))

    assert problem.what.en == "the file is larger than 8 MiB"


@pytest.mark.parametrize(
    "text", ["x = " + "[" * 100_000, "x = " + "9" * 5_000, "x = " + "{a=" * 50_000, "\x00", "\ud800"]
)
def test_monstrous_text_is_a_bad_file_and_no_crash(text: str) -> None:
    with pytest.raises(BadFile):
        read_hall(text, "hall.toml")


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


JUNK = st.sampled_from(
    ["", "[", "]", "{", "}", '"', "'", "=", ",", ".", "#", "\n", "\r", "\\", "-", "1", "nan", "[[", "é", "\x00"]
)


@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 8), JUNK | st.text(max_size=4)), max_size=6))
def test_no_scribble_makes_anything_but_a_plan_or_a_bad_file(scribbles: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for start, length, junk in scribbles:
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
LINES = GOOD.count("\n")


@given(st.lists(st.tuples(st.integers(0, LINES - 1), VALUES), max_size=5))
def test_no_value_makes_anything_but_a_plan_or_a_bad_file(changes: list[tuple[int, str]]) -> None:
    lines = GOOD.splitlines()
    for place, value in changes:
        key, equals, _ = lines[place].partition(" = ")
        lines[place] = f"{key}{equals}{value}" if equals else lines[place]

    problems = problems_of("\n".join(lines))

    assert all(1 <= problem.line <= LINES for problem in problems)
