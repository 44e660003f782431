"""The day on which days of a hall begin: clocks, journals and workdays hold for some, not for every date there is."""

from datetime import date
from typing import Final

from engine.core.plan import Name
from sim.bad_option import BadOption

EARLIEST: Final = date(1970, 1, 2)
"""The first that is after the beginning of time in every zone."""
LATEST: Final = date(2199, 12, 31)
"""As many days as there may be still follow it."""


def require_first_day(option: str, day: date) -> None:
    """Raise `BadOption` for a date on which no days can begin; `option` is how it was written."""
    if not EARLIEST <= day <= LATEST:
        raise BadOption(
            option,
            Name(f"{day} 不可用", f"{day} cannot be used"),
            Name(f"请写 {EARLIEST} 到 {LATEST} 之间的日期", f"write a date from {EARLIEST} to {LATEST}"),
        )
