"""A real hall that pushes, killed as a power cut would."""

import asyncio
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.hall_process import HallProcess, run
from tests.push.province import TOKEN, open_province
from tests.runtime.hall import eventually


class RatingHall:
    """A hall process with a window open, where visits are served and rated."""

    def __init__(self, process: HallProcess) -> None:
        self._process = process
        self._admin = ""
        self._service = ""
        self._window = ""

    def start(self) -> None:
        self._process.start()
        if not self._admin:
            self._admin = self._process.token("admin")
            window = self._process.ask("GET", "/hall")[1]["windows"][0]
            self._window, self._service = window["id"], window["serves"][0]
            self._verb("open")

    def rate(self, stars: int) -> None:
        _, ticket = self._process.ask("POST", "/tickets", {"service": self._service}, token=self._admin)
        self._verb("call-next")
        self._verb("finish")
        status, said = self._process.ask("POST", f"/tickets/{ticket['token']}/rating", {"stars": stars})
        assert status == 201, said

    def metrics(self) -> str:
        with urlopen(f"{self._process.http}/metrics", timeout=10) as answer:
            return str(answer.read(), "utf-8")

    def _verb(self, verb: str) -> None:
        status, said = self._process.ask("POST", f"/windows/{self._window}/{verb}", token=self._admin)
        assert status == 200, said


async def test_a_hall_that_is_killed_pushes_each_rating_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIAOHAO_PUSH_TOKEN", TOKEN)
    async with open_province() as province:
        process = HallProcess("puming", tmp_path / "data", "--mqtt", "embedded", "--push-ratings", province.url)
        hall = RatingHall(process)
        try:
            await asyncio.to_thread(hall.start)
            await asyncio.to_thread(hall.rate, 5)
            await eventually(lambda: len(province.taken) == 1)
            province.always = "taken then cut"
            await asyncio.to_thread(hall.rate, 4)
            await eventually(lambda: len(province.taken) == 2)
            await asyncio.to_thread(process.kill)
            province.always = None
            await asyncio.to_thread(hall.start)
            await asyncio.to_thread(hall.rate, 3)
            await eventually(lambda: len(province.taken) == 3)
            metrics = await asyncio.to_thread(hall.metrics)
        finally:
            process.kill()

    assert province.stars == ["5", "4", "3"]
    assert set(province.taken.values()) == {1}
    assert province.headers[-1]["Authorization"] == f"Bearer {TOKEN}"
    assert "jiaohao_push_parked 0.0" in metrics
    assert "jiaohao_push_sent_total" in metrics
    assert TOKEN not in "".join(process.log)


def test_a_token_that_no_header_can_carry_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIAOHAO_PUSH_TOKEN", "令牌")

    done = run("serve", "puming", "--data", str(tmp_path / "data"), "--push-ratings", "https://rating.example/x")

    assert done.returncode == 2
    assert "token" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_damaged_list_of_parked_ratings_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "push-parked.json").write_text("{")

    done = run(
        "serve", "puming", "--data", str(data), "--http", "127.0.0.1:0", "--mqtt", "embedded",
        "--push-ratings", "https://rating.example/x",
    )  # fmt: skip

    assert done.returncode == 2
    assert "push-parked.json" in done.stderr
    assert "Traceback" not in done.stderr
