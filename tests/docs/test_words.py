"""What stands on no page, and what both READMEs have in common."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.docs.pages import ROOT, headings, links, name_of, pages

FORBIDDEN: Final = {
    "a package registry": re.compile(r"pypi\.|pythonhosted|npmjs|crates\.io|mirrors?\.", re.I),
    "a path of one machine": re.compile(r"(?<![\w.{}])/(?:home|root|work|tmp|Users)/"),
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}"),
    "an emoji": re.compile("[\U0001f300-\U0001faff\u2600-\u26ff\u2705\u274c]"),
}


@pytest.mark.parametrize("page", pages(), ids=name_of)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_page_names(what: str, page: Path) -> None:
    found = FORBIDDEN[what].findall(page.read_text("utf-8"))

    assert found == []


def test_both_readmes_have_the_same_shape() -> None:
    english, chinese = ROOT / "README.md", ROOT / "README.zh-CN.md"

    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]
    assert _targets(english) == _targets(chinese)


@pytest.mark.parametrize("page", [page for page in pages() if page.parent != ROOT], ids=name_of)
def test_every_page_opens_in_both_languages(page: Path) -> None:
    opening = page.read_text("utf-8")[:600]

    assert re.search(r"[\u4e00-\u9fff]", opening) or page.parent.name == "decisions" or page.stem in ENGLISH_ONLY
    assert re.search(r"[A-Za-z]{3}", opening)


ENGLISH_ONLY: Final = {"architecture", "dependencies"}
"""For those who work on the code, as the decisions are."""


def _targets(page: Path) -> list[str]:
    return [link for link in links(page) if not link.startswith("README")]
