"""Probes of machines: alive, ready, and the counters. They stand outside /api/v1."""

from typing import Any

from aiohttp import web

from engine.core.hall import Hall
from engine.core.refusals import DiskFull, Refusal
from engine.http import metrics
from engine.http.door import Door
from engine.http.route import JSON_HEADERS, json_answer


class Probes:
    """Handlers of `/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def health(self, request: web.Request) -> web.Response:
        """The process answers; nothing more is said."""
        return json_answer({"status": "ok"})

    async def ready(self, request: web.Request) -> web.Response:
        """200 when commands are taken and made durable, else 503 and why not."""
        why = self._why_not_ready()
        return json_answer({"ready": why is None, "why": why}, 200 if why is None else 503)

    async def count(self, request: web.Request) -> web.Response:
        engine, counters = self._door.engine, self._door.metrics
        counters.engine(
            is_live=engine.is_live,
            backlog=engine.backlog,
            position=engine.feed.position,
            outbox_lag=self._door.outbox_lag(),
        )
        if engine.is_live:
            counters.waiting(await engine.read(_waiting))
        return web.Response(body=counters.text(), headers={**JSON_HEADERS, "Content-Type": metrics.CONTENT_TYPE})

    def _why_not_ready(self) -> dict[str, Any] | None:
        engine = self._door.engine
        try:
            if not engine.journal.has_room():
                raise DiskFull()
        except Refusal as refusal:
            return {"code": refusal.code, "zh": refusal.sentence("zh"), "en": refusal.sentence("en")}
        return None


def _waiting(hall: Hall) -> dict[str, int]:
    return {service_id: hall.waiting_count(service_id) for service_id in hall.services}
