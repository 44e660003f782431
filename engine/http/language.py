"""Which of the two languages a reader wants."""

import re
from functools import lru_cache
from typing import Final, Literal

Language = Literal["zh", "en"]
DEFAULT: Final[Language] = "zh"

_CHOICE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]{1,32})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")
_CHOICES_MAX: Final = 16


@lru_cache(maxsize=256)
def preferred(accept_language: str) -> Language:
    """The better liked of Chinese and English in an `Accept-Language` header; Chinese when it says neither.

    >>> preferred("en-GB,en;q=0.9,zh;q=0.4"), preferred("fr, zh-CN;q=0.3"), preferred("")
    ('en', 'zh', 'zh')
    """
    best: Language = DEFAULT
    best_quality = 0.0
    for part in accept_language.split(",", _CHOICES_MAX)[:_CHOICES_MAX]:
        match = _CHOICE.fullmatch(part)
        if match is None:
            continue
        tag = match[1].lower()
        quality = float(match[2] or 1)
        if tag in ("zh", "en", "*") and quality > best_quality:
            best_quality = quality
            best = "en" if tag == "en" else "zh"
    return best


def parse(text: str | None) -> Language | None:
    """`text` when it names one of the two languages, else None."""
    return "zh" if text == "zh" else "en" if text == "en" else None
