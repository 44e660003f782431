"""What is wrong with a table, before anybody knows the line: a path, a sentence and the way out, in both languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from engine.core.plan import Name
from engine.wire.toml_lines import Path

_WORD_LETTERS_MAX = 64


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake at `path`; `other` is the place it collides with, when there is one."""

    path: Path
    what: Name
    fix: Name
    other: Path | None = None


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice most like `word`, when one is alike enough to be what was meant."""
    return _nearest(word, tuple(choices)) if len(word) <= _WORD_LETTERS_MAX else None


@lru_cache(maxsize=1024)  # a catalogue written by a program has the same mistake thousands of times
def _nearest(word: str, choices: tuple[str, ...]) -> str | None:
    return next(iter(get_close_matches(word, choices, n=1)), None)


def choose_among(word: str, choices: Iterable[str]) -> Name:
    """The way out of an unknown word: what it may have meant, or what there is to choose from."""
    known = sorted(choices)
    meant = nearest(word, known)
    if meant is not None:
        return Name(f"是不是想写 {meant}？", f"did you mean {meant}?")
    if not known:
        return Name("请先添加，或删去这一项", "add one first, or remove this")
    listed = ", ".join(known[:20]) + (" …" if len(known) > 20 else "")
    return Name(f"可用的有：{listed}", f"choose one of: {listed}")


def shown(text: str) -> str:
    """Text out of somebody's file, fit to stand in one line of a terminal."""
    short = text if len(text) <= _WORD_LETTERS_MAX else text[:_WORD_LETTERS_MAX] + "…"
    return short if short.isprintable() else ascii(short)[1:-1]


def key_text(path: Path) -> str:
    """A path for people, places counted from 1: `service[3].prefix`."""
    text = ""
    for step in (step for step in path if step != "[key]"):  # how pydantic says that the key itself is wrong
        if isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            text += f".{shown(step)}" if text else shown(step)
    return text
