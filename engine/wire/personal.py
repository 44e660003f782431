"""Telling free words that may hold somebody's number, for both doors: such words would end up in the journal."""

import re
import unicodedata
from typing import Final

_HANZI_DIGITS: Final = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
# What people write between the groups of a telephone number. No colon and no comma: hours and sums have those.
_BETWEEN: Final = r"[\s./()_·•‐-―−\u200b-\u200f\u2060\ufeff-]{0,3}"
_ROW: Final = re.compile(rf"(?:\d{_BETWEEN}){{7,}}")


def may_be_personal(words: str) -> bool:
    """Whether there is a row of digits that could be an identity or telephone number, however it is written.

    >>> [may_be_personal(words) for words in ("138—0013—8000", "１３８ ００１３ ８０００", "一三八零零一三八零零零")]
    [True, True, True]
    >>> may_be_personal("9:00-12:00 without 2 of 3 papers")
    False
    """
    return _ROW.search(unicodedata.normalize("NFKC", words).translate(_HANZI_DIGITS)) is not None
