"""Erlang's formulas: Poisson arrivals, exponential services, equal windows, and people who wait or are sent away."""

from dataclasses import dataclass
from math import erf, exp, inf, log, pi, sqrt


def erlang_b(servers: int, load: float) -> float:
    """The share of arrivals who find all windows taken when nobody may wait (M/G/c/c).

    `load` is the arrival rate times the mean service: a. B(0) = 1, B(c) = a B(c−1) / (c + a B(c−1)) (Erlang 1917).

    >>> round(erlang_b(2, 1.0), 6)  # 1/2 over 1 + 1 + 1/2
    0.2
    """
    blocked = 1.0
    for each in range(1, servers + 1):
        blocked = load * blocked / (each + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """The share of arrivals who must wait (M/M/c), by C = c B / (c − a (1 − B)).

    >>> round(erlang_c(1, 0.7), 6)  # one window: as often as it is busy
    0.7
    """
    _require_stable(load / servers)
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1 - blocked))


def halfin_whitt(beta: float) -> float:
    """The share who must wait in the limit of many windows, c = a + β √a: [1 + β Φ(β) / φ(β)]⁻¹ (Halfin, Whitt 1981).

    >>> round(halfin_whitt(1.0), 4)
    0.2234
    """
    density = exp(-beta * beta / 2) / sqrt(2 * pi)
    below = (1 + erf(beta / sqrt(2))) / 2
    return 1 / (1 + beta * below / density)


@dataclass(frozen=True, slots=True)
class Pooled:
    """M/M/c, first come first served: `servers` equal windows, each ending visits at `service_rate`.

    Fifty agents, 48 calls a minute of one minute each (Garnett, Mandelbaum, Reiman 2002); seconds:

    >>> agents = Pooled(48 / 60, 1 / 60, 50)
    >>> round(agents.wait_mean, 1), round(agents.wait_within(0.9), 1)
    (20.8, 58.1)
    >>> round(Pooled(2.7, 1, 3).queue_mean, 3)
    7.354
    """

    arrival_rate: float
    service_rate: float
    servers: int

    def __post_init__(self) -> None:
        _require_stable(self.load / self.servers)

    @property
    def load(self) -> float:
        """a = λ/μ: how many windows are busy on average."""
        return self.arrival_rate / self.service_rate

    @property
    def spare_rate(self) -> float:
        """cμ − λ: at what rate a queue melts."""
        return self.servers * self.service_rate - self.arrival_rate

    @property
    def waiting_share(self) -> float:
        """The share who must wait: C."""
        return erlang_c(self.servers, self.load)

    @property
    def wait_mean(self) -> float:
        """The mean wait of everybody: C / (cμ − λ)."""
        return self.waiting_share / self.spare_rate

    @property
    def queue_mean(self) -> float:
        """How many wait on average (Little 1961): λ times the mean wait."""
        return self.arrival_rate * self.wait_mean

    def wait_over(self, limit: float) -> float:
        """The share who wait longer than `limit`: C exp(−(cμ − λ) t)."""
        return self.waiting_share * exp(-self.spare_rate * limit)

    def wait_within(self, share: float) -> float:
        """The shortest time in which this share has been called; infinite for the share 1."""
        if share >= 1:
            return inf
        return max(0.0, log(self.waiting_share / (1 - share)) / self.spare_rate)


def _require_stable(utilisation: float) -> None:
    if not 0 <= utilisation < 1:
        raise ValueError(f"no steady state: the windows would be busy {utilisation:.1%} of the time")
