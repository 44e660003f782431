"""What contradicts itself in items of the catalogue: days the wrong way round, a delegation that is half one."""

from collections.abc import Iterator

from engine.core.plan import Name
from engine.wire.findings import Finding
from engine.wire.hall_sense.tables import RawTable, tables, unknown, values
from engine.wire.hall_tables.values import day_of
from engine.wire.toml_lines import Path


def findings(hall: RawTable) -> Iterator[Finding]:
    yield from unknown(hall, "service", values(hall, "item", "delegated_service", str))
    for path, item in tables(hall, "item"):
        start, end = day_of(item.get("effective_from")), day_of(item.get("effective_until"))
        if start is not None and end is not None and start > end:
            yield Finding(
                (*path, "effective_until"),
                Name("失效日早于生效日", "it ends before it begins"),
                Name("请对调", "swap them"),
                (*path, "effective_from"),
            )
        yield from _delegation(path, item)


def _delegation(path: Path, item: RawTable) -> Iterator[Finding]:
    pair = ("delegated_service", "delegated_until")
    for there, missing in (pair, pair[::-1]):
        if there in item and missing not in item:
            yield Finding(
                (*path, there),
                Name(f"缺少 {missing}", f"{missing} does not stand beside it"),
                Name(f"请加上 {missing}，或删去这一项", f"add {missing}, or remove this"),
            )
    if "delegated_service" in item and item["delegated_service"] == item.get("service"):
        yield Finding(
            (*path, "delegated_service"),
            Name("委托给了它自己的业务", "it is delegated to its own service"),
            Name("请改为另一项业务，或删去这一项", "name another service, or remove this"),
        )
