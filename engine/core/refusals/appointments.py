"""The refusals of appointments."""

from engine.core.refusals.base import Refusal


class NoAppointments(Refusal):
    code, kind = "no-appointments", "invalid"
    zh, en = "“{service}”不受理预约，请直接取号。", "“{service}” takes no appointments; draw a number in the hall."


class SlotUnknown(Refusal):
    code, kind = "slot-unknown", "invalid"
    zh = "“{service}”没有 {day} {start} 这个时段，可约时段：{starts}。"
    en = "“{service}” has no slot at {start} on {day}; slots begin at {starts}."


class SlotPast(Refusal):
    code = "slot-past"
    zh, en = (
        "{day} {start} 的时段已经开始或过去，请另选。",
        "The slot of {start} on {day} has begun or is over; choose another.",
    )


class TooFarAhead(Refusal):
    code = "too-far-ahead"
    zh, en = "现在最远只能约到 {last}。", "Appointments can be made up to {last} for now."


class HallShut(Refusal):
    code = "hall-shut"
    zh, en = "{day} 大厅不开放，请另选一天。", "The hall stays shut on {day}; choose another day."


class SlotFull(Refusal):
    code = "slot-full"
    zh = "{day} {start} 已约满，最近的空位：{next}。"
    en = "The slot of {start} on {day} is full; the next free one is {next}."


class FullyBooked(Refusal):
    code = "fully-booked"
    zh = "到 {last} 为止“{service}”已全部约满，请改日再约，或到大厅取号。"
    en = "“{service}” is fully booked up to {last}; try again another day, or draw a number in the hall."


class AlreadyBooked(Refusal):
    code = "already-booked"
    zh = "您已约了 {day} {start} 的“{service}”，一天一次；如要改期，请先取消。"
    en = "You have an appointment for “{service}” at {start} on {day}; one a day: cancel it to choose another."


class BookingsSuspended(Refusal):
    code, kind = "bookings-suspended", "denied"
    zh = "本季度已有 {count} 次预约未到，暂不能再约；请直接到大厅取号。"
    en = "Too many appointments were missed this quarter ({count}) to make another; draw a number in the hall."


class AppointmentUnknown(Refusal):
    code, kind = "appointment-unknown", "unknown"
    zh, en = "没有这个预约，或其日期已过。", "There is no such appointment, or its day is over."


class AppointmentOver(Refusal):
    code = "appointment-over"
    zh, en = "这个预约已经结束（{state}）。", "This appointment is over ({state})."


class AlreadyCheckedIn(Refusal):
    code = "already-checked-in"
    zh, en = "这个预约已取号：{ticket}。", "This appointment has its number already: {ticket}."


class TooEarly(Refusal):
    code = "too-early"
    zh, en = (
        "还没到报到时间，请在 {day} {time} 之后再来。",
        "It is too early to check in; come back at {time} on {day}.",
    )


class TooLateToCancel(Refusal):
    code = "too-late-to-cancel"
    zh, en = "取消须在 {day} {time} 之前。", "It could be cancelled until {time} on {day}."
