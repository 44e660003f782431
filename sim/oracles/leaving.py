"""Erlang A: visitors who leave when their exponential patience ends (M/M/c+M)."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil


@dataclass(frozen=True)
class Impatient:
    """M/M/c+M, first come first served, solved as a birth–death chain of the number present.

    With n present, visits end at rate min(n, c) μ and people leave at rate (n − c)⁺ θ. Fifty agents, 48 calls a minute
    of one minute each, two minutes of patience (Garnett, Mandelbaum, Reiman 2002); seconds:

    >>> agents = Impatient(48 / 60, 1 / 60, 50, 1 / 120)
    >>> round(100 * agents.leaving_share, 1), round(agents.wait_mean, 1)
    (3.1, 3.7)
    """

    arrival_rate: float
    service_rate: float
    servers: int
    leaving_rate: float

    @cached_property
    def present(self) -> tuple[float, ...]:
        """The probability of each number present, from none on, up to where what is left out no longer counts."""
        weights, total = [1.0], 1.0
        while weights[-1] > 1e-17 * total or len(weights) <= self._crest:
            weights.append(weights[-1] * self.arrival_rate / self._departure_rate(len(weights)))
            total += weights[-1]
            if total > 1e250:
                weights, total = [weight / total for weight in weights], 1.0
        return tuple(weight / total for weight in weights)

    @property
    def _crest(self) -> int:
        """More than are ever the likeliest number present."""
        return ceil(max(self.servers, self.arrival_rate / min(self.service_rate, self.leaving_rate)) + 1)

    def _departure_rate(self, present: int) -> float:
        waiting = max(present - self.servers, 0)
        return min(present, self.servers) * self.service_rate + waiting * self.leaving_rate

    @property
    def queue_mean(self) -> float:
        """How many wait on average."""
        return sum((count - self.servers) * p for count, p in enumerate(self.present) if count > self.servers)

    @property
    def wait_mean(self) -> float:
        """The mean wait of everybody, of those who leave as well (Little 1961)."""
        return self.queue_mean / self.arrival_rate

    @property
    def waiting_share(self) -> float:
        """The share who find all windows taken."""
        return sum(self.present[self.servers :])

    @property
    def leaving_share(self) -> float:
        """The share who leave: θ E[queue] / λ."""
        return self.leaving_rate * self.queue_mean / self.arrival_rate

    @property
    def served_wait_mean(self) -> float:
        """The mean wait of those who are served.

        Whoever is j-th in the queue moves up at rate cμ + (j−1) θ and leaves at rate θ. The time of each step does not
        depend on how it ends, so the served wait Σ 1/(cμ + iθ), i = 1…j, and are served with chance cμ/(cμ + jθ).
        """
        full_rate = self.servers * self.service_rate
        steps = waited = 0.0
        for place, p in enumerate(self.present[self.servers :], 1):
            rate = full_rate + place * self.leaving_rate
            steps += 1 / rate
            waited += p * full_rate / rate * steps
        return waited / (1 - self.leaving_share)
