"""What the README promises is there: pages, logins, targets; and both languages promise the same."""

import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks, prose
from tests.hall_process import HallProcess

ENGLISH, CHINESE = (ROOT / name for name in ("README.md", "README.zh-CN.md"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallProcess]:
    data = tmp_path_factory.mktemp("demo") / "data"
    hall = HallProcess("hongtang", data, "--mqtt", "127.0.0.1:0", command="demo").start()
    yield hall
    hall.stop()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"http://127\.0\.0\.1:8080(/\S*)", ENGLISH.read_text("utf-8")))))
def test_every_address_answers(demo: HallProcess, path: str) -> None:
    with urllib.request.urlopen(demo.http + path, timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("name", ["clerk-w01", "clerk-w20", "guide", "supervisor", "admin"])
def test_every_account_lets_in(demo: HallProcess, name: str) -> None:
    status, _ = demo.ask("POST", "/session", {"name": name, "password": "demo"})

    assert status in (200, 201)


def test_the_hall_has_as_many_windows_as_promised(demo: HallProcess) -> None:
    _, hall = demo.ask("GET", "/hall")

    assert f"A street office with {len(hall['windows'])} windows" in ENGLISH.read_text("utf-8")


def test_every_target_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"\bmake ([a-z]+)\b", ENGLISH.read_text("utf-8")))

    assert {"run", "test", "check", "bench", "docs"} == targets
    assert all(re.search(rf"^{target}:", makefile, re.M) for target in targets)


def test_both_languages_name_the_same_commands_addresses_and_accounts() -> None:
    assert _code(ENGLISH) == _code(CHINESE)


def _code(readme: Path) -> set[str]:
    """What is meant for machines: between backticks, addresses, and commands without their comments."""
    spans = set(re.findall(r"`([^`\n]+)`", prose(readme)))
    commands = {line.split("#")[0].strip() for block in blocks(readme) for line in block.text.splitlines()}
    return spans | commands | set(re.findall(r"http://[^\s,，]+", prose(readme)))
