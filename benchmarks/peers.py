"""HALL-1 and M/M/3 through every simulator that can be had, beside the compiled kernel, over the same trace.

Before anything is timed, every program must agree: on HALL-1 visitor by visitor with the exact world, whom it called
when and (where it chooses windows by the rule) to which window; on M/M/3, where each draws for itself, with Erlang C.
Times are user CPU on one core per visitor; compiling is left out.

    python -m benchmarks.peers
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import cimba_hall, ciw_hall, in_c, kernel_hall, salabim_hall, simpy_hall
from benchmarks.hall1_trace import LEFT, SEED, Trace, calls_of_the_hall, first_day
from benchmarks.in_c import Program
from benchmarks.measure import Measured, against, print_columns, print_heading, spread, user_seconds
from benchmarks.simpy_hall import Line
from sim.oracles.erlang import Pooled

ROUNDS: Final = 3
CIMBA_DAYS: Final = 50
DAYS: Final = 300
STATION_DAYS: Final = 26
CIMBA_CUSTOMERS: Final = 1_000_000
STATION: Final = Pooled(2.7, 1.0, 3)
Z_MAX: Final = 3.0
LIMIT: Final = 1 / 1.2
"""Ours may take 1.2 times the time of C."""
SAME: Final = "the same"
SUMS: Final = "the same, four sums in all"
EASIER: Final = "easier: every window serves everything, priority strictly first"

Calls = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Peer:
    """A program, and what of the rule it does; `nanoseconds` runs it once and tells user time per visitor.

    It is meant to take at least so many times the base's time (`at_least`), or at most so many nanoseconds a visitor
    (`at_most_ns`); None: no aim.
    """

    name: str
    visitors: int
    rule: str
    nanoseconds: Callable[[], float]
    at_least: float | None = None
    at_most_ns: float | None = None


def main() -> None:
    packages = ("numba", "numpy", "cimba", "simpy", "salabim", "ciw")
    print_heading("HALL-1 and M/M/3, beside other simulators", seed=SEED, rounds=ROUNDS, packages=packages)
    with TemporaryDirectory() as folder:
        limit = in_c.build(Path(folder))
        print(in_c.compiler_version() if limit else "no gcc on this machine: the C program is left out")
        trace = first_day()
        _compare("HALL-1, one day as a trace", _hall_peers(trace, limit))
        if limit is not None:
            _compare("HALL-1 with draws, day after day", _drawn_peers(trace, limit))
        _compare("M/M/3 at 90%, drawn by each program itself", _station_peers(limit))


# --- HALL-1 ---


def _hall_peers(trace: Trace, limit: Program | None) -> list[Peer]:
    """Those that agree with the exact world; raises `SystemExit` for one that does not."""
    calls, easier = calls_of_the_hall(trace, trace.plan), calls_of_the_hall(trace, ciw_hall.easier(trace.plan))
    served = calls[calls[:, 0] != LEFT]
    print(f"HALL-1 by the exact world: {len(calls):,} visitors, {len(served):,} served")
    count = len(calls)
    require("the kernel", calls, kernel_hall.calls(trace))
    peers = [_timed("kernel", kernel_hall.runs_of(trace, DAYS), count * DAYS, SAME, at_most_ns=70)]
    if limit is not None:
        require("C", calls, limit.calls(trace.columns))
        program = limit
        peers.append(Peer("C", count * DAYS, SAME, lambda: program.trace(trace.columns, DAYS).ns_per_visitor, LIMIT))
    for name, hall_of in (("processes", cimba_hall.by_processes), ("bare events", cimba_hall.by_events)):
        require(f"Cimba, {name}", calls, cimba_hall.calls(hall_of(trace)))
        runs = cimba_hall.runs_of(hall_of(trace), CIMBA_DAYS)
        peers.append(_timed(f"Cimba, {name}", runs, count * CIMBA_DAYS, SAME, 8))
    for name, run, at_least in (
        ("SimPy, as documented", simpy_hall.as_documented, 450),
        ("SimPy, tuned", simpy_hall.tuned, 450),
        ("salabim", salabim_hall.run, None),
    ):
        require(name, calls, _calls_of(run(trace.plan, trace.visits), trace))
        work = partial(run, trace.plan, trace.visits)
        peers.append(_timed(name, work, count, SAME, at_least))
    require("Ciw", _moments(easier), _moments(ciw_hall.run(trace, count)))
    peers.append(_timed("Ciw", lambda: ciw_hall.run(trace, count), count, EASIER, 4_000))
    return peers


def _calls_of(lines: Sequence[Line], trace: Trace) -> Calls:
    places = {window.window_id: place for place, window in enumerate(trace.plan.windows)}
    rows = [
        (places[line.window_id], (line.called_ms or 0) - trace.midnight_ms) if line.window_id else (LEFT, 0)
        for line in lines
    ]
    return np.array(rows, np.int64)


def _moments(calls: Calls) -> Calls:
    """Whether and when, but not where: for a program that does not choose the window by the rule."""
    return np.column_stack((calls[:, 0] != LEFT, calls[:, 1]))


def require(name: str, expected: Calls, found: Calls) -> None:
    """Raise `SystemExit` unless a program called the same visitors at the same moments to the same windows."""
    expected, found = (np.where(calls[:, :1] == LEFT, LEFT, calls) for calls in (expected, found))
    unlike = np.flatnonzero((expected != found).any(axis=1))
    if unlike.size:
        raise SystemExit(f"{name} disagrees about {unlike.size} visitors, the first is number {unlike[0] + 1}")
    print(f"  {name} agrees on {len(expected):,} visitors one by one")


def _drawn_peers(trace: Trace, limit: Program) -> list[Peer]:
    """Each draws days of its own; raises `SystemExit` unless as many are served, on average over the days."""
    visitors, drawn = len(trace.visits) * DAYS, kernel_hall.runs_drawn(trace, DAYS)
    served = drawn()
    error = float(np.std(served, ddof=1)) * sqrt(2 / DAYS)
    z = (limit.drawn(SEED, DAYS).served - float(served.mean())) / error
    if not abs(z) < Z_MAX:
        raise SystemExit(f"C serves others than the kernel on days of its own: z = {z:+.1f}")
    print(f"  C serves as many on {DAYS} days of its own: kernel {served.mean():,.0f} a day, z = {z:+.1f}")
    return [
        _timed("kernel", drawn, visitors, SAME, at_most_ns=110),
        Peer("C", visitors, SUMS, lambda: limit.drawn(SEED, DAYS).ns_per_visitor, LIMIT),
    ]


# --- M/M/3 ---


def _station_peers(limit: Program | None) -> list[Peer]:
    station, customers = kernel_hall.runs_of_station(STATION_DAYS), STATION_DAYS * kernel_hall.STATION_PER_DAY
    require_mean("the kernel", station(), customers)
    peers = [_timed("kernel", station, customers, SAME, at_most_ns=16)]
    if limit is not None:
        sums = limit.mmc(SEED, customers)
        require_mean("C", sums.waited_ms / 60_000 / sums.served, customers)
        program = limit
        peers.append(Peer("C", customers, SUMS, lambda: program.mmc(SEED, customers).ns_per_visitor, LIMIT))
    cimba = cimba_hall.runs_of_station(CIMBA_CUSTOMERS, SEED)
    require_mean("Cimba", cimba(), CIMBA_CUSTOMERS)
    peers.append(_timed("Cimba", cimba, CIMBA_CUSTOMERS, SAME))
    for name, run, customers in (
        ("SimPy", simpy_hall.mmc, 50_000),
        ("salabim", salabim_hall.mmc, 10_000),
        ("Ciw", ciw_hall.mmc, 50_000),
    ):
        require_mean(name, run(SEED, customers), customers)
        peers.append(_timed(name, partial(run, SEED, customers), customers, SAME))
    return peers


def require_mean(name: str, wait_mean: float, customers: int) -> None:
    """Raise `SystemExit` unless a mean wait lies within three standard errors of Erlang C.

    Waits follow one another closely: the variance is that of M/M/1 with a window three times as quick, ρ (2 + 5ρ − 4ρ²
    + ρ³) / (1 − ρ)⁴ services squared (Whitt 1989).
    """
    busy = STATION.load / STATION.servers
    variance = busy * (2 + 5 * busy - 4 * busy**2 + busy**3) / (1 - busy) ** 4 / STATION.servers**2
    z = (wait_mean - STATION.wait_mean) / sqrt(variance / customers)
    if not abs(z) < Z_MAX:
        raise SystemExit(f"{name}: a mean wait of {wait_mean:.3f} services is not Erlang C's {STATION.wait_mean:.3f}")
    print(f"  {name}: mean wait {wait_mean:.3f} of {customers:,}, Erlang C {STATION.wait_mean:.3f}, z = {z:+.1f}")


# --- the table ---


def _timed(
    name: str,
    work: Callable[[], object],
    visitors: int,
    rule: str,
    at_least: float | None = None,
    at_most_ns: float | None = None,
) -> Peer:
    return Peer(name, visitors, rule, lambda: user_seconds(work) * 1e9 / visitors, at_least, at_most_ns)


def _compare(title: str, peers: Sequence[Peer]) -> None:
    base, *others = peers
    rows = against(
        base.nanoseconds, {peer.name: peer.nanoseconds for peer in others}, unit="user ns/visitor", rounds=ROUNDS
    )
    print(f"\n## {title}")
    lines = [("program", "visitors", "user ns/visitor", f"times {base.name}", "aim", "rule")]
    bases = [each for row in rows for each in row.bases]
    aim = "" if base.at_most_ns is None else f"≤ {base.at_most_ns:g} ns: {_met(median(bases) <= base.at_most_ns)}"
    lines.append((base.name, f"{base.visitors:,}", spread(bases), "", aim, base.rule))
    lines += [_line(peer, row) for peer, row in zip(others, rows, strict=True)]
    print_columns(lines)


def _line(peer: Peer, row: Measured) -> tuple[str, ...]:
    aim = ""
    if peer.at_least is not None:
        times = f"{peer.at_least:,.0f}" if peer.at_least >= 1 else f"{peer.at_least:.2f}"
        aim = f"≥ {times} times: {_met(median(row.ratios) >= peer.at_least)}"
    return peer.name, f"{peer.visitors:,}", spread(row.values), spread(row.ratios), aim, peer.rule


def _met(is_met: bool) -> str:
    return "met" if is_met else "missed"


if __name__ == "__main__":
    main()
