"""A key of a hall file that is unknown, missing, of the wrong type or out of bounds is named with its line and fix."""

import pytest

from engine.wire.hall_file import read_hall
from tests.wire.hall_texts import GOOD, Mistake, problems_of

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
        "choose one of: bad_stars, call_expiry_s",
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
        "must be text, or text in both languages",
        "{ zh =",
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
    *(
        Mistake(
            f"{number} for an id, which could be somebody's number",
            'id = "w01"',
            f'id = "{number}"',
            number,
            "window[1].id",
            "could be an identity or telephone number",
            "choose a short id, as c01",
        )
        for number in ("110101199003071234", "138-0013-8000", "c-11010119900307123x")
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
        "a window number of zero",
        "number = 2",
        "number = 0",
        "number = 0",
        "window[2].number",
        "less than 1",
        "write 1 or more",
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
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.rule)
def test_mistake_of_shape_is_named_once_with_line_key_and_fix(mistake: Mistake) -> None:
    mistake.must_be_named()


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


def test_identity_number_of_a_clerk_never_becomes_a_plan() -> None:
    (problem,) = problems_of(GOOD + '\n[[clerk]]\nid = "110101199003071234"\nname = "c"\n')

    assert (problem.key, problem.line) == ("clerk[2].id", GOOD.count("\n") + 3)


def test_codes_of_authorities_may_be_long_rows_of_digits() -> None:
    text = GOOD.replace('region = "our-city"', 'region = "330203001"').replace('id = "refund"', 'id = "000121015000"')

    plan = read_hall(text, "hall.toml")

    assert (plan.region, plan.items[0].item_id) == ("330203001", "000121015000")
