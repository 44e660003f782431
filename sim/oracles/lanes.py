"""Mean waits of several lanes at one station: first come, strict priority, aging; visits are never interrupted."""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.oracles.erlang import erlang_c


@dataclass(frozen=True, slots=True)
class Station:
    """Lanes with Poisson arrivals that share one window, or equal windows whose services are exponential and alike.

    `loads` are the shares ρ of the station's time that the lanes take; `residual` is W0, the mean time until a window
    is free as somebody who finds nobody waiting sees it. All waits are means of everybody in a lane.

    The County Hospital of Hillier and Lieberman: critical, serious, stable; three an hour are treated by one doctor, or
    by each of two:

    >>> one, two = (Station.pooled([0.2, 0.6, 1.2], 3, doctors) for doctors in (1, 2))
    >>> [round(hours, 3) for hours in one.by_priority()[:2]]
    [0.238, 0.325]
    >>> [round(hours, 3) for hours in two.by_priority()]
    [0.029, 0.033, 0.048]
    """

    loads: tuple[float, ...]
    residual: float

    def __post_init__(self) -> None:
        if not 0 <= sum(self.loads) < 1:
            raise ValueError(f"no steady state: the windows would be busy {sum(self.loads):.1%} of the time")

    @classmethod
    def single(cls, rates: Sequence[float], means: Sequence[float], second_moments: Sequence[float]) -> "Station":
        """One window, any services (M/G/1): W0 = Σ λ E[S²] / 2 (Pollaczek, Khinchine)."""
        loads = tuple(rate * mean for rate, mean in zip(rates, means, strict=True))
        return cls(loads, sum(rate * second for rate, second in zip(rates, second_moments, strict=True)) / 2)

    @classmethod
    def pooled(cls, rates: Sequence[float], service_rate: float, servers: int) -> "Station":
        """`servers` windows, exponential services of one rate (M/M/c): W0 = C / (cμ)."""
        full_rate = servers * service_rate
        return cls(tuple(rate / full_rate for rate in rates), erlang_c(servers, sum(rates) / service_rate) / full_rate)

    def first_come(self) -> float:
        """First come first served, whatever the lane: W0 / (1 − ρ)."""
        return self.residual / (1 - sum(self.loads))

    def by_priority(self) -> list[float]:
        """Earlier lanes first (Cobham 1954; Kella, Yechiali 1985): W_k = W0 / ((1 − s_{k−1}) (1 − s_k)).

        s_k is the load of lane k and those before it.
        """
        waits, before = [], 0.0
        for load in self.loads:
            waits.append(self.residual / ((1 - before) * (1 - before - load)))
            before += load
        return waits

    def by_aging(self, rates: Sequence[float]) -> list[float]:
        """Whoever has gathered most points first, where lane k gathers `rates[k]` a unit of waiting, from nothing.

        W_p (1 − Σ_{b_i>b_p} ρ_i (1 − b_p/b_i)) + Σ_{b_i<b_p} ρ_i W_i (1 − b_i/b_p) = W0 / (1 − ρ), solved from the
        slowest lane on (Kleinrock 1964 for one window; Stanford, Taylor, Ziedins 2014 for several).

        >>> station = Station.single([0.25, 0.5], [1, 1], [2, 2])
        >>> [round(wait, 4) for wait in station.by_aging([2, 1])], station.first_come()
        ([2.1429, 3.4286], 3.0)
        """
        waits: dict[int, float] = {}
        for lane in sorted(range(len(rates)), key=lambda lane: rates[lane]):
            rate = rates[lane]
            faster = [(load, each) for load, each in zip(self.loads, rates, strict=True) if each > rate]
            held_back = sum(self.loads[slow] * waits[slow] * (1 - rates[slow] / rate) for slow in waits)
            overtaken = sum(load * (1 - rate / each) for load, each in faster)
            waits[lane] = (self.first_come() - held_back) / (1 - overtaken)
        return [waits[lane] for lane in range(len(rates))]

    def in_all(self, waits: Sequence[float]) -> float:
        """The mean wait of a unit of work: Σ ρ W / ρ, which no order of calling changes (Kleinrock 1965).

        It equals the mean wait of everybody where all services have the same mean.
        """
        return sum(load * wait for load, wait in zip(self.loads, waits, strict=True)) / sum(self.loads)
