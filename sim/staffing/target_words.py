"""Targets as people say them, in both languages."""

from engine.core.plan import Name
from sim.staffing.result import Target


def measured_of(target: Target) -> Name:
    """What a target is about: `90% wait at most`, as a heading says it."""
    name, scope = _measure(target), _scope(target)
    return Name(f"{name.zh}{scope.zh}", f"{name.en}{scope.en}")


def wanted_of(target: Target) -> Name:
    """What is asked of it: `at most 15 min`."""
    if target.measure == "wait":
        return Name(f"至多 {_limit(target).zh}", f"at most {_limit(target).en}")
    if target.measure == "within":
        return Name(f"至少 {100 * target.share:g}%", f"at least {100 * target.share:g}%")
    return Name(f"至多 {100 * target.share:g}%", f"at most {100 * target.share:g}%")


def promise_of(target: Target) -> Name:
    """A target as a sentence says it: `90% wait at most 15 min`."""
    name, scope, wanted = _measure(target), _scope(target), wanted_of(target)
    if target.measure == "wait":
        return Name(f"{name.zh} {_limit(target).zh}{scope.zh}", f"{name.en} {_limit(target).en}{scope.en}")
    return Name(f"{name.zh}{wanted.zh}{scope.zh}", f"{name.en.lower()}: {wanted.en}{scope.en}")


def _measure(target: Target) -> Name:
    share = f"{100 * target.share:g}%"
    names = {
        "wait": Name(f"{share} 的人等候不超过", f"{share} wait at most"),
        "within": Name(f"{_limit(target).zh}内被叫到的人", f"Called within {_limit(target).en}"),
        "abandoned": Name("未办理就离开的人", "Left unserved"),
    }
    return names[target.measure]


def _limit(target: Target) -> Name:
    if target.limit_s % 60:
        return Name(f"{target.limit_s:g} 秒", f"{target.limit_s:g} s")
    return Name(f"{target.limit_s / 60:g} 分钟", f"{target.limit_s / 60:g} min")


def _scope(target: Target) -> Name:
    parts = [part for part in (target.lane, target.service) if part]
    if target.per_slot:
        return Name(f"（{'、'.join([*parts, '最差的半小时'])}）", f" ({', '.join([*parts, 'worst half hour'])})")
    return Name(f"（{'、'.join(parts)}）", f" ({', '.join(parts)})") if parts else Name("", "")
