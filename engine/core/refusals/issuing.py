"""The refusals of drawing a number, and of its form and paper."""

from engine.core.plan import Name
from engine.core.refusals.base import Refusal


class ChannelNotTaken(Refusal):
    code = "channel-not-taken"
    zh = "“{service}”不能这样取号，请改用：{channels}。"
    en = "“{service}” cannot be drawn this way; use {channels}."


class AppointmentsOnly(Refusal):
    code = "appointments-only"
    zh = "“{service}”在 {hours} 只受理预约，请先预约，或换个时间来。"
    en = "“{service}” is by appointment only at {hours}; book one, or come at another time."


class QuotaUsedUp(Refusal):
    """No number this way for now: when more are given, how else there are some, and where to ask.

    `opens` is a time of today as HH:MM, None when no more are given; `elsewhere` names the channels that have some.
    """

    code = "quota-used-up"
    zh = "“{service}”的号已取完。"
    en = "All numbers for “{service}” have been drawn."

    def __init__(
        self, service: object, opens: str | None = None, help_desk: Name | None = None, elsewhere: Name | None = None
    ) -> None:
        super().__init__(service=service)
        self.opens = opens
        self.help_desk = help_desk
        self.elsewhere = elsewhere

    def sentence(self, language: str) -> str:
        """What is gone, when or how else there is more, and where to ask."""
        said = [super().sentence(language)]
        if language == "zh":
            if self.elsewhere is not None:
                said = [f"这种方式的号已取完，可改用：{self.elsewhere.zh}。"]
            elif self.opens is None:
                said.append("今天不再放号，请改日再来。")
            said += [f"{self.opens} 起可再取号。"] if self.opens else []
            said += [f"有疑问请到{self.help_desk.zh}咨询。"] if self.help_desk else []
            return "".join(said)
        if self.elsewhere is not None:
            said = [f"No more numbers are drawn this way; use {self.elsewhere.en}."]
        elif self.opens is None:
            said.append("Please come another day.")
        said += [f"More are given from {self.opens}."] if self.opens else []
        said += [f"Ask at {self.help_desk.en}."] if self.help_desk else []
        return " ".join(said)


class OpenTicketExists(Refusal):
    code = "open-ticket-exists"
    zh = "您已有 {ticket} 号，请用这张号，或先作废再取。"
    en = "You hold ticket {ticket} for this already; use it, or give it up first."


class HallFull(Refusal):
    code = "hall-full"
    zh = "大厅内已有 {count} 人，达到上限，请稍后再来取号。"
    en = "There are {count} people in the hall, as many as may be; please come back a little later."


class TooLateToday(Refusal):
    code = "too-late-today"
    zh = "现在取号，要到 {closes} 结束受理以后才能轮到，请改日再来。"
    en = "Your turn would come after closing at {closes}; please come another day."


class TooManyItems(Refusal):
    code, kind = "too-many-items", "invalid"
    zh = "一张号最多办 {limit} 件事，请分开取号。"
    en = "One ticket is for at most {limit} items; draw another for the rest."


class ReturnNotGranted(Refusal):
    code = "return-not-granted"
    zh = "{ticket} 号没有免排队返回的资格，或资格已用过、已过期，请重新取号。"
    en = "Ticket {ticket} has no right to come back for this, or it was used or is over; draw a new number."


class NothingToCollect(Refusal):
    code = "nothing-to-collect"
    zh = "“{stage}”没有可领取的结果：尚未办好，或已经领走。"
    en = "There is nothing to collect under “{stage}”: it is not ready, or was collected, or elsewhere."


class FormFilledAlready(Refusal):
    code = "form-filled-already"
    zh, en = "{ticket} 号的表已经填好。", "The form of ticket {ticket} is filled in already."


class ReprintLimit(Refusal):
    code, kind = "reprint-limit", "limit"
    zh = "{ticket} 号已补打 {limit} 次，请找工作人员。"
    en = "Ticket {ticket} was printed again {limit} times; please ask a member of staff."
