"""`jiaohao init` and `jiaohao check`: a hall file begun, and a hall file judged."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command("init")(init)
    app.command("check")(check)


def init(directory: Annotated[Path, typer.Argument(metavar="DIR", help="where hall.toml is written")]) -> None:
    """Write a commented hall.toml that a person can edit."""
    from engine.wire.hall_template import template

    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "hall.toml"
    if path.exists():
        raise FileExistsError(f"已有 {path}，没有改动 · {path} is there already and was left as it is")
    with path.open("x", encoding="utf-8") as file:
        file.write(template())
    print(f"{path}", file=sys.stderr)
    print(f"Edit it, then: jiaohao check {path} && jiaohao serve {path} --data {directory / 'data'}", file=sys.stderr)


def check(
    hall: Annotated[str, typer.Argument(metavar="HALL.toml", help="a hall file, or the name of a shipped hall")],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Validate a hall file; name every mistake with its line and the fix."""
    from engine.halls import load_hall

    plan = load_hall(hall)
    counts = {
        "ok": True,
        "hall": plan.hall_id,
        "zones": len(plan.zones),
        "lanes": len(plan.lanes),
        "services": len(plan.services),
        "items": len(plan.items),
        "windows": len(plan.windows),
    }
    if as_json:
        print(json.dumps(counts))
    print(
        f"{plan.name.zh} / {plan.name.en}: {len(plan.windows)} windows, {len(plan.services)} services, "
        f"{len(plan.items)} items, {len(plan.lanes)} lanes. Nothing to mend.",
        file=sys.stderr,
    )
