"""When a hall wakes, asked in three ways: the moment, whether it has come, and of a hall read anew."""

from engine.core.deadlines import next_deadline
from engine.core.hall import Hall


def check_waking(hall: Hall) -> None:
    """A hall that was read anew wakes at the same moment, and whoever asks until just before hears of nothing.

    The hall itself is asked until then before it is asked for the moment, which would make it look.
    """
    again = Hall.from_rows(hall.plan, hall.to_rows())
    due = next_deadline(again)
    if due is not None:
        assert next_deadline(hall, due[0]) == due, "would have slept on"
        assert next_deadline(again, due[0] - 1) is None
    assert next_deadline(hall) == due, "a restarted hall wakes at another moment"
