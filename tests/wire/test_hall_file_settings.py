"""What is wrong with the settings of services, windows, policies, days and limits is named with its line and fix."""

from functools import partial

import pytest

from tests.wire.every_key import EVERY_KEY
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

CONTRADICTIONS = (
    _Mistake(
        "a reason to pause twice",
        '["午餐", "会议"]',
        '["午餐", "午餐"]',
        "pause_reasons",
        "rules.pause_reasons[2]",
        "this reason stands twice",
        "remove one",
    ),
    _Mistake(
        "a holiday twice",
        "day = 2026-10-02",
        "day = 2026-10-01",
        "day = 2026-10-01",
        "calendar.holidays[2].day",
        "this day stands twice",
        "remove one",
    ),
    _Mistake(
        "a working day twice",
        "2026-10-11",
        "2026-10-10",
        "extra_workdays",
        "calendar.extra_workdays[2]",
        "this day stands twice",
        "remove one",
    ),
    _Mistake(
        "a holiday on which the hall opens",
        "2026-10-11",
        "2026-10-02",
        "extra_workdays",
        "calendar.extra_workdays[2]",
        "this day is a holiday and a working day",
        "remove one",
    ),
    _Mistake(
        "a weekday twice",
        "[1, 2, 3, 4, 5]",
        "[1, 2, 2]",
        "workdays",
        "calendar.workdays[3]",
        "this weekday stands twice",
        "remove one",
    ),
    _Mistake(
        "a warning that clears above where it is raised",
        "count_clear = 45",
        "count_clear = 51",
        "count_clear",
        "limits.count_clear",
        "it clears above 50, where it is raised",
        "write 50 or less",
    ),
    _Mistake(
        "a warning that is never raised",
        "idle_minutes = 10\n",
        "",
        "idle_clear_minutes",
        "limits.idle_clear_minutes",
        "there is no idle_minutes that it could clear",
        "add idle_minutes",
    ),
    _Mistake(
        "a quota while the service is closed",
        'span = "09:00-10:00"',
        'span = "13:30-14:00"',
        "13:30-14:00",
        "service[1].quotas[1].span",
        "the service is closed at these hours",
        "into the hours of the service",
    ),
    _Mistake(
        "a quota twice",
        "{ count = 80 }",
        '{ count = 80, channel = "kiosk", span = "09:00-10:00" }',
        "quotas",
        "service[1].quotas[2]",
        "this channel and span have a quota already",
        "remove one",
    ),
    _Mistake(
        "a quota of a channel that may not draw",
        'channel = "kiosk"',
        'channel = "phone"',
        '"phone"',
        "service[1].quotas[1].channel",
        "this channel may not draw this service",
        "add it to channels",
    ),
    _Mistake(
        "a channel twice",
        '["kiosk", "guide"]',
        '["kiosk", "kiosk"]',
        "channels",
        "service[1].channels[2]",
        "this channel stands twice",
        "remove one",
    ),
    _Mistake(
        "appointments only, while the service is closed",
        '["10:00-11:00"]',
        '["14:00-15:00"]',
        "appointment_only",
        "service[1].appointment_only[1]",
        "the service is closed at these hours",
        "into the hours of the service",
    ),
    _Mistake(
        "appointments only, which nobody can make",
        'name = "出件"',
        'name = "出件"\nappointment_only = ["10:00-11:00"]',
        'appointment_only = ["10:00-11:00"]\nzone',
        "service[2].appointment_only",
        "numbers only by appointment, and no appointments",
        "add [service.booking]",
    ),
    _Mistake(
        "appointments while the service is closed",
        'hours = ["09:00-11:00"]',
        'hours = ["13:30-14:00"]',
        'hours = ["13:30-14:00"]',
        "service[1].booking.hours[1]",
        "the service is closed at these hours",
        "into the hours of the service",
    ),
    _Mistake(
        "slots longer than the hours",
        "slot_minutes = 20",
        "slot_minutes = 121",
        "slot_minutes",
        "service[1].booking.slot_minutes",
        "no slot fits into the hours",
        "write 120 or less",
    ),
    _Mistake(
        "a place behind others for nobody",
        'no_show = "after"',
        'no_show = "back"',
        "no_show_after",
        "service[1].no_show_after",
        "whoever is missed does not wait behind others",
        'write no_show = "after"',
    ),
    _Mistake(
        "two due times",
        "due_minutes = 90",
        "due_days = 1\ndue_minutes = 90",
        "due_minutes",
        "service[2].back_office.due_minutes",
        "due_days and due_minutes stand together",
        "remove one",
    ),
    _Mistake(
        "results collected where they come from",
        'collect = "collection"',
        'collect = "tax"',
        'collect = "tax"',
        "service[1].back_office.collect",
        "the result is collected at the service it came from",
        "name a service for collecting",
    ),
    _Mistake(
        "an item that ends before it begins",
        'effective_from = "2026-01-01"',
        'effective_from = "2027-01-01"',
        "effective_until",
        "item[1].effective_until",
        "it ends before it begins",
        "swap them",
    ),
    _Mistake(
        "a delegation without an end",
        "delegated_until = 2026-06-30\n",
        "",
        "delegated_service",
        "item[1].delegated_service",
        "delegated_until does not stand beside it",
        "add delegated_until",
    ),
    _Mistake(
        "an item delegated to where it is anyway",
        'delegated_service = "collection"',
        'delegated_service = "tax"',
        "delegated_service",
        "item[1].delegated_service",
        "it is delegated to its own service",
        "name another service",
    ),
    _Mistake(
        "help for a service of the first tier",
        "help_after_minutes = { tax = 15 }",
        "help_after_minutes = { collection = 15 }",
        "help_after_minutes = { collection = 15",
        "window[3].help_after_minutes.collection",
        '"collection" is in no later tier of this window',
        "put it into a later list",
    ),
    _Mistake(
        "a tide at a window that is not tidal",
        'kind = "tidal"',
        'kind = "ordinary"',
        "tide =",
        "window[3].tide",
        'the window is not of kind "tidal"',
        'write kind = "tidal"',
    ),
    _Mistake(
        "a tidal window without a tide",
        "tide = { open_over = 10, close_under = 3 }\n",
        "",
        'kind = "tidal"',
        "window[3].kind",
        "a window of this kind needs tide",
        "write for example tide =",
    ),
    _Mistake(
        "a tide that never falls",
        "close_under = 3",
        "close_under = 11",
        "close_under",
        "window[3].tide.close_under",
        "it closes above 10, where it opens",
        "write 10 or less",
    ),
    _Mistake(
        "a partner at a window that is not remote",
        'kind = "remote"',
        'kind = "dedicated"',
        "remote =",
        "window[2].remote",
        'the window is not of kind "remote"',
        'write kind = "remote"',
    ),
    _Mistake(
        "a partner who works while the hall is closed",
        'en = "City hall" }, hours = ["09:00-11:30"]',
        'en = "City hall" }, hours = ["18:00-19:00"]',
        "remote =",
        "window[2].remote.hours[1]",
        "the hall is closed at these hours",
        "into the hours of the hall",
    ),
    _Mistake(
        "a ceiling without its minutes",
        "after_minutes = 40\n",
        "",
        '[[policy.rule]]\nkind = "ceiling"',
        "policy[1].rule[1].after_minutes",
        "a rule of this kind needs after_minutes",
        "after_minutes = 30",
    ),
    _Mistake(
        "a ratio without its numbers",
        "takes = [2, 1]\n",
        "",
        '[[policy.rule]]\nkind = "ratio"',
        "policy[1].rule[2].takes",
        "a rule of this kind needs takes",
        "takes = [2, 1]",
    ),
    _Mistake(
        "a ratio with a number too few",
        "takes = [2, 1]",
        "takes = [2]",
        "takes = [2]",
        "policy[1].rule[2].takes",
        "takes has not as many numbers as there are lanes",
        "write 2 numbers",
    ),
    _Mistake(
        "numbers without a ratio",
        'kind = "longest"',
        'kind = "longest"\ntakes = [1]',
        "takes = [1]",
        "policy[2].rule[2].takes",
        "a rule of this kind has no takes",
        "remove it",
    ),
    _Mistake(
        "a lane twice among those that may starve",
        'may_starve = ["ordinary"]',
        'may_starve = ["ordinary", "ordinary"]',
        'may_starve = ["ordinary", "ordinary"]',
        "policy[2].may_starve[2]",
        "this lane stands twice",
        "remove one",
    ),
    _Mistake(
        "two ratios in a policy",
        "takes = [2, 1]\n",
        'takes = [2, 1]\n\n[[policy.rule]]\nkind = "ratio"\nlanes = ["ordinary", "priority"]\ntakes = [5, 1]\n',
        'kind = "ratio"\nlanes = ["ordinary"',
        "policy[1].rule[3].kind",
        "a policy has one ratio at most",
        "remove one",
    ),
    _Mistake(
        "a last rule that finds only some",
        '[[policy.rule]]\nkind = "longest"\n',
        "",
        'kind = "absolute"',
        "policy[2].rule[1].kind",
        "the last rule leaves somebody uncalled",
        'end with a rule of kind "points"',
    ),
    _Mistake(
        "a lane that could wait for ever under a policy",
        'may_starve = ["ordinary"]\n',
        "",
        '[[policy.rule]]\nkind = "absolute"',
        "policy[2].rule",
        'lane "ordinary" could wait for ever',
        "begin with a ceiling for all lanes",
    ),
    Mistake(
        "a lane whose waiting weighs nothing under the plain rule",
        "rate = 1.5",
        "rate = 0",
        "rate = 0",
        "lane[2].rate",
        "its waiting weighs nothing, so that it could wait for ever",
        "write a rate above 0",
    ),
    Mistake(
        "a service every window serves last",
        '["tax", "pension"]',
        '["tax"]',
        'id = "pension"',
        "service[2].id",
        "every window serves it last, so that it could wait for ever",
        "help_after_minutes",
    ),
    _Mistake(
        "a deputy of oneself",
        'deputy = "c02"',
        'deputy = "c01"',
        'deputy = "c01"',
        "clerk[1].deputy",
        "nobody stands in for themselves",
        "name somebody else",
    ),
    _Mistake(
        "deputies in a circle",
        'id = "c02"\nname = "D"\n',
        'id = "c02"\nname = "D"\ndeputy = "c03"\n\n[[clerk]]\nid = "c03"\nname = "E"\ndeputy = "c01"\n',
        'deputy = "c02"',
        "clerk[1].deputy",
        "the deputies go round in a circle",
        "let two stand in for each other",
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
