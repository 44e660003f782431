"""exp, log and log-gamma from sums, products, quotients and exact powers of two: the same bits on every machine.

A machine's own library may differ in the last bit from another's, and then a seed would not give the same day. The
constants are computed from their definitions in whole numbers and decimals, and so are the same everywhere too.
"""

from decimal import Decimal, localcontext
from math import factorial, frexp, inf, pi, sqrt
from typing import Final, TypeAlias

import numpy as np

from sim.kernel.compiled import compiled, inlined

STEPS: Final = 32
"""exp knows the powers of two in steps of 1/32."""
DIGITS: Final = 60
# So many leading bits of a constant that its product with a whole number below 2^16 is exact.
SHORT_BITS: Final = 36


def _in_two(value: Decimal, bits: int = 53) -> tuple[float, float]:
    """A number as the sum of a float with so many leading bits and a float that holds the rest."""
    unit = Decimal(2) ** (frexp(value)[1] - bits)
    leading = float((value / unit).to_integral_value() * unit)
    return leading, float(value - Decimal(leading))


with localcontext() as _context:
    _context.prec = DIGITS
    _LN2: Final = Decimal(2).ln()
    LN2_HIGH, LN2_LOW = _in_two(_LN2, SHORT_BITS)
    STEP_HIGH, STEP_LOW = _in_two(_LN2 / STEPS, SHORT_BITS)
    STEPS_IN_ONE: Final = float(STEPS / _LN2)
    _POWERS: Final = [_in_two((_LN2 * step / STEPS).exp()) for step in range(STEPS)]
    LN_SQRT_2_PI: Final = float((2 * Decimal(pi)).ln() / 2)
POWERS_HIGH: Final = np.array([high for high, _ in _POWERS])
POWERS_LOW: Final = np.array([low for _, low in _POWERS])

# A float of this size has no bits after the point: adding and taking it away rounds to the nearest whole number.
ROUNDER: Final = float(3 * 2**51)
EXPONENT_BIAS: Final = 1023
FRACTION_BITS: Final = 52
FRACTION_MASK: Final = 2**52 - 1
ONE_BITS: Final = 1023 << 52
SQRT_2: Final = sqrt(2)
Real: TypeAlias = float | np.float64

EXP_MOST: Final = 709.782712893384
EXP_LEAST: Final = -745.1332191019412
INSIDE: Final = 700.0
SUBNORMAL_FROM: Final = -1021
DOWN_64: Final = 2.0**-64
C2, C3, C4, C5, C6 = (1 / factorial(place) for place in range(2, 7))
A1, A2, A3, A4, A5, A6, A7, A8, A9, A10 = (2 / (2 * place + 1) for place in range(1, 11))
# Stirling's series for log Γ: B(2k) / (2k (2k − 1)).
S1, S2, S3, S4, S5, S6 = 1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360
STIRLING_FROM: Final = 16.0


@inlined
def _power_of_two(exponent: np.int64) -> np.float64:
    return np.int64((exponent + EXPONENT_BIAS) << FRACTION_BITS).view(np.float64)


@inlined
def _parts_of_exp(x: Real) -> tuple[float, np.int64]:
    """A number from 1 to 2 and an exponent of 2, whose product is e to the power of x."""
    steps = (x * STEPS_IN_ONE + ROUNDER) - ROUNDER
    rest = (x - steps * STEP_HIGH) - steps * STEP_LOW
    whole = np.int64(steps)
    step = whole & (STEPS - 1)
    more = rest + rest * rest * (C2 + rest * (C3 + rest * (C4 + rest * (C5 + rest * C6))))
    return POWERS_HIGH[step] + (POWERS_LOW[step] + POWERS_HIGH[step] * more), whole >> 5


@inlined
def exp_inside(x: Real) -> float:
    """What `exp` gives, for x up to `INSIDE` away from 0: nothing is to be asked, and loops take several at once."""
    value, exponent = _parts_of_exp(x)
    return float(value * 2.0 * _power_of_two(exponent - 1))


@compiled
def exp(x: Real) -> float:
    """e to the power of x, within one unit in the last place where the result is a normal number."""
    if x > EXP_MOST:
        return inf
    if x < EXP_LEAST:
        return 0.0
    value, exponent = _parts_of_exp(x)
    if exponent < SUBNORMAL_FROM:
        return float(value * _power_of_two(exponent + 64) * DOWN_64)
    # 2^1024 is no float, but half of it is.
    return float(value * 2.0 * _power_of_two(exponent - 1))


@compiled
def log(x: Real) -> float:
    """The natural logarithm of a positive normal number, within one unit in the last place."""
    bits = np.float64(x).view(np.int64)
    exponent = (bits >> FRACTION_BITS) - EXPONENT_BIAS
    fraction = np.int64((bits & FRACTION_MASK) | ONE_BITS).view(np.float64)
    if fraction > SQRT_2:
        fraction *= 0.5
        exponent += 1
    # log(1 + f) = f − f²/2 + s (f²/2 + R) with s = f / (2 + f) and R = 2 s²/3 + 2 s⁴/5 + …, since log(1 + f) is
    # 2 artanh(s): the large part f stands alone and is exact.
    f = fraction - 1.0
    s = f / (2.0 + f)
    z = s * s
    rest = z * (A1 + z * (A2 + z * (A3 + z * (A4 + z * (A5 + z * (A6 + z * (A7 + z * (A8 + z * (A9 + z * A10)))))))))
    half = 0.5 * f * f
    logarithm: float = exponent * LN2_HIGH - ((half - (s * (half + rest) + exponent * LN2_LOW)) - f)
    return logarithm


@compiled
def log_gamma(x: float) -> float:
    """log Γ(x) for positive x, with a relative error around 1e-14 away from its zeros at 1 and 2."""
    product = 1.0
    while x < STIRLING_FROM:
        product *= x
        x += 1.0
    y = 1.0 / (x * x)
    series = (S1 + y * (S2 + y * (S3 + y * (S4 + y * (S5 + y * S6))))) / x
    return (x - 0.5) * log(x) - x + LN_SQRT_2_PI + series - log(product)
