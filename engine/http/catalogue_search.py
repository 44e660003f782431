"""Searching the catalogue by name, id, pinyin and initials: 社会, shehui, sh, shehb and 社hui all find 社会保险.

A word matches a name when its letters can be read off neighbouring characters, each character by itself or by the
beginning of its pinyin without tones. Every word must match; a character in a known phrase has the reading it has
there, one that stands alone has all its readings.

For each one to four letters that a word may begin with, the index lists the items it may begin in. What stays is few
enough to be held against the whole word one by one.
"""

import asyncio
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from engine.core.plan import Item

WORDS_MAX: Final = 8
WORD_CHARACTERS_MAX: Final = 40
GRAM: Final = 4
BUILDING: Final = "catalogue index"
"""The name of the task that builds an index."""

_HANZI = re.compile(r"[㐀-鿿]+")
_LETTERS = re.compile(r"[a-z0-9]+")

Token = tuple[str, tuple[str, ...]]
"""A character of a name and the ways in which it is typed beside itself."""


class CatalogueSearch:
    """The index of the newest catalogue; while one is being built the one before it serves."""

    def __init__(self) -> None:
        self._index: Index | None = None
        self._building: asyncio.Task[None] | None = None

    def prepare(self, items: Mapping[str, Item]) -> None:
        """Begin to build the index of these items in a thread, unless it is there or under way."""
        if self._building is None and (self._index is None or self._index.items is not items):
            self._building = asyncio.create_task(self._build(items), name=BUILDING)

    async def find(self, items: Mapping[str, Item], query: str) -> list[str]:
        """The ids that match, best first; of an index one revision old while the new one is being built."""
        self.prepare(items)
        if self._index is None and self._building is not None:
            # Whoever goes away while waiting must not take the index from the others.
            await asyncio.shield(self._building)
        assert self._index is not None
        return list(self._index.find(query))

    async def _build(self, items: Mapping[str, Item]) -> None:
        try:
            self._index = await asyncio.to_thread(Index, items)
        finally:
            self._building = None


class Index:
    """All items of one edition of the catalogue, ready to be searched."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        """Takes a second or two for a large catalogue: build it in a thread of its own."""
        self.items = items
        self._ids = list(items)
        self._lengths = [len(item.name.zh) for item in items.values()]
        self._texts: list[str] = []
        """Name in Chinese, in English, and id, as they are compared; a line each."""
        self._spelt: list[str] = []
        """`|社,she|会,hui,kuai`, what the pattern of a word is held against."""
        self._grams: dict[str, array[int]] = {}
        for place, item in enumerate(items.values()):
            tokens = _tokens(item.name.zh)
            self._texts.append(f"{normal(item.name.zh)}\n{normal(item.name.en)}\n{normal(item.item_id)}")
            self._spelt.append("".join(f"|{','.join((character, *readings))}" for character, readings in tokens))
            for gram in _grams(tokens):
                self._grams.setdefault(gram, array("H")).append(place)

    def find(self, query: str) -> Iterator[str]:
        """The ids of the items that hold every word of the query, best first; all of them when it has no word."""
        words = words_of(query)
        if not words:
            yield from self._ids
            return
        found = self._match(words[0])
        for word in words[1:]:
            more = self._match(word)
            found = {place: rank + more[place] for place, rank in found.items() if place in more}
        lengths = self._lengths
        for place in sorted(found, key=lambda place: (found[place], lengths[place], place)):
            yield self._ids[place]

    def _match(self, word: str) -> dict[int, int]:
        """By place: 0 for the id itself, 1 where a name begins with the word, 2 where its spelling does, else 3."""
        (pattern, beginning), spelt, texts = _pattern(word), self._spelt, self._texts
        ranks = {place: 2 if beginning.match(spelt[place]) else 3 for place in self._spelt_like(word, pattern)}
        for place in [place for place, text in enumerate(texts) if word in text]:
            zh, en, item_id = texts[place].split("\n")
            if word == item_id:
                ranks[place] = 0
            elif zh.startswith(word) or en.startswith(word):
                ranks[place] = 1
            else:
                ranks.setdefault(place, 3)
        return ranks

    def _spelt_like(self, word: str, pattern: re.Pattern[str]) -> Iterable[int]:
        """Where the word can be read off the characters."""
        letters, search = _LETTERS.match(word), pattern.search
        if letters is None:
            # It begins with a character: names that have it are few.
            return [place for place, text in enumerate(self._spelt) if word[0] in text and search(text)]
        places: Iterable[int] = self._grams.get(letters[0][:GRAM], ())
        if len(word) <= GRAM and letters[0] == word:
            return places
        return [place for place in places if search(self._spelt[place])]


def words_of(query: str) -> list[str]:
    """The words of a query, as they are compared."""
    words = (normal(word)[:WORD_CHARACTERS_MAX] for word in query.split())
    return [word for word in words if word][:WORDS_MAX]


def normal(text: str) -> str:
    """Text as it is compared: full-width as half-width, small letters, no blanks and no punctuation.

    >>> normal("社保卡（Ｅ证通）")
    '社保卡e证通'
    """
    flat = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in flat if character.isalnum())


def _tokens(name: str) -> list[Token]:
    # Its dictionaries take a third of a second to load: a hall need not wait for them before it opens.
    from pypinyin import Style, pinyin

    tokens: list[Token] = []
    text = normal(name)
    at = 0
    for hanzi in _HANZI.finditer(text):
        tokens += [(character, ()) for character in text[at : hanzi.start()]]
        # Phrases are read as a whole: 银行 is yinhang, whatever else 行 may be.
        readings = pinyin(hanzi[0], style=Style.NORMAL, heteronym=True, v_to_u=False)
        tokens += [
            (character, tuple(dict.fromkeys(reading for reading in each if reading.isascii())))
            for character, each in zip(hanzi[0], readings, strict=True)
        ]
        at = hanzi.end()
    return tokens + [(character, ()) for character in text[at:]]


def _grams(tokens: list[Token]) -> set[str]:
    """The ways in which a word may begin at any of these characters, in one to `GRAM` letters."""
    grams: set[str] = set()
    after: list[set[str]] = [set() for _ in range(GRAM)]
    for character, readings in reversed(tokens):
        after = _begun(readings or (character,), after)
        grams.update(*after)
    return grams


def _begun(readings: Sequence[str], after: list[set[str]]) -> list[set[str]]:
    """The ways in which a word may begin at a character, by length, given those at the next one."""
    begun: list[set[str]] = [set() for _ in range(GRAM)]
    for reading in readings:
        for length in range(1, min(len(reading), GRAM) + 1):
            start = reading[:length]
            begun[length - 1].add(start)
            for more in range(GRAM - length):
                begun[length + more].update([start + each for each in after[more]])
    return begun


@lru_cache(maxsize=256)
def _pattern(word: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds a word in a spelt name, and what finds it at the very beginning.

    Each next letter goes on in the same reading, or begins the next character.
    """
    first = word[0]
    rest = "".join(
        rf"(?:{letter}|[^|]*+\|(?:[^|]*,)?{letter})" if _LETTERS.match(letter) else rf"[^|]*+\|{re.escape(letter)}"
        for letter in word[1:]
    )
    if _LETTERS.match(first):
        return re.compile(f"[|,]{first}{rest}"), re.compile(rf"\|(?:[^|]*,)?{first}{rest}")
    pattern = re.compile(rf"\|{re.escape(first)}{rest}")
    return pattern, pattern
