"""Durable commands over HTTP beside a bare aiohttp handler: how many a second, and how soon they are answered.

Both servers run at once, in processes of their own, and one client process asks now this one, now that one: the same
requests over the same kind of connections. The bare handler reads the request and answers bytes that the hall once
answered; it decides nothing and keeps nothing. The hall is `jiaohao serve`: every answer is on disk, and every fact
goes out to its broker too.

    python -m benchmarks.http
"""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import ROUNDS, Measured, figures_against, print_heading, print_table, quantile
from benchmarks.processes import Helper, helper, running_hall

SEED: Final = 1
USERS: Final = 200
CLOSED_S: Final = 4.0
RATE: Final = 500.0
PACED_S: Final = 6.0
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
        closed = _measured(crowd, closed_figures, {"commands": "commands/s", "median": "ms"})
        paced = _measured(crowd, paced_figures, dict.fromkeys(("p50", "p99", "maximum", "client late p99"), "ms"))
    print(f"{USERS} users, each asking again when answered ({CLOSED_S:g} s a round)")
    print_table(closed, base="bare aiohttp")
    print(f"{RATE:g} commands/s at times drawn beforehand ({PACED_S:g} s a round), time from then to the answer")
    print_table(paced, base="bare aiohttp")
    _compare_with_theq(closed)


def closed_figures(crowd: Helper, name: str) -> dict[str, float]:
    """Commands answered with yes a second, and the median time to an answer in milliseconds."""
    run = crowd.ask({"do": "closed", "crowd": name, "connections": USERS, "seconds": CLOSED_S})
    done = len(run["latencies"]) - run["refused"]
    return {"commands": done / run["seconds"], "median": 1_000 * quantile(run["latencies"], 0.5)}


def paced_figures(crowd: Helper, name: str) -> dict[str, float]:
    """Milliseconds from the moment a command was due to its answer."""
    run = crowd.ask(
        {"do": "paced", "crowd": name, "connections": USERS, "rate": RATE, "seconds": PACED_S, "seed": SEED}
    )
    if run["refused"]:
        raise RuntimeError(f"{run['refused']} commands were refused; the script asks for none of that")
    took = run["latencies"]
    seconds = {"p50": quantile(took, 0.5), "p99": quantile(took, 0.99), "maximum": max(took)}
    seconds["client late p99"] = quantile(run["late"], 0.99)
    return {case: 1_000 * value for case, value in seconds.items()}


def _measured(
    crowd: Helper, figures: Callable[[Helper, str], dict[str, float]], units: dict[str, Any]
) -> list[Measured]:
    return figures_against(lambda: figures(crowd, "bare"), lambda: figures(crowd, "hall"), units=units, rounds=ROUNDS)


def _compare_with_theq(closed: list[Measured]) -> None:
    rate, median = (quantile(row.values, 0.5) for row in closed)
    print(
        f"TheQ's published load test, 200 users: {THEQ_RATE} responses/s, median {THEQ_MEDIAN_S} s. Here, each one "
        f"on disk: {rate:,.0f} responses/s ({rate / THEQ_RATE:.0f}×), median {median:.1f} ms "
        f"({1_000 * THEQ_MEDIAN_S / median:.0f}×)"
    )


if __name__ == "__main__":
    main()
