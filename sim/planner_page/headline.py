"""What the page says first: the answer in words, and its figures in large."""

from dataclasses import dataclass
from typing import Final

from engine.core.plan import Name
from sim.planner_page import words
from sim.planner_page.day_plots import runs, totals
from sim.staffing.result import DaySpread, Reached, Staffing
from sim.staffing.target_words import measured_of, promise_of, wanted_of

_SPANS_MAX: Final = 6
_TARGET_TILES: Final = 3


@dataclass(frozen=True, slots=True)
class Tile:
    """A large figure, what it is, and what belongs to it in small; `is_missed` marks a promise that is not kept."""

    name: Name
    value: Name
    below: Name
    is_missed: bool = False


def lead(staffing: Staffing) -> Name:
    """The answer in a sentence or two; when no plan keeps the targets, that is the answer."""
    if staffing.holds:
        return staffing.verdict
    near = words.joined([_reaches(each) for each in staffing.reached], "；", "; ")
    return Name(
        f"{staffing.verdict.zh}下面是最接近的方案：{near.zh}。",
        f"{staffing.verdict.en} Below is the plan that comes nearest: {near.en}.",
    )


def tiles(staffing: Staffing) -> list[Tile]:
    """The figures that a deputy director asks for."""
    there_are = words.count(staffing.half_hours_there_are / 2)
    hours = words.count(staffing.window_half_hours / 2)
    total = totals(staffing.needed, len(staffing.slots))
    most = max(total)
    where = staffing.slots[total.index(most)].label
    found = [
        Tile(
            Name("每天窗口小时", "Window hours a day"),
            words.same(hours),
            Name(f"全部窗口全天开放为 {there_are}", f"{there_are} with every window open all day"),
        ),
        Tile(
            Name("同时最多开", "Most windows at once"),
            Name(f"{most} 个", f"{most}"),
            Name(f"从 {where} 起", f"from {where}"),
        ),
    ]
    found += [_target_tile(each) for each in staffing.reached[:_TARGET_TILES]]
    if staffing.shifts is not None:
        found.append(
            Tile(
                Name("排班人数", "Clerks in shifts"),
                words.same(str(len(staffing.shifts.shifts))),
                Name(
                    f"{words.count(staffing.shifts.clerk_hours)} 个工时",
                    f"{words.count(staffing.shifts.clerk_hours)} paid hours",
                ),
            )
        )
    return found


def sentences(staffing: Staffing) -> list[Name]:
    """The answer's parts: how many windows when, what is promised and how sure, the cost, Erlang C beside it."""
    said = [_windows(staffing), *(_promise(each, staffing) for each in staffing.reached)]
    said += [_daily(each) for each in staffing.spread]
    if staffing.erlang is not None:
        said.append(_erlang(staffing))
    if staffing.shifts is not None and staffing.shifts.reached:
        kept = all(each.held for each in staffing.shifts.reached)
        verdict = Name("仍然做到", "still keep them") if kept else Name("做不到", "do not keep them")
        said.append(
            Name(f"按排班实际在岗重新模拟：{verdict.zh}。", f"Simulated again as seated, the shifts {verdict.en}.")
        )
    if staffing.shifts_refused is not None:
        said.append(
            Name(f"没有排班：{staffing.shifts_refused.zh}。", f"There are no shifts: {staffing.shifts_refused.en}.")
        )
    late = staffing.overtime_minutes
    said.append(
        Name(
            f"最后一位平均在关门后 {late.mean:.0f} 分钟办完（十天中八天 {words.band_ends(late)} 分钟）。",
            f"The last visitor is done {late.mean:.0f} minutes after closing on average ({words.band_ends(late)} on"
            " eight days of ten).",
        )
    )
    return said


def made_with(staffing: Staffing) -> Name:
    """What the figures were made with, for whoever wants to make them again."""
    core = Name("快速内核", "the fast core") if staffing.core == "fast" else Name("精确内核", "the exact core")
    broken = Name(
        "；搜索被中断，数字来自已完成的部分", "; the search was interrupted, and these are the figures so far"
    )
    rest = broken if staffing.is_interrupted else Name("", "")
    asked = " ".join(f'--target "{each.target.text}"' for each in staffing.reached)
    return Name(
        f"{asked}；{core.zh}；用 {staffing.search_days} 天搜索，用另外 {staffing.confirm_days} 天确认；"
        f"随机种子 {staffing.seed}；用时 {staffing.seconds:.1f} 秒{rest.zh}。",
        f"{asked}; {core.en}; searched on {staffing.search_days} days, confirmed on {staffing.confirm_days} others;"
        f" seed {staffing.seed}; {staffing.seconds:.1f} seconds{rest.en}.",
    )


def _windows(staffing: Staffing) -> Name:
    spans = runs(staffing.slots, totals(staffing.needed, len(staffing.slots)))
    if len(spans) <= _SPANS_MAX:
        listed = [Name(f"{span} 开 {value} 个", f"{value} at {span}") for span, value in spans]
        named = words.joined(listed)
        return Name(f"窗口：{named.zh}。", f"Windows: {named.en}.")
    most, least = max(spans, key=lambda pair: pair[1]), min(spans, key=lambda pair: pair[1])
    return Name(
        f"窗口：{most[0]} 最多（{most[1]} 个），{least[0]} 最少（{least[1]} 个）；每半小时、每组的数目见下表。",
        f"Windows: most at {most[0]} ({most[1]}), fewest at {least[0]} ({least[1]}); every half hour and group is in"
        " the table below.",
    )


def _promise(reached: Reached, staffing: Staffing) -> Name:
    what, wanted, found = measured_of(reached.target), wanted_of(reached.target), words.interval_of(reached)
    held = Name("做到", "kept") if reached.held else Name("做不到", "not kept")
    at = Name("", "")
    if reached.slot is not None:
        label = staffing.slots[reached.slot].label
        at = Name(f"，最差在 {label}", f", worst at {label}")
    return Name(
        f"{what.zh}：{found.zh}{at.zh}，目标{wanted.zh}，{held.zh}"
        f"（{staffing.confirm_days} 个新模拟日，括号内为 95% 区间）。",
        f"{what.en}: {found.en}{at.en}; target {wanted.en}: {held.en} ({staffing.confirm_days} fresh days; in brackets"
        " the 95% interval).",
    )


def _reaches(reached: Reached) -> Name:
    what, found, wanted = measured_of(reached.target), words.interval_of(reached), wanted_of(reached.target)
    return Name(f"{what.zh} {found.zh}，目标{wanted.zh}", f"{what.en.lower()} {found.en}, target {wanted.en}")


def _daily(spread: DaySpread) -> Name:
    what = promise_of(spread.target)
    low, high = (words.value_of(spread.target.measure, each) for each in (spread.p10, spread.p90))
    return Name(
        f"单看一天：{spread.good_days:.0%} 的日子自己也做到“{what.zh}”；十天中八天在 {low.zh} 到 {high.zh} 之间。",
        f"Day by day: {spread.good_days:.0%} of days keep “{what.en}” by themselves; eight of ten lie between"
        f" {low.en} and {high.en}.",
    )


def _erlang(staffing: Staffing) -> Name:
    erlang = staffing.erlang
    assert erlang is not None
    hours, mine = words.count(erlang.window_half_hours / 2), words.count(staffing.window_half_hours / 2)
    held = Name("模拟下来能做到", "and simulated it holds") if erlang.holds else Name(
        "模拟下来却做不到", "and simulated it does not hold"
    )  # fmt: skip
    if erlang.is_more_than_there_are:
        held = Name(
            f"有的时段超出现有窗口，{held.zh}（以现有窗口为限）",
            f"in some half hours more than there are, {held.en} with those there are",
        )
    return Name(
        f"逐时段 Erlang C 公式要 {hours} 个窗口小时（本方案 {mine}），{held.zh}；它不知道有人会离开、窗口会多种业务。",
        f"Erlang C by the half hour asks for {hours} window hours (this plan: {mine}), {held.en}; the formula knows"
        " neither that people leave nor which window can do what.",
    )


def _target_tile(reached: Reached) -> Tile:
    wanted = wanted_of(reached.target)
    value = words.value_of(reached.target.measure, reached.value)
    mark = Name("做到", "kept") if reached.held else Name("做不到", "not kept")
    below = Name(f"目标{wanted.zh} · {mark.zh}", f"Target {wanted.en} · {mark.en}")
    return Tile(measured_of(reached.target), value, below, not reached.held)
