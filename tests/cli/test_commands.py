"""The command line as a technician meets it: clear words, the right exit code, nothing lost."""

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hall_process import HallProcess, run


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[HallProcess]:
    process = HallProcess("puming", tmp_path / "data", "--mqtt", "embedded")
    yield process
    process.kill()


def first_service(hall: HallProcess) -> str:
    return str(hall.ask("GET", "/hall")[1]["services"][0]["id"])


def test_a_new_hall_file_reads_cleanly(tmp_path: Path) -> None:
    written = run("init", str(tmp_path / "hall"))
    checked = run("check", str(tmp_path / "hall" / "hall.toml"), "--json")

    assert written.returncode == 0
    assert checked.returncode == 0
    assert json.loads(checked.stdout)["ok"] is True


def test_init_never_overwrites_a_hall_file(tmp_path: Path) -> None:
    run("init", str(tmp_path))
    (tmp_path / "hall.toml").write_text("# mine\n")
    again = run("init", str(tmp_path))

    assert again.returncode == 2
    assert (tmp_path / "hall.toml").read_text() == "# mine\n"


def test_check_names_every_mistake_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    run("init", str(tmp_path))
    text = file.read_text().replace("[[window]]", "[[windwo]]", 1)
    file.write_text(text + '\n[[lane]]\nid = "extra"\ncolour = "red"\n')
    checked = run("check", str(file))

    assert checked.returncode == 2
    assert f"{file}:{text[: text.index('[[windwo]]')].count(chr(10)) + 1}:" in checked.stderr
    assert "colour" in checked.stderr
    assert "Traceback" not in checked.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "nowhere"],
        ["serve", "no-such-hall", "--data", "nowhere"],
        ["serve", "puming", "--data", "nowhere", "--http", "eighty"],
        ["token", "nowhere", "--role", "clerk"],
        ["token", "nowhere", "--role", "king"],
        ["token", ".", "--role", "device", "--device", "B_1"],
        ["token", ".", "--role", "device", "--device", "watch-q", "--window", "w01"],
        ["serve", "puming", "--data", "/dev/null/x"],
        ["serve", "puming", "--data", "nowhere", "--push-ratings", "rating.example"],
        ["serve", "puming", "--data", "nowhere", "--push-ratings", "https://user:password@rating.example/x"],
        ["account", "nowhere", "xiaowang", "--role", "clerk", "--window", "w01", "--password", "short"],
        ["account", "nowhere", "小王", "--role", "guide", "--password", "a long password"],
        ["replay", "nowhere.csv", "--hall", "puming"],
        ["simulate", "no-such-scenario"],
        ["import", "nowhere.csv", "--map", "nowhere.toml", "--out", "trace.csv"],
    ],
)
def test_bad_input_exits_with_two_and_a_sentence(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)

    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_catalogue_that_is_not_there_is_named_with_what_to_do() -> None:
    done = run("items", "nosuch.csv", "--json")

    assert done.returncode == 2
    assert "无法读取 nosuch.csv" in done.stderr and "nosuch.csv cannot be read" in done.stderr
    assert "check the path" in done.stderr and "Errno" not in done.stderr
    assert json.loads(done.stdout)["ok"] is False


def test_a_program_that_asks_for_json_is_told_in_json_what_is_wrong() -> None:
    done = run("replay", "nowhere.csv", "--hall", "puming", "--json")

    assert done.returncode == 2
    assert json.loads(done.stdout)["ok"] is False


def test_another_halls_journal_is_not_touched(hall: HallProcess) -> None:
    hall.start()
    hall.stop()
    other = run("serve", "xianan", "--data", str(hall.data), "--http", "127.0.0.1:0", "--mqtt", "embedded")

    assert other.returncode == 1
    assert "other-hall" in other.stderr


def test_an_identity_number_used_as_a_key_is_not_in_the_data(hall: HallProcess) -> None:
    canary = "110101199003071234"
    hall.start()
    status, _ = hall.ask("POST", "/tickets", {"service": first_service(hall)}, token=hall.token("kiosk"), key=canary)
    hall.kill()

    assert status == 201
    assert not [path for path in hall.data.rglob("*") if path.is_file() and canary.encode() in path.read_bytes()]


def test_a_taken_broker_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "puming", "--data", str(tmp_path), "--http", "127.0.0.1:0", "--mqtt", f"embedded:{port}")

    assert done.returncode == 2
    assert str(port) in done.stderr


def test_a_stop_is_clean_and_the_journal_verifies(hall: HallProcess) -> None:
    hall.start()
    kiosk = hall.token("kiosk")
    status, issued = hall.ask("POST", "/tickets", {"service": first_service(hall)}, token=kiosk)
    code = hall.stop()
    verified = run("verify", str(hall.data), "--json")

    assert status == 201
    assert issued["number"]
    assert code == 0
    assert verified.returncode == 0
    assert json.loads(verified.stdout)["tickets"] == 1


def test_what_was_acknowledged_survives_kill_nine(hall: HallProcess) -> None:
    hall.start()
    kiosk = hall.token("kiosk")
    service = first_service(hall)
    before = [hall.ask("POST", "/tickets", {"service": service}, token=kiosk, key=f"k-{n}")[1] for n in range(5)]
    hall.kill()
    hall.start()
    again = [hall.ask("POST", "/tickets", {"service": service}, token=kiosk, key=f"k-{n}")[1] for n in range(5)]
    _, after = hall.ask("POST", "/tickets", {"service": service}, token=kiosk)

    assert again == before
    assert int(after["number"][1:]) == 6


def test_a_second_engine_on_the_same_data_is_refused(hall: HallProcess) -> None:
    hall.start()
    second = run("serve", "puming", "--data", str(hall.data), "--http", "127.0.0.1:0", "--mqtt", "embedded")
    verified = run("verify", str(hall.data))

    assert second.returncode == 2
    assert "held" in second.stderr
    assert verified.returncode == 2
    assert hall.ask("GET", "/hall")[0] == 200


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "puming", "--data", str(tmp_path), "--http", f"127.0.0.1:{port}", "--mqtt", "embedded")

    assert done.returncode == 2
    assert str(port) in done.stderr
    assert "Traceback" not in done.stderr


def test_one_changed_byte_is_found_and_its_place_named(hall: HallProcess) -> None:
    hall.start()
    kiosk = hall.token("kiosk")
    service = first_service(hall)
    for _ in range(20):
        hall.ask("POST", "/tickets", {"service": service}, token=kiosk)
    hall.kill()
    copy = hall.data.parent / "copy"
    shutil.copytree(hall.data, copy)
    log = copy / "journal.db-wal"
    target = log if log.exists() and log.stat().st_size else copy / "journal.db"
    body = bytearray(target.read_bytes())
    body[len(body) // 2] ^= 1
    target.write_bytes(body)
    sound = run("verify", str(hall.data))
    damaged = run("verify", str(copy))

    assert sound.returncode == 0, sound.stderr
    assert damaged.returncode == 1
    assert "journal.db" in damaged.stderr


def test_a_broker_that_is_away_delays_nobody(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    hall = HallProcess("puming", tmp_path / "data", "--mqtt", f"mqtt://127.0.0.1:{port}")
    try:
        hall.start()
        status, _ = hall.ask("POST", "/tickets", {"service": first_service(hall)}, token=hall.token("kiosk"))

        assert status == 201
    finally:
        hall.kill()
