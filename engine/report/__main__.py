"""A report made beside a running hall, in a process of its own: entries come in, the finished form goes out.

Standard input is MessagePack: first what is wanted, then lists of entries as `engine.ports.Body` until the end.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import msgpack

from engine.core.events import Millis
from engine.report.forms import written
from engine.report.period import Period, Stretch
from engine.report.reading import read
from engine.wire.records import UnknownRecord

NICENESS = 10
"""Whoever is being served in the hall comes before whoever reads about it."""


def main() -> int:
    """Exit code 1 when the entries cannot be read, with a sentence on stderr."""
    os.nice(NICENESS)
    stream = msgpack.Unpacker(sys.stdin.buffer, max_buffer_size=0)
    wanted: dict[str, Any] = next(stream)
    period = Period(wanted["kind"], wanted["digits"])
    stretch = Stretch(period, 0, None, tuple(wanted["before"]))
    try:
        figures = read(stretch, _bodies(stream), now_ms=wanted["now_ms"])
    except UnknownRecord as error:
        print(error, file=sys.stderr)
        return 1
    form = wanted["form"]
    sys.stdout.buffer.write(
        json.dumps(figures, ensure_ascii=False).encode() if form == "json" else written(figures, form)
    )
    return 0


def _bodies(stream: msgpack.Unpacker) -> Iterator[tuple[int, Millis, bytes]]:
    for chunk in stream:
        yield from chunk


if __name__ == "__main__":
    sys.exit(main())
