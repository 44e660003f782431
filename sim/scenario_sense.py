"""What contradicts itself in a scenario file, whatever the hall: looked for in the raw tables, of any shape."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from engine.core.plan import Name, Span
from engine.wire.findings import Finding
from engine.wire.hall_tables import DAY_MINUTES
from engine.wire.hall_tables.values import span_of
from engine.wire.toml_file import RawTable
from engine.wire.toml_lines import Path
from sim.scenario_conduct import check_outcomes
from sim.scenario_keys import TIME, are_numbers
from sim.scenario_tables import SLOT_MINUTES

SHARES_TOLERANCE: Final = Decimal("0.000001")
DAY_VISITS_MAX: Final = 1_000_000


def contradictions(table: RawTable) -> Iterator[Finding]:
    """Shares that do not add up, days without visits, lengths without a mean, spans that overlap."""
    services = table.get("services")
    if isinstance(services, dict):
        yield from _adds_up("services", [s.get("share") if isinstance(s, dict) else None for s in services.values()])
        for service_id, service in services.items():
            if isinstance(service, dict):
                yield from _service(service_id, service)
    for key in ("lanes", "channels"):
        shares = table.get(key)
        if isinstance(shares, dict):
            yield from _adds_up(key, list(shares.values()))
    yield from _pulses(table.get("pulse"))
    day = table.get("scenario")
    if isinstance(day, dict):
        yield from _shape(day)
        yield from _rate(day)
        yield from _in_turn(day, table)
    if not check_outcomes(table.get("conduct")):
        what = Name("各占比之和超过 1", "the shares add up to more than 1")
        yield Finding(("conduct", "outcomes"), what, Name("请减小占比", "make them smaller"))
    yield from _patience(table)
    yield from _lunch(table.get("clerks"))
    yield from _rosters(table.get("roster"))


def _adds_up(key: str, shares: list[Any]) -> Iterator[Finding]:
    if not are_numbers(shares):
        return
    total = sum(map(Decimal, shares), Decimal())
    if abs(total - 1) > SHARES_TOLERANCE:
        what = Name(f"各占比之和为 {total}", f"the shares add up to {total}")
        yield Finding((key,), what, Name("请使其和为 1", "let them add up to 1"))


def _service(service_id: str, service: RawTable) -> Iterator[Finding]:
    """An empirical time has quantiles and nothing else; others have none. The cv of an exponential one is 1."""
    minutes, path, cv = service.get("minutes"), ("services", service_id), service.get("cv", 1)
    if service.get("distribution") == "exponential" and are_numbers([cv]) and cv != 1:
        what = Name("指数分布的变异系数总是 1", "the cv of an exponential time is 1")
        yield Finding(
            (*path, "cv"), what, Name("请删去这一项，或换一种分布", "remove it, or choose another distribution")
        )
    if service.get("distribution") != "empirical":
        if minutes is not None:
            what = Name("只有 empirical 分布才有分位数", "only an empirical time has quantiles")
            fix = Name('请写 distribution = "empirical"，或删去', 'write distribution = "empirical", or remove them')
            yield Finding((*path, "minutes"), what, fix)
        return
    for key in ("mean_minutes", "cv"):
        if key in service:
            what = Name("由分位数得出", "follows from the quantiles")
            yield Finding((*path, key), what, Name("请删去这一项", "remove it"))
    if not isinstance(minutes, list) or (are_numbers(minutes) and len(minutes) < 2):
        what = Name("缺少分位数", "the quantiles are missing")
        yield Finding(
            path, what, Name("例如 minutes = [2, 5, 8, 13, 40]", "write for example minutes = [2, 5, 8, 13, 40]")
        )
    elif are_numbers(minutes) and (any(a > b for a, b in pairwise(minutes)) or minutes[-1] <= 0):
        what = Name("分位数应从小到大", "quantiles go from the shortest to the longest")
        yield Finding((*path, "minutes"), what, Name("请从小到大排列，末尾大于 0", "sort them; the last is above 0"))


def _shape(day: RawTable) -> Iterator[Finding]:
    shape, opens, slot = day.get("shape"), day.get("opens"), day.get("slot_minutes", SLOT_MINUTES)
    if not isinstance(shape, list):
        return
    if shape and are_numbers(shape) and not any(shape):
        what = Name("全天没有人来", "nobody comes all day")
        yield Finding(("scenario", "shape"), what, Name("请至少写一个正数", "write at least one number above 0"))
    found = TIME.fullmatch(opens) if isinstance(opens, str) else None
    if found and isinstance(slot, int) and int(found[1]) * 60 + int(found[2]) + slot * len(shape) > DAY_MINUTES:
        what = Name("超过了午夜", "goes on after midnight")
        yield Finding(("scenario", "shape"), what, Name("请减少时段数", "write fewer slots"))


def _rate(day: RawTable) -> Iterator[Finding]:
    """More people than any hall sees, or no day on which anybody comes."""
    most = Decimal(1)
    for key in ("weekdays", "months"):
        factors = day.get(key, [1])
        if not isinstance(factors, list) or not factors or not are_numbers(factors):
            return
        if not any(factors):
            what = Name("没有一天有人来", "nobody comes on any day")
            yield Finding(("scenario", key), what, Name("请至少写一个正数", "write at least one number above 0"))
        most *= max(Decimal(factor) for factor in factors)
    visits = day.get("visits_per_day")
    if are_numbers([visits]) and most > 1 and Decimal(visits or 0) * most > DAY_VISITS_MAX:
        what = Name(f"最忙的一天超过 {DAY_VISITS_MAX} 人次", f"the busiest day has more than {DAY_VISITS_MAX} visits")
        yield Finding(("scenario", "visits_per_day"), what, Name("请减小人次或系数", "make it or the factors smaller"))


def _in_turn(day: RawTable, table: RawTable) -> Iterator[Finding]:
    """The yardstick's order of draws is fixed, and has no place for what came later."""
    if day.get("draws") != "in-turn":
        return
    later: list[str] = [key for key in ("conduct", "groups") if key in table]
    patience, clerks, services = table.get("patience"), table.get("clerks"), table.get("services")
    if isinstance(clerks, dict) and "pauses" in clerks:
        later.append("clerks.pauses")
    if isinstance(patience, dict) and ("lanes" in patience or patience.get("distribution") in ("lognormal", "weibull")):
        later.append("patience")
    if isinstance(services, dict):
        tables = ((name, each) for name, each in services.items() if isinstance(each, dict))
        later += [f"services.{name}" for name, each in tables if each.get("distribution") == "empirical"]
    for key in later:
        what = Name(f"依次抽取时不能有 {key}", f"drawn in turn there is no {key}")
        fix = Name('请写 draws = "apart"，或删去', 'write draws = "apart", or remove it')
        yield Finding(tuple(key.split(".")), what, fix, ("scenario", "draws"))


def _pulses(pulses: Any) -> Iterator[Finding]:
    tables = pulses if isinstance(pulses, list) else []
    shares: list[Any] = [pulse.get("share") if isinstance(pulse, dict) else None for pulse in tables]
    if are_numbers(shares) and sum(map(Decimal, shares), Decimal()) > 1:
        what = Name("各批人数占比之和超过 1", "the shares of the pulses add up to more than 1")
        yield Finding(("pulse",), what, Name("请减小占比", "make them smaller"))


def _patience(table: RawTable) -> Iterator[Finding]:
    patience, lanes = table.get("patience"), table.get("lanes")
    if not isinstance(patience, dict):
        return
    yield from _mean_of_patience(("patience",), patience)
    apart = patience.get("lanes")
    for lane_id, lane in apart.items() if isinstance(apart, dict) else ():
        path = ("patience", "lanes", lane_id)
        if isinstance(lane, dict):
            yield from _mean_of_patience(path, lane)
        if isinstance(lanes, dict) and lane_id not in lanes:
            what = Name("[lanes] 中没有这个队列", "[lanes] has no such lane")
            yield Finding(path, what, Name(f"可用的有：{', '.join(lanes)}", f"choose one of: {', '.join(lanes)}"))


def _mean_of_patience(path: Path, table: RawTable) -> Iterator[Finding]:
    kind = table.get("distribution")
    if kind in ("exponential", "lognormal", "weibull") and "mean_minutes" not in table:
        what = Name("缺少平均耐心", "the mean is missing")
        yield Finding(path, what, Name("例如 mean_minutes = 40", "write for example mean_minutes = 40"))
    if kind == "none" and "mean_minutes" in table:
        what = Name("无人离开，没有平均耐心", "nobody leaves, so there is no mean")
        fix = Name("请删去这一项，或换一种分布", "remove it, or choose another distribution")
        yield Finding((*path, "mean_minutes"), what, fix)
    for key, belongs_to in (("cv", "lognormal"), ("shape", "weibull")):
        if key in table and isinstance(kind, str) and kind != belongs_to:
            what = Name(f"只有 {belongs_to} 分布才有这一项", f"only a {belongs_to} patience has it")
            yield Finding((*path, key), what, Name("请删去这一项", "remove it"))


def _lunch(clerks: Any) -> Iterator[Finding]:
    lunch = clerks.get("lunch") if isinstance(clerks, dict) else None
    if not isinstance(lunch, dict):
        return
    text, minutes = lunch.get("span"), lunch.get("minutes")
    span = span_of(text) if isinstance(text, str) else None
    if span is not None and isinstance(minutes, int) and 0 < span.end - span.start < minutes:
        what = Name(f"时段只有 {span.end - span.start} 分钟", f"the span has only {span.end - span.start} minutes")
        yield Finding(("clerks", "lunch", "minutes"), what, Name("请写更短的时间", "write a shorter time"))


def _rosters(rosters: Any) -> Iterator[Finding]:
    """A window stands in one roster, and its spans do not overlap."""
    seen: dict[str, Path] = {}
    for place, roster in enumerate(rosters if isinstance(rosters, list) else ()):
        if not isinstance(roster, dict):
            continue
        windows, texts = roster.get("windows"), roster.get("spans")
        for at, window in enumerate(windows if isinstance(windows, list) else ()):
            path: Path = ("roster", place, "windows", at)
            if isinstance(window, str) and seen.setdefault(window, path) != path:
                what = Name(f"窗口 {window} 排了两次", f"window {window} is rostered twice")
                yield Finding(path, what, Name("请合并其时段", "write all its spans in one place"), seen[window])
        spans = [span_of(text) for text in texts if isinstance(text, str)] if isinstance(texts, list) else []
        if _overlap([span for span in spans if span is not None and span.start < span.end]):
            what = Name("时段重叠", "spans overlap")
            yield Finding(("roster", place, "spans"), what, Name("请分开或合并", "part them, or join them"))


def _overlap(spans: list[Span]) -> bool:
    return any(one.end > other.start for one, other in pairwise(sorted(spans, key=lambda span: span.start)))
