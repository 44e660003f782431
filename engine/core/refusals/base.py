"""What a refusal is: a stable code for machines, a kind for protocols, a sentence in both languages."""

from typing import ClassVar, Literal

Kind = Literal["unknown", "conflict", "invalid", "denied", "limit", "unavailable"]


class Refusal(Exception):
    """An answer, not an error: nothing has changed. `words` fill the braces of the sentences."""

    code: ClassVar[str]
    kind: ClassVar[Kind] = "conflict"
    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, **words: object) -> None:
        super().__init__(self.code, words)
        self.words = words

    def sentence(self, language: str) -> str:
        """The reason in Chinese (`zh`) or English (anything else)."""
        return (self.zh if language == "zh" else self.en).format(**self.words)

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence('en')}"
