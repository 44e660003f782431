"""What a refusal is: a stable code for machines, a kind for protocols, a sentence in both languages."""

from typing import ClassVar, Literal

from engine.core.plan import Name

Kind = Literal["unknown", "conflict", "invalid", "denied", "limit", "unavailable"]


class Refusal(Exception):
    """An answer, not an error: nothing has changed. `words` fill the braces of the sentences, names in its language."""

    code: ClassVar[str]
    kind: ClassVar[Kind] = "conflict"
    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, **words: object) -> None:
        super().__init__(self.code, words)
        self.words = words

    def sentence(self, language: str) -> str:
        """The reason in Chinese (`zh`) or English (anything else)."""
        if language == "zh":
            return self.zh.format(**{key: _zh(word) for key, word in self.words.items()})
        return self.en.format(**{key: _en(word) for key, word in self.words.items()})

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence('en')}"


def _zh(word: object) -> object:
    return word.zh if isinstance(word, Name) else word


def _en(word: object) -> object:
    return word.en if isinstance(word, Name) else word
