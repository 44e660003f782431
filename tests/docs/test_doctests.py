"""The sums on the pages come out as written."""

import doctest
from pathlib import Path

import pytest

from tests.docs.pages import name_of, pages


@pytest.mark.parametrize("page", [page for page in pages() if ">>> " in page.read_text("utf-8")], ids=name_of)
def test_examples_in_python_give_what_the_page_says(page: Path) -> None:
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")

    assert (failed, tried > 0) == (0, True)
