"""What is typed: single keys at a terminal, whole lines from anything else."""

import asyncio
import codecs
import os
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager, suppress

CHUNK_BYTES = 1_024
TYPED_MAX = 64
ESCAPE = "\x1b"


async def typed(descriptor: int | None = None) -> AsyncGenerator[str, None]:
    """Keys, or lines without their ends, until the input ends; standard input unless another descriptor is named.

    A thread reads, because standard input cannot be waited for everywhere; it ends with the process. It reads past
    Python's own buffer, whose lock a thread must not hold when the interpreter ends.
    """
    source = sys.stdin.fileno() if descriptor is None else descriptor
    loop = asyncio.get_running_loop()
    inbox: asyncio.Queue[str | None] = asyncio.Queue(TYPED_MAX)

    def put(text: str | None) -> None:
        putting = inbox.put(text)
        try:
            asyncio.run_coroutine_threadsafe(putting, loop).result()
        except RuntimeError:  # the loop is gone
            putting.close()
            raise

    with _single_keys(source) as has_keys:
        split = _keys if has_keys else _lines
        threading.Thread(target=_pump, args=(split(_chunks(source)), put), daemon=True, name="keyboard").start()
        while (text := await inbox.get()) is not None:
            yield text


def _pump(texts: Iterator[str], put: Callable[[str | None], None]) -> None:
    with suppress(RuntimeError, OSError):  # the program is over: its loop, or its standard input, is gone
        for text in texts:
            put(text)
        put(None)


def _chunks(descriptor: int) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while chunk := os.read(descriptor, CHUNK_BYTES):
        yield decoder.decode(chunk)


def _keys(chunks: Iterator[str]) -> Iterator[str]:
    """Single keys; arrows and their like come as one chunk of several signs, none of which is meant."""
    for chunk in chunks:
        if not chunk.startswith(ESCAPE):
            yield from chunk


def _lines(chunks: Iterator[str]) -> Iterator[str]:
    rest = ""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split("\n")
        for line in lines:
            yield line.rstrip("\r")
    if rest:
        yield rest


@contextmanager
def _single_keys(descriptor: int) -> Iterator[bool]:
    """Whether keys come one by one: at a terminal that can, which is put back as it was at the end."""
    try:
        import termios
        import tty
    except ImportError:  # Windows
        yield False
        return
    if not os.isatty(descriptor):
        yield False
        return
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield True
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
