"""How a command ends that is told no: both sentences for people, one object for programs."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from engine.core.refusals import Refusal


class CannotUseFile(OSError):
    """A file that cannot be read or written; the message names it, why and what to do, in both languages."""


def refused(refusal: Refusal, *, as_json: bool) -> typer.Exit:
    """Say the refusal; the exit to raise, 2 for bad input and 1 otherwise."""
    if as_json:
        said = {"ok": False, "code": refusal.code, "zh": refusal.sentence("zh"), "en": refusal.sentence("en")}
        print(json.dumps(said, ensure_ascii=False))
    print(f"{refusal.sentence('zh')} {refusal.sentence('en')}", file=sys.stderr)
    return typer.Exit(2 if refusal.kind == "invalid" else 1)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raises `CannotUseFile` where a file somebody named cannot be read."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise CannotUseFile(
            f"无法读取 {path}（{why}），请检查路径和权限 · "
            f"{path} cannot be read ({why}): check the path and its permissions"
        ) from None


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises `CannotUseFile` where a file somebody asked for cannot be written."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise CannotUseFile(
            f"无法写入 {path}（{why}），请先建好目录，或换一个可写的位置 · "
            f"{path} cannot be written ({why}): make its directory first, or name a place you may write to"
        ) from None
