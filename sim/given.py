"""What a program gave to a function of the simulator, looked at before anything happens; raises `BadOption`.

Whoever reads what is said knows no command line: an argument is named as Python writes it.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from os import PathLike, fspath

from engine.core.plan import Name
from engine.wire.findings import choose_among, shown
from sim.bad_option import BadOption
from sim.first_day import require_first_day


def unusable(option: str, value: object, fix: Name) -> BadOption:
    """What to say of a value that an argument cannot have."""
    text = shown(repr(value))
    return BadOption(option, Name(f"{text} 不可用", f"{text} cannot be used"), fix)


def whole(option: str, number: int, least: int, most: int | None = None) -> int:
    """A whole number within its limits."""
    is_whole = isinstance(number, int) and not isinstance(number, bool)
    if not is_whole or number < least or (most is not None and number > most):
        raise unusable(option, number, _from_to(least, most))
    return number


def _from_to(least: float, most: float | None) -> Name:
    if most is None:
        return Name(f"请写不小于 {least} 的整数", f"write a whole number, {least} or more")
    return Name(f"请写 {least} 到 {most}", f"write {least} to {most}")


def number(option: str, value: float, least: float, most: float) -> float:
    """A number within its limits."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # Not a number is neither less nor more than anything.
    if not is_number or not least <= value <= most:
        raise unusable(option, value, _from_to(least, most))
    return value


def one_of(option: str, name: str, choices: Collection[str]) -> str:
    """A name there is."""
    if not isinstance(name, str):
        listed = ", ".join(f'"{each}"' for each in choices)
        raise unusable(option, name, Name(f"可写 {listed}", f"write one of {listed}"))
    if name not in choices:
        text = shown(name)
        raise BadOption(option, Name(f"没有“{text}”", f"there is no “{text}”"), choose_among(name, choices))
    return name


def texts(option: str, value: str | Sequence[str], example: str) -> Sequence[str]:
    """Several texts, or one by itself."""
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, Sequence) or not all(isinstance(each, str) for each in listed):
        raise unusable(option, value, Name(f"例如 {example}", f"write for example {example}"))
    return listed


def path(option: str, value: str | PathLike[str], example: str) -> str:
    """A name or a path as a text."""
    text = fspath(value) if isinstance(value, str | PathLike) else None
    if not isinstance(text, str):
        raise unusable(option, value, Name(f"例如 {example}", f"write for example {example}"))
    return text


def first_day(option: str, day: date) -> date:
    """A date on which days can begin; of a moment, its date."""
    if not isinstance(day, date):
        raise unusable(
            option, day, Name("例如 datetime.date(2026, 1, 5)", "write for example datetime.date(2026, 1, 5)")
        )
    day = day.date() if isinstance(day, datetime) else day
    require_first_day(option, day)
    return day


@contextmanager
def named_as_argument() -> Iterator[None]:
    """What is said of an option, such as `--half-width`, is said of the argument `half_width`."""
    try:
        yield
    except BadOption as bad:
        option, space, rest = bad.option.partition(" ")
        raise BadOption(option.removeprefix("--").replace("-", "_") + space + rest, bad.what, bad.fix) from None
