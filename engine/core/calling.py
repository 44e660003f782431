"""The calling rule: which ticket next, and why, as plain numeric functions.

The rule: among the queues a window may serve, the lowest tier that has somebody waiting; in it the largest
`credit + rate × minutes waited`; ties go to whoever came first. Only the head of a queue can win, because inside a
queue everybody has the same credit and rate.

These functions take whole numbers and sequences of whole numbers and nothing else, so a compiler can take them as they
are. An urgency is `credit × 60,000 + rate × milliseconds waited` with credit and rate in thousandths: it stays far
inside 64 bits (30 points and a year of waiting at 100 points a minute is 3.2e15).
"""

from collections.abc import Sequence

MINUTE_MS = 60_000
EMPTY = -1


def urgency(credit: int, rate: int, waited_ms: int) -> int:
    """How urgent a ticket is; `credit` and `rate` in thousandths of a point, per minute for the rate.

    >>> urgency(30_000, 2_000, 60_000) == urgency(0, 1_000, 32 * 60_000)
    True
    """
    return credit * MINUTE_MS + rate * waited_ms


def points(value: int) -> float:
    """An urgency in points, for people.

    >>> points(urgency(30_000, 2_000, 90_000))
    33.0
    """
    return value / (MINUTE_MS * 1_000)


def choose(
    candidates: Sequence[int],
    tiers: Sequence[int],
    credits: Sequence[int],
    rates: Sequence[int],
    head_order: Sequence[int],
    head_since: Sequence[int],
    now_ms: int,
) -> tuple[int, int, int, int]:
    """The place in `candidates` of the winner and of the runner-up, each with its urgency; -1 for nobody.

    `candidates` are queue numbers, `tiers` runs beside it in rising order; `credits`, `rates`, `head_order` (-1: empty)
    and `head_since` (when the head's waiting began) are indexed by queue number. The runner-up is whom the rule would
    take if the winner were not there and its queue empty behind it.
    """
    winner = EMPTY
    winner_tier = 0
    winner_urgency = 0
    winner_order = 0
    runner_up = EMPTY
    runner_up_tier = 0
    runner_up_urgency = 0
    runner_up_order = 0
    for place, queue in enumerate(candidates):
        order = head_order[queue]
        if order == EMPTY:
            continue
        tier = tiers[place]
        value = credits[queue] * MINUTE_MS + rates[queue] * (now_ms - head_since[queue])
        if winner == EMPTY or (
            tier == winner_tier and (value > winner_urgency or (value == winner_urgency and order < winner_order))
        ):
            runner_up, runner_up_tier = winner, winner_tier
            runner_up_urgency, runner_up_order = winner_urgency, winner_order
            winner, winner_tier, winner_urgency, winner_order = place, tier, value, order
        elif runner_up == EMPTY or (
            tier == runner_up_tier
            and (value > runner_up_urgency or (value == runner_up_urgency and order < runner_up_order))
        ):
            runner_up, runner_up_tier, runner_up_urgency, runner_up_order = place, tier, value, order
    return winner, winner_urgency, runner_up, runner_up_urgency
