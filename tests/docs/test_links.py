"""Nobody who follows a link of the docs stands before nothing."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.docs.pages import ROOT, anchor, headings, links, name_of, pages

PICTURE_BYTES_MAX = 150_000


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [link for link in links(page) if not _leads_somewhere(page, link)]

    assert broken == []


@pytest.mark.parametrize("kind", ["tutorial", "how-to", "reference", "explanation"])
def test_the_map_names_every_page(kind: str) -> None:
    named = {(ROOT / "docs" / link).resolve() for link in links(ROOT / "docs" / "README.md")}

    assert set(ROOT.glob(f"docs/{kind}/*.*")) - named == set()


def test_the_table_of_decisions_names_every_decision() -> None:
    folder = ROOT / "docs" / "decisions"
    named = {(folder / link).resolve() for link in links(folder / "README.md")}

    assert set(folder.glob("0*.md")) - named == set()


def test_every_picture_is_shown_and_small() -> None:
    shown = {(page.parent / link).resolve() for page in pages() for link in links(page) if link.endswith(".png")}
    taken = set((ROOT / "docs" / "images").glob("*"))

    assert taken == shown
    assert [picture.name for picture in taken if picture.stat().st_size > PICTURE_BYTES_MAX] == []


def _leads_somewhere(page: Path, link: str) -> bool:
    parts = urlsplit(link)
    if parts.scheme:
        return parts.scheme == "https"
    target = (page.parent / parts.path).resolve() if parts.path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not parts.fragment or parts.fragment in {anchor(words) for _, words in headings(target)}
