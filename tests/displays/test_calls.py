"""The queue in front of a loudspeaker: every call leaves once, in order, spoken or dropped with a reason."""

from hypothesis import given
from hypothesis import strategies as st

from displays.announcer.calls import STALE_MS, Call, CallQueue, Dropped


def call(position: int, *, at_ms: int = 0, ticket: str = "", window: str = "w03", count: int = 0) -> Call:
    return Call(position, at_ms, ticket or f"A{position:03}", window, 3, count)


def queue_of(*calls: Call, limit: int = 30) -> CallQueue:
    queue = CallQueue(limit)
    for one in calls:
        queue.offer(one)
    return queue


def reasons(dropped: list[Dropped]) -> list[tuple[int, str]]:
    return [(one.call.position, one.reason) for one in dropped]


def test_calls_are_spoken_in_the_order_of_the_journal_however_they_arrive() -> None:
    queue = queue_of(call(7), call(5), call(6))

    assert [queue.take(0)[0], queue.take(0)[0], queue.take(0)[0]] == [call(5), call(6), call(7)]


def test_a_call_offered_twice_is_spoken_once() -> None:
    queue = queue_of(call(5), call(5))

    queue.take(0)
    queue.offer(call(5))

    assert queue.take(0) == (None, [])


def test_a_position_used_again_by_a_fresh_journal_is_another_call() -> None:
    queue = queue_of(call(5, at_ms=0))
    queue.take(0)
    queue.forget_order()

    queue.offer(call(5, at_ms=90_000, ticket="B001"))

    assert queue.take(90_000)[0] == call(5, at_ms=90_000, ticket="B001")


def test_what_is_older_than_twenty_seconds_is_dropped() -> None:
    queue = queue_of(call(5, at_ms=0), call(6, at_ms=1))

    spoken, dropped = queue.take(STALE_MS + 1)

    assert spoken == call(6, at_ms=1)
    assert reasons(dropped) == [(5, "stale")]


def test_a_call_that_comes_after_a_later_one_was_spoken_is_dropped() -> None:
    queue = queue_of(call(6))
    queue.take(0)

    assert reasons(queue.offer(call(5))) == [(5, "out-of-order")]


def test_of_too_many_the_oldest_goes() -> None:
    queue = queue_of(call(5), call(6), limit=2)

    assert reasons(queue.offer(call(7))) == [(5, "queue-full")]


def test_a_call_settled_before_its_turn_is_not_spoken() -> None:
    queue = queue_of(call(5, ticket="A012"), call(6, ticket="A013"))

    assert reasons(queue.settle("A012", "w03", 7, "no-show")) == [(5, "no-show")]
    assert queue.take(0)[0] == call(6, ticket="A013")


def test_a_call_made_after_the_settling_stays() -> None:
    queue = queue_of(call(8, ticket="A012"))

    assert queue.settle("A012", "w03", 7, "transferred") == []


def test_a_visitor_who_is_already_served_is_not_called() -> None:
    queue = queue_of(call(5, ticket="A012"), call(6, ticket="A013", window="w04"))

    dropped = queue.compare({"w03": ("A012", "serving"), "w04": ("A013", "called")}, position=7)

    assert reasons(dropped) == [(5, "serving")]


def test_a_state_older_than_the_call_says_nothing_about_it() -> None:
    queue = queue_of(call(5, ticket="A012"))

    assert queue.compare({"w03": ("None", "idle")}, position=4) == []


steps = st.lists(
    st.one_of(
        st.tuples(st.just("offer"), st.integers(1, 12), st.integers(0, 40_000)),
        st.tuples(st.just("take"), st.integers(0, 60_000), st.just(0)),
        st.tuples(st.just("settle"), st.integers(1, 12), st.integers(1, 12)),
    ),
    max_size=60,
)


@given(steps)
def test_whatever_happens_each_call_leaves_once_and_the_spoken_ones_in_order(steps: list[tuple[str, int, int]]) -> None:
    queue = CallQueue(limit=3)
    offered: set[Call] = set()
    spoken: list[Call] = []
    dropped: list[Dropped] = []

    for step, first, second in steps:
        if step == "offer":
            offered.add(call(first, at_ms=first * 1_000))
            dropped += queue.offer(call(first, at_ms=first * 1_000))
        elif step == "settle":
            dropped += queue.settle(f"A{first:03}", "w03", second, "finished")
        else:
            taken, stale = queue.take(first)
            dropped += stale
            spoken += [taken] if taken else []

    left = [*spoken, *(one.call for one in dropped)]
    assert [one.position for one in spoken] == sorted(one.position for one in spoken)
    assert len(left) == len(set(left))
    assert len(left) + len(queue) == len(offered)
