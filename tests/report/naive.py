"""The figures once more, by looking at whole lists of facts again and again: slow, plain, and by another hand."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from engine.core import events as e
from engine.core.events import Event
from tests.report.random_days import PLAN_OF_DAYS, days_of

Story = list[Event]
ENDS = ("served", "turned_away", "no_show", "left", "day_closed")


class Visit:
    """All facts of one ticket on one day, and the first fact, which made it."""

    def __init__(self, facts: Story) -> None:
        self.facts = facts
        self.first = facts[0]
        assert isinstance(self.first, (e.TicketIssued, e.WalkInBegan))

    @property
    def is_numbered(self) -> bool:
        return isinstance(self.first, e.TicketIssued)

    @property
    def is_void(self) -> bool:
        """Its paper never came out, and nobody with that number was ever served."""
        if any(isinstance(fact, (e.ServiceBegan, e.WalkInBegan)) for fact in self.facts):
            return False
        papers = [fact for fact in self.facts if isinstance(fact, (e.TicketPrinted, e.TicketNotPrinted))]
        return bool(papers) and isinstance(papers[-1], e.TicketNotPrinted)

    def all(self, *kinds: type) -> list[Any]:
        return [fact for fact in self.facts if isinstance(fact, kinds)]

    @property
    def calls(self) -> list[e.TicketCalled]:
        return self.all(e.TicketCalled)

    @property
    def wait_ms(self) -> int | None:
        return self.calls[0].at_ms - self.first.at_ms if self.calls else None

    @property
    def end(self) -> str | None:
        """What became of it: by the last fact that says so."""
        end = None
        for fact in self.facts:
            if isinstance(fact, e.ServiceFinished):
                end = {"day-closed": "day_closed", "turned-away": "turned_away"}.get(fact.outcome, "served")
            elif isinstance(fact, e.TicketMissed):
                end = "no_show"
            elif isinstance(fact, e.TicketReinstated):
                end = None
            elif isinstance(fact, e.TicketCancelled) and end is None:
                end = "day_closed" if fact.reason == "day-closed" else "left"
        return end

    @property
    def second_waits_ms(self) -> list[int]:
        waits = []
        for place, fact in enumerate(self.facts):
            if isinstance(fact, e.TicketTransferred) and any(
                isinstance(before, e.TicketCalled) for before in self.facts[:place]
            ):
                following = next(
                    (f for f in self.facts[place + 1 :] if isinstance(f, (e.TicketCalled, e.TicketTransferred))), None
                )
                if isinstance(following, e.TicketCalled):
                    waits.append(following.at_ms - fact.at_ms)
        return waits

    @property
    def handlings_ms(self) -> list[int]:
        """Time at windows for each finished item."""
        handlings, served, since = [], 0, None
        for fact in self.facts:
            if isinstance(fact, (e.ServiceBegan, e.WalkInBegan)):
                since = fact.at_ms
            elif since is not None and isinstance(
                fact, (e.TicketHeld, e.TicketTransferred, e.ServiceFinished, e.ItemFinished)
            ):
                served += fact.at_ms - since
                since = fact.at_ms if isinstance(fact, e.ItemFinished) else None
            is_item = isinstance(fact, e.ItemFinished) or (
                isinstance(fact, e.ServiceFinished) and fact.outcome != "day-closed"
            )
            if is_item:
                handlings.append(served)
                served = 0
            elif isinstance(fact, e.TicketTransferred) and fact.step is not None:
                served = 0
        return handlings

    @property
    def abnormal_holds(self) -> int:
        count = 0
        for place, fact in enumerate(self.facts):
            if isinstance(fact, e.TicketHeld):
                ends = (e.TicketResumed, e.TicketCalled, e.TicketTransferred, e.TicketCancelled)
                over = next((f for f in self.facts[place + 1 :] if isinstance(f, ends)), None)
                if over is not None:
                    is_long = over.at_ms - fact.at_ms > PLAN_OF_DAYS.rules.hold_ms_max
                    count += is_long or isinstance(over, e.TicketCancelled)
        return count

    @property
    def transfers(self) -> int:
        count = len([fact for fact in self.all(e.TicketTransferred) if fact.step is None])
        return count - (self.is_numbered and self.first.return_of is not None)  # type: ignore[union-attr]

    @property
    def mode(self) -> str:
        began = self.all(e.ServiceBegan, e.WalkInBegan)
        if began and self.has_ended_before(began[0]):
            return "extended"
        if isinstance(self.first, e.WalkInBegan):
            return "promised" if self.back_office else "instant"
        if self.first.appointment_id is not None:
            return "appointment"
        return "promised" if self.back_office else self.first.mode

    is_ending: Callable[[Event], bool]

    def has_ended_before(self, fact: Event) -> bool:
        return type(self).is_ending(fact)

    @property
    def back_office(self) -> bool:
        return any(fact.kind == "back-office" for fact in self.all(e.StageOpened))


def visits_of(story: Story) -> list[Visit]:
    """The visits of one day."""
    born = {f.ticket_id: [f] for f in story if isinstance(f, (e.TicketIssued, e.WalkInBegan))}
    for fact in story:
        ticket_id = getattr(fact, "ticket_id", None)
        if ticket_id in born and fact is not born[ticket_id][0]:
            born[ticket_id].append(fact)
    return [Visit(facts) for facts in born.values()]


def modes_of(story: Story) -> dict[str, int]:
    """How many numbers were drawn, and walk-ins served, in each mode."""
    endings = _ending_flags(story)
    counts: dict[str, int] = {}
    for visit in visits_of(story):
        Visit.is_ending = staticmethod(lambda fact: endings[id(fact)])  # type: ignore[assignment]
        if not visit.is_void:
            counts[visit.mode] = counts.get(visit.mode, 0) + 1
    return counts


def _ending_flags(story: Story) -> dict[int, bool]:
    flags, is_ending = {}, False
    for fact in story:
        is_ending = isinstance(fact, e.IssuingEnded) or (is_ending and not isinstance(fact, e.DayOpened))
        flags[id(fact)] = is_ending
    return flags


def figures(facts: Story, wanted: Callable[[str], bool] = lambda day: True) -> dict[str, Any]:
    """The figures of all days that are wanted."""
    stories = [story for day, story in days_of(facts) if wanted(day)]
    flat = [fact for story in stories for fact in story]
    every = [visit for story in stories for visit in visits_of(story)]
    counted = [visit for visit in every if not visit.is_void]
    waits = [visit.wait_ms for visit in counted if visit.wait_ms is not None]
    seconds = [wait for visit in counted for wait in visit.second_waits_ms]
    handlings = [handling for visit in counted for handling in visit.handlings_ms]
    no_shows = sum(visit.end == "no_show" for visit in counted)
    rated = [fact for fact in flat if isinstance(fact, e.TicketRated)]
    return {
        "issued": sum(visit.is_numbered for visit in counted),
        "walk_ins": sum(not visit.is_numbered for visit in counted),
        **{end: sum(visit.end == end for visit in counted) for end in ENDS},
        "still_here": sum(visit.end is None for visit in counted),
        "not_printed": sum(visit.is_void for visit in every),
        "called": len(waits),
        "no_show_rate": round(no_shows / len(waits), 4) if waits else None,
        "within_target": _share([wait <= PLAN_OF_DAYS.rules.target_wait_ms for wait in waits]),
        **_spread("wait", waits),
        "second_waits": len(seconds),
        **_spread("second_wait", seconds),
        **_spread("handling", handlings),
        "items": len(handlings),
        "calls": sum(len(visit.calls) for visit in counted),
        "recalled": sum(len(visit.all(e.TicketRecalled)) for visit in counted),
        "missed": sum(len(visit.all(e.TicketMissed)) for visit in counted),
        "reinstated": sum(len(visit.all(e.TicketReinstated)) for visit in counted),
        "held": sum(len(visit.all(e.TicketHeld)) for visit in counted),
        "held_abnormal": sum(visit.abnormal_holds for visit in counted),
        "transferred": sum(visit.transfers for visit in counted),
        "turned_away_at_door": sum(isinstance(fact, e.VisitorTurnedAway) for fact in flat),
        "self_service": sum(fact.count for fact in flat if isinstance(fact, e.SelfServiceCounted)),
        "home_visits": sum(isinstance(fact, e.HomeVisitFinished) for fact in flat),
        "ratings": len(rated),
        "satisfaction": _share([fact.stars >= 3 for fact in rated]),
        **{f"stars_{stars}": sum(fact.stars == stars for fact in rated) for stars in range(1, 6)},
        **_window_times(stories),
    }


def _window_times(stories: Iterable[Story]) -> dict[str, Any]:
    """Seconds by what a window was doing, second by fact."""
    lasted = {"open": 0, "busy": 0, "paused": 0}
    pauses, gaps = 0, []
    for story in stories:
        end_ms = _last_ms(story)
        for window_id in {fact.window_id for fact in story if isinstance(fact, e.WindowOpened)}:
            own = [fact for fact in story if _touches(fact, window_id)]
            for fact, following in zip(own, [*own[1:], None], strict=True):
                state = _state_after(fact)
                passed = (following.at_ms if following else end_ms) - fact.at_ms
                if state != "closed":
                    lasted["open"] += passed
                if state in ("busy", "paused"):
                    lasted[state] += passed
                pauses += isinstance(fact, e.WindowPaused)
                is_next = isinstance(following, (e.TicketCalled, e.WalkInBegan))
                if isinstance(fact, e.ServiceFinished) and is_next and following is not None:
                    gaps.append(following.at_ms - fact.at_ms)
    return {
        **{f"{state}_s": round(ms / 1_000, 1) for state, ms in lasted.items()},
        "pauses": pauses,
        "gaps": len(gaps),
        **_spread("gap", gaps),
    }


def _last_ms(story: Story) -> int:
    return story[-1].at_ms


def _touches(fact: Event, window_id: str) -> bool:
    """Whether the fact changes what this window is doing."""
    if isinstance(fact, e.TicketTransferred):
        return fact.from_window_id == window_id
    kinds = (
        e.WindowOpened, e.WindowClosed, e.WindowPaused, e.WindowResumed, e.TicketCalled, e.WalkInBegan,
        e.ServiceBegan, e.ServiceFinished, e.TicketMissed, e.TicketHeld, e.TicketCancelled,
    )  # fmt: skip
    return isinstance(fact, kinds) and fact.window_id == window_id


def _state_after(fact: Event) -> str:
    if isinstance(fact, e.WindowClosed):
        return "closed"
    if isinstance(fact, e.WindowPaused):
        return "paused"
    return "busy" if isinstance(fact, (e.TicketCalled, e.WalkInBegan, e.ServiceBegan)) else "idle"


def _spread(name: str, times_ms: Sequence[int]) -> dict[str, Any]:
    ordered = sorted(ms // 1_000 for ms in times_ms)

    def quantile(share: float) -> int | None:
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None

    return {
        f"{name}_mean_s": round(sum(times_ms) / len(times_ms) / 1_000, 1) if times_ms else None,
        f"{name}_p50_s": quantile(0.5),
        f"{name}_p90_s": quantile(0.9),
        f"{name}_max_s": ordered[-1] if ordered else None,
    }


def _share(flags: Sequence[bool]) -> float | None:
    return round(sum(flags) / len(flags), 4) if flags else None
