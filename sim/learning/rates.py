"""When people come: the rate of each half hour, weekdays, months, pulses, groups, and how much days differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from engine.core.plan import Name
from sim.learning.gathered import MINUTE_MS, MINUTES, QUARTERS, SLOTS, Arrivals

WEEKDAYS, MONTHS = 7, 12
PER_SLOT: Final = QUARTERS // SLOTS

UNLIKELY: Final = 1e-6
UNUSED: Final = 0.1
"""A day on which nobody came when a tenth of the others' visits come, and not by chance, had other hours."""
DAYS_OF_EACH: Final = 2
DAYS_OF_MONTH: Final = 5
SIGNIFICANT: Final = 0.01

NEIGHBOURS: Final = 20
PULSE_SHARE: Final = 0.005
PULSE_TIMES: Final = 3.0
PULSE_SIGMAS: Final = 6.0

GROUPS_SHARE: Final = 0.005
GROUPS_SIGMAS: Final = 5.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slot:
    """A half hour: visits a day seen and expected, variance over mean seen and expected, and the test of the latter."""

    minute: int
    observed: float
    expected: float
    dispersion: float | None
    dispersion_expected: float
    chi2: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Rates:
    """What is learnt of arrivals; `None` stands for what the days do not show.

    `weekdays` and `months` are factors; `level_variance` is that of the day's level, with its standard error;
    `pulses` are (minute of the day, share of all visits); `groups` is (share of all visits, size).
    """

    days: int
    per_day: float
    opens: int
    shape: list[float]
    weekdays: list[float] | None
    weekdays_p: float | None
    months: list[float] | None
    months_p: float | None
    over_dispersion: float | None
    level_variance: tuple[float, float] | None
    pulses: list[tuple[int, float]]
    groups: tuple[float, int] | None
    slots: list[Slot]
    odd_days: list[tuple[date, Name]]

    def factor(self, day: date) -> float:
        """How much busier than an ordinary day this one is expected to be."""
        weekday = self.weekdays[day.weekday()] if self.weekdays else 1.0
        return weekday * (self.months[day.month - 1] if self.months else 1.0)


def learn_rates(arrivals: Arrivals, services: dict[str, int]) -> Rates:
    """The rates of these days; there is at least one."""
    quarters = np.array(arrivals.quarters, dtype=np.float64)
    odd = list(_odd_days(arrivals.days, quarters))
    names = {day for day, _ in odd}
    kept = [place for place, day in enumerate(arrivals.days) if day not in names]
    days, quarters = [arrivals.days[place] for place in kept], quarters[kept]
    factors, weekdays, weekdays_p, months, months_p = _factors(days, quarters.sum(axis=1))
    pulses = _pulses(arrivals)
    groups = _groups(arrivals, pulses, services)
    base = quarters.sum(axis=0) / factors.sum()
    shape = _steady(base, pulses)
    opens, last = _first_and_last(shape)
    level = _level(quarters, base, factors, _free(weekdays, months), groups)
    return Rates(
        len(days),
        float(base.sum()),
        opens * MINUTES // SLOTS,
        [round(float(each), 4) for each in shape[opens : last + 1]],
        weekdays,
        weekdays_p,
        months,
        months_p,
        _over_dispersion(level, base.sum(), shape),
        level,
        pulses,
        groups,
        list(_slots(quarters, base, factors, level, opens, last)),
        odd,
    )


def _odd_days(days: list[date], quarters: Floats) -> Iterator[tuple[date, Name]]:
    """Days whose hours were others than usual, by where nobody came, or where on other days nobody does."""
    if len(days) < 2 * DAYS_OF_EACH:
        return
    slots = quarters.reshape(len(days), SLOTS, PER_SLOT).sum(axis=2)
    total = slots.sum(axis=0)
    for day, counts in zip(days, slots, strict=True):
        others = total - counts
        used = np.flatnonzero(counts)
        inside = slice(used[0], used[-1] + 1)
        outside_share = 1 - others[inside].sum() / others.sum()
        hours = _clock(used[0] * 30) + "–" + _clock((used[-1] + 1) * 30)
        if outside_share >= UNUSED and (1 - outside_share) ** counts.sum() < UNLIKELY:
            yield day, Name(f"只在 {hours} 有人来", f"people came from {hours} only")
        elif counts[others == 0].sum() >= UNUSED * counts.sum():
            yield day, Name(f"{hours} 有人来，超出平常时段", f"people came from {hours}, beyond the usual hours")


def _factors(
    days: list[date], totals: Floats
) -> tuple[Floats, list[float] | None, float | None, list[float] | None, float | None]:
    """The factor of each day; factors of weekdays and months where they show, and how likely chance makes them.

    Weekdays and months multiply; each is fitted with the other held until both stand.
    """
    weekday, month = np.array([day.weekday() for day in days]), np.array([day.month - 1 for day in days])
    weekdays, weekdays_p = np.ones(WEEKDAYS), _difference(totals, weekday, DAYS_OF_EACH)
    months, months_p = np.ones(MONTHS), _difference(totals, month, DAYS_OF_MONTH)
    has_weekdays = weekdays_p is not None and weekdays_p < SIGNIFICANT
    has_months = months_p is not None and months_p < SIGNIFICANT
    for _ in range(50):
        if has_weekdays:
            weekdays = _fitted_factors(totals, months[month], weekday, WEEKDAYS)
        if has_months:
            months = _fitted_factors(totals, weekdays[weekday], month, MONTHS)
    factors = weekdays[weekday] * months[month]
    span = (max(days) - min(days)).days + 1
    shut = [each for each in range(WEEKDAYS) if each not in weekday] if span >= 2 * WEEKDAYS else []
    weekdays[shut] = 0
    return (
        factors,
        [round(float(each), 3) for each in weekdays] if has_weekdays or shut else None,
        weekdays_p,
        [round(float(each), 3) for each in months] if has_months else None,
        months_p,
    )


def _difference(totals: Floats, kind: NDArray[np.int64], least: int) -> float | None:
    """How likely days of one kind differ so much by chance (analysis of variance); None for too few days to tell."""
    groups = [totals[kind == each] for each in np.unique(kind)]
    groups = [group for group in groups if len(group) >= least]
    if len(groups) < 2 or not np.var(totals):
        return None
    return float(stats.f_oneway(*groups).pvalue)


def _fitted_factors(totals: Floats, other: Floats, kind: NDArray[np.int64], count: int) -> Floats:
    """The factors of one kind of day, with a mean of 1 over those seen; kinds that were not seen have 1."""
    seen = np.unique(kind)
    factors = np.ones(count)
    for each in seen:
        factors[each] = totals[kind == each].sum() / other[kind == each].sum()
    factors[seen] /= factors[seen].mean()
    return factors


def _free(weekdays: list[float] | None, months: list[float] | None) -> int:
    """How many means were taken from the days: one, and one less than the factors of each kind that differ."""
    kinds = [len({factor for factor in factors if factor not in (0, 1)}) for factors in (weekdays or [], months or [])]
    return 1 + sum(max(0, kind - 1) for kind in kinds)


# --- who comes together ---


def _pulses(arrivals: Arrivals) -> list[tuple[int, float]]:
    """Minutes in which many more come than in the busier of the twenty before and the twenty after.

    A log that tells moments to the quarter of an hour has no minutes to compare.
    """
    minutes, total = arrivals.minutes, int(arrivals.minutes.sum())
    if arrivals.grain_ms > MINUTE_MS:
        return []
    found: list[tuple[int, float]] = []
    previous = -2
    for minute in np.flatnonzero(minutes).tolist():
        before, after = minutes[max(0, minute - NEIGHBOURS) : minute], minutes[minute + 1 : minute + 1 + NEIGHBOURS]
        usual = max(float(np.median(side)) if len(side) else 0.0 for side in (before, after))
        excess = float(minutes[minute]) - usual
        if minutes[minute] < PULSE_TIMES * usual or excess < PULSE_SIGMAS * np.sqrt(usual + 1):
            continue
        if minute == previous + 1 and found:
            found[-1] = (found[-1][0], found[-1][1] + excess / total)
        else:
            found.append((minute, excess / total))
        previous = minute
    return [(minute, round(share, 4)) for minute, share in found if share >= PULSE_SHARE]


def _groups(arrivals: Arrivals, pulses: list[tuple[int, float]], services: dict[str, int]) -> tuple[float, int] | None:
    """The share of visits that came together for one service, and how many together, beyond what chance brings."""
    if arrivals.grain_ms > 1_000:
        return None
    quiet = np.ones(MINUTES, bool)
    quiet[[minute for minute, _ in pulses]] = False
    visits, groups = arrivals.together[quiet].sum(), arrivals.groups[quiet].sum()
    alike = sum(count**2 for count in services.values()) / sum(services.values()) ** 2
    by_chance = float(arrivals.pairs[quiet].sum()) * max(1, arrivals.grain_ms) / MINUTE_MS * alike
    extra = groups - by_chance
    total = arrivals.minutes.sum()
    if not groups or extra < GROUPS_SIGMAS * np.sqrt(by_chance + 1):
        return None
    share = float((visits - 2 * by_chance) / total)
    return (round(share, 4), max(2, round(visits / groups))) if share >= GROUPS_SHARE else None


def _steady(base: Floats, pulses: list[tuple[int, float]]) -> Floats:
    """Visits of each half hour of an ordinary day, without those that come in a pulse."""
    steady: Floats = base.reshape(SLOTS, PER_SLOT).sum(axis=1)
    for minute, share in pulses:
        slot = minute * SLOTS // MINUTES
        steady[slot] = max(0.0, steady[slot] - share * base.sum())
    return steady if steady.any() else np.asarray(base.reshape(SLOTS, PER_SLOT).sum(axis=1))


def _first_and_last(shape: Floats) -> tuple[int, int]:
    used = np.flatnonzero(shape)
    return int(used[0]), int(used[-1])


# --- how much days differ ---


def _level(
    quarters: Floats, base: Floats, factors: Floats, free: int, groups: tuple[float, int] | None
) -> tuple[float, float] | None:
    """The variance of the day's level and its standard error; None for a single day.

    A count with mean m on a day of random level with variance v has the variance m r + m² v, where r is 1 when people
    come one by one, and the mean size of a visitor's group otherwise. Each day gives one estimate of v.
    """
    days = len(quarters)
    if days - free < 1:
        return None
    share, size = groups or (0.0, 1)
    together = 1 + share * (size - 1)
    means = np.outer(factors, base)
    by_day = ((quarters - means) ** 2 * days / (days - free) - together * means).sum(axis=1) / (means**2).sum() * days
    return max(0.0, float(by_day.mean())), float(by_day.std(ddof=1) / np.sqrt(days))


def _over_dispersion(level: tuple[float, float] | None, per_day: float, shape: Floats) -> float | None:
    """Variance over mean of the count of a mean quarter of an hour, as `sim.recipe` turns it round."""
    if level is None:
        return None
    mean = per_day / (PER_SLOT * np.count_nonzero(shape))
    return round(float(min(1_000.0, 1 + mean * level[0])), 3)


def _slots(
    quarters: Floats, base: Floats, factors: Floats, level: tuple[float, float] | None, opens: int, last: int
) -> Iterator[Slot]:
    """Each half hour: its count on every day against Poisson with the learnt level."""
    days = len(quarters)
    variance = level[0] if level else 0.0
    counts = quarters.reshape(days, SLOTS, PER_SLOT).sum(axis=2)
    for slot in range(opens, last + 1):
        means = factors * base.reshape(SLOTS, PER_SLOT).sum(axis=1)[slot]
        expected = means * (1 + variance * means)
        chi2 = float(((counts[:, slot] - means) ** 2 / expected).sum()) if days > 1 and means.all() else None
        seen = counts[:, slot]
        yield Slot(
            slot * MINUTES // SLOTS,
            round(float(seen.mean()), 3),
            round(float(means.mean()), 3),
            round(float(seen.var(ddof=1) / seen.mean()), 3) if days > 1 and seen.any() else None,
            round(float(expected.mean() / means.mean()), 3) if means.any() else 1.0,
            None if chi2 is None else round(chi2, 2),
            None if chi2 is None else round(float(stats.chi2.sf(chi2, days - 1)), 4),
        )


def _clock(minute: int) -> str:
    """
    >>> _clock(510)
    '08:30'
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"
