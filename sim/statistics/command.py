"""The commands `simulate` and `compare`: days of one scenario, and the same days of two."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engine.interrupts import INTERRUPTED
from engine.wire.extension import Root
from sim.command_parts import (
    FIRST_DAY,
    Calls,
    Date,
    Journal,
    Json,
    Target,
    bad_options_said,
    ctrl_c,
    for_one_answer,
    nothing_done,
    open_run,
    say,
)

if TYPE_CHECKING:
    from engine.core.plan import Name
    from sim.statistics.cores import Core
    from sim.statistics.experiment import Experiment

CAP_DAYS = 10_000
"""How many days there may be at most when nobody says, and it is asked for half-widths."""

Seed = Annotated[int, typer.Option(min=0, help="the same seed gives the same days")]
WhichCore = Annotated[
    Literal["exact", "fast"] | None, typer.Option(help="which core; left out: exact, or fast to compare")
]
Workers = Annotated[int | None, typer.Option(min=1, max=1_024, help="threads of the fast core; left out: all cores")]
Confidence = Annotated[float, typer.Option(help="of the intervals, 0.5 to 0.999")]


def register(app: typer.Typer, root: Root) -> None:
    """Add the commands; `root` lends halls and journals."""

    @app.command("simulate")
    def simulate(
        scenario: Annotated[
            str, typer.Argument(metavar="SCENARIO", help="a scenario or network: a file, or a shipped name")
        ],
        days: Annotated[int | None, typer.Option(min=1, max=100_000, help="how many days, or the most")] = None,
        seed: Seed = 1,
        core: WhichCore = None,
        workers: Workers = None,
        cluster: Annotated[str | None, typer.Option(metavar="tcp://H:P", help="a dask.distributed cluster")] = None,
        half_width: Annotated[list[str] | None, typer.Option(help="stop when a figure is known so well")] = None,
        confidence: Confidence = 0.95,
        out: Annotated[Path | None, typer.Option(help="write figures of each day: .csv, .parquet or a folder")] = None,
        journal: Journal = None,
        trace: Annotated[Path | None, typer.Option(help="write the visits as a trace", dir_okay=False)] = None,
        calls: Calls = None,
        as_json: Json = False,
        day: Date = FIRST_DAY,
        target: Target = 15,
    ) -> None:
        """Draw days from a scenario, or of all sites of a network, and let them happen; tell figures."""
        for_one_answer()
        from sim.networks.picking import files_of, is_network, seed_for
        from sim.outputs import outputs_of_run, require_outputs
        from sim.statistics.options import require_confidence, require_sense
        from sim.statistics.progress import progress_bar
        from sim.statistics.simulation import simulate as let_happen
        from sim.statistics.stopping import read_half_widths
        from sim.statistics.table import print_simulated
        from sim.statistics.table_files import TableFiles, tables_at

        with ExitStack() as stack:
            stack.enter_context(bad_options_said(as_json))
            require_sense(core, workers, cluster, of_facts={"--journal": journal, "--calls": calls})
            require_confidence(confidence)
            if is_network(scenario):
                from sim.networks.command import simulate_sites

                figures = simulate_sites(
                    scenario, stack.enter_context(ctrl_c()), days=days or 1, seed=seed, core=core or "exact",
                    workers=workers, first=day.date(), target_ms=round(target * 60_000), out=out,
                    as_json=as_json,
                    of_one_hall={"--cluster": cluster, "--half-width": half_width, "--journal": journal,
                                 "--trace": trace, "--calls": calls},
                )  # fmt: skip
                _end(figures, as_json)
                return
            experiment = _experiment(root, scenario, seed_for(scenario, seed), day, target)
            asked = read_half_widths(half_width or (), experiment.plan)
            count = days or (CAP_DAYS if asked else 1)
            tables = [tables_at(out)] if out is not None else []
            outputs = [*tables, *outputs_of_run(journal, calls, trace)]
            require_outputs(outputs, files_of(scenario, experiment.scenario))
            if trace is not None:
                _write_trace(trace, experiment, count)
            table = stack.enter_context(TableFiles(out, experiment)) if out else None
            pressed = stack.enter_context(ctrl_c())
            is_fast = core == "fast" or cluster is not None
            opened = _core(root, experiment, is_fast, workers, cluster=cluster, journal=journal, calls=calls)
            chosen, reasons = stack.enter_context(opened)
            _say_reasons(reasons, scenario)
            watching = stack.enter_context(progress_bar(pressed))
            simulated = let_happen(
                chosen,
                experiment,
                count,
                core_reason=reasons,
                confidence=confidence,
                half_widths=asked,
                watching=watching,
                on_batch=table.write if table else lambda batch: None,
            )
            if not simulated.trial.observed.days:
                nothing_done(as_json)
            figures = {**simulated.to_json(), **_say_beforehand(experiment, scenario)}
            if table is not None:
                table.write_figures(figures)
        print_simulated(figures)
        _end(figures, as_json)

    @app.command("compare")
    def compare(
        first: Annotated[str, typer.Argument(metavar="A", help="a scenario file, or a shipped one's name")],
        second: Annotated[str, typer.Argument(metavar="B", help="the scenario to hold against it")],
        days: Annotated[int, typer.Option(min=2, max=100_000, help="how many days, the same for both")] = 400,
        seed: Seed = 1,
        core: WhichCore = "fast",
        workers: Workers = None,
        confidence: Confidence = 0.95,
        as_json: Json = False,
        day: Date = FIRST_DAY,
        target: Target = 15,
    ) -> None:
        """Let the same days happen in two scenarios; tell what differs, with intervals."""
        for_one_answer()
        from sim.statistics.comparison import compare as let_happen
        from sim.statistics.options import require_confidence, require_sense
        from sim.statistics.progress import progress_bar
        from sim.statistics.table import print_compared

        with ExitStack() as stack:
            stack.enter_context(bad_options_said(as_json))
            require_sense(core, workers, None)
            require_confidence(confidence)
            experiments = [_experiment(root, each, seed, day, target) for each in (first, second)]
            pressed = stack.enter_context(ctrl_c())
            chosen = [stack.enter_context(_core(root, each, core == "fast", workers)) for each in experiments]
            for name, (_, reasons) in zip((first, second), chosen, strict=True):
                _say_reasons(reasons, name)
            watching = stack.enter_context(progress_bar(pressed))
            compared = let_happen(
                (chosen[0][0], chosen[1][0]),
                (experiments[0], experiments[1]),
                days,
                reasons=(chosen[0][1], chosen[1][1]),
                confidence=confidence,
                watching=watching,
            )
            if not compared.first.observed.days:
                nothing_done(as_json)
        for name, each in zip((first, second), experiments, strict=True):
            _say_beforehand(each, name)
        figures = compared.to_json()
        print_compared(figures, (first, second))
        _end(figures, as_json)


def _experiment(root: Root, name: str, seed: int, day: datetime, target_minutes: float) -> "Experiment":
    """The days of what is named on the command line; raises `BadFile`."""
    from sim.networks.picking import hall_and_scenario
    from sim.statistics.experiment import Experiment

    hall, scenario = hall_and_scenario(root.read_hall, name)
    return Experiment(hall, scenario, seed, day.date(), round(target_minutes * 60_000))


def _write_trace(path: Path, experiment: "Experiment", days: int) -> None:
    from sim.day import Days
    from sim.trace import write_trace

    read = experiment.scenario
    drawn = Days(read, experiment.plan, experiment.seed, experiment.first, days)
    has_more = not read.conduct.is_plain or read.clerks.pauses.share > 0
    write_trace(path, drawn.planned(), experiment.plan, as_iso=days > 1, with_courses=has_more)


@contextmanager
def _core(
    root: Root,
    experiment: "Experiment",
    is_fast: bool,
    workers: int | None,
    *,
    cluster: str | None = None,
    journal: Path | None = None,
    calls: Path | None = None,
) -> "Iterator[tuple[Core, tuple[Name, ...]]]":
    """The core that lets an experiment happen, and why it is not the fast one although it was asked for."""
    reasons: tuple[Name, ...] = ()
    if is_fast:
        from sim.kernel.limits import Inexpressible
        from sim.statistics.fast import FastCore

        try:
            fast = FastCore(experiment, workers)
        except Inexpressible as no:
            reasons = no.features
        else:
            if cluster is None:
                yield fast, ()
            else:
                from sim.cluster import Cluster

                with closing(Cluster(experiment, cluster)) as machines:
                    yield machines, ()
            return
    if cluster is not None:
        from sim.statistics.options import no_cluster_for

        raise no_cluster_for(reasons)
    # Whom the fast core serves need not wait for the world to be loaded.
    from sim.day import habits_of
    from sim.roster import roster_of
    from sim.statistics.exact import ExactCore

    plan, read = experiment.plan, experiment.scenario
    with open_run(
        root, plan, habits_of(read), journal=journal, calls=calls, target_ms=experiment.target_ms,
        roster=roster_of(read, plan),
    ) as run:  # fmt: skip
        yield ExactCore(experiment, run), reasons


def _say_beforehand(experiment: "Experiment", name: str) -> dict[str, Any]:
    """What is told of a scenario whatever its days bring, by its key in the JSON."""
    from sim.beforehand import told_beforehand

    told = told_beforehand(experiment.scenario, experiment.plan)
    for each in told.values():
        say(f"{name}: {each['en']}\n    {each['zh']}")
    return told


def _say_reasons(reasons: "tuple[Name, ...]", scenario: str) -> None:
    from sim.statistics.options import listed

    if reasons:
        say(f"{scenario}: the fast core cannot express {listed(reasons, 'en')}; the exact one takes over")
        say(f"    快速内核不支持{listed(reasons, 'zh')}，改用精确内核")


def _end(figures: dict[str, Any], as_json: bool) -> None:
    is_interrupted = "interrupted" in figures
    if is_interrupted:
        say("已中断，以下为已完成各天的结果 / Interrupted: these are the figures of the days that were done")
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    if is_interrupted:
        raise typer.Exit(INTERRUPTED)
