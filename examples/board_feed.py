"""A board in a terminal, with nothing but the standard library: follows the live feed and resumes where it was.

终端里的大屏：跟随实时事件，断线后从原处继续。

    python examples/board_feed.py http://127.0.0.1:8080
"""

import json
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple

SILENCE_S = 10
"""The feed says something every two seconds; ten without a word mean that connection or engine is gone."""
PAUSE_S = 1.0


class Event(NamedTuple):
    """One event of the feed; `id` is the position to resume after, empty for what has none."""

    kind: str
    id: str
    data: Any


def follow(url: str) -> Iterator[Event]:
    """Events for ever, each once: after a lost connection the feed goes on after the last one, or sends a snapshot."""
    last_id = ""
    while True:
        headers = {"Last-Event-ID": last_id} if last_id else {}
        try:
            request = urllib.request.Request(f"{url}/api/v1/events", headers=headers)
            with urllib.request.urlopen(request, timeout=SILENCE_S) as stream:
                for event in _events(stream):
                    last_id = event.id or last_id
                    yield event
        except OSError as error:
            print(f"连接中断，正在重连 / connecting again: {error}", file=sys.stderr)
        time.sleep(PAUSE_S)


def _events(stream: Any) -> Iterator[Event]:
    """The events of one connection; a blank line ends each."""
    fields: dict[str, str] = {}
    for line in stream:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name:
            fields[name] = value
        elif "data" in fields:
            yield Event(fields.get("event", "message"), fields.get("id", ""), json.loads(fields["data"]))
            fields = {}


def say(event: Event) -> str | None:
    """What a board shows of an event, None when nothing."""
    if event.kind == "snapshot":
        calls = [f"{call['ticket']} → {call['number']}" for call in event.data["recent"]]
        return f"{event.data['hall']['name']['zh']}: {'  '.join(calls) or '–'}"
    if event.kind in ("called", "recalled"):
        return f"{event.data['say']['zh']} · {event.data['say']['en']}"
    return None


def main(url: str) -> None:
    for event in follow(url):
        words = say(event)
        if words:
            print(words, flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080")
