"""Reports of a running hall: made beside it, one at a time, in every form, for those who answer for the hall."""

import asyncio
import io
import json
import sys
from typing import Any

import pytest
from openpyxl import load_workbook

from engine.core import commands as c
from engine.http import reports
from tests.http.hall_door import OpenDoor


async def a_morning(door: OpenDoor) -> None:
    """Three numbers drawn, two called, one of them served."""
    for _ in range(3):
        await door.draw()
    await door.serving("w01")
    assert (await door.verb("finish", window="w01")).status == 200
    assert (await door.verb("call-next", window="w01")).status == 200


async def test_report_of_today_says_what_happened_so_far(door: OpenDoor) -> None:
    await a_morning(door)

    reply = await door.ask("GET", "/report?day=2026-11-23", role="supervisor")

    assert reply.status == 200
    told = reports.Report.model_validate(reply.json)
    assert {key: told.total[key] for key in ("issued", "called", "served", "still_here")} == {
        "issued": 4,
        "called": 2,
        "served": 1,
        "still_here": 3,
    }
    assert (told.period.is_complete, told.period.text) == (False, "2026-11-23")


async def test_without_a_period_it_is_the_last_day_and_a_month_or_year_may_be_asked_for(door: OpenDoor) -> None:
    await a_morning(door)

    for query, kind in (("", "day"), ("?month=2026-11", "month"), ("?year=2026", "year")):
        reply = await door.ask("GET", f"/report{query}", role="admin")

        assert (reply.json["period"]["kind"], reply.json["total"]["issued"]) == (kind, 4)


async def test_forecasts_told_at_the_kiosk_are_held_against_the_wait(door: OpenDoor) -> None:
    await a_morning(door)

    told = (await door.ask("GET", "/report", role="admin")).json

    assert told["has_forecasts"]
    assert told["total"]["forecasts"] == told["total"]["called"]


async def test_other_forms_are_files(door: OpenDoor) -> None:
    await a_morning(door)

    csv = await door.ask("GET", "/report?form=csv", role="admin")
    xlsx = await door.ask("GET", "/report?form=xlsx", role="admin")
    html = await door.ask("GET", "/report?form=html", role="admin")

    assert csv.raw.startswith(b"\xef\xbb\xbf") and csv.headers["Content-Type"].startswith("text/csv")
    assert csv.headers["Content-Disposition"] == 'attachment; filename="report-2026-11-23.csv"'
    assert load_workbook(io.BytesIO(xlsx.raw)).sheetnames[0].startswith("总览")
    assert html.raw.startswith(b"<!doctype html>") and "Content-Disposition" not in html.headers


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("day=2026-02-30", 422, "bad-period"),
        ("day=2026-11-23&month=2026-11", 422, "period-ambiguous"),
        ("day=2025-01-01", 404, "period-unknown"),
        ("form=pdf", 400, "bad-request"),
    ],
)
async def test_what_cannot_be_reported_is_refused(door: OpenDoor, query: str, status: int, code: str) -> None:
    reply = await door.ask("GET", f"/report?{query}", role="admin")

    assert (reply.status, reply.code) == (status, code)


async def test_unknown_day_names_the_days_there_are(door: OpenDoor) -> None:
    reply = await door.ask("GET", "/report?day=2025-01-01", role="admin", language="en")

    assert "2026-11-23" in reply.json["detail"]


async def test_second_report_waits_its_turn_elsewhere(door: OpenDoor) -> None:
    replies = await asyncio.gather(*(door.ask("GET", "/report", role="admin") for _ in range(3)))

    codes = sorted(reply.status for reply in replies)
    assert codes == [200, 503, 503]
    assert {reply.code for reply in replies if reply.status == 503} == {"report-under-way"}
    assert (await door.ask("GET", "/report", role="admin")).status == 200


async def test_report_that_takes_too_long_is_given_up_and_its_process_with_it(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "REPORT_S_MAX", 0.0)

    reply = await door.ask("GET", "/report", role="admin")

    assert (reply.status, reply.code) == (503, "report-failed")


async def test_report_whose_process_dies_is_refused_and_the_hall_goes_on(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", "/bin/false")
        reply = await door.ask("GET", "/report", role="admin")

    assert (reply.status, reply.code) == (503, "report-failed")
    assert (await door.ask("GET", "/report", role="admin")).status == 200


async def test_hall_works_while_a_report_is_made(door: OpenDoor) -> None:
    making = asyncio.create_task(door.ask("GET", "/report", role="admin"))
    drawn: list[dict[str, Any]] = []
    while not making.done():
        drawn.append(await door.draw())

    assert (await making).status == 200
    assert len(drawn) > 3


async def test_a_report_names_no_visitor(door: OpenDoor) -> None:
    ticket = await door.draw()
    await door.engine.submit(c.CancelTicket(ticket["ticket_id"], "visitor"), actor="test")

    told = json.dumps((await door.ask("GET", "/report", role="admin")).json)

    assert ticket["ticket_id"] not in told and ticket["number"] not in told
