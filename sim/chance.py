"""Chance: streams of random numbers, one for each attribute of each day, with the same bits on every machine.

A stream is xoshiro256++ (Blackman and Vigna 2019), begun by splitmix64 from the seed, the day and the attribute: no
stream depends on another, on how many numbers were drawn before, or on which thread draws. A drawing function takes the
state of a stream and gives back a number and the next state; inside a compiled loop the state stays in registers.
"""

from enum import IntEnum
from typing import Final, TypeAlias

import numpy as np

from sim.elementary import exp, log, log_gamma
from sim.kernel.compiled import compiled, inlined
from sim.ziggurat import exponential_layers, normal_layers

Word: TypeAlias = np.uint64
State: TypeAlias = tuple[Word, Word, Word, Word]


class Attribute(IntEnum):
    """What has a stream of its own."""

    LEVEL = 0
    ARRIVALS = 1
    SERVICES = 2
    LANES = 3
    DURATIONS = 4
    PATIENCE = 5
    ABSENCE = 6
    CHANNELS = 7
    GROUPS = 8
    PAUSES = 9
    COMBINED = 10
    OUTCOMES = 11
    OFFICES = 12
    HOLDS = 13
    TRANSFERS = 14
    FORMS = 15
    APPOINTMENTS = 16
    RATINGS = 17
    PAPERS = 18
    BESIDE = 19
    ITEMS = 20


WORD_BITS: Final = 64
GOLDEN: Final = Word(0x9E3779B97F4A7C15)
MIX_1: Final = Word(0xBF58476D1CE4E5B9)
MIX_2: Final = Word(0x94D049BB133111EB)
UNIT: Final = 1.0 / 2**53
NORMAL_WIDTHS, NORMAL_HEIGHTS = normal_layers()
EXPONENTIAL_WIDTHS, EXPONENTIAL_HEIGHTS = exponential_layers()
NORMAL_TAIL: Final = float(NORMAL_WIDTHS[1])
EXPONENTIAL_TAIL: Final = float(EXPONENTIAL_WIDTHS[1])
THIRD: Final = 1 / 3
POISSON_BY_PRODUCT_BELOW: Final = 10.0


def key_of(seed: int) -> Word:
    """A seed of any size as one word: what `stream` takes."""
    key = 0
    while True:
        key = int(mixed(Word((key + seed + int(GOLDEN)) % 2**WORD_BITS)))
        seed >>= WORD_BITS
        if seed <= 0:
            return Word(key)


@compiled
def mixed(word: Word) -> Word:
    """The output function of splitmix64: a word whose every bit depends on every bit."""
    word = (word ^ (word >> np.uint64(30))) * MIX_1
    word = (word ^ (word >> np.uint64(27))) * MIX_2
    return word ^ (word >> np.uint64(31))


@compiled
def stream(key: Word, day: int, attribute: Word) -> State:
    """The stream of an attribute on a day, counted from 0."""
    word = mixed(mixed(key + GOLDEN) + np.uint64(day) + GOLDEN)
    word = mixed(word + attribute + GOLDEN)
    first = word + GOLDEN
    second = first + GOLDEN
    third = second + GOLDEN
    return mixed(first), mixed(second), mixed(third), mixed(third + GOLDEN)


@inlined
def bits(state: State) -> tuple[Word, State]:
    """64 random bits."""
    a, b, c, d = state
    total = a + d
    word = ((total << np.uint64(23)) | (total >> np.uint64(41))) + a
    shifted = b << np.uint64(17)
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << np.uint64(45)) | (d >> np.uint64(19))
    return word, (a, b, c, d)


@inlined
def uniform(state: State) -> tuple[float, State]:
    """A number from 0 up to but not including 1, with 53 bits."""
    word, state = bits(state)
    return np.float64(word >> np.uint64(11)) * UNIT, state


@inlined
def exponential(state: State) -> tuple[float, State]:
    """A standard exponential number."""
    word, state = bits(state)
    layer = np.intp(word & np.uint64(255))
    x = np.float64(word >> np.uint64(11)) * UNIT * EXPONENTIAL_WIDTHS[layer]
    if x < EXPONENTIAL_WIDTHS[layer + 1]:
        return x, state
    return _exponential_edge(layer, x, state)


@compiled
def _exponential_edge(layer: np.intp, x: float, state: State) -> tuple[float, State]:
    """What one draw in a hundred comes to: the edge of a layer, or the tail, which is an exponential again."""
    begins = 0.0
    while True:
        if x < EXPONENTIAL_WIDTHS[layer + 1]:
            return begins + x, state
        if layer == 0:
            begins += EXPONENTIAL_TAIL
        else:
            share, state = uniform(state)
            low = EXPONENTIAL_HEIGHTS[layer]
            if low + share * (EXPONENTIAL_HEIGHTS[layer + 1] - low) < exp(-x):
                return begins + x, state
        word, state = bits(state)
        layer = np.intp(word & np.uint64(255))
        x = np.float64(word >> np.uint64(11)) * UNIT * EXPONENTIAL_WIDTHS[layer]


@inlined
def normal(state: State) -> tuple[float, State]:
    """A standard normal number."""
    word, state = bits(state)
    layer = np.intp(word & np.uint64(255))
    sign = 1.0 - np.float64((word >> np.uint64(7)) & np.uint64(2))
    x = np.float64(word >> np.uint64(11)) * UNIT * NORMAL_WIDTHS[layer]
    if x < NORMAL_WIDTHS[layer + 1]:
        return sign * x, state
    return _normal_edge(layer, sign, x, state)


@compiled
def _normal_edge(layer: np.intp, sign: float, x: float, state: State) -> tuple[float, State]:
    while True:
        if x < NORMAL_WIDTHS[layer + 1]:
            return sign * x, state
        if layer == 0:
            return _normal_tail(sign, state)
        share, state = uniform(state)
        low = NORMAL_HEIGHTS[layer]
        if low + share * (NORMAL_HEIGHTS[layer + 1] - low) < exp(-0.5 * x * x):
            return sign * x, state
        word, state = bits(state)
        layer = np.intp(word & np.uint64(255))
        sign = 1.0 - np.float64((word >> np.uint64(7)) & np.uint64(2))
        x = np.float64(word >> np.uint64(11)) * UNIT * NORMAL_WIDTHS[layer]


@compiled
def _normal_tail(sign: float, state: State) -> tuple[float, State]:
    """A normal number beyond where the tail begins (Marsaglia 1964)."""
    while True:
        further, state = exponential(state)
        further /= NORMAL_TAIL
        accepts, state = exponential(state)
        if 2.0 * accepts > further * further:
            return sign * (NORMAL_TAIL + further), state


@compiled
def gamma(shape: float, state: State) -> tuple[float, State]:
    """A gamma number of this shape and scale 1 (Marsaglia and Tsang 2000)."""
    raised = shape if shape >= 1.0 else shape + 1.0
    d = raised - THIRD
    c = 1.0 / np.sqrt(9.0 * d)
    while True:
        x, state = normal(state)
        v = 1.0 + c * x
        if v <= 0.0:
            continue
        v = v * v * v
        accepts, state = exponential(state)
        if -accepts < 0.5 * x * x + d * (1.0 - v + log(v)):
            break
    if shape >= 1.0:
        return d * v, state
    # Γ(a) is Γ(a + 1) times the a-th root of a uniform, whose logarithm is minus an exponential.
    down, state = exponential(state)
    return d * v * exp(-down / shape), state


@compiled
def poisson(mean: float, state: State) -> tuple[int, State]:
    """A Poisson number; exact for every mean up to 2^52."""
    if mean < POISSON_BY_PRODUCT_BELOW:
        return _small_poisson(mean, state)
    return _large_poisson(mean, state)


@compiled
def _small_poisson(mean: float, state: State) -> tuple[int, State]:
    """How many arrivals with exponential gaps there are in a time of length `mean`."""
    count = 0
    gap, state = exponential(state)
    until = gap
    while until <= mean:
        count += 1
        gap, state = exponential(state)
        until += gap
    return count, state


@compiled
def _large_poisson(mean: float, state: State) -> tuple[int, State]:
    """Transformed rejection with squeeze (Hörmann 1993, PTRS), for means from 10 on; the numbers are that paper's."""
    root = np.sqrt(mean)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    quick = 0.9277 - 3.6224 / (b - 2.0)
    log_mean = log(mean)
    while True:
        share, state = uniform(state)
        v, state = uniform(state)
        u = share - 0.5
        us = 0.5 - abs(u)
        v = 1.0 - v
        if us <= 0.0:
            continue
        count = np.floor((2.0 * a / us + b) * u + mean + 0.43)
        if us >= 0.07 and v <= quick:
            return int(count), state
        if count < 0.0 or (us < 0.013 and v > us):
            continue
        allowed = -mean + count * log_mean - log_gamma(count + 1.0)
        if log(v * inverse_alpha / (a / (us * us) + b)) <= allowed:
            return int(count), state
