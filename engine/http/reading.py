"""Reading a request's body: its size, its type, its JSON, its fields; every mistake is named, no value is repeated."""

import asyncio
import re
from collections.abc import Collection, Iterable
from typing import Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json

from engine.http.problems import (
    BODY_BYTES_MAX,
    KEY_LENGTH_MAX,
    BadJson,
    BadKey,
    BadRequest,
    FileTooLarge,
    TooLarge,
    TooSlow,
    UnsupportedMedia,
    WrongFileType,
)

M = TypeVar("M", bound=BaseModel)

_BODY_S_MAX: Final = 10.0
_FILE_S_MAX: Final = 60.0
_COMPLAINTS_MAX: Final = 10
_FIELD = re.compile(r"[A-Za-z_][A-Za-z_-]{0,39}")
_KEY = re.compile(rf"[\x21-\x7e]{{1,{KEY_LENGTH_MAX}}}")
_SAYINGS: Final = {
    "missing": ("缺少这一项", "is missing"),
    "extra_forbidden": ("没有这个字段", "is not a field of this request"),
    "model_type": ("须为 JSON 对象", "must be a JSON object"),
    "literal_error": ("须为 {expected} 之一", "must be one of {expected}"),
    "string_type": ("须为文本", "must be a string"),
    "string_pattern_mismatch": ("格式须为 {pattern}", "must match {pattern}"),
    "string_too_long": ("最多 {max_length} 个字符", "has at most {max_length} characters"),
    "string_too_short": ("至少 {min_length} 个字符", "has at least {min_length} characters"),
    "bool_parsing": ("须为 true 或 false", "must be true or false"),
    "int_type": ("须为整数", "must be a whole number"),
    "int_parsing": ("须为整数", "must be a whole number"),
    "greater_than_equal": ("不得小于 {ge}", "is at least {ge}"),
    "one_of_two": ("请写明事项或业务之一", "names an item or a service, one of the two"),
    "for_nothing": ("请写明业务、事项或预约", "names a service, items or an appointment"),
    "too_long": ("最多 {max_length} 项", "has at most {max_length} entries"),
    "bool_type": ("须为 true 或 false", "must be true or false"),
    "tuple_type": ("须为列表", "must be a list"),
    "less_than_equal": ("不得大于 {le}", "is at most {le}"),
}
_OTHERWISE: Final = ("内容不可用", "is not acceptable")


async def read_body(request: web.Request, model: type[M]) -> M:
    """The body as `model`; an absent one counts as `{}`. Raises an `HttpRefusal`."""
    raw = await _raw(request)
    if not raw:
        return validated(model, {})
    if not request.headers.get("Content-Type", "").lower().startswith("application/json"):
        raise UnsupportedMedia()
    try:
        value = from_json(raw, allow_inf_nan=False)
    except ValueError:
        raise BadJson() from None
    return validated(model, value)


async def read_file(request: web.Request, media: Collection[str], bytes_max: int) -> bytes:
    """The body as a file of one of these media types. Raises an `HttpRefusal`."""
    if request.content_type not in media or request.headers.get("Content-Encoding", "identity") != "identity":
        raise WrongFileType()
    body = bytearray()
    try:
        async with asyncio.timeout(_FILE_S_MAX):
            async for piece in request.content.iter_chunked(BODY_BYTES_MAX):
                body += piece
                if len(body) > bytes_max:
                    raise FileTooLarge(limit=bytes_max // 1024**2)
    except web.RequestPayloadError:
        raise BadJson() from None
    except TimeoutError:
        raise TooSlow() from None
    return bytes(body)


def validated(model: type[M], value: object) -> M:
    """`value` as `model`; raises `BadRequest` naming each field that is wrong."""
    try:
        return model.model_validate(value)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_input=False)
        raise BadRequest(*_complaints(errors[:_COMPLAINTS_MAX])) from None


def key_of(request: web.Request) -> str | None:
    """The idempotency key, or None; raises `BadKey`."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise BadKey()
    return key


async def _raw(request: web.Request) -> bytes:
    if not request.body_exists:
        return b""
    if (request.content_length or 0) > BODY_BYTES_MAX:
        raise TooLarge()
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMedia()
    try:
        if request.content.is_eof():
            return await request.read()
        async with asyncio.timeout(_BODY_S_MAX):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge() from None
    except web.RequestPayloadError:
        raise BadJson() from None
    except TimeoutError:
        raise TooSlow() from None


def _complaints(errors: Iterable[ErrorDetails]) -> Iterable[tuple[str, str, str]]:
    for error in errors:
        zh, en = _SAYINGS.get(error["type"], _OTHERWISE)
        context = error.get("ctx", {})
        yield _field(error["loc"]), zh.format(**context), en.format(**context)


def _field(path: tuple[int | str, ...]) -> str:
    """The name of the field at fault, unless somebody hid something in it."""
    if not path:
        return "body"
    name = str(path[0])
    return name if _FIELD.fullmatch(name) else "(?)"
