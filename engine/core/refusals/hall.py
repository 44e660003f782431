"""The refusals of tickets, windows and the day."""

from engine.core.refusals.base import Refusal


class ServiceUnknown(Refusal):
    code, kind = "service-unknown", "unknown"
    zh, en = "没有“{service}”这项业务。", "There is no service “{service}”."


class LaneUnknown(Refusal):
    code, kind = "lane-unknown", "unknown"
    zh, en = "没有“{lane}”这类队列。", "There is no lane “{lane}”."


class WindowUnknown(Refusal):
    code, kind = "window-unknown", "unknown"
    zh, en = "没有“{window}”这个窗口。", "There is no window “{window}”."


class TicketUnknown(Refusal):
    code, kind = "ticket-unknown", "unknown"
    zh, en = "今天没有这张号票。", "There is no such ticket today."


class ClerkUnknown(Refusal):
    code, kind = "clerk-unknown", "unknown"
    zh, en = "没有“{clerk}”这位工作人员。", "There is no clerk “{clerk}”."


class HallUnplanned(Refusal):
    code, kind = "hall-unplanned", "unavailable"
    zh, en = "大厅尚未配置。", "The hall has no plan yet."


class OtherHall(Refusal):
    code = "other-hall"
    zh = "这些数据属于大厅 {hall}，请为新大厅另选数据目录。"
    en = "This journal belongs to the hall {hall}; name another data directory for this one."


class PlanInUse(Refusal):
    code = "plan-in-use"
    zh = "新方案去掉了仍有人使用的“{what}”，请等今天结束后再换。"
    en = "The new plan drops “{what}”, which is still in use; change it after the day has closed."


class DayAlreadyOpen(Refusal):
    code, zh, en = "day-already-open", "今天已经开始服务。", "The day is open already."


class DayNotOpen(Refusal):
    code, kind = "day-not-open", "conflict"
    zh, en = "大厅现在未开放。", "The hall is not open now."


class IssuingOver(Refusal):
    code = "issuing-over"
    zh, en = "今天已停止取号，请改日再来。", "No more numbers are given today; please come another day."


class ServiceClosed(Refusal):
    code = "service-closed"
    zh = "“{service}”现在不受理，受理时间：{hours}。"
    en = "“{service}” is not open now; its hours are {hours}."


class VisitorsAtWindows(Refusal):
    code = "visitors-at-windows"
    zh, en = "还有 {count} 位群众在窗口，请办完再结束。", "{count} visitors are still at windows; finish them first."


class NobodyWaiting(Refusal):
    code, zh, en = "nobody-waiting", "现在没有人等候本窗口。", "Nobody waits for this window."


class WindowClosedRefusal(Refusal):
    code, zh, en = "window-closed", "窗口尚未开放。", "The window is closed."


class WindowPausedRefusal(Refusal):
    code, zh, en = "window-paused", "窗口暂停服务中，请先恢复。", "The window is paused; resume it first."


class WindowBusy(Refusal):
    code = "window-busy"
    zh = "窗口还有 {ticket} 号，请先办结、过号或挂起。"
    en = "Ticket {ticket} is still at this window; finish it, hold it or record a no-show first."


class WindowAlreadyOpen(Refusal):
    code, zh, en = "window-already-open", "窗口已经开放。", "The window is open already."


class WindowNotPaused(Refusal):
    code, zh, en = "window-not-paused", "窗口没有暂停。", "The window is not paused."


class ClerkElsewhere(Refusal):
    code = "clerk-elsewhere"
    zh, en = "这位工作人员正在 {window} 窗口。", "This clerk is at window {window}."


class NoTicketAtWindow(Refusal):
    code, zh, en = "no-ticket-at-window", "窗口现在没有号。", "There is no ticket at this window."


class NotCalled(Refusal):
    code, zh, en = "not-called", "{ticket} 号不在呼叫中。", "Ticket {ticket} is not being called."


class AlreadyServing(Refusal):
    code, zh, en = "already-serving", "{ticket} 号已经在办理。", "Ticket {ticket} is being served already."


class RecallLimit(Refusal):
    code, kind = "recall-limit", "limit"
    zh, en = "已重呼 {limit} 次，可记过号。", "Recalled {limit} times already; you may record a no-show."


class NotWaiting(Refusal):
    code, zh, en = "not-waiting", "{ticket} 号现在不在等候（{state}）。", "Ticket {ticket} is not waiting ({state})."


class NotHeld(Refusal):
    code, zh, en = "not-held", "{ticket} 号没有挂起。", "Ticket {ticket} is not on hold."


class NotMissed(Refusal):
    code, zh, en = "not-missed", "{ticket} 号没有过号。", "Ticket {ticket} has not missed its call."


class NotServedHere(Refusal):
    code = "not-served-here"
    zh, en = "本窗口不办理“{service}”。", "This window does not serve “{service}”."


class HeldElsewhere(Refusal):
    code = "held-elsewhere"
    zh, en = "这张号要在 {window} 号窗口继续办理。", "Only window {window} can go on with this ticket."


class ReasonMissing(Refusal):
    code, kind = "reason-missing", "invalid"
    zh, en = "请写明原因。", "Say why: this needs a reason."


class DestinationUnclear(Refusal):
    code, kind = "destination-unclear", "invalid"
    zh, en = "请选一个去处：业务、窗口或人员。", "Name one destination: a service, a window or a person."


class NumberMissing(Refusal):
    code = "number-missing"
    zh, en = "这位群众没有号，请先取号，再挂起或转办。", "This visitor has no number to be called by; draw one first."


class TicketOver(Refusal):
    code, zh, en = "ticket-over", "{ticket} 号已经结束（{state}）。", "Ticket {ticket} is over ({state})."


class StalePosition(Refusal):
    code = "stale-position"
    zh, en = "窗口刚才有了变化，请看最新状态再操作。", "The window has changed meanwhile; look again, then decide."


class KeyReused(Refusal):
    code = "key-reused"
    zh, en = "这个操作编号已用于另一个请求。", "This idempotency key was used for a different request."


class Busy(Refusal):
    code, kind = "busy", "unavailable"
    zh, en = "系统繁忙，请稍候再试。", "The engine is busy; please try again."


class Restarting(Refusal):
    code, kind = "restarting", "unavailable"
    zh, en = "系统正在恢复，请用同一编号重试。", "The engine is restarting; repeat the request with the same key."


class DiskFull(Refusal):
    code, kind = "disk-full", "unavailable"
    zh, en = (
        "存储空间已满，暂不能取号；已取的号照常呼叫。",
        ("The disk is full: no new tickets for now; those issued will still be called."),
    )
