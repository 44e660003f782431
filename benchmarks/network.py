"""A year of Ningbo's service centres in the fast core, one thread: 156 halls, 2,083 windows, 9.6 million visits.

Seconds are user CPU of the whole way: reading the network, making its halls ready, drawing, letting happen, adding up,
telling. Compiling is apart: it happens once for all halls, and what it made is kept for the next process. Peak memory
is that of a process of its own that does nothing but the year, as /proc tells it: what getrusage tells begins with the
peak of the process that started it.

    python -m benchmarks.network
"""

import json
import statistics
import subprocess
import sys
from typing import Final

from benchmarks.measure import print_heading

SEED: Final = 1
ROUNDS: Final = 3
DAYS: Final = 250

YEAR: Final = f"""
import json, os, re
from pathlib import Path
from sim.networks.network import load_network
from sim.networks.simulation import Request, simulate_network

began = os.times().user
simulate_network(load_network("ningbo"), Request(1, threads=1))
ready = os.times().user
figures = simulate_network(load_network("ningbo"), Request({DAYS}, {SEED}, threads=1)).to_json()
told = json.dumps(figures)
print(json.dumps({{
    "first_s": ready - began, "year_s": os.times().user - ready, "visitors": figures["visitors"],
    "hall_days": figures["hall_days"], "windows": figures["windows"], "wait_mean_s": figures["wait_mean_s"],
    "memory_mb": int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024,
}}))
"""


def main() -> None:
    print_heading("A Ningbo year on one core", seed=SEED, rounds=ROUNDS, packages=("numba", "numpy"))
    # The first process compiles what is not kept from before; it is not among the rounds.
    first = _year()
    years = [_year() for _ in range(ROUNDS)]
    same = {(each["visitors"], each["wait_mean_s"]) for each in (first, *years)}
    assert len(same) == 1, "the same seed gave other figures"
    seconds = sorted(each["year_s"] for each in years)
    visitors = years[0]["visitors"]
    print(f"{years[0]['hall_days']:,.0f} hall days, {years[0]['windows']:,.0f} windows, {visitors:,.0f} visits")
    print(f"user s a year       {seconds[0]:.2f} – {statistics.median(seconds):.2f} – {seconds[-1]:.2f}")
    print(f"user ns a visit     {statistics.median(seconds) / visitors * 1e9:.0f}")
    print(f"peak memory         {max(each['memory_mb'] for each in years):.0f} MB")
    before = f"{first['first_s']:.1f} in the first process, {years[-1]['first_s']:.1f} once compiled code is kept"
    print(f"user s before that  {before}")


def _year() -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", YEAR], check=True, capture_output=True, text=True)
    year: dict[str, float] = json.loads(done.stdout)
    return year


if __name__ == "__main__":
    main()
