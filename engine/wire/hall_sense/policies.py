"""What contradicts itself in calling policies: rules without their figures, rules that can leave somebody uncalled."""

from collections.abc import Iterator
from typing import Final

from engine.core.plan import Lane, Name, Policy
from engine.core.policy import PLAIN, starving
from engine.wire.findings import Finding
from engine.wire.hall_sense.tables import (
    RawTable,
    known_ids,
    table_in,
    tables,
    tables_in,
    texts,
    twice,
    unknown,
    values,
)
from engine.wire.hall_sense.windows import windows_with_profiles
from engine.wire.hall_tables.hall import LaneTable
from engine.wire.hall_tables.windows import PolicyTable
from engine.wire.shape import fit
from engine.wire.toml_lines import Path

_LANE_TWICE: Final = Name("队列类别重复", "this lane stands twice")
_KINDS: Final = frozenset({"ceiling", "absolute", "ratio", "points", "longest"})
_FIGURES: Final = (
    ("after_minutes", "after_minutes = 30", ("ceiling",), ()),
    ("takes", "takes = [2, 1]", ("ratio",), ()),
    ("lanes", 'lanes = ["priority"]', ("ratio", "absolute"), ("ceiling", "points", "longest")),
)
"""Each key of a rule: how it is written, and the kinds that need it or may have it."""


def findings(hall: RawTable) -> Iterator[Finding]:
    lanes = known_ids(hall, "lane")
    for path, policy in tables(hall, "policy"):
        rules = tables_in(path, policy, "rule")
        figures = [finding for rule_path, rule in rules for finding in _figures(rule_path, rule)]
        # A window remembers its place in one round only.
        rounds = [((*rule_path, "kind"), "ratio") for rule_path, rule in rules if rule.get("kind") == "ratio"]
        figures += twice(rounds, Name("一种叫号规则里有两条 ratio", "a policy has one ratio at most"))
        yield from [*_lanes(hall, path, policy), *figures] or [*_end(rules, lanes)] or _starving(hall, path, policy)
    yield from _starving_plainly(hall)


def _lanes(hall: RawTable, path: Path, policy: RawTable) -> Iterator[Finding]:
    rules = tables_in(path, policy, "rule")
    for named in (texts(path, policy, "may_starve"), *(texts(rule_path, rule, "lanes") for rule_path, rule in rules)):
        yield from unknown(hall, "lane", named)
        yield from twice(named, _LANE_TWICE)


def _starving(hall: RawTable, path: Path, policy: RawTable) -> Iterator[Finding]:
    well_formed = fit(PolicyTable, policy)[0]
    if well_formed is None:
        return
    for lane in starving(well_formed.planned(), _well_formed_lanes(hall)):
        yield Finding(
            (*path, "rule"),
            Name(f"{lane} 类可能永远叫不到", f'lane "{lane}" could wait for ever'),
            Name(
                f'请在最前面加一条不写 lanes 的 ceiling 规则，或写明 may_starve = ["{lane}"]',
                f'begin with a ceiling for all lanes, or say may_starve = ["{lane}"]',
            ),
        )


def _figures(path: Path, rule: RawTable) -> Iterator[Finding]:
    """A ceiling needs its minutes, a ratio its numbers, ratio and absolute their lanes."""
    kind = rule.get("kind")
    if not isinstance(kind, str):
        return
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
    if kind == "ceiling" or (named and lanes - named):
        yield Finding(
            (*path, "kind"),
            Name("最后一条规则不能叫到所有人", "the last rule leaves somebody uncalled"),
            Name('请在最后加上 kind = "points" 或 "longest" 的规则', 'end with a rule of kind "points" or "longest"'),
        )


def _starving_plainly(hall: RawTable) -> Iterator[Finding]:
    """Lanes whose waiting weighs nothing, where windows call by the plain rule, which has no `may_starve`."""
    _, rules = table_in((), hall, "rules")
    if "policy" in rules or all("policy" in window for _, window in windows_with_profiles(hall)):
        return
    plain = starving(Policy("plain", PLAIN), _well_formed_lanes(hall))
    for path, lane in values(hall, "lane", "id", str):
        if lane in plain:
            yield Finding(
                (*path[:-1], "rate"),
                Name("等候不加分，可能永远叫不到", "its waiting weighs nothing, so that it could wait for ever"),
                Name(
                    f"请写大于 0 的 rate，或用 may_starve 含 {lane} 的 [[policy]]",
                    f'write a rate above 0, or use a [[policy]] with "{lane}" in may_starve',
                ),
            )


def _well_formed_lanes(hall: RawTable) -> list[Lane]:
    """Those whose shape is right; the others are named elsewhere."""
    lanes = [fit(LaneTable, lane)[0] for _, lane in tables(hall, "lane")]
    return [lane.planned() for lane in lanes if lane is not None]
