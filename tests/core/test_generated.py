"""The pages of the reference that are drawn from the core say what it does; `make docs` writes them anew."""

from engine.core import transitions
from tests.generated import STATES, stale


def test_pages_are_up_to_date() -> None:
    assert stale() == [], "run make docs"


def test_every_state_is_explained() -> None:
    assert tuple(STATES) == transitions.STATES
