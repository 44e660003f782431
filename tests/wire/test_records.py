"""Facts survive the journal's rows: every kind, every value, and rows from before a field was there."""

from dataclasses import fields, is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.events import CallReason, Event, HallConfigured, TicketCalled, TicketIssued
from engine.core.plan import HallPlan, Lane, Name, Rules, Service, Span, WindowPlan, Zone
from engine.wire import records
from engine.wire.records import KINDS, UnknownRecord, event_of, row_of
from tests.builders import both

NAME = Name("社保", "Social security")
PLAN = HallPlan(
    "hongtang",
    "ningbo",
    NAME,
    "Asia/Shanghai",
    lanes=(Lane("ordinary", NAME, 0, 1_000), Lane("priority", NAME, 30_000, 2_000, NAME, ("elderly",))),
    zones=(Zone("a", NAME),),
    services=(Service("social", NAME, "A", "a", hours=(Span(510, 720),)),),
    windows=(WindowPlan("w01", 1, NAME, "a", (("social",), ("tax", "land"))),),
    rules=Rules(recall_limit=2),
)
CALLED = TicketCalled(
    "20261122-a001", "w03", CallReason("points", 0, 60_000, 1_000, "20261122-b002", 9, None), 1_300_000, 1_000_000
)


def stored(event: Event) -> Event:
    """The event after a journey through bytes."""
    return event_of(msgpack.unpackb(msgpack.packb(row_of(event))))


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Anything of a type that MessagePack can hold: whole numbers of 64 bits, text that has a UTF-8 form."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(values(arguments[0]), max_size=3).map(tuple)
    if arguments:
        return st.one_of([values(argument) for argument in arguments])
    if isinstance(hint, type) and is_dataclass(hint):
        return st.builds(hint, **{name: values(part) for name, part in get_type_hints(hint).items()})
    if hint is int:
        return st.integers(-(2**63), 2**63 - 1)
    return st.text(st.characters(codec="utf-8"), max_size=20) if hint is str else st.from_type(hint)


every_event = values(Event)


def test_every_fact_has_exactly_one_kind() -> None:
    assert sorted(kind.__name__ for kind in KINDS.values()) == sorted(kind.__name__ for kind in get_args(Event))


@given(every_event)
def test_every_fact_comes_back_equal(event: Event) -> None:
    assert stored(event) == event


def test_hall_plan_comes_back_equal_with_all_its_parts() -> None:
    assert stored(HallConfigured(PLAN, 1_000_000)) == HallConfigured(PLAN, 1_000_000)


def test_rows_of_the_first_journals_are_read_for_ever() -> None:
    issued = ["issued", "20261122-a001", "A001", 1, "social", "ordinary", "kiosk", None, False, 1_000_000]
    reason = ["points", 0, 60_000, 1_000, "20261122-b002", 9, None]
    called = ["called", "20261122-a001", "w03", reason, 1_300_000, 1_000_000]

    assert event_of(issued) == TicketIssued(
        "20261122-a001", "A001", 1, "social", "ordinary", "kiosk", None, False, 1_000_000
    )
    assert event_of(called) == CALLED
    assert stored(event_of(issued)) == event_of(issued)


def test_plan_of_the_first_journals_is_read_for_ever() -> None:
    lane, zone = ["o", ["o", "o"], 0, 1, None, []], ["a", ["a", "a"], "windows"]
    service, window = ["s", ["s", "s"], "A", "a", None, 300_000, []], ["w01", 1, ["w", "w"], "a", [["s"]]]
    rules = [300_000, 60_000, 5, 7_200_000, 3, 1]
    plan = ["h", "r", ["h", "h"], "Asia/Shanghai", [lane], [zone], [service], [window], [], [], [], [], rules]

    assert event_of(["configured", plan, 1_000]) == HallConfigured(
        HallPlan(
            "h",
            "r",
            both("h"),
            "Asia/Shanghai",
            (Lane("o", both("o"), 0, 1),),
            (Zone("a", both("a")),),
            (Service("s", both("s"), "A", "a", mean_ms=300_000),),
            (WindowPlan("w01", 1, both("w"), "a", (("s",),)),),
            rules=Rules(recall_limit=5),
        ),
        1_000,
    )


def test_settings_keep_their_places_in_a_row() -> None:
    """A setting between two others would give the plans of older journals wrong ones; a new one goes last."""
    names = [
        "call_expiry_ms",
        "last_call_grace_ms",
        "recall_limit",
        "overtime_ms",
        "number_digits",
        "first_number",
        "policy_id",
        "occupancy_max",
        "stops_by_forecast",
        "help_desk",
        "next_item_place",
        "hold_ms_max",
        "return_days",
        "papers_days",
        "no_show_bookings_max",
        "names_owner",
        "pause_reasons",
        "case_days",
        "case_escalation_days",
        "rating_days",
        "bad_stars",
        "follow_up_days",
        "target_wait_ms",
    ]

    assert [field.name for field in fields(Rules)][: len(names)] == names


def test_shorter_row_takes_the_default_of_an_appended_field() -> None:
    row = row_of(CALLED)
    row[3] = row[3][:-1]

    assert event_of(row) == CALLED
    assert len(row[3]) == len(fields(CallReason)) - 1


@pytest.mark.parametrize(
    "row",
    [
        ["teleported", "20261122-a001", 1_000_000],
        ["day-closed"],
        ["day-closed", 1_000_000, "a field of a newer program"],
        ["called", "20261122-a001", "w03", "no reason", 1_300_000, 1_000_000],
        ["called", "20261122-a001", "w03", None, 1_300_000, 1_000_000],
        [],
        None,
        [["issued"]],
    ],
)
def test_row_that_is_no_fact_is_refused_by_name(row: records.Row) -> None:
    with pytest.raises(UnknownRecord):
        event_of(row)


def test_refusal_of_a_long_row_stays_short() -> None:
    with pytest.raises(UnknownRecord) as refusal:
        event_of(["teleported", "x" * 10_000])

    assert len(str(refusal.value)) < 200


def test_decoding_leaves_the_row_as_it_was() -> None:
    row = row_of(CALLED)

    event_of(row)

    assert row == row_of(CALLED)
