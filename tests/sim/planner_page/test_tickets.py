"""What of a lived day is handed to the page: who asks for a window when, and not what became of it."""

import numpy as np

from sim.kernel.shapes import NEVER, SERVED, TURNED_AWAY, Calls, blank_courses, blank_visits
from sim.planner_page.lived import LivedDay, drawn_tickets, tickets_of

MINUTE = 60_000


def test_further_items_are_done_with_the_first() -> None:
    day = _day(calls=[(0, 0, 9, 12)], items={0: [3, 4]}, service=[5])

    assert tickets_of(day).service_ms.tolist() == [12 * MINUTE]


def test_who_fills_in_a_form_waits_from_the_number_and_queues_after_it() -> None:
    day = _day(calls=[(0, 0, 9, 12), (1, 2, 9, 12)], service=[5, 5])
    assert day.courses is not None
    day.courses.form_ms[0] = 6 * MINUTE

    tickets = tickets_of(day)

    assert tickets.arrived_ms.tolist() == [2 * MINUTE, 6 * MINUTE]
    assert tickets.before_ms.tolist() == [0, 6 * MINUTE]


def test_a_second_ticket_of_a_visitor_asks_for_as_long_as_it_took_and_never_leaves() -> None:
    day = _day(calls=[(0, 0, 9, 14), (0, 50, 60, 63)], service=[5])
    day.visits.patience_ms[0] = 30 * MINUTE
    day.visits.absent[0] = 1
    day.visits.pause_ms[0] = MINUTE

    tickets = tickets_of(day)

    assert tickets.service_ms.tolist() == [5 * MINUTE, 3 * MINUTE]
    assert tickets.patience_ms.tolist() == [30 * MINUTE, NEVER]
    assert tickets.absent.tolist() == [1, 0]
    assert tickets.pause_ms.tolist() == [MINUTE, 0]


def test_who_got_no_number_is_counted_and_stands_where_they_came() -> None:
    day = _day(calls=[(0, 0, 9, 14), (2, 20, 21, 22), (1, 10, None, None)], service=[5, 5, 5])

    tickets = tickets_of(day)

    assert tickets.arrived_ms.tolist() == [0, 10 * MINUTE, 20 * MINUTE]
    assert tickets.refused.tolist() == [0, 1, 0]


def test_of_a_day_that_did_not_happen_everybody_who_comes_has_one_ticket_until_numbers_end() -> None:
    day = _day(calls=[(0, 0, 9, 14)], service=[5, 6, 7], items={1: [2]})
    day.visits.arrived_ms[:] = [0, 10 * MINUTE, 20 * MINUTE]
    assert day.courses is not None
    day.courses.missed[0] = 1

    tickets = drawn_tickets(day, issuing_ends_ms=15 * MINUTE)

    assert tickets.arrived_ms.tolist() == [10 * MINUTE, 20 * MINUTE]
    assert tickets.service_ms.tolist() == [8 * MINUTE, 7 * MINUTE]
    assert tickets.refused.tolist() == [0, 1]


def _day(
    calls: list[tuple[int, int, int | None, int | None]],
    *,
    service: list[int],
    items: dict[int, list[int]] | None = None,
) -> LivedDay:
    """Rows of (visit, issued, began, finished) in minutes, None for who was turned away."""
    visits = blank_visits(len(service))
    visits.service_ms[:] = np.array(service) * MINUTE
    more = [minutes for visit in range(len(service)) for minutes in (items or {}).get(visit, [])]
    courses = blank_courses(len(service), len(more))
    courses.item_ms[:] = np.array(more, np.int32) * MINUTE
    courses.item_from[1:] = np.cumsum([len((items or {}).get(visit, [])) for visit in range(len(service))])
    began = _moments([row[2] for row in calls])
    zeros = np.zeros(len(calls), np.int32)
    return LivedDay(
        visits,
        courses,
        Calls(
            visit=np.array([row[0] for row in calls], np.int32),
            service=zeros,
            lane=zeros,
            issued_ms=np.array([row[1] for row in calls], np.int32) * MINUTE,
            window=zeros,
            first_called_ms=began,
            called_ms=began,
            began_ms=began,
            finished_ms=_moments([row[3] for row in calls]),
            outcome=np.array([TURNED_AWAY if row[2] is None else SERVED for row in calls], np.uint8),
            rule=zeros,
        ),
    )


def _moments(minutes: list[int | None]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array([NEVER if each is None else each * MINUTE for each in minutes], np.int32)
