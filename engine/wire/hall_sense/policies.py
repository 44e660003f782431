"""What contradicts itself in calling policies: rules without their figures, rules that can leave somebody uncalled."""

from collections.abc import Iterator
from typing import Final

from engine.core.plan import Name
from engine.wire.findings import Finding
from engine.wire.hall_sense.tables import RawTable, known_ids, tables, tables_in, texts, twice, unknown
from engine.wire.toml_lines import Path

_LANE_TWICE: Final = Name("队列类别重复", "this lane stands twice")
_KINDS: Final = frozenset({"ceiling", "absolute", "ratio", "points", "longest"})
_FIGURES: Final = (
    ("after_minutes", "after_minutes = 30", ("ceiling",), ()),
    ("takes", "takes = [2, 1]", ("ratio",), ()),
    ("lanes", 'lanes = ["priority"]', ("ratio", "absolute"), ("ceiling",)),
)
"""Each key of a rule: how it is written, and the kinds that need it or may have it."""


def findings(hall: RawTable) -> Iterator[Finding]:
    lanes = known_ids(hall, "lane")
    for path, policy in tables(hall, "policy"):
        starving = texts(path, policy, "may_starve")
        yield from unknown(hall, "lane", starving)
        yield from twice(starving, _LANE_TWICE)
        rules = tables_in(path, policy, "rule")
        for rule_path, rule in rules:
            named = texts(rule_path, rule, "lanes")
            yield from unknown(hall, "lane", named)
            yield from twice(named, _LANE_TWICE)
            yield from _figures(rule_path, rule)
        yield from _end(rules, lanes)


def _figures(path: Path, rule: RawTable) -> Iterator[Finding]:
    """A ceiling needs its minutes, a ratio its numbers, both ratio and absolute their lanes; the others have none."""
    kind = rule.get("kind")
    for key, example, needed_by, allowed_by in _FIGURES:
        if kind in needed_by and not rule.get(key):
            yield Finding(
                (*path, key),
                Name(f"{kind} 规则缺少 {key}", f"a rule of this kind needs {key}"),
                Name(f"例如 {example}", f"write for example {example}"),
            )
        elif kind in _KINDS - {*needed_by, *allowed_by} and key in rule:
            yield Finding(
                (*path, key),
                Name(f"{kind} 规则不用 {key}", f"a rule of this kind has no {key}"),
                Name("请删去这一项", "remove it"),
            )
    lanes, takes = rule.get("lanes"), rule.get("takes")
    if kind == "ratio" and isinstance(lanes, list) and isinstance(takes, list) and 0 < len(lanes) != len(takes) > 0:
        yield Finding(
            (*path, "takes"),
            Name("takes 与 lanes 的个数不同", "takes has not as many numbers as there are lanes"),
            Name(f"请写 {len(lanes)} 个数", f"write {len(lanes)} numbers"),
        )


def _end(rules: list[tuple[Path, RawTable]], lanes: set[str]) -> Iterator[Finding]:
    """The last rule finds whoever waits, or the window would stay idle while somebody does."""
    if not rules:
        return
    path, rule = rules[-1]
    kind, named = rule.get("kind"), {lane for _, lane in texts(path, rule, "lanes")}
    if kind == "ceiling" or (kind in ("absolute", "ratio") and named and lanes - named):
        yield Finding(
            (*path, "kind"),
            Name("最后一条规则不能叫到所有人", "the last rule leaves somebody uncalled"),
            Name('请在最后加上 kind = "points" 或 "longest" 的规则', 'end with a rule of kind "points" or "longest"'),
        )
