"""A log in somebody else's words becomes a trace, or its bad rows are named."""

from pathlib import Path

import pytest

from engine.wire.bad_file import BadFile
from sim.importing import Imported, import_log
from sim.log_map import load_map

MAP = """
[columns]
arrived_at = "came"
service = "what"
service_s = "took"
window = "desk"
[formats]
moment = "%d.%m.%Y %H:%M"
length = "h:m:s"
[services]
"Steuer" = "tax"
[windows]
"3" = "w03"
[defaults]
lane = "ordinary"
"""


def test_words_moments_and_lengths_are_translated(tmp_path: Path) -> None:
    imported = _import(tmp_path, "came,what,took,desk\n23.11.2026 09:05,Steuer,0:10:30,3\n")

    (row,) = imported.rows
    assert (row["arrived_at"], row["service"], row["lane"]) == ("2026-11-23T09:05:00.000", "tax", "ordinary")
    assert (row["service_s"], row["window"], row["channel"], row["no_show"]) == ("630", "w03", "kiosk", "0")


def test_rows_are_put_in_order_of_arrival(tmp_path: Path) -> None:
    imported = _import(tmp_path, "came,what,took,desk\n23.11.2026 09:05,b,0:01:00,\n23.11.2026 09:01,a,0:01:00,\n")

    assert [row["service"] for row in imported.rows] == ["a", "b"]


def test_visit_without_a_length_is_a_no_show(tmp_path: Path) -> None:
    imported = _import(tmp_path, "came,what,took,desk\n23.11.2026 09:05,tax,,\n")

    assert imported.rows[0]["no_show"] == "1"


def test_log_in_gb18030_is_read(tmp_path: Path) -> None:
    text = "came,what,took,desk\n23.11.2026 09:05,税务,0:01:00,\n"

    imported = _import(tmp_path, text, '[file]\nencoding = "gb18030"\n' + MAP, encoding="gb18030")

    assert imported.rows[0]["service"] == "税务"


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("noon,tax,0:01:00,", "came", "no moment"),
        ("23.11.2026 09:05,,0:01:00,", "what", "empty"),
        ("23.11.2026 09:05,tax,ten,", "took", "no length"),
        ("23.11.2026 09:05,tax,nan,", "took", "cannot be"),
        ("23.11.2026 09:05,tax,25:00:00,", "took", "cannot be"),
    ],
)
def test_bad_row_is_named_by_the_log_s_own_column(tmp_path: Path, row: str, column: str, says: str) -> None:
    imported = _import(tmp_path, f"came,what,took,desk\n23.11.2026 09:00,tax,0:01:00,\n{row}\n")

    (problem,) = imported.problems
    assert (problem.line, problem.key) == (3, column)
    assert says in problem.what.en
    assert len(imported.rows) == 1


@pytest.mark.parametrize("text", ["came,what,took\n", ""])
def test_log_without_a_column_of_the_map_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadFile) as bad:
        _import(tmp_path, text)

    assert "desk: the log has no such column" in str(bad.value)


def test_log_in_another_encoding_is_refused_with_the_one_to_try(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as bad:
        _import(tmp_path, "来,what,took,desk\n", encoding="gb18030")

    assert 'encoding = "gb18030"' in str(bad.value)


@pytest.mark.parametrize(
    ("map_text", "line", "says"),
    [
        ("[columns]\narrived_at = 3\n", 2, "must be text"),
        ('[columns]\narrived_at = "a"\nservice_s = "b"\nlane = "c"\n', 1, "service comes from"),
        ('[columns]\narrived_at = "a"\nservice = "b"\nlane = "c"\nbegan_at = "d"\n', 1, "how long"),
        ('[file]\nencoding = "utf8"\n' + MAP, 2, "did you mean utf-8"),
        ('[file]\ndelimiter = "::"\n' + MAP, 2, "one character"),
    ],
)
def test_bad_map_is_named_by_line(tmp_path: Path, map_text: str, line: int, says: str) -> None:
    with pytest.raises(BadFile) as bad:
        _import(tmp_path, "", map_text)

    assert any(problem.line == line and says in problem.sentence("en") for problem in bad.value.problems)


def _import(tmp_path: Path, log: str, map_text: str = MAP, *, encoding: str = "utf-8") -> Imported:
    (tmp_path / "log.csv").write_text(log, encoding)
    (tmp_path / "map.toml").write_text(map_text, "utf-8")
    return import_log(tmp_path / "log.csv", load_map(str(tmp_path / "map.toml")))
