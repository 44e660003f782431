"""Why there is no report."""

from engine.core.refusals.base import Refusal


class BadPeriod(Refusal):
    code, kind = "bad-period", "invalid"
    zh = "没有这样的日期，请写成 {example}。"
    en = "There is no such date; write it like {example}."


class PeriodAmbiguous(Refusal):
    code, kind = "period-ambiguous", "invalid"
    zh = "日、月、年只能选一个。"
    en = "Name a day, a month or a year, and only one of them."


class PeriodUnknown(Refusal):
    code, kind = "period-unknown", "unknown"
    zh = "{period} 没有记录；有记录的日子：{days}。"
    en = "Nothing is recorded for {period}; there are records of {days}."


class NumberUnknown(Refusal):
    code, kind = "number-unknown", "unknown"
    zh = "{day} 没有 {number} 号。"
    en = "There was no number {number} on {day}."


class NothingRecorded(Refusal):
    code, kind = "nothing-recorded", "unknown"
    zh = "日志里还没有服务日，开门服务后才有报表。"
    en = "The journal has no service day yet; there is a report once a day has been opened."


class ReportUnderWay(Refusal):
    code, kind = "report-under-way", "unavailable"
    zh = "正在生成另一份报表，请稍后再试。"
    en = "Another report is being made; ask again in a moment."


class ReportFailed(Refusal):
    code, kind = "report-failed", "unavailable"
    zh = "报表没有做成，请改用较短的时段，或停机后用命令 jiaohao report。"
    en = "The report was not finished; ask for a shorter period, or stop the hall and use jiaohao report."
