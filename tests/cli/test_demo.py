"""The demo: visitors and clerks within seconds, and a day that survives being killed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cli.demonstration import staffed_windows
from engine.halls import load_hall, shipped_halls
from tests.hall_process import HallProcess, run
from tests.waiting import until_now

CALLED_S = 20.0
KILLS = 3


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[HallProcess]:
    process = HallProcess("hongtang", tmp_path / "data", "--speed", "60", "--mqtt", "embedded", command="demo")
    yield process
    process.kill()


def position(demo: HallProcess) -> int:
    return int(demo.ask("GET", "/hall")[1]["position"])


def wait_for_calls(demo: HallProcess, more_than: int) -> int:
    """How many calls the journal's recent list shows, once there are more facts than `more_than`; bounded."""

    def calls() -> int:
        _, hall = demo.ask("GET", "/hall")
        return len(hall["recent"]) if hall["position"] > more_than else 0

    return until_now(calls, CALLED_S, look_s=0.1)


def test_a_newcomer_sees_numbers_called_within_seconds_of_ready(demo: HallProcess) -> None:
    demo.start()

    assert wait_for_calls(demo, 0) > 0


def test_a_demo_day_killed_again_and_again_goes_on_and_verifies(demo: HallProcess) -> None:
    seen = 0
    for _ in range(KILLS):
        demo.start()
        assert position(demo) >= seen
        wait_for_calls(demo, position(demo) + 10)
        seen = position(demo)
        demo.kill()
    verified = run("verify", str(demo.data), "--json")

    assert verified.returncode == 0, verified.stderr
    assert json.loads(verified.stdout)["last_position"] >= seen


@pytest.mark.parametrize("name", shipped_halls())
def test_every_service_has_a_clerk_and_a_newcomer_a_window(name: str) -> None:
    plan = load_hall(name)

    staffed = staffed_windows(plan)

    served = {s for window in plan.windows if window.window_id in staffed for tier in window.tiers for s in tier}
    assert served == {service.service_id for service in plan.services}
    assert len(plan.windows) == 1 or len(staffed) < len(plan.windows)
