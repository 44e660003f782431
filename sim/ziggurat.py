"""The layers of the ziggurat (Marsaglia and Tsang 2000) under the normal and the exponential density.

256 layers of equal area lie under a falling density with f(0) = 1. The lowest is a rectangle as wide as `x[1]`, where
the tail begins, and the tail itself; `x[0]` is the width it would have as a rectangle alone. Layer i above it is
`x[i]` wide and goes from f(x[i]) up to f(x[i + 1]); the last one ends at 1. Where the tail begins decides the rest, and
that the layers end at 1 is the equation for it: its solutions stand here. All is done in decimals, which are the same
on every machine.
"""

from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Final

import numpy as np
from numpy.typing import NDArray

LAYERS: Final = 256
DIGITS: Final = 22
NORMAL_FROM: Final = Decimal("3.654152885361008771645")
EXPONENTIAL_FROM: Final = Decimal("7.697117470131049714044")
FRACTIONS: Final = 120

Density = Callable[[Decimal], Decimal]
Table = NDArray[np.float64]


def normal_layers() -> tuple[Table, Table]:
    """Widths and heights of the layers under exp(−x²/2): 257 each."""
    return _layers(
        lambda x: (-x * x / 2).exp(), lambda y: (-2 * y.ln()).sqrt() if y < 1 else Decimal(), _normal_tail, NORMAL_FROM
    )


def exponential_layers() -> tuple[Table, Table]:
    """Widths and heights of the layers under exp(−x): 257 each."""
    return _layers(
        lambda x: (-x).exp(), lambda y: -y.ln() if y < 1 else Decimal(), lambda x: (-x).exp(), EXPONENTIAL_FROM
    )


def _normal_tail(x: Decimal) -> Decimal:
    """The area under exp(−t²/2) from x on, by Laplace's continued fraction."""
    fraction = x
    for place in range(FRACTIONS, 0, -1):
        fraction = x + place / fraction
    return (-x * x / 2).exp() / fraction


def _layers(density: Density, inverse: Density, tail: Density, begins: Decimal) -> tuple[Table, Table]:
    """The layers above a tail that begins here; what is as good as 0 and 1 is 0 and 1."""
    with localcontext() as context:
        context.prec = DIGITS
        height = density(begins)
        area = begins * height + tail(begins)
        widths, heights = [area / height, begins], [Decimal(), height]
        for _ in range(LAYERS - 1):
            heights.append(heights[-1] + area / widths[-1])
            widths.append(inverse(heights[-1]))
    return np.array([*widths[:-1], 0], np.float64), np.array([*heights[:-1], 1], np.float64)
