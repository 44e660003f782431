"""The description is valid OpenAPI 3.1, says everything the table says, and a hostile reader of it finds no crash."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    not_a_server_error,
)
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from engine.http.api import ROUTES
from engine.http.openapi import codes, document
from engine.http.route import PREFIX
from tests.http.hall_door import OpenDoor, open_door

EXAMPLES = 5
ENDLESS = "/events"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


async def test_the_description_is_valid(door: OpenDoor) -> None:
    served = (await door.ask("GET", "/openapi.json")).json

    OpenAPIV31SpecValidator(served).validate()


def test_every_route_is_described_with_who_may_and_how_it_refuses() -> None:
    described = document(ROUTES, "0")["paths"]

    assert {(path, method) for path in described for method in described[path]} == {
        (PREFIX + route.path, route.method.lower()) for route in ROUTES
    }
    for route in ROUTES:
        operation = described[PREFIX + route.path][route.method.lower()]
        assert operation["x-roles"] == sorted(route.roles)
        assert str(route.status) in operation["responses"]
        assert set(map(str, route.refusals)) <= operation["responses"].keys()


def test_operations_have_names_of_their_own() -> None:
    described = document(ROUTES, "0")["paths"]

    names = [operation["operationId"] for methods in described.values() for operation in methods.values()]

    assert len(names) == len(set(names))


def test_every_code_has_a_sentence_in_both_languages() -> None:
    listed = codes()

    assert {"too-large", "key-reused", "nobody-waiting", "disk-full", "internal"} <= {row["code"] for row in listed}
    assert all(row["zh"] and row["en"] and 400 <= row["status"] < 600 for row in listed)


async def test_the_docs_page_is_drawn_from_the_description_without_the_internet(door: OpenDoor) -> None:
    page = await door.ask("GET", "/api/docs")
    script = await door.ask("GET", "/static/door/docs.js")

    assert page.status == script.status == 200
    assert b"//" not in page.raw.replace(b"<!doctype", b"")
    assert b"/api/v1/openapi.json" in script.raw


@pytest.mark.timeout(300)
async def test_made_up_requests_find_no_crash_and_no_undocumented_answer(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        ticket = await door.draw()
        await door.verb("call-next")

        existing = {"window_id": "w01", "number": "A001"} | {name: ticket[name] for name in ("token", "ticket_id")}
        await asyncio.to_thread(_attack, door.url, door.token("admin"), existing)

        assert (await door.ask("GET", "/readyz")).status == 200


def _attack(url: str, token: str, existing: dict[str, str]) -> None:
    """Send made-up requests, well formed and not, to every operation: to things that exist, and to any."""
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        if operation.path.endswith(ENDLESS):
            continue
        names = {parameter.name for parameter in operation.path_parameters}
        real = {name: value for name, value in existing.items() if name in names}
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _send(operation.as_strategy(generation_mode=mode), token)
        if real:
            _send(operation.as_strategy(path_parameters=real), token)


def _send(cases: SearchStrategy[Case[Any]], token: str) -> None:
    @settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
    @given(cases)
    def send(case: Case[Any]) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    try:
        send()
    except Unsatisfiable:
        # There is no wrong way to ask an operation that takes nothing.
        return
