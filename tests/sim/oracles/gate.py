"""The gate: how far what was simulated lies from what a formula says, in standard errors."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from engine.core.plan import MINUTE_MS
from tests.sim.oracles.stations import Lived

Z_MAX = 3.0

Statistic = Callable[[Lived], tuple[float, float]]
"""Of a day: a sum over visitors, and what it is divided by."""


def scores(days: Iterable[Lived], expected: Mapping[str, tuple[Statistic, float]]) -> dict[str, float]:
    """For each statistic z: the mean over days of `sum − expected × divisor`, in its standard errors.

    The difference is zero on average when the formula is right, whatever the number of visitors; a mean of the days'
    ratios would be off by the days that are short.
    """
    differences: dict[str, list[float]] = {name: [] for name in expected}
    for day in days:
        for name, (statistic, value) in expected.items():
            total, divisor = statistic(day)
            differences[name].append(total - value * divisor)
    return {name: _z(values) for name, values in differences.items()}


def outside(found: Mapping[str, float]) -> dict[str, float]:
    """Those that the gate refuses."""
    return {name: round(z, 2) for name, z in found.items() if not abs(z) < Z_MAX}


def _z(differences: Sequence[float]) -> float:
    assert len(differences) >= 2
    return float(np.mean(differences) / (np.std(differences, ddof=1) / np.sqrt(len(differences))))


def wait_minutes(lane: int | None = None) -> Statistic:
    """The mean wait, of a lane or of everybody."""

    def of(day: Lived) -> tuple[float, float]:
        waited_ms = day.waited_ms if lane is None else day.waited_ms[day.lane == lane]
        return float(waited_ms.sum()) / MINUTE_MS, len(waited_ms)

    return of


def served_wait_minutes(day: Lived) -> tuple[float, float]:
    """The mean wait of those who were served."""
    return float(day.waited_ms[day.is_served].sum()) / MINUTE_MS, int(day.is_served.sum())


def wait_over(minutes: float) -> Statistic:
    """The share who waited longer."""
    return lambda day: (int((day.waited_ms > minutes * MINUTE_MS).sum()), len(day.waited_ms))


def leaving_share(day: Lived) -> tuple[float, float]:
    return int((~day.is_served & ~day.is_turned_away).sum()), len(day.is_served)


def turned_away_share(day: Lived) -> tuple[float, float]:
    return int(day.is_turned_away.sum()), len(day.is_turned_away)


def present_at(minute: float) -> Statistic:
    """How many are in the hall at a moment."""
    return lambda day: (_present(day, minute), 1)


def dispersion(means: Mapping[float, float]) -> Statistic:
    """How far the numbers present are from their means, squared, in means: 1 where they are Poisson numbers.

    Many moments are taken together: the square of one number is too skew for a mean of 40 to be normal.
    """
    return lambda day: (
        sum((_present(day, minute) - mean) ** 2 / mean for minute, mean in means.items()),
        len(means),
    )


def _present(day: Lived, minute: float) -> int:
    at_ms = minute * MINUTE_MS
    return int(((day.arrived_ms <= at_ms) & (day.ended_ms > at_ms)).sum())
