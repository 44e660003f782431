"""What staff may see of warnings."""

from typing import Final

from engine.core import calendar
from engine.core import commands as c
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.ledgers.warnings import Warning
from engine.core.plan import HallPlan
from engine.core.views.table import Replies, View

_SENTENCES: Final = {
    "wait": (
        "“{zh}”有人等候 {value}，超过 {limit}。",
        "Somebody has waited {value} for “{en}”, longer than {limit}.",
    ),
    "count": ("“{zh}”有 {value} 人等候，超过 {limit} 人。", "{value} people wait for “{en}”, more than {limit}."),
    "idle": (
        "{zh}已空闲 {value}，没有叫号，而有人在等。",
        "{en} has been idle for {value} while somebody it could serve waits.",
    ),
    "tide": (
        "有 {value} 人等候，超过 {limit} 人，请开放潮汐窗口：{zh}。",
        "{value} people wait, more than {limit}: please open the tidal window {en}.",
    ),
    "paper": ("{zh} 缺纸或打印异常，请处理。", "{en} is out of paper or cannot print; please see to it."),
    "offline": ("{zh} 已离线超过 {limit}，请检查。", "{en} has been offline for more than {limit}; please look at it."),
    "stage": ("后台办件 {zh} 已逾期，请催办。", "Back-office stage {en} is overdue; please see to it."),
    "case": ("办不成事 {zh} 已逾期，请督办。", "Case {en} is overdue; please see to it."),
    "follow-up": ("差评 {zh} 逾期未办结，请尽快回访。", "Bad rating {en} is overdue; please call back."),
}
_FIGURES: Final = ("value", "limit")
_IN_MILLISECONDS: Final = frozenset({"wait", "idle", "offline", "stage", "case", "follow-up"})


def warnings_view(hall: Hall, now_ms: Millis) -> View:
    """The warnings that stand, the one that stands longest first."""
    plan = hall.plan
    assert plan is not None
    standing = sorted(hall.warnings.raised.values(), key=lambda each: (each.at_ms, each.kind, each.subject))
    return {
        "at": calendar.iso(plan.timezone, now_ms),
        "warnings": [_view(hall, plan, each) for each in standing],
        "position": hall.position,
    }


def _view(hall: Hall, plan: HallPlan, warning: Warning) -> View:
    """`value` and `limit` are whole seconds for times, else counts, as they were when the warning was raised."""
    is_time = warning.kind in _IN_MILLISECONDS
    scale = 1_000 if is_time else 1
    words_zh, words_en = _SENTENCES[warning.kind]
    zh, en = _called(hall, warning)
    figures_zh, figures_en = (
        {name: _duration(getattr(warning, name), *units) if is_time else getattr(warning, name) for name in _FIGURES}
        for units in (("分钟", "秒"), ("min", "s"))
    )
    return {
        "kind": warning.kind,
        "subject": warning.subject,
        "value": warning.value // scale,
        "limit": warning.limit // scale,
        "since": calendar.iso(plan.timezone, warning.at_ms),
        "sentence": {"zh": words_zh.format(zh=zh, **figures_zh), "en": words_en.format(en=en, **figures_en)},
    }


def _called(hall: Hall, warning: Warning) -> tuple[str, str]:
    """What people call the subject, in both languages."""
    service, window = hall.services.get(warning.subject), hall.windows.get(warning.subject)
    if warning.kind in ("wait", "count") and service is not None:
        return service.name.zh, service.name.en
    if warning.kind in ("idle", "tide") and window is not None:
        return f"{window.plan.number} 号窗口", f"Window {window.plan.number}"
    return warning.subject, warning.subject


def _duration(duration_ms: int, minutes: str, seconds: str) -> str:
    """Whole minutes, or whole seconds of what is shorter."""
    return f"{duration_ms // 60_000} {minutes}" if duration_ms >= 60_000 else f"{duration_ms // 1_000} {seconds}"


def reported_view(hall: Hall, events: tuple[Event, ...], now_ms: Millis) -> View:
    """Whether a report of a device told anything new."""
    return {"is_new": bool(events), "position": hall.position}


REPLIES: Final[Replies] = {c.ReportDevice: reported_view}
