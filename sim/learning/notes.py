"""What a log could not teach and what is written instead, and what in it was not as usual; in both languages."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.core.plan import HallPlan, Name
from sim.learning.gathered import MINUTE_MS, Gathered
from sim.learning.handling import OWN_FAMILY_FROM, POOLED, POOLED_CV
from sim.learning.learned import Learned, tells_patience
from sim.learning.rates import DAYS_OF_EACH, DAYS_OF_MONTH, SIGNIFICANT
from sim.learning.seen import Doubts


@dataclass(frozen=True, slots=True)
class Note:
    """A code for machines and a sentence for people."""

    code: str
    words: Name


def notes_of(gathered: Gathered, learned: Learned, plan: HallPlan, doubts: Doubts, unfinished: list[str]) -> list[Note]:
    """Every note, what is missing first."""
    return [
        *_days(gathered, learned, unfinished),
        *_people(gathered, learned),
        *_windows(gathered, learned),
        *_services(gathered, learned, plan),
        *_doubts(gathered, doubts),
    ]


def _days(gathered: Gathered, learned: Learned, unfinished: list[str]) -> Iterator[Note]:
    rates = learned.rates
    if rates.over_dispersion is None:
        yield _note(
            "one-day",
            "只有一天可用：各天如何不同无从得知，over_dispersion 写 1（泊松），星期与月份系数不写",
            "only one day can be used: how days differ cannot be learnt; over_dispersion is written as 1 (Poisson), "
            "factors of weekdays and months are left out",
        )
    elif rates.weekdays_p is None:
        yield _note(
            "weekdays-few",
            f"每个星期几不足 {DAYS_OF_EACH} 天，星期系数不写",
            f"there are not {DAYS_OF_EACH} days of two weekdays: weekday factors are left out",
        )
    elif rates.weekdays_p >= SIGNIFICANT:
        yield _note(
            "weekdays-alike",
            f"有人来的各星期几，差异可由偶然解释（p = {rates.weekdays_p:.2f}），系数写 1 或不写",
            f"weekdays on which people come differ no more than by chance (p = {rates.weekdays_p:.2f}): their "
            "factors are 1, or left out",
        )
    if rates.over_dispersion is not None and rates.months_p is None:
        yield _note(
            "months-few",
            f"没有两个月各有 {DAYS_OF_MONTH} 天以上，月份系数不写",
            f"there are not {DAYS_OF_MONTH} days of two months: month factors are left out",
        )
    for day, words in rates.odd_days:
        yield _note(
            "other-hours",
            f"{day:%Y-%m-%d}：{words.zh}，时段与平常不同，到达规律不计这一天",
            f"{day:%Y-%m-%d}: {words.en}; the day had other hours and is left out of the arrivals",
        )
    for name in unfinished:
        yield _note(
            "not-closed",
            f"{name} 没有关门，当天不完整，不计",
            f"{name} was never closed: it is not whole, and left out",
        )
    if gathered.arrivals.grain_ms > MINUTE_MS:
        minutes = gathered.arrivals.grain_ms // MINUTE_MS
        yield _note(
            "coarse-moments",
            f"到达时刻只精确到 {minutes} 分钟，看不出开门前聚集和结伴",
            f"moments of arrival are told to {minutes} minutes: pulses and groups cannot be seen",
        )


def _people(gathered: Gathered, learned: Learned) -> Iterator[Note]:
    if not tells_patience(gathered):
        if gathered.known_patience:
            yield _note(
                "patience-one-sided",
                "记录只有离开者的耐心，没有其他人等了多久；由此推算会把人人都算得过急，故写无人离开",
                "the log tells how long those waited who left, and not how long the others did: learnt from it "
                "everybody would be too impatient, so nobody leaves",
            )
        else:
            yield _note(
                "no-patience",
                "记录没有等候时长，耐心无从得知，写无人离开；可用 called_at、left_at 重新导入",
                "the log does not tell how long people waited: patience cannot be learnt, and nobody leaves; name "
                "called_at and left_at in the map and import it again",
            )
    elif learned.patience is None:
        waits = gathered.known_waits + gathered.known_patience
        yield _note("nobody-left", f"{waits} 次等候中无人离开", f"of {waits} waits nobody left before being called")
    if gathered.beside["walk_ins"]:
        count = gathered.beside["walk_ins"]
        yield _note(
            "walk-ins",
            f"{count} 次直接办理（不取号）计为到访，但不计入渠道",
            f"{count} visits without a number count as arrivals, and for no channel",
        )


def _windows(gathered: Gathered, learned: Learned) -> Iterator[Note]:
    if learned.habits.walk_s is None or learned.habits.gap_s is None:
        yield _note(
            "no-habits",
            "记录看不出走到窗口或两次叫号之间的时间，看不出的写 0",
            "the log does not show how long people walk to the window, or the gap between visits: what it does not "
            "show is written as 0",
        )
    if learned.roster is None:
        yield _note(
            "no-roster",
            "记录看不出哪些窗口开放，按大厅的开放时间全部开放",
            "the log does not show which windows were staffed: all of them, in the hall's hours",
        )
    elif not gathered.knows_hours:
        yield _note(
            "guessed-roster",
            "窗口何时开放是由其叫号推断的；清静时段可能少算，请核对 [[roster]]",
            "when windows were staffed is guessed from their calls, and in quiet hours some may be missing: look at "
            "[[roster]]",
        )


def _services(gathered: Gathered, learned: Learned, plan: HallPlan) -> Iterator[Note]:
    few = [each.service_id for each in learned.handling.values() if each.basis == POOLED_CV]
    if few:
        yield _note(
            "few-visits",
            f"不足 {OWN_FAMILY_FROM} 次，用自己的均值和各业务共同的变异系数：{'、'.join(few)}",
            f"fewer than {OWN_FAMILY_FROM} visits, so their own mean and the variation of all services: "
            f"{', '.join(few)}",
        )
    fewest = [each.service_id for each in learned.handling.values() if each.basis == POOLED]
    if fewest:
        yield _note(
            "hardly-visited",
            f"几乎没有办理时长，用各业务共同的均值和变异系数：{'、'.join(fewest)}",
            f"hardly any length of a visit is known, so the mean and variation of all services: {', '.join(fewest)}",
        )
    unseen = [service.service_id for service in plan.services if service.service_id not in learned.handling]
    if unseen:
        yield _note(
            "unseen-services",
            f"没有人来办：{'、'.join(unseen)}",
            f"nobody came for: {', '.join(unseen)}",
        )
    if gathered.misclicks:
        yield _note(
            "misclicks",
            f"{gathered.misclicks} 次办理不足 1 秒或超过 12 小时，不计入时长",
            f"{gathered.misclicks} visits of less than a second or more than twelve hours are left out of the lengths",
        )


def _doubts(gathered: Gathered, doubts: Doubts) -> Iterator[Note]:
    for place, what in doubts.named:
        yield _note(
            "doubt",
            f"{doubts.source}: 位置 {place}: {what.zh}，此处的时长不计",
            f"{doubts.source}: position {place}: {what.en}; what it makes too long or too short is left out",
        )
    if doubts.count > len(doubts.named):
        more = doubts.count - len(doubts.named)
        yield _note("doubts", f"同类问题还有 {more} 处", f"and {more} more of the kind")


def _note(code: str, zh: str, en: str) -> Note:
    return Note(code, Name(zh, en))
