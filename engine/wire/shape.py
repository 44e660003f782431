"""The shape of a table: pydantic's verdict on it, in sentences for people.

A field's `examples` hold one line of TOML that would be right; it is the way out when the key is missing or of a wrong
type.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from engine.core.plan import Name
from engine.wire.findings import Finding, choose_among, nearest
from engine.wire.toml_lines import Path

M = TypeVar("M", bound=BaseModel)

_SAID: Final = "said"


class Table(BaseModel):
    """One TOML table: no key beyond the ones named, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


def say_no(what: Name, fix: Name) -> PydanticCustomError:
    """What a validator raises, so that its own sentences reach the reader."""
    return PydanticCustomError(_SAID, "{what_en}", {"what": what, "fix": fix, "what_en": what.en})


def fit(model: type[M], table: dict[str, Any]) -> tuple[M | None, list[Finding]]:
    """`table` as a `model`, or what keeps it from being one: keys unknown or missing, types, values out of bounds."""
    try:
        return model.model_validate(table), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        meant = set(_keys_meant(model, errors))
        return None, [_finding(model, e) for e in errors if not (e["type"] == "missing" and e["loc"] in meant)]


def model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model of the table at `path` below `model`."""
    names_an_entry = False
    for step in path:
        if names_an_entry:
            names_an_entry = False
        elif isinstance(step, str):
            field = model.model_fields.get(step)
            below = next(_models_in(field.annotation), None) if field else None
            if field is None or below is None:
                return None
            model = below
            names_an_entry = get_origin(field.annotation) is dict
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _keys_meant(model: type[BaseModel], errors: Sequence[ErrorDetails]) -> Iterator[Path]:
    """The missing keys that are there, only misspelt: one mistake, not two."""
    for error in errors:
        *above, key = error["loc"]
        owner = model_at(model, tuple(above)) if error["type"] == "extra_forbidden" else None
        if owner is not None and (meant := nearest(str(key), owner.model_fields)) is not None:
            yield (*above, meant)


def _finding(model: type[BaseModel], error: ErrorDetails) -> Finding:
    path: Path = error["loc"]
    return Finding(path, *_words(model, path, error))


def _words(model: type[BaseModel], path: Path, error: ErrorDetails) -> tuple[Name, Name]:
    kind, context = error["type"], error.get("ctx", {})
    if kind == _SAID:
        return context["what"], context["fix"]
    if kind == "extra_forbidden":
        owner = model_at(model, path[:-1])
        return Name("没有这个键", "unknown key"), choose_among(str(path[-1]), owner.model_fields if owner else ())
    example = _example(model, path)
    if kind == "missing":
        return Name("缺少这一项", "missing"), example
    if kind == "literal_error":
        choices = context["expected"].replace("'", '"')
        return Name("没有这个选项", "no such choice"), Name(
            f"可写 {choices.replace(' or ', ' 或 ')}", f"write {choices}"
        )
    if kind in ("too_short", "string_too_short"):
        return Name("不能为空", "must not be empty"), example
    if kind == "too_long":
        most = context["max_length"]
        return Name(f"超过 {most} 项", f"more than {most} entries"), Name(f"最多 {most} 项", f"keep to {most} at most")
    if kind == "greater_than_equal":
        least = context["ge"]
        return Name(f"小于 {least}", f"less than {least}"), Name(f"请写 {least} 或更大的数", f"write {least} or more")
    if kind == "less_than_equal":
        most = context["le"]
        return Name(f"大于 {most}", f"more than {most}"), Name(f"请写 {most} 或更小的数", f"write {most} or less")
    return _wrong_type(kind), example


def _wrong_type(kind: str) -> Name:
    zh, en = {
        "string_type": ("应为文字", "must be text"),
        "int_type": ("应为整数", "must be a whole number"),
        "bool_type": ("应为 true 或 false", "must be true or false"),
        "list_type": ("应为列表", "must be a list"),
        "model_type": ("应为表", "must be a table"),
        "dict_type": ("应为表", "must be a table"),
    }.get(kind, ("值无法使用", "cannot be used"))
    return Name(zh, en)


def _example(model: type[BaseModel], path: Path) -> Name:
    field: FieldInfo | None = None
    while field is None:  # an entry of a list or of a table of tables is no field: the one around it is
        *above, key = path
        owner = model_at(model, tuple(above))
        field = owner.model_fields.get(str(key)) if owner else None
        path = tuple(above)
    assert field.examples, f"the field at {path} has no example"
    return Name(f"例如 {field.examples[0]}", f"write for example {field.examples[0]}")
