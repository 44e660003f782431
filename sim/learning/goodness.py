"""How good the fits are, as one JSON object: distributions, half hours, patience, and the check on days held out."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sim.learning.check import Check
from sim.learning.handling import Handling
from sim.learning.learned import Learned, Shares
from sim.learning.notes import Note
from sim.learning.patience import Patience


def goodness(learned: Learned, check: Check | None, notes: list[Note]) -> dict[str, Any]:
    """Lengths in minutes unless the key says otherwise; p is how often chance alone is as far off, None untested."""
    rates = learned.rates
    return {
        "days": rates.days,
        "visits": learned.visits,
        "visits_per_day": round(rates.per_day, 3),
        "weekdays": rates.weekdays,
        "weekdays_p": _rounded(rates.weekdays_p),
        "months": rates.months,
        "months_p": _rounded(rates.months_p),
        "over_dispersion": rates.over_dispersion,
        "level_variance": rates.level_variance and [_rounded(each, 6) for each in rates.level_variance],
        "pulses": [{"at_minute": minute, "share": share} for minute, share in rates.pulses],
        "groups": rates.groups and {"share": rates.groups[0], "size": rates.groups[1]},
        "half_hours": [asdict(slot) for slot in rates.slots],
        "services": _shares(learned.services),
        "lanes": _shares(learned.lanes),
        "channels": learned.channels and _shares(learned.channels),
        "distributions": list(_distributions(learned)),
        "patience": learned.patience and _patience(learned.patience),
        "no_show": _rounded(learned.no_show, 6),
        "habits": asdict(learned.habits),
        "conduct": {name: {each.key: each.count for each in table} for name, table in learned.conduct.items()},
        "held_out": check and asdict(check),
        "notes": [{"code": note.code, "zh": note.words.zh, "en": note.words.en} for note in notes],
    }


def _distributions(learned: Learned) -> Iterator[dict[str, Any]]:
    for handling in learned.handling.values():
        yield _handling(handling)


def _handling(handling: Handling) -> dict[str, Any]:
    fit = handling.fit
    return {
        "service": handling.service_id,
        "n": handling.count,
        "mean": _rounded(handling.observed_mean),
        "cv": _rounded(handling.observed_cv),
        "basis": handling.basis,
        "family": handling.family,
        "mean_written": _rounded(handling.mean),
        "cv_written": _rounded(handling.cv),
        "best_family": fit and fit.family,
        "aic": fit and _rounded(fit.aic, 1),
        "ks": fit and _rounded(fit.ks),
        "ks_p": fit and fit.ks_p,
        "ad": fit and _rounded(fit.ad),
        "ad_p": fit and fit.ad_p,
        "tested": fit and fit.tested,
    }


def _patience(patience: Patience) -> dict[str, Any]:
    return {
        "n": patience.count,
        "left": patience.left,
        "family": patience.family,
        "mean": _rounded(patience.mean),
        "cv": _rounded(patience.cv),
        "shape": _rounded(patience.shape),
        "aic": _rounded(patience.aic, 1),
        "ks": _rounded(patience.ks),
        "ks_p": patience.ks_p,
        "tested": patience.tested,
    }


def _shares(shares: Shares) -> dict[str, dict[str, float]]:
    return {name: {"share": share, "n": count} for name, share, count in shares.items()}


def _rounded(value: float | None, places: int = 4) -> float | None:
    return None if value is None else round(value, places)
