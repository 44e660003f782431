"""Secrets in files: made once, for their owner alone, and never replaced by themselves."""

import stat
from pathlib import Path

import pytest

from engine.private_file import SECRET_BYTES, BadSecret, secret_of


def test_secret_is_made_on_first_use_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "data" / "push-secret"

    first = secret_of(path)

    assert (len(first), secret_of(path)) == (SECRET_BYTES, first)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret_of(tmp_path / "data" / "another") != first


@pytest.mark.parametrize("text", ["", "short", "ab" * 31, "密" * 64])
def test_what_is_no_secret_is_named_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "push-secret"
    path.write_text(text, "utf-8")

    with pytest.raises(BadSecret, match="push-secret is no secret"):
        secret_of(path)
    assert path.read_text("utf-8") == text
