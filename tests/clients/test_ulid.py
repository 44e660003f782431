"""Identifiers of orders: never twice, and in the order of time."""

from hypothesis import given
from hypothesis import strategies as st

from clients.button.ulid import new_ulid

MILLIS = st.integers(0, 2**48 - 1)
CHANCE = st.integers(0, 2**80 - 1)


@given(MILLIS, CHANCE, MILLIS, CHANCE)
def test_later_ones_sort_behind(first_ms: int, first: int, second_ms: int, second: int) -> None:
    assert (new_ulid(first_ms, first) < new_ulid(second_ms, second)) == ((first_ms, first) < (second_ms, second))


def test_two_of_the_same_moment_differ() -> None:
    assert len({new_ulid(1) for _ in range(100)}) == 100
