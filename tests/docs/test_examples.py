"""Every page that can be followed is followed, block by block."""

import os
import shutil
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks, name_of, pages
from tests.docs.reader import Reader, kind_of

FOLLOWED = [page for page in pages() if any(kind_of(block) for block in blocks(page))]
PROGRAMS = ("curl", "mosquitto_sub", "mosquitto_pub")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", FOLLOWED, ids=name_of)
def test_whoever_follows_a_page_gets_what_it_says(page: Path, tmp_path: Path) -> None:
    missing = [name for name in PROGRAMS if name in page.read_text("utf-8") and shutil.which(name) is None]
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"needs {', '.join(missing)}")

    (tmp_path / "examples").symlink_to(ROOT / "examples")
    with Reader(tmp_path) as reader:
        for block in blocks(page):
            reader.follow(block)


def test_the_pages_for_doing_are_followed() -> None:
    tutorials = {"docs/tutorial/first-hall.md", "docs/tutorial/from-a-log-to-a-roster.md"}
    assert tutorials | {"docs/how-to/connect-a-device.md"} <= {name_of(page) for page in FOLLOWED}
