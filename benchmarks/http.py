"""Durable commands over HTTP beside a bare aiohttp handler: how many a second, and how soon they are answered.

Both servers run at once, in processes of their own, and one client process asks now this one, now that one: the same
requests over the same kind of connections. The bare handler reads JSON and answers JSON of the same size; it knows
nobody, decides nothing and keeps nothing. The hall is `jiaohao serve`: every answer is on disk, and every fact goes out
to its broker too. The server's own CPU time for a command is the figure that a busy machine disturbs least.

    python -m benchmarks.http
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from benchmarks.measure import (
    ROUNDS,
    Measured,
    cpu_seconds,
    figures_against,
    print_heading,
    print_table,
    quantile,
)
from benchmarks.processes import Helper, helper, running_hall

SEED: Final = 1
USERS: Final = 200
CLOSED_S: Final = 3.0
RATE: Final = 500.0
PACED_S: Final = 5.0
PACED_UNITS: Final = dict.fromkeys(("p50", "p99", "maximum", "client late p99"), "ms")
CLOSED_UNITS: Final = {"commands": "commands/s", "median": "ms", "server CPU a command": "µs"}
THEQ_RATE: Final = 28.5
THEQ_MEDIAN_S: Final = 3.4
"""Published with TheQ: responses a second and median response time of its load test with 200 users."""


def main() -> None:
    print_heading("commands over HTTP", seed=SEED, rounds=ROUNDS, packages=("aiohttp", "aiosqlite", "pydantic"))
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        hall = stack.enter_context(running_hall("hall1", Path(name) / "data"))
        crowd = stack.enter_context(helper("benchmarks.http_crowd"))
        who = {"prefix": "bench", "kiosk": hall.token("kiosk"), "floor": hall.token("supervisor")}
        crowd.ask({"do": "meet", "crowd": "hall", "port": hall.http_port, **who})
        answers = crowd.ask({"do": "open", "crowd": "hall"})["samples"]
        bare = stack.enter_context(helper("benchmarks.bare_http"))
        crowd.ask({"do": "meet", "crowd": "bare", "port": bare.ask(answers)["port"], **who})
        crowd.ask({"do": "open", "crowd": "bare"})
        servers = {"hall": hall.pid, "bare": bare.pid}
        # Paced first: after full speed a hall still has facts to publish.
        paced = figures_against(
            lambda: paced_figures(crowd, "bare"), lambda: paced_figures(crowd, "hall"), units=PACED_UNITS
        )
        closed = figures_against(
            lambda: closed_figures(crowd, "bare", servers["bare"]),
            lambda: closed_figures(crowd, "hall", servers["hall"]),
            units=CLOSED_UNITS,
        )
    print(f"{RATE:g} commands/s at times drawn beforehand ({PACED_S:g} s a round), time from then to the answer")
    print_table(paced, base="bare aiohttp")
    print(f"{USERS} users, each asking again when answered ({CLOSED_S:g} s a round)")
    print_table(closed, base="bare aiohttp")
    _compare_with_theq(closed)


def closed_figures(crowd: Helper, name: str, server: int) -> dict[str, float]:
    """Commands answered with yes a second, time to an answer in ms, and the server's CPU time for each in µs."""
    began_s = cpu_seconds(server)
    run = crowd.ask({"do": "closed", "crowd": name, "connections": USERS, "seconds": CLOSED_S})
    used_s = cpu_seconds(server) - began_s
    took, done = run["latencies"], len(run["latencies"]) - run["refused"]
    return {
        "commands": done / run["seconds"],
        "median": 1_000 * quantile(took, 0.5),
        "server CPU a command": 1e6 * used_s / len(took),
    }


def paced_figures(crowd: Helper, name: str) -> dict[str, float]:
    """Milliseconds from the moment a command was due to its answer, and how late the client itself was."""
    run = crowd.ask(
        {"do": "paced", "crowd": name, "connections": USERS, "rate": RATE, "seconds": PACED_S, "seed": SEED}
    )
    if run["refused"]:
        raise RuntimeError(f"{run['refused']} commands were refused; the script asks for none of that")
    took = run["latencies"]
    seconds = {"p50": quantile(took, 0.5), "p99": quantile(took, 0.99), "maximum": max(took)}
    seconds["client late p99"] = quantile(run["late"], 0.99)
    return {case: 1_000 * value for case, value in seconds.items()}


def _compare_with_theq(closed: list[Measured]) -> None:
    rate, median = (quantile(row.values, 0.5) for row in closed[:2])
    print(
        f"TheQ's published load test, 200 users: {THEQ_RATE} responses/s, median {THEQ_MEDIAN_S} s. Here, each one "
        f"on disk: {rate:,.0f} responses/s ({rate / THEQ_RATE:.0f}×), median {median:.1f} ms "
        f"({1_000 * THEQ_MEDIAN_S / median:.0f}×)"
    )


if __name__ == "__main__":
    main()
