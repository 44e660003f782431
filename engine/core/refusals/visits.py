"""The refusals of outcomes, stages, no-shows, transfers to people, and visits that need no window."""

from engine.core.refusals.base import Refusal


class OutcomeUnknown(Refusal):
    code, kind = "outcome-unknown", "invalid"
    zh = "没有“{outcome}”这种办理结果，请选：{outcomes}。"
    en = "There is no outcome “{outcome}”; choose one of {outcomes}."


class NoBackOffice(Refusal):
    code = "no-back-office"
    zh = "“{service}”没有后台办理环节，请选其他办理结果。"
    en = "“{service}” has no back office to go on in; choose another outcome."


class StageUnknown(Refusal):
    code, kind = "stage-unknown", "unknown"
    zh = "没有“{stage}”这个环节，或已归档。"
    en = "There is no stage “{stage}”, or it is over and forgotten."


class StageFinishedAlready(Refusal):
    code = "stage-finished"
    zh, en = "“{stage}”这个环节已经办结。", "Stage “{stage}” is finished already."


class NoShowVoid(Refusal):
    code = "no-show-void"
    zh = "这项业务过号作废，{ticket} 号不能恢复，请重新取号。"
    en = "For this service a missed call is the end: {ticket} cannot wait again; draw a new number."


class ReturnsUsedUp(Refusal):
    code, kind = "returns-used-up", "limit"
    zh = "{ticket} 号已恢复过 {limit} 次，不能再恢复，请重新取号。"
    en = "Ticket {ticket} has come back {limit} times, as often as it may; draw a new number."


class ClerkAbsent(Refusal):
    code = "clerk-absent"
    zh = "“{clerk}”和替岗人员现在都不在窗口，请转到业务或窗口。"
    en = "Neither “{clerk}” nor whoever stands in for them is at a window; send the visit to a service or a window."


class DueUnfit(Refusal):
    code, kind = "due-unfit", "invalid"
    zh = "办理期限须在现在之后、{days} 天之内。"
    en = "The due time must lie ahead, at most {days} days."


class HomeVisitUnknown(Refusal):
    code, kind = "home-visit-unknown", "unknown"
    zh, en = "没有“{request}”这个上门申请。", "There is no home visit “{request}”."


class HomeVisitOver(Refusal):
    code = "home-visit-over"
    zh, en = "“{request}”这个上门申请已经办结。", "The home visit “{request}” is over."


class HomeVisitUnassigned(Refusal):
    code = "home-visit-unassigned"
    zh = "“{request}”这个上门申请还没有派人，请先指派工作人员。"
    en = "Nobody has been assigned to the home visit “{request}” yet; assign a clerk first."
