"""Halls as Markov chains that are cut off where hardly anybody ever is, and solved as linear equations."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import spsolve

State = tuple[int, ...]
Moves = Callable[[State], Iterable[tuple[State, float]]]
"""Where a state leads, and at what rate."""


def steady(states: Sequence[State], moves: Moves) -> dict[State, float]:
    """The probability of each state in the long run; moves out of `states` do not happen."""
    place = {state: index for index, state in enumerate(states)}
    rows, columns, rates = [], [], []
    for state in states:
        for to, rate in moves(state):
            if to in place and rate > 0:
                rows += [place[to], place[state]]
                columns += [place[state], place[state]]
                rates += [rate, -rate]
    flow = sparse.csr_matrix((rates, (rows, columns)), shape=(len(states), len(states))).tolil()
    # One balance follows from the others; in its place the probabilities add up to 1.
    flow[0, :] = 1.0
    whole = np.zeros(len(states))
    whole[0] = 1.0
    solved: NDArray[np.float64] = spsolve(flow.tocsc(), whole)
    return dict(zip(states, solved.tolist(), strict=True))


def one_queue(arrival_rate: float, service_rate: float, servers: int, leaving_rate: float, most: int) -> list[float]:
    """The probability of each number present, of whom those beyond `servers` wait and may leave."""

    def moves(state: State) -> Iterable[tuple[State, float]]:
        (present,) = state
        yield (present + 1,), arrival_rate
        yield (present - 1,), min(present, servers) * service_rate + max(present - servers, 0) * leaving_rate

    return list(steady([(present,) for present in range(most + 1)], moves).values())


def two_lanes(rates: tuple[float, float], service_rate: float, servers: int, most: tuple[int, int]) -> list[float]:
    """The mean wait in each of two lanes of which the first is always called first (by Little's law)."""

    def moves(state: State) -> Iterable[tuple[State, float]]:
        busy, first, second = state
        if busy < servers:
            yield (busy + 1, 0, 0), sum(rates)
            yield (busy - 1, 0, 0), busy * service_rate
            return
        yield (busy, first + 1, second), rates[0]
        yield (busy, first, second + 1), rates[1]
        called = (busy, first - 1, second) if first else (busy, first, second - 1) if second else (busy - 1, 0, 0)
        yield called, servers * service_rate

    states: list[State] = [(busy, 0, 0) for busy in range(servers)]
    states += [(servers, first, second) for first in range(most[0] + 1) for second in range(most[1] + 1)]
    chances = steady(states, moves)
    return [sum(state[1 + lane] * p for state, p in chances.items()) / rates[lane] for lane in (0, 1)]
