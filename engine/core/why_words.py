"""The answer to “why” in one or two plain sentences, in both languages, for a visitor as for a supervisor."""

from collections.abc import Callable
from typing import Final

from engine.core import calendar, calling
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.model import CLOSED, IDLE, PAUSED
from engine.core.numbering import number_of
from engine.core.plan import MINUTE_MS, Name, numbered_window
from engine.core.transitions import CALLED, CANCELLED, HELD, MISSED, PREPARING, WAITING
from engine.core.why import Called, Here, Stand, Why

_NOBODY_ELSE: Final = Name(
    "它在本队列排第一，别的队列没有人等。", "It stood first in its queue, and nobody waited in another."
)
_HELD: Final = {
    "no-papers": Name("等补齐材料；恢复后接着等候叫号", "until the papers are complete; then it waits again"),
    "papers": Name("材料留在窗口；恢复后由该窗口继续办理", "with its papers at the window, which then goes on with it"),
    "step": Name("等另一步办完（如盖章、复印）；恢复后接着等候", "until another step is done; then it waits again"),
}
_CANCELLED: Final = {
    "visitor": Name("已由本人放弃", "was given up by its holder"),
    "staff": Name("已由工作人员作废", "was cancelled by staff"),
    "day-closed": Name("因当日服务结束而失效", "ended with the day"),
}
_GIVEN_UP: Final = Name("已取消", "was cancelled")


def sentence(hall: Hall, answer: Why) -> Name:
    """One or two sentences about a ticket."""
    ticket = answer.ticket
    number = ticket.number or "—"
    if ticket.state == WAITING:
        return _waiting(hall, answer, number)
    if ticket.state == PREPARING:
        return Name(f"{number} 还要先填表，填好后开始排队。", f"{number} waits in line once its form is filled in.")
    if ticket.state == CANCELLED:
        end = _CANCELLED.get(ticket.outcome or "", _GIVEN_UP)
        return Name(f"{number} {end.zh}，不再叫号。", f"{number} {end.en} and will not be called.")
    if ticket.state == HELD:
        until = _HELD.get(ticket.hold_kind or "", _HELD["step"])
        return Name(f"{number} 已挂起，{until.zh}。", f"{number} is on hold {until.en}.")
    if answer.called is None:
        return Name("这次办理没有取号，由窗口直接受理。", "This visit began at the window without a number.")
    call = call_sentence(hall, number, answer.called)
    if ticket.state != MISSED:
        return call
    return Name(
        f"{call.zh}没有人应答，已过号；请找工作人员恢复。",
        f"{call.en} Nobody came, so it was missed; staff can let it wait again.",
    )


def call_sentence(hall: Hall, number: str, call: Called) -> Name:
    """That a ticket was called, and the stored reason."""
    assert hall.plan is not None
    at = calendar.clock_text(calendar.minute_of_day(hall.plan.timezone, call.at_ms))
    where = numbered_window(call.window.plan.number) if call.window is not None else Name("窗口", "A window")
    because = _stored(hall, call)
    return Name(f"{at} {where.zh}叫了 {number}：{because.zh}", f"{where.en} called {number} at {at}. {because.en}")


def _stored(hall: Hall, call: Called) -> Name:
    reason = call.reason
    other = number_of(reason.runner_up) if reason.runner_up else None
    if reason.rule == "chosen":
        return Name("由工作人员选叫，未按顺序。", "Staff chose it, out of order.")
    if other is None:
        return _NOBODY_ELSE
    waited = _minutes(reason.waited_ms)
    if reason.rule == "points" and reason.runner_up_urgency is not None and reason.urgency >= reason.runner_up_urgency:
        mine, theirs = _compared(reason.urgency, reason.runner_up_urgency)
        return Name(
            f"当时它 {mine} 分，别的队列里最先的 {other} 是 {theirs} 分。",
            f"It had {mine} points; of the other queues {other} came first, with {theirs}.",
        )
    found = {
        "points": Name("当时先叫本窗口自己的业务。", "The window's own services come first."),
        "ceiling": Name(f"它已等{waited.zh}，到了等候上限。", f"It had waited {waited.en}, which is past the limit."),
        "absolute": Name("它这一类先叫。", "Its lane is called first."),
        "ratio": Name("各类轮流叫号，轮到它这一类。", "Lanes take turns, and it was its lane's."),
        "longest": Name(f"它等得最久，已等{waited.zh}。", f"It had waited longest, {waited.en}."),
    }[reason.rule]
    return Name(f"{found.zh}别的队列里最先的是 {other}。", f"{found.en} Of the other queues {other} came first.")


def _waiting(hall: Hall, answer: Why, number: str) -> Name:
    ticket = answer.ticket
    if not answer.windows:
        return Name(
            f"{number} 在等候；办理这项业务的窗口现在都没有开。",
            f"{number} waits; no window for its service is open now.",
        )
    best = answer.windows[0]
    here = here_sentence(hall, best)
    if ticket.pinned:
        window = numbered_window(best.window.plan.number)
        return Name(f"{number} 须到{window.zh}办理。{here.zh}", f"{number} must go to {_lower(window.en)}. {here.en}")
    if best.because == "next":
        return here
    count = answer.ahead
    ahead = Name(
        f"同一业务有 {count} 人先于 {number}。" if count else f"同一业务没有人排在 {number} 前面。",
        f"{count} of its service go{'es' if count == 1 else ''} before {number}."
        if count
        else f"Nobody of its service goes before {number}.",
    )
    return Name(f"{ahead.zh}{here.zh}", f"{ahead.en} {here.en}")


def here_sentence(hall: Hall, here: Here) -> Name:
    """Whom a window would call next, and why that one and not this."""
    window, mine = numbered_window(here.window.plan.number), here.mine.ticket.number or "—"
    if here.window.state in (CLOSED, PAUSED):
        state = Name("没有开", "is closed") if here.window.state == CLOSED else Name("暂停服务", "has paused")
        return Name(f"{window.zh}现在{state.zh}。", f"{window.en} {state.en} now.")
    if here.barred is not None:
        zh, en = here.barred.sentence("zh"), here.barred.sentence("en")
        return Name(f"{window.zh}现在不能叫号：{zh}", f"{window.en} calls nobody now: {_lower(en)}")
    if here.because == "uncalled" or here.first is None:
        return Name(
            f"按{window.zh}的规则，现在叫不到 {mine}。", f"By its rules {_lower(window.en)} cannot call {mine} now."
        )
    now = _now(here)
    if here.because == "next":
        return Name(f"{window.zh}{now.zh}下一个就叫 {mine}。", f"{window.en}{now.en} calls {mine} next.")
    other = here.first.ticket.number or "—"
    because = _BECAUSE[here.because](hall, here, here.first)
    return Name(
        f"{window.zh}{now.zh}下一个叫 {other}：{because.zh}。", f"{window.en}{now.en} calls {other} next: {because.en}."
    )


def _now(here: Here) -> Name:
    holder = here.window.ticket
    if here.window.state == IDLE or holder is None:
        return Name("", "")
    doing = Name("正在叫", "is calling") if holder.state == CALLED else Name("正在办理", "is serving")
    number = Name(holder.number or "一位来访者", holder.number or "a visitor")
    return Name(f"{doing.zh} {number.zh}，", f" {doing.en} {number.en} and")


def _behind(hall: Hall, here: Here, first: Stand) -> Name:
    return Name("它在同一队列里排在前面", "it stands before it in the same queue")


def _by_tier(hall: Hall, here: Here, first: Stand) -> Name:
    number = here.mine.ticket.number
    if here.help_in_ms is None:
        return Name(
            f"这个窗口先办自己的业务，没有人等时才叫 {number}",
            f"this window's own services come first, and {number} when nobody waits for those",
        )
    after = _minutes(here.help_in_ms)
    return Name(
        f"这个窗口先办自己的业务，{number} 再等{after.zh}就与它们一起排",
        f"this window's own services come first, and {number} counts among them in {after.en}",
    )


def _by_points(hall: Hall, here: Here, first: Stand) -> Name:
    number, other = here.mine.ticket.number, first.ticket.number
    mine, theirs = _compared(here.mine.urgency, first.urgency)
    if here.mine.urgency == first.urgency:
        return Name(f"两张号都是 {mine} 分，它取号在前", f"both have {mine} points, and it was drawn first")
    return Name(
        f"{other} 现有 {theirs} 分，{number} 有 {mine} 分，等得越久分越高",
        f"{other} has {theirs} points and {number} has {mine}, and points grow with waiting",
    )


def _by_ceiling(hall: Hall, here: Here, first: Stand) -> Name:
    waited = _minutes(first.waited_ms)
    return Name(f"它已等{waited.zh}，到了等候上限", f"it has waited {waited.en}, which is past the limit")


def _by_lane(hall: Hall, here: Here, first: Stand) -> Name:
    if first.ticket.lane_id == here.mine.ticket.lane_id:
        return _by_wait(hall, here, first)
    lane = _lane(hall, first)
    return Name(f"“{lane.zh}”这一类先叫", f"the lane “{lane.en}” is called first")


def _by_turn(hall: Hall, here: Here, first: Stand) -> Name:
    if first.ticket.lane_id == here.mine.ticket.lane_id:
        return _by_wait(hall, here, first)
    lane = _lane(hall, first)
    return Name(f"各类轮流叫号，轮到“{lane.zh}”", f"lanes take turns, and it is the turn of “{lane.en}”")


def _by_wait(hall: Hall, here: Here, first: Stand) -> Name:
    theirs, mine = _minutes(first.waited_ms), _minutes(here.mine.waited_ms)
    number = here.mine.ticket.number
    return Name(
        f"它等得更久，已等{theirs.zh}，{number} 等了{mine.zh}",
        f"it has waited longer, {theirs.en}, and {number} {mine.en}",
    )


_BECAUSE: Final[dict[str, Callable[[Hall, Here, Stand], Name]]] = {
    "behind": _behind,
    "tier": _by_tier,
    "points": _by_points,
    "ceiling": _by_ceiling,
    "absolute": _by_lane,
    "ratio": _by_turn,
    "longest": _by_wait,
}


def _lane(hall: Hall, stand: Stand) -> Name:
    """A lane as boards name it: by its neutral mark, if it has one."""
    lane = hall.lanes[stand.ticket.lane_id]
    return lane.mark or lane.name


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


def _compared(mine: int, theirs: int) -> tuple[str, str]:
    """Two urgencies in points, as exactly as it takes to tell them apart."""
    for digits in range(1, 6):
        shown = _points(mine, digits), _points(theirs, digits)
        if mine == theirs or shown[0] != shown[1]:
            break
    return shown


def _points(urgency: int, digits: int) -> str:
    return f"{calling.points(urgency):.{digits}f}".rstrip("0").rstrip(".")


def _minutes(milliseconds: Millis) -> Name:
    minutes = milliseconds // MINUTE_MS
    if minutes < 1:
        return Name("不到 1 分钟", "less than a minute")
    return Name(f" {minutes} 分钟", f"{minutes} minute{'s' if minutes > 1 else ''}")
