"""The measuring stick measures what it says; no figure of this machine is judged here."""

import importlib
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES
from benchmarks.measure import Measured, against, figures_against, overwrites_ms, print_table, quantile


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_can_be_started(name: str) -> None:
    benchmark = importlib.import_module(f"benchmarks.{name}")

    assert callable(benchmark.main)
    assert benchmark.__doc__


def test_a_case_is_compared_with_the_mean_of_its_base_before_and_after() -> None:
    bases = iter([10.0, 30.0, 20.0, 20.0])

    (row,) = against(lambda: next(bases), {"case": lambda: 40.0}, unit="things/s", rounds=2)

    assert (row.values, row.bases, row.ratios) == ([40.0, 40.0], [20.0, 20.0], [2.0, 2.0])


def test_cases_and_their_bases_are_interleaved() -> None:
    order: list[str] = []

    def noted(name: str) -> float:
        order.append(name)
        return 1.0

    against(lambda: noted("base"), {"a": lambda: noted("a"), "b": lambda: noted("b")}, unit="things", rounds=2)

    assert order == ["base", "a", "base", "base", "b", "base"] * 2


def test_figures_of_one_run_are_compared_each_with_its_own() -> None:
    rows = figures_against(
        lambda: {"p50": 2.0, "p99": 4.0}, lambda: {"p50": 3.0, "p99": 8.0}, units={"p50": "ms", "p99": "ms"}, rounds=1
    )

    assert [(row.name, row.ratios) for row in rows] == [("p50", [1.5]), ("p99", [2.0])]


def test_each_overwrite_is_measured_and_nothing_is_left_behind(tmp_path: Path) -> None:
    taken_ms = overwrites_ms(tmp_path, 3, 0.0)

    assert (len(taken_ms), min(taken_ms) > 0, list(tmp_path.iterdir())) == (3, True, [])


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 50), (0.99, 99), (1.0, 100)])
def test_a_quantile_is_a_value_that_so_many_do_not_exceed(share: float, expected: int) -> None:
    assert quantile(list(range(100, 0, -1)), share) == expected


def test_a_table_shows_minimum_median_and_maximum(capsys: pytest.CaptureFixture[str]) -> None:
    row = Measured("case", "ms", values=[3.0, 1.0, 200.0], bases=[1.0, 1.0, 1.0])

    print_table([row], base="bare")

    heading, line = capsys.readouterr().out.splitlines()
    assert heading.split("  ")[0] == "case"
    assert "1.00 – 3.00 – 200" in line
