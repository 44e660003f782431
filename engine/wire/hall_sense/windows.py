"""What contradicts itself in windows and their profiles: services, help across tiers, tides, remote partners."""

from collections.abc import Iterator
from typing import Final

from engine.core.plan import Help, Name, WindowPlan
from engine.core.policy import never_own
from engine.wire.findings import Finding, nearest, shown
from engine.wire.hall_sense.tables import (
    Places,
    RawTable,
    closed,
    hall_spans,
    known_ids,
    overlaps,
    spans,
    table_in,
    tables,
    twice,
    unknown,
    values,
    whole,
)
from engine.wire.hall_tables.windows import SERVED_KEYS
from engine.wire.toml_lines import Path

_SERVED_TWICE: Final = (
    Name("同一业务在此窗口写了两次", "this service stands twice at this window"),
    Name("请删去一个", "remove one of them"),
)
_KIND_EXAMPLES: Final = {
    "tide": "tide = { open_over = 10, close_under = 3 }",
    "remote": 'remote = { site = { zh = "市政务大厅", en = "City hall" } }',
}


def findings(hall: RawTable) -> Iterator[Finding]:
    found = [*_findings_of_each(hall)]
    yield from found
    yield from _unserved(hall)
    if not found:  # else a service may seem to be last only because a window's tiers are wrong
        yield from _last_for_ever(hall)


def _findings_of_each(hall: RawTable) -> Iterator[Finding]:
    for path, table in (*tables(hall, "profile"), *tables(hall, "window")):
        yield from _services(hall, path, table)
    for path, profile in tables(hall, "profile"):
        if SERVED_KEYS & profile.keys():
            yield from _help(hall, path, profile)
    for (path, window), (_, own) in zip(windows_with_profiles(hall), tables(hall, "window"), strict=True):
        yield from _nothing(hall, path, window)
        if {"help_after_minutes", *SERVED_KEYS} & own.keys():  # else it is its profile that says so
            yield from _help(hall, path, window)
        yield from _kind(path, window)
        yield from _remote(hall, path, window)


def windows_with_profiles(hall: RawTable) -> list[tuple[Path, RawTable]]:
    """Every window with the keys of its profile that it does not set itself, and the services it therefore serves."""
    profiles = {profile["id"]: profile for _, profile in tables(hall, "profile") if isinstance(profile.get("id"), str)}
    every = [service for _, service in values(hall, "service", "id", str)]
    return [(path, _completed(window, profiles, every)) for path, window in tables(hall, "window")]


def _completed(window: RawTable, profiles: dict[str, RawTable], every: list[str]) -> RawTable:
    name = window.get("profile")
    profile = profiles.get(name, {}) if isinstance(name, str) else {}
    own = window.keys() | (SERVED_KEYS if SERVED_KEYS & window.keys() else set())
    completed = {**{key: value for key, value in profile.items() if key not in own}, **window}
    if completed.get("kind") == "comprehensive" and not SERVED_KEYS & completed.keys():
        completed["serves"] = every
    return completed


def tiers_of(window: RawTable) -> list[list[str]]:
    """The services a window names, tier by tier."""
    listed = window.get("tiers")
    tiers = listed if isinstance(listed, list) else [window.get("serves")]
    return [[name for name in tier if isinstance(name, str)] for tier in tiers if isinstance(tier, list)]


def _services(hall: RawTable, path: Path, table: RawTable) -> Iterator[Finding]:
    if table.keys() >= SERVED_KEYS:
        yield Finding(
            (*path, "tiers"),
            Name("serves 和 tiers 只能写一个", "serves and tiers stand together"),
            Name("请删去其中一个", "remove one of them"),
        )
    served = _named(path, table)
    yield from unknown(hall, "service", served)
    yield from twice(served, *_SERVED_TWICE)
    help_path, helped = table_in(path, table, "help_after_minutes")
    yield from unknown(hall, "service", [((*help_path, service), service) for service in helped])


def _named(path: Path, table: RawTable) -> Places:
    """The services a window or profile names itself, each with its place."""
    tiers = table.get("tiers")
    listed = [((*path, "serves"), table.get("serves"))]
    listed += [((*path, "tiers", place), tier) for place, tier in enumerate(tiers if isinstance(tiers, list) else [])]
    return [
        ((*tier_path, place), service)
        for tier_path, tier in listed
        if isinstance(tier, list)
        for place, service in enumerate(tier)
        if isinstance(service, str)
    ]


def _nothing(hall: RawTable, path: Path, window: RawTable) -> Iterator[Finding]:
    profile = window.get("profile")
    is_misspelt = profile is not None and not (isinstance(profile, str) and profile in known_ids(hall, "profile"))
    if not SERVED_KEYS & window.keys() and not is_misspelt:
        yield Finding(
            (*path, "serves"),
            Name("窗口没有业务", "the window serves nothing"),
            Name('例如 serves = ["social-security"]', 'write for example serves = ["social-security"]'),
        )


def _help(hall: RawTable, path: Path, window: RawTable) -> Iterator[Finding]:
    help_path, helped = table_in(path, window, "help_after_minutes")
    later = {name for tier in tiers_of(window)[1:] for name in tier}
    for service in helped:
        if service in known_ids(hall, "service") and service not in later:
            yield Finding(
                (*help_path, service),
                Name(
                    f"{shown(service)} 不在此窗口后面的层级里", f'"{shown(service)}" is in no later tier of this window'
                ),
                Name("请写进 tiers 的第二组或更后，或删去这一项", "put it into a later list of tiers, or remove this"),
            )


def _kind(path: Path, window: RawTable) -> Iterator[Finding]:
    """A tide belongs to a tidal window, a partner to a remote one, and the other way round."""
    kind = window.get("kind", "ordinary")
    for key, of_kind, zh in (("tide", "tidal", "潮汐窗口"), ("remote", "remote", "远程窗口")):
        if key in window and kind != of_kind:
            yield Finding(
                (*path, key),
                Name(f"这不是{zh}", f'the window is not of kind "{of_kind}"'),
                Name(f'请写 kind = "{of_kind}"，或删去这一项', f'write kind = "{of_kind}", or remove this'),
            )
        elif kind == of_kind and key not in window:
            yield Finding(
                (*path, "kind"),
                Name(f"{zh}缺少 {key}", f"a window of this kind needs {key}"),
                Name(f"例如 {_KIND_EXAMPLES[key]}", f"write for example {_KIND_EXAMPLES[key]}"),
            )
    tide_path, tide = table_in(path, window, "tide")
    open_over, close_under = whole(tide, "open_over"), whole(tide, "close_under")
    if open_over is not None and close_under is not None and close_under > open_over:
        yield Finding(
            (*tide_path, "close_under"),
            Name(f"关窗人数高于开窗人数 {open_over}", f"it closes above {open_over}, where it opens"),
            Name(f"请写 {open_over} 或更小的数", f"write {open_over} or less"),
        )


def _remote(hall: RawTable, path: Path, window: RawTable) -> Iterator[Finding]:
    placed = spans(*table_in(path, window, "remote"))
    yield from overlaps(placed)
    yield from closed(placed, hall_spans(hall))


def _unserved(hall: RawTable) -> Iterator[Finding]:
    windows = windows_with_profiles(hall)
    services = values(hall, "service", "id", str)
    known = {service for _, service in services}
    served = {service for _, window in windows for tier in tiers_of(window) for service in tier}
    meant = {nearest(service, known) for service in served - known}  # a misspelt service is one mistake, not two
    for path, service in services:
        if windows and service not in served | meant:
            yield Finding(
                path,
                Name("没有窗口办理这项业务", "no window serves this service"),
                Name(
                    f'请在某个窗口的 serves 中加上 "{shown(service)}"',
                    f'add "{shown(service)}" to the serves of a window',
                ),
            )


def _last_for_ever(hall: RawTable) -> Iterator[Finding]:
    """Services that every window serves only when nobody waits for another."""
    windows = [_planned(window) for _, window in windows_with_profiles(hall)]
    served = {service for window in windows for tier in window.tiers for service in tier}
    placed = values(hall, "service", "id", str)
    last = never_own(windows, [service for _, service in placed])
    for path, service in placed:
        if service in served and service in last and all(tier for window in windows for tier in window.tiers):
            yield Finding(
                path,
                Name(
                    "各窗口都最后才办这项业务，可能永远叫不到",
                    "every window serves it last, so that it could wait for ever",
                ),
                Name(
                    "请放进某个窗口 tiers 的第一组，或写 help_after_minutes",
                    "put it into the first list of a window's tiers, or give a window help_after_minutes for it",
                ),
            )


def _planned(window: RawTable) -> WindowPlan:
    """What of a window says whom it serves when."""
    _, helped = table_in((), window, "help_after_minutes")
    tiers = tuple(tuple(tier) for tier in tiers_of(window))
    return WindowPlan("", 0, Name("", ""), "", tiers, help_after_ms=tuple(Help(service, 0) for service in helped))
