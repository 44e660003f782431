"""Warnings over HTTP: what needs a person's eye, and what a device says of itself."""

from datetime import datetime
from typing import Final, Literal

from aiohttp import web
from pydantic import Field

from engine.core import commands
from engine.core.events import WarningKind
from engine.core.views.warnings import warnings_view
from engine.http.answers import Answer, Name
from engine.http.bodies import Body, Id
from engine.http.problems import OtherDevice
from engine.http.reading import validated
from engine.http.route import STAFF, Call, Route, json_answer

_REPORTERS: Final = STAFF | {"kiosk", "device"}


class WarningAnswer(Answer):
    """`value` had passed `limit` when it was raised: whole seconds for times, else how many wait."""

    kind: WarningKind
    subject: str = Field(description="业务、窗口、设备、办件的编号 · Id of what it is about")
    value: int
    limit: int
    since: datetime
    sentence: Name


class Warnings(Answer):
    at: datetime
    warnings: list[WarningAnswer]
    position: int


class Report(Body):
    """A device is well or not."""

    kind: Literal["paper", "offline"]
    is_bad: bool = Field(description="true 为出现，false 为恢复 · True when it begins, false when it is over")


class _Device(Body):
    device_id: Id


class Reported(Answer):
    is_new: bool = Field(description="与此前所知不同 · Whether this was not known already")
    position: int


async def look(call: Call) -> web.Response:
    now_ms = call.door.engine.now_ms()
    return json_answer(await call.read(lambda hall: warnings_view(hall, now_ms)))


async def report(call: Call) -> web.Response:
    body: Report = call.body
    device_id = validated(_Device, {"device_id": call.part("device_id")}).device_id
    if call.caller.role == "device" and call.caller.actor != f"device:{device_id}":
        raise OtherDevice()
    return json_answer(await call.submit(commands.ReportDevice(device_id, body.kind, body.is_bad)))


ROUTES: Final = (
    Route("GET", "/warnings", look, STAFF, "当前预警 · The warnings that stand", Warnings, refusals=(503,)),
    Route(
        "POST", "/devices/{device_id}/report", report, _REPORTERS,
        "设备报告 · A device says how it is", Reported, Report, refusals=(429,),
    ),
)  # fmt: skip
