"""The command `warm`: leave compiled code behind, so that the first answer of a new process need not wait for it."""

import sys
import time
from datetime import date

import typer

from engine.wire.extension import Root

FIRST_DAY = date(2026, 1, 5)


def register(app: typer.Typer, root: Root) -> None:
    """Add the command; `root` lends halls."""

    @app.command("warm")
    def warm() -> None:
        """Compile the fast core for this machine, once and for all."""
        from sim.kernel.compiled import cache_path, forget_older
        from sim.kernel.kernel import Kernel
        from sim.kernel.limits import Inexpressible
        from sim.scenario import load_scenario, shipped_scenarios

        began_s = time.monotonic()
        forget_older()
        for name in shipped_scenarios():
            scenario = load_scenario(name)
            plan = root.read_hall(scenario.hall_beside(name))
            # Days that are drawn in turn are drawn by other code than those of most scenarios.
            apart = scenario.scenario.model_copy(update={"draws": "apart"})
            for each in (scenario, scenario.model_copy(update={"scenario": apart})):
                try:
                    kernel = Kernel(plan, each)
                except Inexpressible:
                    continue
                kernel.run(1, range(1), first=FIRST_DAY, threads=1)
                kernel.day(1, 0, first=FIRST_DAY)
            print(f"{name}: {time.monotonic() - began_s:.1f} s", file=sys.stderr)
        print(f"已编译 / compiled: {cache_path()}", file=sys.stderr)
