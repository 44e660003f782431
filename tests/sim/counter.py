"""A day at the small counter of the examples, as files: what the commands and the notebooks of the tests plan with."""

import shutil
from pathlib import Path

from tests.docs.pages import ROOT

SCENARIO = """
[scenario]
name = {{ zh = "小厅 <1>", en = "Counter <1>" }}
hall = "counter.toml"
visits_per_day = {visits}
opens = "09:00"
shape = [1, 2, 2, 1.5, 1, 0.5]

[services.social-security]
share = 0.6
mean_minutes = 5

[services.tax]
share = 0.4
mean_minutes = 6

[lanes]
ordinary = 0.9
priority = 0.1

[patience]
distribution = "exponential"
mean_minutes = 30
"""


def counter_day(folder: Path, visits: int) -> Path:
    """The scenario's file in a folder, with its hall beside it."""
    shutil.copy(ROOT / "examples" / "counter.toml", folder)
    file = folder / "day.toml"
    file.write_text(SCENARIO.format(visits=visits), "utf-8")
    return file
