"""What is typed arrives: lines from a pipe, keys from a terminal, and no arrow is taken for a letter."""

import asyncio
import os
import pty
import termios

from clients.button.keyboard import typed


async def typed_into(descriptor: int) -> list[str]:
    return [text async for text in typed(descriptor)]


async def test_a_pipe_gives_lines_and_the_last_one_needs_no_end() -> None:
    reader, writer = os.pipe()
    os.write(writer, "next\r\n\n暂停\nf".encode())
    os.close(writer)

    assert await typed_into(reader) == ["next", "", "暂停", "f"]


async def test_a_terminal_gives_keys_and_is_left_as_it_was() -> None:
    person, terminal = pty.openpty()
    before = termios.tcgetattr(terminal)
    keyboard = typed(terminal)

    first = asyncio.ensure_future(anext(keyboard))
    await asyncio.sleep(0)  # now the terminal gives single keys
    os.write(person, b"nq")
    keys = [await asyncio.wait_for(first, 5), await asyncio.wait_for(anext(keyboard), 5)]
    await keyboard.aclose()
    after = termios.tcgetattr(terminal)
    os.close(person)  # lets the reading thread go

    assert keys == ["n", "q"]
    assert after == before
