"""`python -m tests.sim.oracles.print_scores`: the z of every statistic of the gate, and of every mistake in it."""

import sys

from tests.sim.oracles import gate
from tests.sim.oracles.cases import CASES
from tests.sim.oracles.cores import CORES, SEED


def main() -> None:
    for core in CORES:
        for name in core.names:
            case = CASES[name](core.pace)
            days = core.days(case.plan, case.scenario, SEED, case.warm_up_minutes)
            scores = gate.scores(days, case.expected)
            _print(f"{core.name} {name}", scores)
            for mistake, (plan, scenario) in case.wrong.items():
                days = core.days(plan, scenario, SEED, case.warm_up_minutes)
                _print(f"{core.name} {name}, wrong: {mistake}", gate.scores(days, case.expected))


def _print(title: str, scores: dict[str, float]) -> None:
    print(f"{title}: " + ", ".join(f"{name} {z:+.2f}" for name, z in scores.items()))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
