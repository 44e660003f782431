"""Fifty kiosks and twenty clerks at once, over HTTP, on SQLite: nobody is lost, nobody is called twice."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest_asyncio

from engine.http.credentials import issue_token
from tests.hall_process import HallProcess, run

KIOSKS = 50
TICKETS_EACH = 6
CLERKS = 20
SERVICES = 12
ROUNDS_MAX = 400


@pytest_asyncio.fixture
async def hall(tmp_path: Path) -> AsyncIterator[HallProcess]:
    process = HallProcess("hall1", tmp_path / "data", "--mqtt", "embedded")
    await asyncio.to_thread(process.start)
    yield process
    await asyncio.to_thread(process.kill)


class Hands:
    """Everybody's requests, each under a key of its own and sent twice, as a nervous network does."""

    def __init__(self, hall: HallProcess, client: aiohttp.ClientSession) -> None:
        self._base = f"{hall.http}/api/v1"
        self._client = client
        self._keys = 0

    async def post(self, path: str, body: dict[str, str], token: str) -> tuple[int, dict[str, object]]:
        self._keys += 1
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"race-{self._keys}"}
        first, second = await asyncio.gather(*(self._once(path, body, headers) for _ in range(2)))
        assert first == second
        return first

    async def _once(self, path: str, body: dict[str, str], headers: dict[str, str]) -> tuple[int, dict[str, object]]:
        async with self._client.post(self._base + path, json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)


async def test_fifty_kiosks_and_twenty_clerks_race(hall: HallProcess) -> None:
    kiosk_token = issue_token(hall.data, "kiosk")
    drawn: list[str] = []
    served: Counter[str] = Counter()

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        hands = Hands(hall, client)

        async def kiosk(number: int) -> None:
            for turn in range(TICKETS_EACH):
                service = f"s{(number + turn) % SERVICES:02d}"
                status, ticket = await hands.post("/tickets", {"service": service}, kiosk_token)
                assert status == 201, ticket
                drawn.append(str(ticket["number"]))

        async def clerk(number: int) -> None:
            # The last windows of this hall serve everything, so that the queues can be emptied.
            window = f"w{68 - number:02d}"
            token = issue_token(hall.data, "clerk", window)
            await hands.post(f"/windows/{window}/open", {}, token)
            for _ in range(ROUNDS_MAX):
                status, called = await hands.post(f"/windows/{window}/call-next", {}, token)
                if status == 409:
                    if len(drawn) == KIOSKS * TICKETS_EACH:
                        return
                    continue
                assert status == 200, called
                ticket = called["ticket"]
                assert isinstance(ticket, dict)
                served[ticket["number"]] += 1
                status, finished = await hands.post(f"/windows/{window}/finish", {}, token)
                assert status == 200, finished

        await asyncio.gather(*(kiosk(n) for n in range(KIOSKS)), *(clerk(n) for n in range(CLERKS)))
    await asyncio.to_thread(hall.stop)
    verified = await asyncio.to_thread(run, "verify", str(hall.data), "--json")

    assert len(set(drawn)) == KIOSKS * TICKETS_EACH
    assert set(served.values()) == {1}
    assert set(served) <= set(drawn)
    assert verified.returncode == 0, verified.stderr
    assert json.loads(verified.stdout)["tickets"] == KIOSKS * TICKETS_EACH
