"""Random days of visits and ratings, and what must hold of the facts they leave, read without the hall."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import msgpack

from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.refusals import Refusal
from tests.builders import Driver, with_rules

RATING_DAYS: Final = 2
BAD_STARS: Final = 2
CALL_BACKS: Final = 3
HALL: Final = with_rules(rating_days=RATING_DAYS, bad_stars=BAD_STARS)
SERVICES: Final = ("social", "tax", "young")
LATEST: Final = 5


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody does; the numbers choose among what there is."""

    name: str
    one: int
    two: int


@dataclass(slots=True)
class FinishedThing:
    """An item that was finished, as the facts tell it."""

    day: int
    window_id: str
    clerk_id: str | None
    service_id: str
    at_ms: Millis
    stars: int | None = None


@dataclass(slots=True)
class FollowUp:
    """What is being done about a bad rating."""

    attempts: int = 0
    is_reached: bool = False


@dataclass(slots=True)
class Story:
    """What the facts have told so far."""

    days: int = 0
    clerks: dict[str, str | None] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    things: dict[tuple[str, int], FinishedThing] = field(default_factory=dict)
    follow_ups: dict[tuple[str, int], FollowUp] = field(default_factory=dict)
    last_at: dict[str, tuple[str, int]] = field(default_factory=dict)


class Days:
    """A hall where people are served and asked, and its story told by the facts alone."""

    def __init__(self) -> None:
        self.driver = Driver.opened(HALL)
        self.story = Story()
        self._seen = 0
        self.all_is_well()

    def act(self, act: Act) -> None:
        ACTS[act.name](self, act)
        self.all_is_well()

    def order(self, command: Command) -> tuple[Event, ...]:
        """Give an order; a no is as good an answer as a yes."""
        try:
            return self.driver.do(command)
        except Refusal:
            return ()

    def restart(self) -> None:
        rows = msgpack.unpackb(msgpack.packb(self.driver.hall.to_rows()))
        self.driver.hall = Hall.from_rows(self.driver.hall.plan, rows)

    def thing(self, one: int) -> tuple[str, int]:
        """One of the latest finished items, or one there never was."""
        keys = [("20261123-a999", 0), *self.story.things]
        return keys[-1 - one % min(len(keys), LATEST)]

    def all_is_well(self) -> None:
        new = self.driver.events[self._seen :]
        for place, event in enumerate(new):
            if type(event) in HEAR:
                HEAR[type(event)](self.story, event)
            if isinstance(event, e.TicketRated):
                follows = new[place + 1 : place + 2]
                assert bool(follows and isinstance(follows[0], e.FollowUpOpened)) is (event.stars <= BAD_STARS)
        self._seen = len(self.driver.events)
        ratings = self.driver.hall.ratings
        assert {(each.ticket_id, each.step) for each in ratings.open_follow_ups()} == self.story.follow_ups.keys()
        for each in ratings.open_follow_ups():
            known = self.story.follow_ups[each.ticket_id, each.step]
            assert (each.call_backs.attempts, each.call_backs.is_reached) == (known.attempts, known.is_reached)
        for window_id in ("w01", "w02", "w03"):
            assert ratings.ended_at(window_id, 0) == self.story.last_at.get(window_id)
        fresh = [thing for thing in self.story.things.values() if self.story.days - thing.day <= RATING_DAYS]
        told = Counter((thing.window_id, thing.clerk_id, thing.stars or 0) for thing in fresh)
        summed: Counter[tuple[str, str | None, int]] = Counter()
        for (window_id, clerk_id), tally in ratings.tallies(RATING_DAYS):
            summed.update({(window_id, clerk_id, stars): count for stars, count in enumerate(tally)})
        assert +summed == told

    def end_well(self) -> None:
        """A hall that saw the same facts, and was never restarted, is the same."""
        fold = Hall()
        for event in self.driver.events:
            fold.apply(event)
        assert fold.to_rows() == self.driver.hall.to_rows()


def _day_opened(story: Story, event: e.DayOpened) -> None:
    story.days += 1
    story.last_at.clear()


def _window_opened(story: Story, event: e.WindowOpened) -> None:
    story.clerks[event.window_id] = event.clerk_id


def _issued(story: Story, event: e.TicketIssued) -> None:
    story.services[event.ticket_id] = event.service_id


def _walked_in(story: Story, event: e.WalkInBegan) -> None:
    story.services[event.ticket_id] = event.service_id


def _transferred(story: Story, event: e.TicketTransferred) -> None:
    story.services[event.ticket_id] = event.service_id
    if event.step is not None:
        story.steps[event.ticket_id] = event.step


def _item_began(story: Story, event: e.ItemBegan) -> None:
    story.services[event.ticket_id] = event.service_id
    story.steps[event.ticket_id] = event.step


def _finished(story: Story, event: e.ItemFinished | e.ServiceFinished) -> None:
    if isinstance(event, e.ServiceFinished) and event.outcome == "day-closed":
        return
    key = (event.ticket_id, story.steps.get(event.ticket_id, 0))
    assert key not in story.things
    story.things[key] = FinishedThing(
        story.days,
        event.window_id,
        story.clerks[event.window_id],
        story.services[event.ticket_id],
        event.at_ms,
    )
    story.last_at[event.window_id] = key


def _rated(story: Story, event: e.TicketRated) -> None:
    thing = story.things[event.ticket_id, event.step]
    assert thing.stars is None, "an item was rated twice"
    assert story.days - thing.day <= RATING_DAYS, "too late"
    assert (event.window_id, event.clerk_id) == (thing.window_id, thing.clerk_id)
    assert (event.service_id, event.finished_ms) == (thing.service_id, thing.at_ms)
    thing.stars = event.stars


def _follow_up_opened(story: Story, event: e.FollowUpOpened) -> None:
    key = (event.ticket_id, event.step)
    stars = story.things[key].stars
    assert stars is not None
    assert stars <= BAD_STARS
    assert key not in story.follow_ups
    assert event.due_ms > event.at_ms
    story.follow_ups[key] = FollowUp()


def _called_back(story: Story, event: e.FollowUpCalledBack) -> None:
    follow_up = story.follow_ups[event.ticket_id, event.step]
    follow_up.attempts += 1
    follow_up.is_reached |= event.is_reached


def _closed(story: Story, event: e.FollowUpClosed) -> None:
    follow_up = story.follow_ups.pop((event.ticket_id, event.step))
    assert follow_up.is_reached or follow_up.attempts >= CALL_BACKS


HEAR: Final[dict[type[Event], Callable[[Story, Any], None]]] = {
    e.DayOpened: _day_opened,
    e.WindowOpened: _window_opened,
    e.TicketIssued: _issued,
    e.WalkInBegan: _walked_in,
    e.TicketTransferred: _transferred,
    e.ItemBegan: _item_began,
    e.ItemFinished: _finished,
    e.ServiceFinished: _finished,
    e.TicketRated: _rated,
    e.FollowUpOpened: _follow_up_opened,
    e.FollowUpCalledBack: _called_back,
    e.FollowUpClosed: _closed,
}


def _issue(days: Days, act: Act) -> None:
    first, second = SERVICES[act.one % 3], SERVICES[act.two % 3]
    is_combined = first != second and act.two % 2 == 0
    items = (e.VisitItem(first), e.VisitItem(second)) if is_combined else ()
    days.order(c.IssueTicket(first, items=items))


def _serve(days: Days, act: Act) -> None:
    window_id = f"w0{act.one % 3 + 1}"
    days.order(c.CallNext(window_id) if act.two % 5 else c.WalkDirect(window_id))


def _finish(days: Days, act: Act) -> None:
    days.order(c.FinishService(f"w0{act.one % 3 + 1}", stays=act.two % 2 == 0))


def _rate(days: Days, act: Act) -> None:
    """Rate something; what may be rated is."""
    ticket_id, step = days.thing(act.one)
    thing = days.story.things.get((ticket_id, step))
    facts = days.order(c.RateTicket(ticket_id, act.two % 5 + 1, step))
    is_fresh = thing is not None and thing.stars is None and days.story.days - thing.day <= RATING_DAYS
    assert bool(facts) is is_fresh


def _rate_what_is_not_finished(days: Days, act: Act) -> None:
    for ticket in days.driver.hall.tickets.values():
        if (ticket.ticket_id, ticket.step) not in days.story.things:
            assert not days.order(c.RateTicket(ticket.ticket_id, 5, ticket.step))


def _change_clerk(days: Days, act: Act) -> None:
    window_id = f"w0{act.one % 3 + 1}"
    days.order(c.CloseWindow(window_id))
    days.order(c.OpenWindow(window_id, (None, "c01", "c02")[act.two % 3]))


def _follow_up(days: Days, act: Act) -> tuple[str, int]:
    keys = [*days.story.follow_ups, ("20261123-a999", 0)]
    return keys[act.one % len(keys)]


def _call_back(days: Days, act: Act) -> None:
    days.order(c.CallBackFollowUp(*_follow_up(days, act), is_reached=act.two % 4 == 0))


def _close(days: Days, act: Act) -> None:
    days.order(c.CloseFollowUp(*_follow_up(days, act)))


def _sleep(days: Days, act: Act) -> None:
    """Until the next day, when somebody opens the windows again."""
    if act.two % 3 == 0:
        days.driver.wait(minutes=24 * 60)
        for window_id in ("w01", "w02", "w03"):
            days.order(c.OpenWindow(window_id))


ACTS: Final[dict[str, Callable[[Days, Act], None]]] = {
    "issue": _issue,
    "serve": _serve,
    "finish": _finish,
    "rate": _rate,
    "rate what is not finished": _rate_what_is_not_finished,
    "change clerk": _change_clerk,
    "call back": _call_back,
    "close": _close,
    "wait": lambda days, act: days.driver.wait(minutes=act.two % 7),
    "sleep": _sleep,
    "restart": lambda days, act: days.restart(),
}
NAMES: Final = (*ACTS, "issue", "serve", "finish", "rate", "serve", "finish")


def live(acts: list[Act]) -> None:
    """Some days; fails when anything does not hold."""
    days = Days()
    for act in acts:
        days.act(act)
    days.end_well()


def walk(seed: int, steps: int) -> None:
    """Days from a seed."""
    random = Random(seed)
    live([Act(random.choice(NAMES), random.randrange(100), random.randrange(100)) for _ in range(steps)])
