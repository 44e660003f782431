"""Many machines: the same to the last bit, whoever works, whoever dies; and clear words when it cannot be."""

import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from distributed import LocalCluster

from sim import cluster
from sim.bad_option import BadOption
from sim.cluster import Cluster, OtherCode, code, make_batch
from sim.statistics.batch import Batch
from sim.statistics.fast import FastCore
from sim.statistics.simulation import simulate
from tests.sim.statistics.days import COUNTER, experiment_of

BUSY = COUNTER.replace("visits_per_day = 60", "visits_per_day = 400")
DAYS = 64


@contextmanager
def machines(count: int) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """A scheduler on this machine, and so many workers in processes of their own."""
    with LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None, silence_logs=50) as scheduler:
        address = scheduler.scheduler_address
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1",
                   "--no-dashboard"]  # fmt: skip
        workers = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(count)]
        try:
            yield address, workers
        finally:
            for worker in workers:
                worker.kill()
                worker.wait(10)


def test_days_on_a_cluster_are_the_same_though_a_machine_dies_over_them(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment, seen = experiment_of(text=BUSY), []

    with machines(2) as (address, workers):
        many = Cluster(experiment, address)

        def kill_one(batch: Batch) -> None:
            seen.append(batch)
            if len(seen) == 3:
                workers[0].send_signal(signal.SIGKILL)

        spread = simulate(many, experiment, DAYS, on_batch=kill_one)
        monkeypatch.setattr(cluster, "code", lambda: "0.0.0 other")
        with pytest.raises(BadOption, match="install the same version everywhere"):
            simulate(many, experiment, 1)
        many.close()

    alone = simulate(FastCore(experiment), experiment, DAYS)
    assert workers[0].returncode == -signal.SIGKILL
    assert spread.trial.observed.days == DAYS
    assert {**spread.to_json(), "user_s": 0} == {**alone.to_json(), "user_s": 0}


def test_machine_with_other_code_says_no() -> None:
    with pytest.raises(OtherCode, match=code()):
        make_batch(pickle.dumps(experiment_of()), range(1), "0.0.0 other")


def test_address_at_which_nobody_answers_is_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWERS_WITHIN_S", 0.3)

    with pytest.raises(BadOption, match="run dask scheduler there"):
        Cluster(experiment_of(), "tcp://127.0.0.1:1")


def test_missing_extra_is_said_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(BadOption, match=r"pip install 'jiaohao\[cluster\]'"):
        Cluster(experiment_of(), "tcp://127.0.0.1:8786")


def test_cluster_without_machines_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WORKERS_WITHIN_S", 0.3)
    monkeypatch.setattr(cluster, "LOOKS_UP_S", 0.1)
    experiment = experiment_of()

    with machines(0) as (address, _):
        many = Cluster(experiment, address)
        with pytest.raises(BadOption, match="dask worker"):
            simulate(many, experiment, 1)
        many.close()
