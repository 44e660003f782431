"""A peer is compared for speed only when it agrees; the C program agrees also where much happens at once."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import in_c, peers
from benchmarks.hall1_trace import LEFT, Trace, calls_of_the_hall, first_day

TICK_MS = 10_000


@pytest.fixture(scope="module")
def busy_hour() -> Trace:
    """The first visitors of HALL-1 in a third of the time, every time a multiple of ten seconds: equals everywhere."""
    trace = first_day()
    columns = trace.columns[:1_500].copy()
    columns[:, 0] = columns[0, 0] + (columns[:, 0] - columns[0, 0]) // 3
    columns[:, [0, 2, 3]] = columns[:, [0, 2, 3]] // TICK_MS * TICK_MS
    visits = [
        replace(visit, arrived_ms=trace.midnight_ms + moment, service_ms=service, patience_ms=patience)
        for visit, (moment, _, service, patience) in zip(trace.visits, columns.tolist(), strict=False)
    ]
    return trace._replace(visits=visits, columns=columns)


@pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no C compiler on this machine")
def test_c_program_calls_as_the_hall_does(busy_hour: Trace, tmp_path: Path) -> None:
    program = in_c.build(tmp_path)
    assert program is not None

    called = program.calls(busy_hour.columns)

    expected = calls_of_the_hall(busy_hour, busy_hour.plan)
    assert 0 < (expected[:, 0] == LEFT).sum() < len(expected), "some must leave and some be served"
    peers.require("C", expected, called)


@pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no C compiler on this machine")
def test_c_program_refuses_a_trace_out_of_order(busy_hour: Trace, tmp_path: Path) -> None:
    program = in_c.build(tmp_path)
    assert program is not None

    with pytest.raises(in_c.Refused, match="out of order"):
        program.trace(busy_hour.columns[::-1], 1)


def test_peer_that_called_somebody_else_is_not_timed(capsys: pytest.CaptureFixture[str]) -> None:
    expected = np.array([[0, 100], [LEFT, 0], [1, 300]])
    unlike = np.array([[0, 100], [LEFT, 0], [2, 300]])

    peers.require("a twin", expected, expected.copy())
    with pytest.raises(SystemExit, match="1 visitors, the first is number 3"):
        peers.require("somebody", expected, unlike)

    assert "a twin agrees on 3 visitors" in capsys.readouterr().out


def test_peer_whose_mean_wait_is_not_erlangs_is_not_timed() -> None:
    peers.require_mean("like it", peers.STATION.wait_mean * 1.001, 1_000_000)

    with pytest.raises(SystemExit, match="is not Erlang C's"):
        peers.require_mean("twice it", peers.STATION.wait_mean * 2, 1_000_000)
