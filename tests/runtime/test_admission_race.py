"""Fifty kiosks at once: no quota, cap or person's one ticket gives way, and no number is lost or given twice."""

import asyncio
from collections import Counter
from dataclasses import replace

from engine.core import commands as c
from engine.core.plan import Quota, Span
from engine.core.refusals import Refusal
from engine.journal.memory import Disk
from engine.runtime import Engine
from tests.builders import PLAN, with_service
from tests.runtime.hall import running

KIOSKS = 50


async def race(engine: Engine, *commands: c.IssueTicket) -> Counter[str]:
    """Everybody asks at once; how often each answer was given, `done` for a number."""

    async def ask(number: int, command: c.IssueTicket) -> str:
        try:
            await engine.submit(command, actor=f"kiosk:k{number}")
        except Refusal as refusal:
            return refusal.code
        return "done"

    return Counter(await asyncio.gather(*(ask(number, command) for number, command in enumerate(commands))))


async def test_quota_holds() -> None:
    quotas = (Quota(20), Quota(5, "phone"), Quota(12, "kiosk", Span(9 * 60, 10 * 60)))
    orders = [c.IssueTicket("social", channel=channel) for channel in ("kiosk", "phone", "guide") * KIOSKS]

    async with running(plan=with_service(quotas=quotas)) as engine:
        said = await race(engine, *orders)
        drawn = await engine.read(lambda hall: Counter(ticket.channel for ticket in hall.tickets.values()))
        numbers = await engine.read(lambda hall: [ticket.number for ticket in hall.tickets.values()])

    assert said == {"done": 20, "quota-used-up": 3 * KIOSKS - 20}
    assert drawn["phone"] == 5
    assert drawn["kiosk"] <= 12
    assert numbers == [f"A{count:03d}" for count in range(1, 21)]


async def test_cap_holds() -> None:
    async with running(plan=replace(PLAN, rules=replace(PLAN.rules, occupancy_max=30))) as engine:
        said = await race(engine, *[c.IssueTicket("social")] * KIOSKS)

    assert said == {"done": 30, "hall-full": KIOSKS - 30}


async def test_person_gets_one_number() -> None:
    async with running(plan=with_service(one_per_person=True)) as engine:
        said = await race(engine, *[c.IssueTicket("social", person="p")] * KIOSKS)

    assert said == {"done": 1, "open-ticket-exists": KIOSKS - 1}


async def test_quota_holds_through_a_crash() -> None:
    """The disk fails under the race: whatever was told as done is there afterwards, and never more than the quota."""
    disk = Disk()
    async with running(disk, plan=with_service(quotas=(Quota(20),))) as engine:
        first = await race(engine, *[c.IssueTicket("social")] * 8)
        disk.fail_next_write("lost")
        during = await race(engine, *[c.IssueTicket("social")] * 8)
        await engine.wait_live()
        after = await race(engine, *[c.IssueTicket("social")] * KIOSKS)
        drawn = await engine.read(lambda hall: len(hall.tickets))

    assert first["done"] + during["done"] + after["done"] == drawn == 20
