"""Erlang C by itself in every half hour: what planners with a formula ask for, and the plan ours is compared with.

For c windows, a load of a = arrivals x mean service and service rate m: with B the Erlang B formula by its recursion
B(0) = 1, B(c) = a B(c-1) / (c + a B(c-1)), the share that waits is C = c B / (c - a (1 - B)), and the share that waits
longer than t is C exp(-(c - a) m t). The formula knows neither that people leave nor what the half hour before left
behind. Each group of windows takes its part of each service's visitors and is a queue by itself.
"""

from math import exp
from typing import Final

import numpy as np

from sim.staffing.grid import Staff
from sim.staffing.promises import Floats
from sim.staffing.result import SLOT_MINUTES

_SLOT_S: Final = SLOT_MINUTES * 60.0


def waits_longer(windows: int, load: float, service_s: float, limit_s: float) -> float:
    """The share that waits longer than `limit_s`; 1 when the load is more than the windows can do.

    >>> round(waits_longer(2, 1.0, 60.0, 0.0), 6)
    0.333333
    """
    if windows <= load:
        return 1.0
    busy = 1.0
    for count in range(1, windows + 1):
        busy = load * busy / (count + load * busy)
    waits = windows * busy / (windows - load * (1 - busy))
    return waits * exp(-(windows - load) * limit_s / service_s)


def windows_for(load: float, service_s: float, share: float, limit_s: float) -> int:
    """The fewest windows at which at least `share` wait no longer than `limit_s`; none for no load."""
    if load <= 0:
        return 0
    windows = int(load) + 1
    while waits_longer(windows, load, service_s, limit_s) > 1 - share:
        windows += 1
    return windows


def erlang_windows(visitors: Floats, parts: Floats, minutes: Floats, share: float, limit_s: float) -> Staff:
    """Windows by group and slot.

    `visitors` by service and slot, `parts` of each service by group, `minutes` at a window by service.
    """
    arrivals = parts @ visitors
    work_s = parts @ (visitors * minutes[:, None] * 60.0)
    windows = np.zeros(arrivals.shape, dtype=np.int64)
    for place in np.argwhere(work_s > 0).tolist():
        work, count = float(work_s[tuple(place)]), float(arrivals[tuple(place)])
        windows[tuple(place)] = windows_for(work / _SLOT_S, work / count, share, limit_s)
    return windows


def pooled_windows(visitors: Floats, minutes: Floats, share: float, limit_s: float) -> Staff:
    """The same by slot, as if every window could serve everybody: one row."""
    return erlang_windows(visitors, np.ones((1, len(visitors))), minutes, share, limit_s)
