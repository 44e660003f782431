"""A roster as people and programs pass it on: spans by window, and the `[[roster]]` tables that say the same."""

import json
from collections.abc import Mapping, Sequence

from engine.core.calendar import hours_text
from sim.scenario import Scenario


def roster_tables(spans: Mapping[str, Sequence[str]]) -> str:
    """Spans such as `09:00-12:00` by window as a text of `[[roster]]` tables.

    >>> print(roster_tables({"w01": ["09:00-12:00"]}), end="")
    [[roster]]
    windows = ["w01"]
    spans = ["09:00-12:00"]
    """
    return "".join(
        f"[[roster]]\nwindows = [{_quoted(window)}]\nspans = [{', '.join(map(_quoted, _list(texts)))}]\n"
        for window, texts in spans.items()
    )


def spans_by_window(scenario: Scenario) -> dict[str, list[str]]:
    """The spans of each window that stands in a scenario's `[[roster]]`."""
    return {
        window: [hours_text((span,)) for span in roster.spans]
        for roster in scenario.roster
        for window in roster.windows
    }


def _list(texts: Sequence[str]) -> Sequence[str]:
    """A span by itself is a list of one."""
    return [texts] if isinstance(texts, str) else texts


def _quoted(text: object) -> str:
    return json.dumps(text, ensure_ascii=False, default=repr)
