"""The planner's notebook runs from top to bottom, and lies there without anybody's results in it."""

import json
from pathlib import Path
from typing import Any, Final

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK: Final = Path(__file__).parents[2] / "examples" / "planner.ipynb"
DAYS: Final = 20
CELL_S: Final = 150
LOOK_AT: Final = """
import json
known = usual.per_slot.dropna(subset=["wait_mean_s_low", "wait_mean_s_high"])
print(json.dumps({
    "days": int(len(usual.per_day)),
    "bands": len(known) > 10 and bool((known["wait_mean_s_low"] <= known["wait_mean_s_high"]).all()),
    "differences": int(len(by_slot)),
    "days_compared": helped.figures["days"],
    "targets": list(planned.reached.index),
    "windows": int(planned.needed.to_numpy().sum()),
    "clerks": int(len(planned.shifts)),
    "rostered": rostered.figures["visitors"] == usual.figures["visitors"],
}))
"""


def test_nobodys_results_are_in_the_notebook() -> None:
    cells = [cell for cell in _notebook().cells if cell.cell_type == "code"]

    assert [cell.id for cell in cells if cell.outputs or cell.execution_count] == []


def test_headings_are_in_both_languages() -> None:
    headings = [line for cell in _notebook().cells for line in cell.source.splitlines() if line.startswith("#")]

    assert len(headings) > 5
    assert [each for each in headings if " · " not in each or each.isascii()] == []


@pytest.mark.timeout(300)
def test_the_notebook_runs_and_comes_to_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    notebook = _notebook()
    _cell(notebook, "parameters").source += f"\nDAYS = {DAYS}"
    notebook.cells.append(nbformat.v4.new_code_cell(LOOK_AT))

    client = NotebookClient(notebook, timeout=CELL_S, kernel_name="python3", resources={"metadata": {"path": tmp_path}})
    client.execute()

    found = json.loads(notebook.cells[-1].outputs[0].text)
    assert found["days"] == found["days_compared"] == DAYS
    assert found["bands"] and found["rostered"]
    assert found["targets"] == ["p90_wait<=15m", "abandoned<=5%"]
    assert min(found["differences"], found["windows"], found["clerks"]) > 0
    assert (tmp_path / "roster.toml").read_text("utf-8").count("[[roster]]") > 0


def _notebook() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def _cell(notebook: Any, cell_id: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == cell_id)
