"""What a plan says in words: the verdict, and what a planner ought to know before believing it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.core.plan import Name
from sim.staffing.result import ErlangPlan, Outcomes, Reached, Shifts, Shortfall, Slot, SlotWaits, Target
from sim.staffing.target_words import promise_of

# Of a target about waiting alone, the share that leaves from which on the promise is kept by those who went away.
_LEFT_MUCH = 0.05
# A half hour whose mean 90% wait is so many times the limit is named.
_MUCH_LONGER = 1.5
_CAP = "abandoned<=5%"


def value_text(reached: Reached, value: float) -> str:
    """A figure of a target as people read it: minutes for a wait, percent for a share."""
    return f"{value / 60:.1f} min" if reached.target.measure == "wait" else f"{100 * value:.1f}%"


def reached_text(reached: Reached, slots: Sequence[Slot]) -> str:
    """A target's figure with its interval, and the half hour it is about."""
    low, value, high = (value_text(reached, each) for each in (reached.low, reached.value, reached.high))
    where = "" if reached.slot is None else f" @{slots[reached.slot].label}"
    return f"{value} [{low}, {high}]{where}"


def verdict(
    holds: bool, half_hours: float, reached: Sequence[Reached], erlang: ErlangPlan | None, shortfall: Shortfall | None
) -> Name:
    """The answer in two sentences."""
    if not holds:
        why = shortfall.why if shortfall is not None else Name("目标未能确认", "the targets were not confirmed")
        return Name(f"现有窗口做不到：{why.zh}", f"The windows there are cannot do it: {why.en}")
    hours = half_hours / 2
    promises = [promise_of(each.target) for each in reached]
    promised = Name("、".join(each.zh for each in promises), ", ".join(each.en for each in promises))
    beside = _beside_erlang(half_hours, erlang)
    return Name(
        f"每天 {hours:g} 个窗口小时即可保证：{promised.zh}。{beside.zh}",
        f"{hours:g} window hours a day keep the promise ({promised.en}). {beside.en}".strip(),
    )


def _beside_erlang(half_hours: float, erlang: ErlangPlan | None) -> Name:
    if erlang is None or not half_hours:
        return Name("", "")
    more = round(100 * (erlang.window_half_hours / half_hours - 1))
    amount = Name(f"多 {more}%", f"{more}% more") if more > 0 else Name(f"少 {-more}%", f"{-more}% fewer")
    if more == 0:
        amount = Name("同样多的窗口", "as many windows")
    kept = Name("也能做到", "which would hold") if erlang.holds else Name("却做不到", "which would not hold")
    beyond = (
        Name("（有的时段超出现有窗口）", " (in some half hours more than there are)")
        if erlang.is_more_than_there_are
        else Name("", "")
    )
    return Name(
        f"逐时段 Erlang C 要{amount.zh}{beyond.zh}，{kept.zh}。",
        f"Erlang C by the half hour asks for {amount.en}{beyond.en}, {kept.en}.",
    )


def shortfall_words(worst: Reached, missing: Sequence[int], groups: Sequence[Name], slots: Sequence[Slot]) -> Name:
    """Why no plan keeps the targets, and what would help."""
    best, wanted = reached_text(worst, slots), promise_of(worst.target)
    zh = f"所有窗口全天开放，“{wanted.zh}”也只达到 {best}"
    en = f"with every window open all day, “{wanted.en}” comes to {best}"
    short = [(count, name) for count, name in zip(missing, groups, strict=True) if count] if missing else []
    if not missing:
        return Name(f"{zh}；窗口加倍也不够。", f"{en}; twice the windows would not do.")
    if not short:
        return Name(f"{zh}。", f"{en}.")
    more_zh = "、".join(f"{name.zh}加 {count} 个" for count, name in short)
    more_en = ", ".join(f"{count} more like {name.en}" for count, name in short)
    return Name(f"{zh}；若要做到，高峰时需 {more_zh}。", f"{en}; to keep it, the fullest half hour needs {more_en}.")


def notes(
    targets: Sequence[Target],
    outcomes: Outcomes,
    waits: Sequence[SlotWaits],
    slots: Sequence[Slot],
    *,
    beforehand: Mapping[str, Mapping[str, Any]],
    core_why: Name | None,
    has_roster: bool,
) -> Iterator[Name]:
    """What to know about a plan, in the order of its weight; first what was to be said of it `beforehand`."""
    for told in beforehand.values():
        yield Name(told["zh"], told["en"])
    if all(target.measure != "abandoned" for target in targets):
        much = Name("", "")
        if outcomes.gone > _LEFT_MUCH:
            much = Name(
                "，其等候不再计入，目标因此更易达到", ": their waits count no more, which makes the target easier"
            )
        yield Name(
            f'没有限制离开人数：此方案下 {outcomes.gone:.1%} 的人未办理即离开{much.zh}。加 --target "{_CAP}" 可限制',
            f"Nothing limits how many leave: {outcomes.gone:.1%} go away unserved under this plan{much.en}."
            f' Add --target "{_CAP}" to limit it',
        )
    limits = [target.limit_s for target in targets if target.measure != "abandoned"]
    if limits and not any(target.per_slot for target in targets):
        long = [
            slot.label
            for slot, wait in zip(slots, waits, strict=True)
            if wait.p90_s is not None and wait.p90_s.mean > _MUCH_LONGER * min(limits)
        ]
        if long:
            named = ", ".join(long)
            yield Name(
                f"目标是全天合计；{named} 取号者等候明显更久。在目标后加 [slot] 可要求每个半小时都做到",
                f"The targets are about the whole day; who draws a number at {named} waits much longer."
                " Put [slot] behind a target to ask it of every half hour",
            )
    yield Name(
        "凡有人来办的业务，开放时段内总有一个能办的窗口",
        "Every service that people come for has a window that serves it in every half hour it is open",
    )
    if has_roster:
        yield Name(
            "场景中的 [[roster]] 与 [clerks.lunch] 已由本方案取代",
            "The scenario's [[roster]] and [clerks.lunch] give way to this plan",
        )
    if core_why is not None:
        yield Name(f"使用精确内核，天数较少：{core_why.zh}", f"The exact core was used, on fewer days: {core_why.en}")


def shift_words(shifts: Shifts) -> Name:
    """What the shifts come to."""
    count = len(shifts.shifts)
    best = (
        Name("", "")
        if shifts.is_best
        else Name(f"（最多可再省 {shifts.gap:.1%}）", f" (at most {shifts.gap:.1%} too many)")
    )
    return Name(
        f"{count} 人、{shifts.clerk_hours:g} 个工时可排满{best.zh}",
        f"{count} clerks with {shifts.clerk_hours:g} paid hours cover it{best.en}",
    )
