"""The refusals of ratings."""

from engine.core.refusals.base import Refusal


class NotRateable(Refusal):
    code = "not-rateable"
    zh = "这里没有可以评价的事项：要在办结之后、{days} 个服务日之内评价。"
    en = "There is nothing to rate here: an item is rated once it is finished, within {days} service days."


class AlreadyRated(Refusal):
    code = "already-rated"
    zh, en = "这项已经评价过了，一事只评一次。", "This was rated already; each item is rated once."


class StarsUnfit(Refusal):
    code, kind = "stars-unfit", "invalid"
    zh, en = "评价和各项分数须为 1 到 {most}。", "A rating and its scores go from 1 to {most}."


class FollowUpUnknown(Refusal):
    code, kind = "follow-up-unknown", "unknown"
    zh, en = "没有这项在办的差评整改。", "No such bad rating is being looked into."
