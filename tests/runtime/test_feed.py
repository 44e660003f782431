"""The feed: newest facts in order, and an honest no when somebody is too far behind."""

import asyncio

from engine.core.events import IssuingEnded
from engine.runtime import Feed, Told


def told(position: int) -> Told:
    return Told(position, IssuingEnded(position), position)


def test_a_follower_gets_what_it_has_not_seen() -> None:
    feed = Feed()
    feed.tell([told(1), told(2), told(3)])

    assert [fact.position for fact in feed.since(1) or []] == [2, 3]


def test_a_follower_that_is_up_to_date_gets_nothing() -> None:
    feed = Feed()
    feed.tell([told(1)])

    assert feed.since(1) == []


def test_a_follower_too_far_behind_is_told_so() -> None:
    feed = Feed(facts_kept=2)
    feed.tell([told(position) for position in range(1, 6)])

    assert feed.since(2) is None
    assert [fact.position for fact in feed.since(3) or []] == [4, 5]


def test_a_position_from_the_future_is_told_so() -> None:
    feed = Feed()
    feed.tell([told(1)])

    assert feed.since(7) is None


def test_after_a_restart_only_the_end_is_known() -> None:
    feed = Feed()
    feed.tell([told(1), told(2)])
    feed.restart(2)

    assert feed.since(2) == []
    assert feed.since(1) is None


async def test_everybody_who_waits_is_woken() -> None:
    feed = Feed()
    followers = [asyncio.create_task(feed.wait(0)) for _ in range(3)]
    await asyncio.sleep(0)
    feed.tell([told(1)])

    await asyncio.wait_for(asyncio.gather(*followers), 1)
