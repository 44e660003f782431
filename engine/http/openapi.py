"""The API's description, OpenAPI 3.1, drawn from the table of routes and the models: no second copy to keep."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from engine.core.refusals import Refusal
from engine.http.caller import VISITOR
from engine.http.problems import (
    CONTENT_TYPE,
    KEY_LENGTH_MAX,
    STATUS_OF_CODE,
    STATUS_OF_KIND,
    TITLES,
    HttpRefusal,
    Problem,
)
from engine.http.route import EVERYBODY, PREFIX, Route

Json = dict[str, Any]
Schemas = Mapping[Any, Json]
"""By model and mode, as pydantic gives them."""

_REFS: Final = "#/components/schemas/{model}"
_PART = re.compile(r"{(\w+)}")
_PARTS: Final[dict[str, Json]] = {
    "token": {"type": "string", "description": "号票二维码或预约的令牌 · The token of a ticket or of an appointment"},
    "ticket_id": {"type": "string", "description": "日期和号码 · Day and number", "examples": ["20261122-a012"]},
    "window_id": {
        "type": "string",
        "description": "窗口的 id，见 GET /hall · Id of a window, as in GET /hall",
        "examples": ["w01"],
    },
    "clerk_id": {"type": "string", "description": "工作人员的 id · Id of a clerk", "examples": ["c01"]},
    "case_id": {
        "type": "string",
        "description": "办不成事的编号 · Id of a case",
        "examples": ["c20261122-1"],
    },
    "task": {"type": "integer", "description": "任务序号，从 1 起 · Which task of a case, from 1", "examples": [1]},
    "step": {"type": "integer", "description": "事项序号，从 0 起 · Which item of a visit, from 0", "examples": [0]},
    "stage_id": {
        "type": "string",
        "description": "后台或容缺环节的编号 · Id of a stage",
        "examples": ["20261122-a012-s1"],
    },
    "request_id": {"type": "string", "description": "上门申请的编号 · Id of a home visit", "examples": ["h1"]},
    "device_id": {"type": "string", "description": "设备编号 · Id of a device", "examples": ["kiosk-1"]},
    "number": {"type": "string", "description": "人看到的号码 · The number people see", "examples": ["A012"]},
}
_ALWAYS: Final = (401, 503)
_CHANGING: Final = (400, 403)
_WITH_BODY: Final = (408, 413, 415)


def document(routes: Sequence[Route], version: str) -> Json:
    """The whole description, ready for JSON."""
    models: list[tuple[type[BaseModel], Any]] = [(Problem, "serialization")]
    for route in routes:
        models += [(model, "validation") for model in (route.body, route.query) if model is not None]
        models += [(route.answer, "serialization")] if route.answer is not None else []
    schemas, definitions = models_json_schema(list(dict.fromkeys(models)), ref_template=_REFS)
    paths: dict[str, Json] = {}
    for route in routes:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jiaohao",
            "version": version,
            "description": "Queueing and calling of one service hall. 一个办事大厅的排队与叫号。",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "A token of `jiaohao token`."},
                "session": {"type": "apiKey", "in": "cookie", "name": "jiaohao-session"},
            },
        },
        "x-codes": codes(),
    }


def codes() -> list[Json]:
    """Every code a problem may carry, with its status and sentences; braces stand for what the case fills in."""
    rows = {
        refusal.code: {"code": refusal.code, "status": _status(refusal), "zh": refusal.zh, "en": refusal.en}
        for refusal in _leaves(Refusal)
    }
    return sorted(rows.values(), key=lambda row: (row["status"], row["code"]))


def _operation(route: Route, schemas: Schemas) -> Json:
    operation: Json = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "tags": [route.path.split("/")[1]],
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_headers(route)],
        "responses": _responses(route, schemas),
        "security": _security(route),
        "x-roles": sorted(route.roles),
    }
    if route.body is not None:
        operation["requestBody"] = {
            "required": any(field.is_required() for field in route.body.model_fields.values()),
            "content": {"application/json": {"schema": schemas[(route.body, "validation")]}},
        }
    if route.takes:
        operation["requestBody"] = {
            "required": True,
            "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in route.takes},
        }
    return operation


def _security(route: Route) -> list[Json]:
    if route.roles == EVERYBODY:
        return [{}]
    return [*([{}] if VISITOR in route.roles else []), {"bearer": []}, {"session": []}]


def _operation_id(route: Route) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", _PART.sub(r"by-\1", route.path).lower()).strip("-")
    return f"{route.method.lower()}-{words}"


def _path_parameters(route: Route) -> Iterable[Json]:
    for name in _PART.findall(route.path):
        described = dict(_PARTS[name])
        description = described.pop("description")
        yield {"name": name, "in": "path", "required": True, "description": description, "schema": described}


def _query_parameters(route: Route) -> Iterable[Json]:
    if route.query is None:
        return
    described = route.query.model_json_schema()
    for name, schema in described["properties"].items():
        yield {"name": name, "in": "query", "required": name in described.get("required", ()), "schema": schema}


def _headers(route: Route) -> Iterable[Json]:
    if route.takes_key:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "同一编号只做一次 · Same key, same request: the same answer, done once",
            "schema": {"type": "string", "pattern": f"^[!-~]{{1,{KEY_LENGTH_MAX}}}$"},
        }


def _responses(route: Route, schemas: Schemas) -> Json:
    done: Json = {"description": "Done."}
    if route.answer is not None:
        done["content"] = {route.media: {"schema": schemas[(route.answer, "serialization")]}}
    elif route.media:
        done["content"] = {route.media: {"schema": {"type": "string"}}}
    for media in route.other_media:
        done["content"][media] = {"schema": {"type": "string"}}
    responses = {str(route.status): done}
    for status in sorted(refusal_statuses(route)):
        responses[str(status)] = {
            "description": " · ".join(TITLES[status]),
            "content": {CONTENT_TYPE: {"schema": schemas[(Problem, "serialization")]}},
        }
    return responses


def refusal_statuses(route: Route) -> set[int]:
    """Every status this route may refuse with."""
    statuses = {*_ALWAYS, *route.refusals}
    if route.roles != EVERYBODY:
        statuses.add(403)
    if route.takes_key:
        statuses |= {*_CHANGING, 409}
    if route.body is not None or route.takes:
        statuses |= {*_WITH_BODY, 422}
    if route.query is not None:
        statuses.add(400)
    if route.status == 201:
        statuses.add(507)
    return statuses


def _leaves(refusal: type[Refusal]) -> Iterable[type[Refusal]]:
    """Every class that has a code of its own."""
    for one in refusal.__subclasses__():
        if "code" in one.__dict__:
            yield one
        yield from _leaves(one)


def _status(refusal: type[Refusal]) -> int:
    if issubclass(refusal, HttpRefusal):
        return refusal.status
    return STATUS_OF_CODE.get(refusal.code) or STATUS_OF_KIND[refusal.kind]
