"""An option of a command that cannot be used: what is wrong with it and the way out, in both languages."""

from engine.core.plan import Name


class BadOption(ValueError):
    """`option` is how it was written, `what` is wrong with it and `fix` the way out."""

    def __init__(self, option: str, what: Name, fix: Name) -> None:
        super().__init__(option, what, fix)
        self.option, self.what, self.fix = option, what, fix

    def __str__(self) -> str:
        return f"{self.option}: {self.what.en}; {self.fix.en}\n    {self.what.zh}；{self.fix.zh}"
