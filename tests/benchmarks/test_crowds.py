"""What drives the benchmarks: the script of the HTTP crowd, and the boards' few packets of MQTT."""

import asyncio
import json

import pytest

from benchmarks import __main__ as run
from benchmarks.board_crowd import Board, connect_packet, take_packet
from benchmarks.boards import figures
from benchmarks.http_crowd import CYCLE, Script, arrivals


def test_a_window_is_finished_only_after_its_call_was_answered() -> None:
    script = Script("test", "kiosk", "floor")

    kinds = [script.next()[0] for _ in CYCLE]

    assert kinds == ["draw", "call", "draw", "draw", "draw"], "nothing is answered yet: nobody finishes or gives up"


def test_an_answered_call_is_finished_and_an_answered_ticket_given_up() -> None:
    script = Script("test", "kiosk", "floor")
    asked = []

    for _ in CYCLE:
        kind, subject, _ = script.next()
        asked.append((kind, subject))
        script.learn(kind, subject, 200, json.dumps({"token": f"token-{len(asked)}"}).encode())

    assert asked == [("draw", "s00"), ("call", "w01"), ("draw", "s02"), ("finish", "w01"), ("give-up", "token-3")]


def test_no_two_requests_share_an_idempotency_key() -> None:
    script = Script("test", "kiosk", "floor")

    requests = [script.next()[2] for _ in range(100)]

    keys = {line for request in requests for line in request.split(b"\r\n") if line.startswith(b"Idempotency-Key")}
    assert len(keys) == len(requests)


def test_arrival_times_are_fixed_by_their_seed() -> None:
    times = arrivals(500, 4, seed=7)

    assert times == arrivals(500, 4, seed=7)
    assert times == sorted(times)
    assert 1_800 < len(times) < 2_200


def test_packets_are_taken_whole_from_a_broken_stream() -> None:
    stream = connect_packet("watch-001", "x" * 200)
    received = bytearray(stream[:100])

    assert take_packet(received) is None

    received += stream[100:] + b"\xd0\x00"
    first, second = take_packet(received), take_packet(received)
    assert first is not None
    assert (first[0], first[1][:6], second) == (0x10, b"\x00\x04MQTT", (0xD0, b""))
    assert take_packet(received) is None


async def test_a_board_notes_an_event_once_though_it_is_sent_again_and_acknowledges_it() -> None:
    sent = bytearray()
    event = b"\x00\x09h/event/w\x00\x07" + b'{"ticket":"A001"}'
    packet = b"\x32" + bytes([len(event)]) + event

    async def broker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x20\x02\x00\x00" + b"\x90\x03\x00\x01\x01" + packet * 2)
        sent.extend(await reader.readuntil(b"\x40\x02\x00\x07" * 2))
        writer.close()

    async with await asyncio.start_server(broker, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        loop = asyncio.get_running_loop()
        transport, board = await loop.create_connection(lambda: Board("watch-001", "t", ["h/#"]), "127.0.0.1", port)
        await asyncio.wait_for(board.ready, 5)
        transport.close()

    assert list(board.events) == [b'{"ticket":"A001"}']


def test_the_last_board_of_each_call_counts_separately() -> None:
    made = figures([[1.0, 2.0], [3.0, 9.0]])

    assert (made["every board, p50"], made["last board, p50"], made["maximum"]) == (2.0, 2.0, 9.0)


def test_a_failing_benchmark_hides_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def is_run(name: str) -> bool:
        ran.append(name)
        return name != "core"

    monkeypatch.setattr(run, "is_run", is_run)

    assert run.main([]) == 1
    assert tuple(ran) == run.NAMES
    assert "failed: core" in capsys.readouterr().err
