"""The kinds of values a scenario file has: shares, minutes, seconds, times of day."""

import re
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator

from engine.core.plan import Name
from engine.wire.shape import say_no

CHANNELS: Final = ("kiosk", "guide", "phone", "web", "window", "self-service", "appointment")
"""Those of `engine.core.rules.issuing`, which would take longer to load than a day of a hall takes."""
TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise say_no(Name("应为数字", "must be a number"), Name("例如 1 或 0.5", "write for example 1 or 0.5"))
    return float(value)


def between(least: float, most: float) -> AfterValidator:
    def in_bounds(value: float) -> float:
        if not least <= value <= most:
            raise say_no(
                Name("数字超出范围", "out of range"),
                Name(f"请写 {least:g} 到 {most:g} 之间的数", f"write a number from {least:g} to {most:g}"),
            )
        return value

    return AfterValidator(in_bounds)


def so_many(count: int) -> AfterValidator:
    """Refuses a list of another length."""

    def of_length(values: list[float]) -> list[float]:
        if len(values) != count:
            raise say_no(
                Name(f"有 {len(values)} 个数", f"has {len(values)} numbers"),
                Name(f"请写 {count} 个数", f"write {count} numbers"),
            )
        return values

    return AfterValidator(of_length)


def are_numbers(values: list[Any]) -> bool:
    """Whether all of these raw values are finite numbers."""
    return all(
        isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()
        for value in values
    )


def _time(value: Any) -> int:
    found = TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise say_no(Name("不是时刻", "not a time of day"), Name('例如 "08:30"', 'write for example "08:30"'))
    return int(found[1]) * 60 + int(found[2])


Number = Annotated[float, BeforeValidator(_number)]
Share = Annotated[Number, between(0, 1)]
Minutes = Annotated[Number, between(0.001, 24 * 60)]
Seconds = Annotated[Number, between(0, 3_600)]
Factor = Annotated[Number, between(0, 100)]
Intensity = Annotated[Number, between(0, 1_000_000)]
TimeOfDay = Annotated[int, BeforeValidator(_time)]
"""Minutes from midnight, written `"08:30"`."""
