"""What is wrong with the settings of services, windows, policies, days and limits is named with its line and fix."""

from functools import partial

import pytest

from tests.wire.every_key import EVERY_KEY
from tests.wire.hall_contradictions import CONTRADICTIONS
from tests.wire.hall_texts import Mistake, line_number, problems_of, spoilt

_Mistake = partial(Mistake, text=EVERY_KEY)

SHAPE = (
    _Mistake(
        "neither yes nor no",
        "stops_by_forecast = true",
        "stops_by_forecast = 1",
        "stops_by_forecast",
        "rules.stops_by_forecast",
        "must be true or false",
        "stops_by_forecast = true",
    ),
    _Mistake(
        "a place that is none",
        'next_item_place = "front"',
        'next_item_place = "middle"',
        "middle",
        "rules.next_item_place",
        "no such choice",
        'write "original", "front" or "back"',
    ),
    _Mistake(
        "a week of eight days",
        "workdays = [1, 2, 3, 4, 5]",
        "workdays = [1, 8]",
        "workdays",
        "calendar.workdays[2]",
        "more than 7",
        "write 7 or less",
    ),
    _Mistake(
        "a day of no month",
        '"2026-10-10"',
        '"2026-13-10"',
        "2026-13-10",
        "calendar.extra_workdays[1]",
        "not a day",
        'write it as "2026-10-01"',
    ),
    _Mistake(
        "a moment where a day belongs",
        "effective_until = 2026-12-31",
        "effective_until = 2026-12-31T08:00:00",
        "effective_until",
        "item[1].effective_until",
        "not a day",
        'write it as "2026-10-01"',
    ),
    _Mistake(
        "a guide that is not on a safe address",
        "https://www.example.org",
        "http://www.example.org",
        "guide_url",
        "item[1].guide_url",
        "not an address that begins with https://",
        'write it as "https://',
    ),
    _Mistake(
        "help after no time at all",
        "help_after_minutes = { tax = 15 }",
        "help_after_minutes = { tax = 0 }",
        "help_after_minutes = { tax",
        "window[3].help_after_minutes.tax",
        "less than 1",
        "write 1 or more",
    ),
    _Mistake(
        "help that is no table",
        "help_after_minutes = { tax = 15 }",
        "help_after_minutes = 15",
        "help_after_minutes = 15",
        "window[3].help_after_minutes",
        "must be a table",
        "help_after_minutes = { tax = 10 }",
    ),
    _Mistake(
        "a channel that is no id",
        'channels = ["kiosk", "guide"]',
        'channels = ["kiosk", "取号机"]',
        "取号机",
        "service[1].channels[2]",
        "not an id",
        "small letters",
    ),
    _Mistake(
        "an unknown key of a nested table",
        "slot_minutes = 20",
        "slot_minuets = 20",
        "slot_minuets",
        "service[1].booking.slot_minuets",
        "unknown key",
        "did you mean slot_minutes?",
    ),
)

REFERENCES = (
    _Mistake(
        "a policy of the hall that does not exist",
        'policy = "fair"\noccupancy',
        'policy = "fiar"\noccupancy',
        "fiar",
        "rules.policy",
        'there is no policy "fiar"',
        "did you mean fair?",
    ),
    _Mistake(
        "a policy of a window that does not exist",
        'policy = "fair"\nhelp',
        'policy = "unfair"\nhelp',
        '"unfair"',
        "window[3].policy",
        'there is no policy "unfair"',
        "did you mean fair?",
    ),
    _Mistake(
        "a profile that does not exist",
        'profile = "front"',
        'profile = "frnot"',
        "frnot",
        "window[1].profile",
        'there is no profile "frnot"',
        "did you mean front?",
    ),
    _Mistake(
        "a department that does not exist",
        'department = "bureau"\n\n[service.booking]',
        'department = "burau"\n\n[service.booking]',
        '"burau"',
        "service[1].department",
        'there is no department "burau"',
        "did you mean bureau?",
    ),
    _Mistake(
        "a back office of no department",
        'department = "bureau"\ndue_days',
        'department = "burau"\ndue_days',
        '"burau"',
        "service[1].back_office.department",
        'there is no department "burau"',
        "did you mean bureau?",
    ),
    _Mistake(
        "results collected where there is nothing",
        'collect = "collection"',
        'collect = "colection"',
        '"colection"',
        "service[1].back_office.collect",
        'there is no service "colection"',
        "did you mean collection?",
    ),
    _Mistake(
        "appointments in a lane that does not exist",
        'lane = "priority"\nhours',
        'lane = "booked"\nhours',
        '"booked"',
        "service[1].booking.lane",
        'there is no lane "booked"',
        "choose one of: ordinary, priority",
    ),
    _Mistake(
        "an item delegated to nothing",
        'delegated_service = "collection"',
        'delegated_service = "colection"',
        '"colection"',
        "item[1].delegated_service",
        'there is no service "colection"',
        "did you mean collection?",
    ),
    _Mistake(
        "help for what does not exist",
        "help_after_minutes = { tax = 15 }",
        "help_after_minutes = { tacks = 15 }",
        "tacks",
        "window[3].help_after_minutes.tacks",
        'there is no service "tacks"',
        "choose one of: collection, tax",
    ),
    _Mistake(
        "a rule about a lane that does not exist",
        'lanes = ["priority", "ordinary"]',
        'lanes = ["priority", "ordnary"]',
        "ordnary",
        "policy[1].rule[2].lanes[2]",
        'there is no lane "ordnary"',
        "did you mean ordinary?",
    ),
    _Mistake(
        "a lane that may starve and does not exist",
        'may_starve = ["ordinary"]',
        'may_starve = ["ordnary"]',
        "ordnary",
        "policy[2].may_starve[1]",
        'there is no lane "ordnary"',
        "did you mean ordinary?",
    ),
    _Mistake(
        "a deputy who is nobody",
        'deputy = "c02"',
        'deputy = "c03"',
        '"c03"',
        "clerk[1].deputy",
        'there is no clerk "c03"',
        "did you mean c02?",
    ),
)

MISTAKES = (*SHAPE, *REFERENCES, *CONTRADICTIONS)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.rule)
def test_mistake_is_named_once_with_line_key_and_fix(mistake: Mistake) -> None:
    mistake.must_be_named()


def test_file_of_every_key_has_no_mistake() -> None:
    assert problems_of(EVERY_KEY) == ()


def test_two_clerks_may_stand_in_for_each_other() -> None:
    assert problems_of(spoilt('name = "D"', 'name = "D"\ndeputy = "c01"', EVERY_KEY)) == ()


def test_hall_that_never_opens_is_named() -> None:
    text = spoilt("workdays = [1, 2, 3, 4, 5]", "workdays = []", EVERY_KEY)
    never = "\n".join(line for line in text.splitlines() if not line.startswith("extra_workdays"))

    (problem,) = problems_of(never)

    assert (problem.key, problem.what.en) == ("calendar.workdays", "the hall never opens")


def test_hall_that_opens_on_named_days_only_reads() -> None:
    assert problems_of(spoilt("workdays = [1, 2, 3, 4, 5]", "workdays = []", EVERY_KEY)) == ()


def test_mistake_in_a_profile_is_named_there_and_not_at_each_of_its_windows() -> None:
    text = spoilt("{ collection = 10 }", "{ tax = 10 }", EVERY_KEY)

    (problem,) = problems_of(text)

    assert (problem.key, problem.line) == ("profile[1].help_after_minutes.tax", line_number(text, "{ tax = 10 }"))


def test_every_contradiction_is_named_at_once() -> None:
    text = spoilt("close_under = 3", "close_under = 11", spoilt('deputy = "c02"', 'deputy = "c01"', EVERY_KEY))
    text = spoilt("count_clear = 45", "count_clear = 51", text)

    keys = [problem.key for problem in problems_of(text)]

    assert keys == ["limits.count_clear", "window[3].tide.close_under", "clerk[1].deputy"]
