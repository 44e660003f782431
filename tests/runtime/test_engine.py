"""The one writer: nothing is seen before it is durable, nothing is applied twice, nothing acknowledged is lost."""

import asyncio
from collections.abc import Callable, Sequence

import msgpack
import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.hall import Hall
from engine.core.refusals import Refusal
from engine.journal.memory import Disk, MemoryJournal
from engine.ports import Entry, JournalInUse, Snapshot
from engine.runtime import Engine
from tests.builders import HOUR, MINUTE, NINE, SERVICES, plan, window
from tests.runtime.hall import CountingMeter, StillClock, eventually, everybody_has_gone_on, running, with_window

DIGEST = b"one body"
OTHER_DIGEST = b"another body"


class GatedJournal(MemoryJournal):
    """A disk that takes its time: a commit is durable when the gate is opened."""

    def __init__(self, disk: Disk) -> None:
        super().__init__(disk)
        self.gate = asyncio.Event()
        self.gate.set()
        self.commits_begun = 0

    async def append(self, entries: Sequence[Entry]) -> None:
        self.commits_begun += 1
        await self.gate.wait()
        await super().append(entries)


async def issue(engine: Engine, key: str | None = None, digest: bytes = DIGEST) -> dict[str, object]:
    return await engine.submit(c.IssueTicket("social"), actor="kiosk:k1", key=key, digest=digest)


async def waiting_count(engine: Engine) -> int:
    return await engine.read(lambda hall: hall.waiting_count("social"))


async def test_a_ticket_is_answered_only_when_it_is_durable() -> None:
    disk = Disk()
    journal = GatedJournal(disk)
    async with running(open_journal=lambda: journal) as engine:
        await issue(engine)
        begun = journal.commits_begun
        journal.gate.clear()
        asked = asyncio.create_task(issue(engine))
        await eventually(lambda: journal.commits_begun > begun)
        await everybody_has_gone_on()

        assert not asked.done()
        journal.gate.set()
        assert (await asked)["number"] == "A002"
        assert sum(type(entry.events[0]) is e.TicketIssued for entry in await journal.read(0, 99)) == 2


async def test_a_reader_never_sees_what_is_not_durable_yet() -> None:
    journal = GatedJournal(Disk())
    async with running(open_journal=lambda: journal) as engine:
        await issue(engine)
        begun = journal.commits_begun
        journal.gate.clear()
        asked = asyncio.create_task(issue(engine))
        await eventually(lambda: journal.commits_begun > begun)
        look = asyncio.create_task(waiting_count(engine))
        await everybody_has_gone_on()
        position_while_writing = engine.feed.position

        assert not look.done()
        journal.gate.set()
        assert await look == 2
        assert engine.feed.position == position_while_writing + 1
        await asked


async def test_requests_that_come_during_a_commit_share_the_next_one() -> None:
    journal = GatedJournal(Disk())
    meter = CountingMeter()
    async with running(open_journal=lambda: journal, meter=meter) as engine:
        await issue(engine)
        journal.gate.clear()
        asked = [asyncio.create_task(issue(engine)) for _ in range(20)]
        await asyncio.sleep(0)
        journal.gate.set()
        await asyncio.gather(*asked)

    assert max(meter.batches) >= 19


@pytest.mark.parametrize("fault", ["lost", "kept"])
async def test_after_a_failed_commit_the_same_key_finds_out_what_happened(fault: str) -> None:
    disk = Disk()
    async with running(disk) as engine:
        await issue(engine)
        disk.fail_next_write(fault)  # type: ignore[arg-type]

        with pytest.raises(Refusal) as unknown:
            await issue(engine, key="k-1")
        await engine.wait_live()
        again = await issue(engine, key="k-1")

        assert unknown.value.code == "restarting"
        assert again["number"] == "A002"
        assert await waiting_count(engine) == 2


async def test_a_new_epoch_begins_after_a_failed_commit() -> None:
    disk = Disk()
    async with running(disk) as engine:
        await issue(engine)
        before = engine.epoch
        disk.fail_next_write("lost")
        with pytest.raises(Refusal):
            await issue(engine)
        await engine.wait_live()

        assert engine.epoch != before


async def test_the_same_key_and_body_get_the_same_answer() -> None:
    async with running() as engine:
        first = await issue(engine, key="k-1")
        second = await issue(engine, key="k-1")

        assert second == first
        assert await waiting_count(engine) == 1


async def test_the_same_key_twice_in_one_batch_is_applied_once() -> None:
    async with running() as engine:
        first, second = await asyncio.gather(issue(engine, key="k-1"), issue(engine, key="k-1"))

        assert first == second
        assert await waiting_count(engine) == 1


async def test_the_same_key_with_another_body_is_refused() -> None:
    async with running() as engine:
        await issue(engine, key="k-1")

        with pytest.raises(Refusal) as refused:
            await issue(engine, key="k-1", digest=OTHER_DIGEST)

        assert refused.value.code == "key-reused"


async def test_a_repeated_refusal_is_the_same_refusal_even_when_somebody_waits_by_now() -> None:
    async with running() as engine:
        await with_window(engine)
        for _ in range(2):
            with pytest.raises(Refusal) as refused:
                await engine.submit(c.CallNext("w01"), actor="clerk:c01", key="k-1", digest=DIGEST)
            await issue(engine)

        assert refused.value.code == "nobody-waiting"


async def test_a_key_is_known_after_a_restart_from_a_snapshot() -> None:
    disk = Disk()
    async with running(disk) as engine:
        first = await issue(engine, key="k-1")
        await issue(engine)
    assert disk.snapshots, "a stop keeps a snapshot"

    async with running(disk) as engine:
        assert await issue(engine, key="k-1") == first
        assert await waiting_count(engine) == 2


async def test_a_key_forgotten_by_memory_is_found_in_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime.engine.KEYS_KEPT", 3)
    async with running() as engine:
        first = await issue(engine, key="k-0")
        for index in range(1, 10):
            await issue(engine, key=f"k-{index}")

        assert await issue(engine, key="k-0") == first
        assert await waiting_count(engine) == 10


async def test_a_restarted_hall_is_the_hall_that_was() -> None:
    disk = Disk()
    async with running(disk) as engine:
        await with_window(engine)
        for _ in range(5):
            await issue(engine)
        await engine.submit(c.CallNext("w01"), actor="clerk:c01")
        before = await engine.read(Hall.to_rows)

    async with running(disk) as engine:
        assert await engine.read(Hall.to_rows) == before


def of_the_first_version(body: bytes) -> bytes:
    """As the program once packed a hall: it knew of no ledgers."""
    _, configured, rows = msgpack.unpackb(body, strict_map_key=False)
    return bytes(msgpack.packb([1, configured, {name: rows[name] for name in rows if name != "ledgers"}]))


@pytest.mark.parametrize("instead", [lambda body: b"\x93\x01", of_the_first_version], ids=["damaged", "earlier"])
async def test_a_snapshot_that_cannot_be_read_costs_time_and_nothing_else(instead: Callable[[bytes], bytes]) -> None:
    disk = Disk()
    async with running(disk) as engine:
        first = await issue(engine, key="k-1")
        before = await engine.read(Hall.to_rows)
    disk.snapshots = [Snapshot(snapshot.position, instead(snapshot.body)) for snapshot in disk.snapshots]

    async with running(disk) as engine:
        assert await engine.read(Hall.to_rows) == before
        assert await issue(engine, key="k-1") == first


async def test_a_call_nobody_answers_ends_by_itself() -> None:
    clock = StillClock()
    async with running(clock=clock) as engine:
        await with_window(engine)
        await issue(engine)
        await engine.submit(c.CallNext("w01"), actor="clerk:c01")
        position = engine.feed.position
        clock.now += 5 * MINUTE
        await asyncio.wait_for(engine.feed.wait(position), 5)

        told = engine.feed.since(position)
        assert told is not None
        assert [type(fact.event) for fact in told] == [e.TicketMissed]


async def test_a_clock_set_back_does_not_turn_the_hall_back() -> None:
    clock = StillClock()
    disk = Disk()
    async with running(disk, clock=clock) as engine:
        await issue(engine)
        clock.now -= 5 * HOUR
        await issue(engine)

    times = [row.at_ms for row in disk.rows]
    assert times == sorted(times)


async def test_the_day_closes_at_midnight_after_overtime_and_the_next_one_opens() -> None:
    clock = StillClock()
    async with running(clock=clock) as engine:
        await issue(engine)
        after_issue = engine.feed.position
        clock.now = NINE + 17 * HOUR
        await eventually(lambda: engine.hall.day == "20261124")

        facts = [type(fact.event) for fact in engine.feed.since(after_issue) or []]
        assert facts == [e.IssuingEnded, e.TicketCancelled, e.DayClosed, e.DayOpened]


async def test_a_full_disk_refuses_new_tickets_and_still_calls_the_issued_ones() -> None:
    disk = Disk()
    async with running(disk) as engine:
        await with_window(engine)
        await issue(engine)
        disk.is_roomy = False

        with pytest.raises(Refusal) as refused:
            await issue(engine)
        called = await engine.submit(c.CallNext("w01"), actor="clerk:c01")

        assert refused.value.code == "disk-full"
        assert called["ticket"]["number"] == "A001"


async def test_a_page_that_looked_before_the_window_changed_is_told_so() -> None:
    async with running() as engine:
        await with_window(engine)
        await issue(engine)
        seen = engine.feed.position
        await engine.submit(c.CallNext("w01"), actor="clerk:c01", if_position=seen)

        with pytest.raises(Refusal) as refused:
            await engine.submit(c.FinishService("w01"), actor="clerk:c01", if_position=seen)

        assert refused.value.code == "stale-position"


async def test_more_requests_than_the_queue_holds_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime.engine.QUEUE_MAX", 5)
    async with running() as engine:
        asked = [asyncio.create_task(issue(engine)) for _ in range(50)]
        answers = await asyncio.gather(*asked, return_exceptions=True)

        codes = {answer.code for answer in answers if isinstance(answer, Refusal)}
        assert codes == {"busy"}
        assert await waiting_count(engine) == sum(isinstance(answer, dict) for answer in answers)


async def test_a_second_engine_on_the_same_journal_does_not_start() -> None:
    disk = Disk()
    async with running(disk):
        with pytest.raises(JournalInUse):
            async with running(disk):
                pass


async def test_a_plan_that_drops_a_service_in_use_is_not_taken_up() -> None:
    disk = Disk()
    async with running(disk) as engine:
        await issue(engine)

    smaller = plan(services=SERVICES[1:], windows=[window("w01", ["tax", "young"])])
    with pytest.raises(Refusal) as refused:
        async with running(disk, plan=smaller):
            pass
    assert refused.value.code == "plan-in-use"


async def test_fifty_kiosks_and_twenty_clerks_race_and_nobody_is_lost_or_called_twice() -> None:
    windows = [window(f"w{number:02d}", ["social", "tax", "young"]) for number in range(1, 21)]
    disk = Disk()
    async with running(disk, plan=plan(windows=windows)) as engine:

        async def kiosk() -> list[str]:
            return [str((await issue(engine))["number"]) for _ in range(20)]

        async def clerk(window_id: str) -> list[str]:
            await with_window(engine, window_id)
            called: list[str] = []
            for _ in range(200):
                try:
                    answer = await engine.submit(c.CallNext(window_id), actor=f"clerk:{window_id}")
                except Refusal:
                    await asyncio.sleep(0)
                    continue
                called.append(answer["ticket"]["number"])
                await engine.submit(c.FinishService(window_id), actor=f"clerk:{window_id}")
            return called

        tasks = [asyncio.create_task(kiosk()) for _ in range(50)]
        clerks = [asyncio.create_task(clerk(each.window_id)) for each in windows]
        issued = [number for numbers in await asyncio.gather(*tasks) for number in numbers]
        called = [number for numbers in await asyncio.gather(*clerks) for number in numbers]

        assert set(issued) == {f"A{number:03d}" for number in range(1, 1_001)}
        assert len(called) == len(set(called))
        assert set(called) <= set(issued)
        assert await waiting_count(engine) == 1_000 - len(called)
