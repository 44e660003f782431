"""Tables of days: what is written is what was simulated, in CSV and Parquet, in a file and in a folder."""

import csv
import json
from pathlib import Path

import pytest
from pyarrow import parquet

from sim.bad_option import BadOption
from sim.statistics.experiment import Experiment
from sim.statistics.fast import FastCore
from sim.statistics.rows import COLUMNS
from sim.statistics.simulation import Simulated, simulate
from sim.statistics.table_files import TableFiles
from tests.sim.statistics.days import experiment_of


def written(path: Path, experiment: Experiment, days: int = 40) -> Simulated:
    with TableFiles(path, experiment) as table:
        simulated = simulate(FastCore(experiment), experiment, days, on_batch=table.write)
        table.write_figures(simulated.to_json())
    return simulated


def test_csv_and_parquet_hold_the_same_rows(tmp_path: Path) -> None:
    experiment = experiment_of()

    written(tmp_path / "days.csv", experiment)
    written(tmp_path / "days.parquet", experiment)

    with (tmp_path / "days.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table = parquet.read_table(tmp_path / "days.parquet")
    as_text = [{name: "" if value is None else str(value) for name, value in row.items()} for row in table.to_pylist()]
    assert table.column_names == list(COLUMNS)
    assert as_text == rows


def test_rows_of_all_days_add_up_to_the_figures(tmp_path: Path) -> None:
    figures = written(tmp_path / "days.parquet", experiment_of()).to_json()

    rows = parquet.read_table(tmp_path / "days.parquet").to_pylist()
    for part in ("day", "lane", "service", "half-hour"):
        of_part = [row for row in rows if row["part"] == part]
        assert sum(row["visitors"] for row in of_part) == figures["visitors"]
        assert sum(row["served"] for row in of_part) == figures["served"]
        wait_s = sum(row["wait_total_s"] for row in of_part)
        assert wait_s / figures["served"] == pytest.approx(figures["wait_mean_s"], abs=0.001)
    tax = [row for row in rows if row["name"] == "tax"]
    assert sum(row["visitors"] for row in tax) == figures["by_service"]["tax"]["visitors"]
    assert len(tax) == 40


def test_folder_has_a_table_for_each_kind_of_part_and_the_figures(tmp_path: Path) -> None:
    folder = tmp_path / "run"

    figures = written(folder, experiment_of()).to_json()

    assert sorted(path.name for path in folder.iterdir()) == [
        "days.parquet", "figures.json", "half-hours.parquet", "lanes.parquet", "services.parquet",
    ]  # fmt: skip
    assert parquet.read_table(folder / "days.parquet").num_rows == 40
    assert json.loads((folder / "figures.json").read_text("utf-8"))["served"] == figures["served"]


def test_half_hour_in_which_nobody_came_has_its_row(tmp_path: Path) -> None:
    written(tmp_path / "days.parquet", experiment_of(), days=3)

    rows = parquet.read_table(tmp_path / "days.parquet").to_pylist()
    slots = [row["name"] for row in rows if row["part"] == "half-hour" and row["day"] == 2]
    assert slots == ["09:00", "09:30", "10:00", "10:30"]


def test_nothing_is_left_of_a_table_whose_writing_failed(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), TableFiles(tmp_path / "days.csv", experiment_of()):
        _ = 1 / 0

    assert list(tmp_path.iterdir()) == []


def test_unknown_kind_of_file_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match=r"write \.csv, \.parquet"):
        TableFiles(tmp_path / "days.xlsx", experiment_of())
