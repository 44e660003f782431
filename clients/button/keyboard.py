"""What is typed: single keys at a terminal, whole lines from anything else."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import IO

TYPED_MAX = 64


async def typed(source: IO[str] | None = None) -> AsyncIterator[str]:
    """Keys, or lines without their ends, until the input ends.

    A thread reads, because standard input cannot be waited for everywhere; it ends with the process.
    """
    stream = sys.stdin if source is None else source
    loop = asyncio.get_running_loop()
    inbox: asyncio.Queue[str | None] = asyncio.Queue(TYPED_MAX)

    def put(text: str | None) -> None:
        with_room = asyncio.run_coroutine_threadsafe(inbox.put(text), loop)
        with_room.result()

    with _single_keys(stream) as read:
        threading.Thread(target=_pump, args=(read, put), daemon=True, name="keyboard").start()
        while (text := await inbox.get()) is not None:
            yield text


def _pump(read: Callable[[], str | None], put: Callable[[str | None], None]) -> None:
    try:
        while (text := read()) is not None:
            put(text)
        put(None)
    except (RuntimeError, OSError, ValueError):
        pass  # the program is over: its loop, or its standard input, is gone


@contextmanager
def _single_keys(stream: IO[str]) -> Iterator[Callable[[], str | None]]:
    """How to read the stream: key by key when it is a terminal that can, else line by line."""

    def line() -> str | None:
        text = stream.readline()
        return text.rstrip("\r\n") if text else None

    def key() -> str | None:
        return stream.read(1) or None

    try:
        import termios
        import tty
    except ImportError:  # Windows
        yield line
        return
    if not stream.isatty():
        yield line
        return
    before = termios.tcgetattr(stream)
    try:
        tty.setcbreak(stream)
        yield key
    finally:
        termios.tcsetattr(stream, termios.TCSADRAIN, before)
