"""`jiaohao items`: a catalogue judged before a hall takes it."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command("items")(items)


def items(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a CSV or XLSX file")],
    hall: Annotated[str | None, typer.Option(help="the hall whose services, groups and departments it names")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Check a catalogue of items; name every mistake with its line, its column and the fix."""
    from engine.cli.refused import reading
    from engine.halls import load_hall
    from engine.wire.item_file import Known, read_items

    known = Known.of(load_hall(hall)) if hall is not None else None
    with reading(file):
        read = read_items(file, known)
    by_service = Counter(item.service_id for item in read)
    delegated = sum(item.delegated_service_id is not None for item in read)
    if as_json:
        print(json.dumps({"ok": True, "items": len(read), "services": by_service, "delegated": delegated}))
    for service_id, count in by_service.most_common():
        print(f"{count:6} {service_id}", file=sys.stderr)
    print(
        f"{len(read)} 项，{len(by_service)} 项业务，{delegated} 项委托，没有错误 · "
        f"{len(read)} items of {len(by_service)} services, {delegated} delegated. Nothing to mend.",
        file=sys.stderr,
    )
