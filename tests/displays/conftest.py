"""A broker of our own for display devices, and the hall played by hand on it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.hall_by_hand import Hand, hand_on
from tests.mqtt.conftest import OpenBroker


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[OpenBroker]:
    broker = OpenBroker(tmp_path)
    await broker.start()
    yield broker
    await broker.kill()


@pytest.fixture
async def hall(broker: OpenBroker) -> AsyncIterator[Hand]:
    async with hand_on(broker.address) as hand:
        listening = asyncio.ensure_future(hand.listen())
        yield hand
        listening.cancel()
