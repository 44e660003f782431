"""A hall's catalogue may stand in a table of its own beside the hall file."""

import pytest

from engine.wire.bad_file import BadFile
from engine.wire.hall_file import read_hall
from tests.wire.hall_texts import GOOD, line_number

NAMED = GOOD + '\n[catalogue]\nfile = "items.csv"\n'
HEADER = "编号,名称,业务\n"


def test_items_follow_those_of_the_hall_file() -> None:
    plan = read_hall(NAMED, "hall.toml", {"items.csv": f"{HEADER}vat,增值税,tax\n".encode()}.__getitem__)

    assert [item.item_id for item in plan.items] == ["refund", "vat"]


def test_table_that_is_not_there_is_named_where_it_is_asked_for() -> None:
    with pytest.raises(BadFile) as caught:
        read_hall(NAMED, "hall.toml")

    (problem,) = caught.value.problems
    assert (problem.line, problem.key) == (line_number(NAMED, "file ="), "catalogue.file")
    assert problem.what.en == "items.csv cannot be read (no such file)"


def test_mistake_in_the_table_is_named_there() -> None:
    with pytest.raises(BadFile) as caught:
        read_hall(NAMED, "hall.toml", {"items.csv": f"{HEADER}vat,增值税,taxi\n".encode()}.__getitem__)

    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.fix.en) == ("items.csv", 2, "did you mean tax?")


def test_item_that_stands_in_both_is_named() -> None:
    with pytest.raises(BadFile) as caught:
        read_hall(NAMED, "hall.toml", {"items.csv": f"{HEADER}refund,退税,tax\n".encode()}.__getitem__)

    (problem,) = caught.value.problems
    assert (problem.line, problem.key) == (line_number(NAMED, 'id = "refund"'), "item[1].id")
    assert problem.what.en == "items.csv has this item too"


@pytest.mark.parametrize("name", ["", ".", "..", "../items.csv", "/etc/passwd", "a\\\\b.csv", "c:items.csv"])
def test_table_stands_beside_the_hall_file_and_nowhere_else(name: str) -> None:
    with pytest.raises(BadFile) as caught:
        read_hall(NAMED.replace("items.csv", name), "hall.toml")

    (problem,) = caught.value.problems
    assert problem.what.en == "not the name of a file beside this one"
