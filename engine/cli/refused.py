"""How a command ends that is told no: both sentences for people, one object for programs."""

import json
import sys

import typer

from engine.core.refusals import Refusal


def refused(refusal: Refusal, *, as_json: bool) -> typer.Exit:
    """Say the refusal; the exit to raise, 2 for bad input and 1 otherwise."""
    if as_json:
        said = {"ok": False, "code": refusal.code, "zh": refusal.sentence("zh"), "en": refusal.sentence("en")}
        print(json.dumps(said, ensure_ascii=False))
    print(f"{refusal.sentence('zh')} {refusal.sentence('en')}", file=sys.stderr)
    return typer.Exit(2 if refusal.kind == "invalid" else 1)
