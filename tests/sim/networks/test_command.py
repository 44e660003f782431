"""`jiaohao simulate` with a network, and with one of its sites."""

import csv
import json
from pathlib import Path

import pytest
from pyarrow import parquet

from tests.sim.command_line import run
from tests.sim.networks.networks import NETWORK


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "small.toml"
    file.write_text(NETWORK, "utf-8")
    return str(file)


def test_json_has_the_keys_of_the_contract_and_those_of_networks(path: str) -> None:
    done = run("simulate", path, "--days", "3", "--core", "fast", "--json")

    figures = json.loads(done.stdout)
    assert done.exit_code == 0
    assert {"visitors", "served", "abandoned", "wait_mean_s", "wait_p50_s", "wait_p90_s", "within_target", "by_lane",
            "by_service", "window_utilisation", "events", "user_s"} <= figures.keys()  # fmt: skip
    assert {"by_kind", "by_site", "sites", "windows", "hall_days"} <= figures.keys()
    assert (figures["sites"], figures["windows"], figures["hall_days"]) == (5, 12, 15)
    assert "village" in done.stderr


def test_site_alone_is_what_it_was_in_the_network(path: str) -> None:
    whole = json.loads(run("simulate", path, "--days", "4", "--core", "fast", "--seed", "5", "--json").stdout)

    alone = json.loads(
        run("simulate", f"{path}/street-002", "--days", "4", "--core", "fast", "--seed", "5", "--json").stdout
    )

    assert alone["visitors"] == whole["by_site"]["street-002"]["visitors"]
    assert alone["wait_mean_s"] == whole["by_site"]["street-002"]["wait_mean_s"]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_out_has_a_row_a_site(path: str, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"sites.{ending}"

    figures = json.loads(run("simulate", path, "--days", "2", "--core", "fast", "--out", str(out), "--json").stdout)

    rows = list(csv.DictReader(out.open(encoding="utf-8"))) if ending == "csv" else parquet.read_table(out).to_pylist()
    assert [row["site"] for row in rows] == list(figures["by_site"])
    assert sum(int(row["visitors"]) for row in rows) == figures["visitors"]
