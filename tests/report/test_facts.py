"""Single rules of the tally, each shown by the facts that meet it."""

from dataclasses import replace
from typing import Any

import pytest

from engine.core import events as e
from engine.core.events import Event
from engine.core.plan import Name, numbered_window
from engine.report.period import Days, Period
from engine.report.reading import read
from engine.report.tally import Tally
from tests.builders import DAY, HOUR, MINUTE, NINE, ORDINARY, PLAN, SECOND, SERVICES, WINDOWS, with_rules
from tests.report.bodies import bodies_of

REASON = e.CallReason("points", 0, 0, 0, None, None)
OPENING: tuple[Event, ...] = (
    e.HallConfigured(PLAN, NINE),
    e.DayOpened(DAY, NINE + 9 * HOUR, NINE + 9 * HOUR, NINE),
    e.WindowOpened("w01", "c01", NINE),
    e.WindowOpened("w02", None, NINE),
)


def issued(ticket: str = "a", at_ms: int = NINE, **more: Any) -> e.TicketIssued:
    return e.TicketIssued(ticket, "A001", 1, "social", ORDINARY, "kiosk", None, False, at_ms, **more)


def called(at_ms: int, ticket: str = "a", window: str = "w01") -> e.TicketCalled:
    return e.TicketCalled(ticket, window, REASON, at_ms + MINUTE, at_ms)


def served(at_ms: int, ticket: str = "a", outcome: str = "done") -> tuple[Event, ...]:
    return (
        called(at_ms, ticket),
        e.ServiceBegan(ticket, "w01", at_ms),
        e.ServiceFinished(ticket, "w01", outcome, at_ms + 5 * MINUTE),
    )


def report(*facts: Event, opening: tuple[Event, ...] = OPENING) -> dict[str, Any]:
    tally = Tally(Period("day", DAY))
    for fact in (*opening, *facts):
        tally.add(fact)
    return tally.report()


def total(*facts: Event) -> dict[str, Any]:
    figures: dict[str, Any] = report(*facts)["total"]
    return figures


def line(told: dict[str, Any], dimension: str, part: object) -> dict[str, Any]:
    (found,) = [line for line in told[f"by_{dimension}"] if line["id"] == part]
    return dict(found)


def test_wait_does_not_wrap_at_an_hour() -> None:
    assert total(issued(), called(NINE + 61 * MINUTE))["wait_mean_s"] == 61 * 60


def test_wait_longer_than_a_shift_is_told_in_full() -> None:
    assert total(issued(), called(NINE + 30 * HOUR))["wait_max_s"] == 30 * 3_600


def test_first_wait_stays_through_recall_miss_and_second_call() -> None:
    figures = total(
        issued(),
        called(NINE + 10 * MINUTE),
        e.TicketRecalled("a", "w01", 1, NINE + 12 * MINUTE, NINE + 11 * MINUTE),
        e.TicketMissed("a", "w01", False, NINE + 12 * MINUTE),
        e.TicketReinstated("a", "back", NINE + 13 * MINUTE),
        called(NINE + 40 * MINUTE),
    )

    assert (figures["wait_mean_s"], figures["called"], figures["calls"]) == (600, 1, 2)
    assert (figures["no_show"], figures["missed"], figures["reinstated"], figures["recalled"]) == (0, 1, 1, 1)
    assert figures["second_waits"] == 0


def test_transfer_keeps_the_first_wait_and_gives_a_second_one() -> None:
    figures = total(
        issued(),
        *served(NINE + 10 * MINUTE)[:2],
        e.TicketTransferred("a", "w01", "tax", None, "original", NINE + 20 * MINUTE),
        called(NINE + 27 * MINUTE, window="w02"),
    )

    assert (figures["wait_mean_s"], figures["second_wait_mean_s"], figures["transferred"]) == (600, 420, 1)


def test_transfer_before_any_call_lengthens_the_first_wait_and_is_no_second_one() -> None:
    figures = total(
        issued(),
        e.TicketTransferred("a", None, "tax", None, "original", NINE + 5 * MINUTE),
        called(NINE + 12 * MINUTE),
    )

    assert (figures["wait_mean_s"], figures["second_waits"]) == (720, 0)


def test_visit_counts_for_the_service_it_came_for_and_work_for_the_service_it_was() -> None:
    told = report(
        issued(),
        called(NINE + MINUTE),
        e.TicketTransferred("a", "w01", "tax", None, "original", NINE + 2 * MINUTE),
        *served(NINE + 3 * MINUTE),
    )

    assert (line(told, "service", "social")["served"], line(told, "service", "tax")["items"]) == (1, 1)


def test_number_that_was_never_printed_and_never_used_is_not_issued() -> None:
    figures = total(
        issued(), e.TicketNotPrinted("a", "k1", "paper out", NINE), called(NINE + MINUTE),
        e.TicketMissed("a", "w01", True, NINE + 5 * MINUTE),
    )  # fmt: skip

    assert (figures["issued"], figures["called"], figures["no_show"], figures["not_printed"]) == (0, 0, 0, 1)


def test_number_that_was_printed_later_or_served_anyway_is_issued() -> None:
    failed = e.TicketNotPrinted("a", "k1", "paper out", NINE)
    reprinted = total(issued(), failed, e.TicketPrinted("a", "k1", 1, NINE + SECOND))
    served_anyway = total(issued(), failed, *served(NINE + MINUTE))

    for figures in (reprinted, served_anyway):
        assert (figures["issued"], figures["not_printed"], figures["print_failures"]) == (1, 0, 1)
    assert (served_anyway["served"], served_anyway["wait_mean_s"]) == (1, 60)


def test_hold_is_abnormal_when_it_is_too_long_or_never_ends() -> None:
    opening = (e.HallConfigured(with_rules(hold_ms_max=10 * MINUTE), NINE), *OPENING[1:])
    held = (*served(NINE)[:2], e.TicketHeld("a", "w01", "step", NINE + MINUTE))

    def abnormal(*end: Event) -> int:
        count: int = report(issued(), *held, *end, opening=opening)["total"]["held_abnormal"]
        return count

    assert abnormal(e.TicketResumed("a", NINE + 11 * MINUTE)) == 0
    assert abnormal(e.TicketResumed("a", NINE + 11 * MINUTE + 1)) == 1
    assert abnormal(called(NINE + 20 * MINUTE)) == 1
    assert abnormal(e.TicketCancelled("a", None, "day-closed", NINE + 2 * MINUTE)) == 1
    assert abnormal() == 0


def test_handling_leaves_out_the_time_on_hold() -> None:
    figures = total(
        issued(),
        *served(NINE)[:2],
        e.TicketHeld("a", "w01", "step", NINE + 4 * MINUTE),
        *served(NINE + 30 * MINUTE),
    )

    assert (figures["handling_mean_s"], figures["items"]) == (9 * 60, 1)


def test_items_of_a_combined_visit_are_counted_each() -> None:
    items = (e.VisitItem("social"), e.VisitItem("tax"))
    told = report(
        issued(items=items),
        *served(NINE)[:2],
        e.ItemFinished("a", "w01", 0, "told-missing", None, NINE + 2 * MINUTE),
        e.ItemBegan("a", "w01", 1, "tax", NINE + 2 * MINUTE),
        e.ServiceFinished("a", "w01", "done", NINE + 9 * MINUTE),
    )

    assert (told["total"]["items"], told["total"]["served"], told["total"]["transferred"]) == (2, 1, 0)
    assert line(told, "service", "social")["handling_mean_s"] == 120
    assert line(told, "service", "tax")["handling_mean_s"] == 420
    assert {row["id"]: row["items"] for row in told["by_outcome"] if row["items"]} == {"told-missing": 1, "done": 1}


def test_modes_are_told_by_facts() -> None:
    stage = e.StageOpened("s", "p", "back-office", "social", None, NINE + HOUR, False, NINE)
    told = report(
        issued("i"),
        issued("p"), stage,
        issued("b", appointment_id="x"),
        issued("late"),
        e.SelfServiceCounted("tax", "m1", 7, NINE),
        e.HomeVisitRequested("h", "tax", "kept outside", NINE, NINE),
        e.HomeVisitFinished("h", "done", NINE + MINUTE),
        e.IssuingEnded(NINE + HOUR),
        *served(NINE + HOUR, "late"),
    )  # fmt: skip

    assert {row["id"]: row["issued"] for row in told["by_mode"]} == {
        "instant": 1, "promised": 1, "appointment": 1, "extended": 1, "self-service": 0,
    }  # fmt: skip
    assert line(told, "mode", "self-service")["self_service"] == 7
    assert (line(told, "mode", "extended")["home_visits"], line(told, "mode", "extended")["served"]) == (1, 1)


def test_gap_runs_from_a_visits_end_to_the_next_call_unless_something_lies_between() -> None:
    first, second = served(NINE), served(NINE + 7 * MINUTE, "b")
    pause = (e.WindowPaused("w01", "lunch", NINE + 6 * MINUTE), e.WindowResumed("w01", NINE + 6 * MINUTE + SECOND))

    assert total(issued(), issued("b"), *first, *second)["gap_mean_s"] == 120
    assert total(issued(), issued("b"), *first, *pause, *second)["gaps"] == 0


def test_window_time_is_split_into_busy_idle_and_paused() -> None:
    told = report(
        issued(),
        *served(NINE + 10 * MINUTE),
        e.WindowPaused("w01", "lunch", NINE + 20 * MINUTE),
        e.WindowResumed("w01", NINE + 50 * MINUTE),
        e.WindowClosed("w01", NINE + 60 * MINUTE),
        e.WindowClosed("w02", NINE + 60 * MINUTE),
    )

    figures = line(told, "window", "w01")
    assert {key: figures[key] for key in ("open_s", "busy_s", "paused_s", "idle_s")} == {
        "open_s": 3_600, "busy_s": 300, "paused_s": 1_800, "idle_s": 1_500,
    }  # fmt: skip
    assert figures["busy_share"] == round(300 / 1_800, 4)
    assert told["pauses"] == [{"reason": "lunch", "count": 1, "s": 1_800.0}]
    assert line(told, "clerk", "c01")["open_s"] == 3_600


def test_open_windows_are_counted_up_to_now_while_the_day_is_open() -> None:
    tally = Tally(Period("day", DAY))
    for fact in OPENING:
        tally.add(fact)

    assert tally.report(NINE + 10 * MINUTE)["total"]["open_s"] == 2 * 600


def test_satisfaction_stands_beside_its_base() -> None:
    rated = e.TicketRated("a", 0, 5, 5, None, 4, "phone", "w01", "c01", NINE + HOUR)
    told = report(
        issued(), issued("b"), *served(NINE), *served(NINE + 6 * MINUTE, "b"), rated,
        replace(rated, ticket_id="b", stars=2, efficiency=1),
        e.FollowUpOpened("b", 0, NINE + HOUR + 1, NINE + HOUR),
        e.DayClosed(NINE + 3 * HOUR),
    )  # fmt: skip

    figures = line(told, "clerk", "c01")
    assert (figures["ratings"], figures["rating_rate"], figures["satisfaction"]) == (2, 1.0, 0.5)
    assert (figures["efficiency_mean"], figures["skill_mean"], figures["attitude_mean"]) == (3.0, None, 4.0)
    assert told["follow_ups"] == {"opened": 1, "called_back": 0, "closed": 0, "open": 1, "overdue": 1}


def test_rating_of_an_earlier_day_counts_for_the_service_of_its_number() -> None:
    told = report(e.TicketRated("20261101-b007", 0, 4, None, None, None, "phone", "w01", None, NINE))

    assert line(told, "service", "tax")["ratings"] == 1


def test_overdue_stages_are_those_finished_late_or_not_at_all() -> None:
    def stage(name: str, minutes: int) -> e.StageOpened:
        return e.StageOpened(name, "a", "back-office", "social", None, NINE + minutes * MINUTE, False, NINE)

    told = report(
        stage("in time", 60), stage("late", 5), stage("never", 5), stage("later", 999),
        e.StageFinished("in time", "ready", None, NINE + 10 * MINUTE),
        e.StageFinished("late", "ready", None, NINE + 10 * MINUTE),
        e.StageFinished("of last week", "ready", None, NINE + 10 * MINUTE),
    )  # fmt: skip

    assert told["stages"] == {"opened": 4, "papers_opened": 0, "finished": 3, "overdue": 2}


def test_renamed_and_dropped_things_keep_their_figures_and_their_names() -> None:
    renamed = replace(SERVICES[0], name=Name("社保", "Social"))
    smaller = replace(PLAN, services=(renamed, *SERVICES[1:]), windows=WINDOWS[:1])
    told = report(
        issued(),
        e.WindowMoved("w01", 12, "a", NINE + MINUTE),
        *served(NINE + MINUTE),
        e.WindowClosed("w02", NINE + HOUR),
        e.HallConfigured(smaller, NINE + HOUR),
    )

    social, moved, dropped = (
        line(told, *part) for part in (("service", "social"), ("window", "w01"), ("window", "w02"))
    )
    assert (social["name"]["zh"], social["formerly"][0]["zh"]) == ("社保", "social")
    assert (dropped["open_s"], dropped["name"]["zh"]) == (3_600, "w02")
    # What a supervisor moved stays moved under a plan that says nothing new of it.
    assert (moved["served"], moved["number"], moved["numbers_before"]) == (1, 12, [1])


def test_moved_window_is_called_after_its_new_number_unless_it_has_a_name_of_its_own() -> None:
    unnamed = replace(WINDOWS[0], number=2, name=numbered_window(2))
    named = replace(WINDOWS[1], number=3, name=Name("咨询台", "Help desk"))
    opening = (e.HallConfigured(replace(PLAN, windows=(unnamed, named)), NINE), *OPENING[1:])

    told = report(
        e.WindowMoved("w01", 22, "a", NINE + MINUTE),
        e.WindowMoved("w02", 23, "a", NINE + MINUTE),
        e.WindowClosed("w01", NINE + HOUR),
        e.WindowClosed("w02", NINE + HOUR),
        opening=opening,
    )

    first, second = line(told, "window", "w01"), line(told, "window", "w02")
    assert (first["number"], first["numbers_before"], first["name"]["zh"]) == (22, [2], "22号窗口")
    assert [name["zh"] for name in first["formerly"]] == ["2号窗口"]
    assert (second["number"], second["name"]["zh"], "formerly" in second) == (23, "咨询台", False)


def test_window_moved_under_an_earlier_plan_has_its_new_number_on_a_later_day() -> None:
    tomorrow = "20261124"
    facts = (
        *OPENING,
        e.WindowMoved("w01", 12, "a", NINE + MINUTE),
        e.DayClosed(NINE + 9 * HOUR),
        e.HallConfigured(with_rules(recall_limit=5), NINE + 10 * HOUR),
        e.DayOpened(tomorrow, NINE + 33 * HOUR, NINE + 33 * HOUR, NINE + 24 * HOUR),
        e.WindowOpened("w01", "c01", NINE + 24 * HOUR),
        e.WindowClosed("w01", NINE + 25 * HOUR),
    )
    bodies, marks = bodies_of(facts)
    stretch = Days(marks).stretch(Period("day", tomorrow))

    told = read(stretch, [body for body in bodies if body[0] > stretch.after])

    assert line(told, "window", "w01")["number"] == 12


@pytest.mark.parametrize("bad_stars", [0, 2, 4])
def test_satisfied_is_three_stars_or_more_whichever_are_called_back(bad_stars: int) -> None:
    rated = e.TicketRated("a", 0, 5, None, None, None, "phone", "w01", "c01", NINE + HOUR)

    told = report(
        *(replace(rated, ticket_id=f"t{stars}", stars=stars) for stars in (1, 2, 3, 4, 5)),
        opening=(e.HallConfigured(with_rules(bad_stars=bad_stars), NINE), *OPENING[1:]),
    )

    assert told["total"]["satisfaction"] == 0.6


def test_facts_after_hours_belong_to_the_day_before_them() -> None:
    rated = e.TicketRated("a", 0, 5, None, None, None, "phone", "w01", None, NINE + 20 * HOUR)

    assert total(issued(), *served(NINE), e.DayClosed(NINE + 10 * HOUR), rated)["ratings"] == 1


def test_nothing_of_a_visitor_is_in_a_report() -> None:
    told = repr(report(issued("secret-id", person="secret-person"), *served(NINE, "secret-id")))

    assert "secret" not in told and "A001" not in told
