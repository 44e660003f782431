"""The made-up ticket log comes out of its script as it lies there, and nobody is in it."""

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

EXAMPLES: Final = Path(__file__).parents[2] / "examples"


def test_the_script_makes_the_log_up_as_it_lies_there() -> None:
    made = subprocess.run(
        [sys.executable, str(EXAMPLES / "tickets.py")],
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )

    assert made.stdout == (EXAMPLES / "tickets.csv").read_bytes()


def test_the_log_has_moments_words_and_window_numbers_only() -> None:
    with (EXAMPLES / "tickets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    words = {value for row in rows for key, value in row.items() if not key.endswith("时间")}
    assert words == {"社保", "个税", "综合", "普通", "老年人", "1", "2", "3", ""}
