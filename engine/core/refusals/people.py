"""The refusals of the people who work in the hall, and of what a supervisor changes about windows."""

from engine.core.refusals.base import Refusal


class AlreadySignedIn(Refusal):
    code, zh, en = "already-signed-in", "这位工作人员已经签到。", "This clerk has signed in already."


class NotSignedIn(Refusal):
    code, zh, en = "not-signed-in", "这位工作人员没有签到。", "This clerk has not signed in."


class ClerkAtWindow(Refusal):
    code = "clerk-at-window"
    zh = "这位工作人员还在 {window} 号窗口，请先关窗再签退。"
    en = "This clerk is still at window {window}; close it first, then sign out."


class NotTheDeputy(Refusal):
    code = "not-the-deputy"
    zh = "“{deputy}”不是“{clerk}”的 B 岗，请由值班领导指定。"
    en = "“{deputy}” is not the planned deputy of “{clerk}”; a supervisor may name somebody else."


class DeputyMissing(Refusal):
    code, kind = "deputy-missing", "invalid"
    zh = "“{clerk}”没有设 B 岗，请指明由谁顶岗。"
    en = "“{clerk}” has no planned deputy; say who stands in."


class OwnDeputy(Refusal):
    code, kind = "own-deputy", "invalid"
    zh, en = "不能由本人顶替本人，请另选一位。", "Nobody stands in for themselves; name somebody else."


class DeputyAway(Refusal):
    code = "deputy-away"
    zh = "“{deputy}”自己正由他人顶岗，请另选一位。"
    en = "“{deputy}” is away, and somebody stands in for them too; name somebody else."


class AlreadySubstituted(Refusal):
    code = "already-substituted"
    zh = "“{deputy}”已在顶替“{clerk}”，请先结束顶岗。"
    en = "“{deputy}” stands in for “{clerk}” already; end that first."


class NotSubstituted(Refusal):
    code, zh, en = "not-substituted", "没有人在顶替“{clerk}”。", "Nobody stands in for “{clerk}”."


class PauseReasonUnknown(Refusal):
    code, kind = "pause-reason-unknown", "invalid"
    zh, en = "暂停原因请从这些中选：{reasons}。", "Choose the reason for the pause from these: {reasons}."


class NumberTaken(Refusal):
    code = "number-taken"
    zh, en = (
        "{number} 号已是另一个窗口“{window}”，请换一个号。",
        "Number {number} is window “{window}”; choose another.",
    )


class ZoneUnknown(Refusal):
    code, kind = "zone-unknown", "unknown"
    zh, en = "没有“{zone}”这个区域。", "There is no zone “{zone}”."


class MoveUnclear(Refusal):
    code, kind = "move-unclear", "invalid"
    zh = "请写明窗口的新号或新区域，与现在的不同。"
    en = "Name a number or a zone for the window that is not the present one."


class TiersUnclear(Refusal):
    code, kind = "tiers-unclear", "invalid"
    zh = "请至少给窗口一项业务，每项业务只写一次，不留空的一级。"
    en = "Give the window at least one service, each service once, and no empty tier."


class PartnerClosed(Refusal):
    code = "partner-closed"
    zh = "远程窗口的“{site}”现在不办公，办公时间：{hours}。"
    en = "The partner site “{site}” of this remote window is not at work now; its hours are {hours}."
