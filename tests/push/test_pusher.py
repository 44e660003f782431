"""Ratings pushed to another system: each one arrives once, whatever that system and our own end do meanwhile."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from engine.core.refusals import Restarting
from engine.journal.memory import Disk
from engine.push import pusher as pusher_module
from engine.push.pusher import CURSOR
from tests.push.province import TOKEN, Count, Mood, Province, open_province, pushing, rate
from tests.runtime.hall import eventually, running, with_window


@pytest_asyncio.fixture
async def province() -> AsyncIterator[Province]:
    async with open_province() as opened:
        yield opened


async def test_a_rating_arrives_as_the_interface_expects_it(province: Province, tmp_path: Path) -> None:
    async with running() as engine:
        await with_window(engine)
        async with pushing(engine, province.url, tmp_path):
            await rate(engine, 4)
            await eventually(lambda: bool(province.taken))

    (said,) = province.said
    assert said.pop("evalId") in province.taken
    assert said == {
        "evalProcess": "2",
        "affairCode": "social",
        "affairName": "social",
        "handleTime": "20261123090000",
        "evalTime": "20261123090000",
        "star": "4",
    }
    assert province.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    assert province.headers[0]["Idempotency-Key"] in province.taken


async def test_it_carries_neither_ticket_nor_window_nor_clerk(province: Province, tmp_path: Path) -> None:
    async with running() as engine:
        await with_window(engine)
        async with pushing(engine, province.url, tmp_path):
            await rate(engine, 1)
            await eventually(lambda: bool(province.taken))

    sent = json.dumps(province.said) + json.dumps(province.headers)
    assert not any(word in sent for word in ("a001", "A001", "w01", "c01"))


@pytest.mark.parametrize("mood", [500, 502, 503, 408, 429, "slow", "cut"])
async def test_it_is_sent_again_until_it_is_taken(province: Province, tmp_path: Path, mood: Mood) -> None:
    province.moods.extend([mood] * 3)
    count = Count()

    async with running() as engine:
        await with_window(engine)
        async with pushing(engine, province.url, tmp_path, count) as pusher:
            await rate(engine, 5, 1)
            await eventually(lambda: count.sent == 2)
            await eventually(lambda: pusher.lag() == 0)

    assert province.stars == ["5", "1"]
    assert len(province.said) == 5
    assert set(province.taken.values()) == {1}


async def test_a_second_rating_is_refused_and_counts_as_taken(province: Province, tmp_path: Path) -> None:
    province.moods.append("taken then cut")
    count = Count()

    async with running() as engine:
        await with_window(engine)
        async with pushing(engine, province.url, tmp_path, count):
            await rate(engine, 3)
            await eventually(lambda: count.sent == 1)

    assert (len(province.said), list(province.taken.values()), count.parked) == (2, [1], 0)


@pytest.mark.parametrize("status", [400, 401, 404, 422, 302])
async def test_what_is_refused_is_parked_and_holds_up_nobody(province: Province, tmp_path: Path, status: int) -> None:
    province.moods.append(status)
    count = Count()

    async with running() as engine:
        await with_window(engine)
        async with pushing(engine, province.url, tmp_path, count):
            await rate(engine, 2, 5)
            await eventually(lambda: count.sent == 1)

    assert province.stars == ["5"]
    assert count.parked == 1


async def test_what_was_parked_is_tried_once_more_at_the_next_start(province: Province, tmp_path: Path) -> None:
    province.moods.extend([401, 401])
    disk, count = Disk(), Count()

    async with running(disk) as engine:
        await with_window(engine)
        async with pushing(engine, province.url, tmp_path, count):
            await rate(engine, 2, 3)
            await eventually(lambda: count.parked == 2)
    province.moods.append(400)
    async with running(disk) as engine, pushing(engine, province.url, tmp_path, count):
        await eventually(lambda: count.sent == 1)

    assert (province.stars, count.parked) == (["3"], 1)


async def test_parked_ones_wait_for_another_start_when_nobody_answers(province: Province, tmp_path: Path) -> None:
    province.moods.extend([400, 400, 503])
    disk, count = Disk(), Count()

    async with running(disk) as engine:
        await with_window(engine)
        async with pushing(engine, province.url, tmp_path, count):
            await rate(engine, 2, 3)
            await eventually(lambda: count.parked == 2)
        async with pushing(engine, province.url, tmp_path, count):
            await rate(engine, 5)
            await eventually(lambda: count.sent == 1)

    assert (province.stars, count.parked) == (["5"], 2)


async def test_parked_ones_of_a_journal_that_was_replaced_are_let_go(province: Province, tmp_path: Path) -> None:
    (tmp_path / "push-parked.json").write_text("[100000]")
    count = Count()

    async with running() as engine, pushing(engine, province.url, tmp_path, count):
        await eventually(lambda: count.parked == 0)

    assert ((tmp_path / "push-parked.json").read_text(), province.said) == ("[]", [])


async def test_the_cursor_waits_for_the_answer(province: Province, tmp_path: Path) -> None:
    province.always = 503
    disk = Disk()

    async with running(disk) as engine:
        await with_window(engine)
        async with pushing(engine, province.url, tmp_path) as pusher:
            before = disk.cursors[CURSOR]
            await rate(engine, 5)
            await eventually(lambda: len(province.said) > 3)
            assert disk.cursors[CURSOR] == before
            assert pusher.lag() > 0
            province.always = None
            await eventually(lambda: disk.cursors[CURSOR] == engine.feed.position)

    assert province.stars == ["5"]


async def test_the_first_one_ever_begins_with_the_present(province: Province, tmp_path: Path) -> None:
    async with running() as engine:
        await with_window(engine)
        await rate(engine, 1)
        async with pushing(engine, province.url, tmp_path) as pusher:
            assert pusher.lag() == 0
            await rate(engine, 5)
            await eventually(lambda: bool(province.taken))

    assert [said["star"] for said in province.said] == ["5"]


async def test_a_restart_goes_on_where_the_last_one_stopped(province: Province, tmp_path: Path) -> None:
    disk = Disk()

    async with running(disk) as engine:
        await with_window(engine)
        async with pushing(engine, province.url, tmp_path):
            await rate(engine, 5)
            await eventually(lambda: disk.cursors[CURSOR] == engine.feed.position)
        await rate(engine, 4, 3)
    async with running(disk) as engine:
        await rate(engine, 2)
        async with pushing(engine, province.url, tmp_path):
            await eventually(lambda: len(province.taken) == 4)

    assert [said["star"] for said in province.said] == ["5", "4", "3", "2"]


async def test_an_answer_without_end_is_not_read(province: Province, tmp_path: Path) -> None:
    province.moods.append("endless")
    count = Count()

    async with running() as engine:
        await with_window(engine)
        async with pushing(engine, province.url, tmp_path, count):
            await rate(engine, 5)
            await eventually(lambda: count.sent == 1)

    assert len(province.said) == 1


async def test_a_failed_journal_costs_nothing(province: Province, tmp_path: Path) -> None:
    disk, count = Disk(), Count()

    async with running(disk) as engine:
        await with_window(engine)
        async with pushing(engine, province.url, tmp_path, count):
            province.moods.append("slow")
            await rate(engine, 5)
            await eventually(lambda: len(province.said) == 1)
            # The next write is the cursor's.
            disk.fail_next_write("lost")
            await eventually(lambda: count.sent == 1)
            with pytest.raises(Restarting):
                await rate(engine, 4)
            await engine.wait_live()
            await rate(engine, 4)
            await eventually(lambda: count.sent == 2)

    assert province.stars == ["5", "4"]
    assert set(province.taken.values()) == {1}


async def test_the_cursor_moves_now_and_then_though_nobody_rates(
    province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pusher_module, "FACTS_PER_CURSOR", 3)
    disk = Disk()

    async with running(disk) as engine, pushing(engine, province.url, tmp_path):
        before = disk.cursors[CURSOR]
        for window_id in ("w01", "w02", "w03"):
            await with_window(engine, window_id)
        await eventually(lambda: disk.cursors[CURSOR] >= before + 3)

    assert province.said == []


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_each_rating_is_counted_once_and_in_order(
    province: Province, tmp_path: Path, seed: int
) -> None:
    random = Random(seed)
    moods: list[Mood] = [500, "cut", "taken then cut", 429, "slow"]
    disk = Disk()
    wanted: list[str] = []

    async with running(disk) as engine, pushing(engine, province.url, tmp_path):
        await with_window(engine)
    for _ in range(5):
        async with running(disk) as engine, pushing(engine, province.url, tmp_path):
            for _ in range(4):
                province.moods.extend(random.choices(moods, weights=(4, 4, 4, 4, 1), k=random.randrange(3)))
                stars = random.randint(1, 5)
                wanted.append(str(stars))
                await rate(engine, stars)
                for _ in range(random.choice((1, 5, 50))):
                    await asyncio.sleep(0)
    async with running(disk) as engine, pushing(engine, province.url, tmp_path) as last:
        province.moods.clear()
        await eventually(lambda: last.lag() == 0)

    assert province.stars == wanted
    assert set(province.taken.values()) == {1}
