"""What the pages say to copy into a hall file can be copied, and does what they say."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from engine.core.plan import HallPlan
from engine.wire.hall_file import read_hall
from engine.wire.hall_tables import HallFile
from engine.wire.hall_template import template
from tests.builders import PRIORITY, called_next, hall_with, waiting
from tests.docs.pages import ROOT, blocks, name_of, pages

POLICIES: Final = ROOT / "docs" / "how-to" / "calling-policy.md"
BLOCKS: Final = [
    (page, block.text)
    for page in pages()
    for block in blocks(page)
    if block.kind == "toml" and tomllib.loads(block.text).keys() <= HallFile.model_fields.keys()
]


@pytest.mark.parametrize(("page", "block"), BLOCKS, ids=[name_of(page) for page, _ in BLOCKS])
def test_block_can_be_copied_into_a_new_hall(page: Path, block: str) -> None:
    assert with_block(block).hall_id


def test_priority_goes_first_until_somebody_has_waited_half_an_hour() -> None:
    plan = with_block(policy_blocks()[0])

    before = hall_with(waiting("A001", minutes=29), waiting("A002", minutes=1, lane=PRIORITY), hall_plan=plan)
    after = hall_with(waiting("A001", minutes=30), waiting("A002", minutes=1, lane=PRIORITY), hall_plan=plan)

    assert (called_next(before), called_next(after)) == ("A002", "A001")


def test_two_to_one_begins_with_priority() -> None:
    plan = with_block(policy_blocks()[1])

    assert (
        called_next(hall_with(waiting("A001", minutes=90), waiting("A002", minutes=1, lane=PRIORITY), hall_plan=plan))
        == "A002"
    )


def test_ceiling_goes_before_points() -> None:
    plan = with_block(policy_blocks()[2])

    before = hall_with(waiting("A001", minutes=44), waiting("A002", minutes=20, lane=PRIORITY), hall_plan=plan)
    after = hall_with(waiting("A001", minutes=45), waiting("A002", minutes=20, lane=PRIORITY), hall_plan=plan)

    assert (called_next(before), called_next(after)) == ("A002", "A001")


def test_dedicated_window_helps_once_the_other_head_has_waited_long_enough() -> None:
    plan = with_block(policy_blocks()[3])

    before = hall_with(waiting("B001", minutes=19), waiting("V001", minutes=1), hall_plan=plan)
    after = hall_with(waiting("B001", minutes=20), waiting("V001", minutes=1), hall_plan=plan)

    assert (called_next(before, "w08"), called_next(after, "w08")) == ("V001", "B001")


def policy_blocks() -> list[str]:
    return [block.text for block in blocks(POLICIES) if block.kind == "toml"]


def with_block(block: str) -> HallPlan:
    """The hall that `jiaohao init` writes, with this block in it in place of the tables it also has."""
    text = block if "[hall]" in block else f"{without_rules(template())}\n{block}"
    return replace(read_hall(text, "hall.toml"), hours=())


def without_rules(text: str) -> str:
    """The template without its `[rules]`, which may stand once only."""
    before, _, rest = text.partition("\n[rules]\n")
    return before + rest[rest.index("\n\n") :]
