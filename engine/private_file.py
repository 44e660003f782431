"""Files that only their owner may read: replaced in one step, and secrets made on first use."""

import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

SECRET_BYTES: Final = 32


class BadSecret(ValueError):
    """A file that should hold a secret and does not; the message says what to do."""


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; only its owner may read it."""
    temporary = _temporary(path, text)
    temporary.replace(path)


def secret_of(path: Path) -> bytes:
    """The secret in a file, at least 32 bytes; made on first use. Raises `BadSecret`."""
    if not path.exists():
        _make(path)
    text = path.read_text("ascii", errors="replace").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) < SECRET_BYTES:
        raise BadSecret(
            f"{path} 不是密钥（64 位十六进制数），移走后会生成新的 · "
            f"{path} is no secret (64 hexadecimal digits); remove it to get a new one"
        )
    return key


def _make(path: Path) -> None:
    """Write a new secret unless somebody else has just done so: a hard link never overwrites."""
    temporary = _temporary(path, secrets.token_hex(SECRET_BYTES) + "\n")
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _temporary(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
