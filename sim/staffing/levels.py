"""How much a day counts: weights that make up for a sample of days that was luckier or busier than days are.

How many come on a day decides most of how long they wait, and of that number the mean and the mean square are known: it
is Poisson around a gamma-distributed level. Days are weighted so that the sample has exactly these two, and no more
unevenly than that takes; any mean over days with these weights is the regression estimate with both as control variates
(J.-C. Deville and C.-E. Särndal, "Calibration estimators in survey sampling", Journal of the American Statistical
Association 87, 1992). The error of a mean falls to a fraction where levels differ much from day to day.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np

from engine.core.plan import HallPlan
from sim.chance import key_of
from sim.kernel.days import counts_of
from sim.recipe import Recipe, day_factors, recipe_of
from sim.scenario import Scenario
from sim.staffing.promises import Floats

# Fewer days could have these moments by very uneven weights only.
_DAYS_MIN: Final = 30


@dataclass(frozen=True)
class Levels:
    """The levels of a scenario's days, day 0 being `first`."""

    plan: HallPlan
    scenario: Scenario
    first: date

    @cached_property
    def _recipe(self) -> Recipe:
        return recipe_of(self.scenario, self.plan)

    def weights(self, days: range, seed: int) -> Floats:
        """A weight for each of these days, 1 on average; all 1 when days do not differ by chance, or are few."""
        recipe, count = self._recipe, len(days)
        if recipe.is_exact or count < _DAYS_MIN:
            return np.ones(count)
        factors = day_factors(self.scenario, self.first, days)
        come = counts_of(recipe, key_of(seed), days.start, factors) / recipe.visits_per_day
        # Of a count that is Poisson around m x level: the mean m, and the mean square m + m^2 (1 + variance).
        squares = factors / recipe.visits_per_day + factors**2 * (1 + recipe.level_variance)
        known = np.column_stack((np.ones(count), come, come**2))
        wanted = np.array([1.0, factors.mean(), squares.mean()])
        lacking = np.linalg.lstsq(known.T @ known / count, wanted - known.mean(axis=0), rcond=None)[0]
        weights: Floats = 1 + known @ lacking
        return weights
