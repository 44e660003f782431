"""Why a ticket was called or is not yet, as its holder or as staff may read it."""

from engine.core import calendar, calling
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.model import Ticket
from engine.core.numbering import number_of
from engine.core.plan import Name
from engine.core.views.halls import name
from engine.core.views.table import View
from engine.core.why import Called, Here, Stand, why
from engine.core.why_words import call_sentence, here_sentence, sentence


def why_view(hall: Hall, ticket: Ticket, now_ms: Millis, *, is_public: bool) -> View:
    """The answer about one ticket; the words with which staff chose it are for staff alone."""
    assert hall.plan is not None
    answer = why(hall, ticket, now_ms)
    return {
        "number": ticket.number,
        "state": ticket.state,
        "sentence": name(sentence(hall, answer)),
        "at": calendar.iso(hall.plan.timezone, now_ms),
        "called": called_view(hall, ticket.number, answer.called, is_public=is_public) if answer.called else None,
        "ahead": answer.ahead,
        "windows": [_here(hall, here) for here in answer.windows],
        "position": hall.position,
    }


def called_view(hall: Hall, number: str, call: Called, *, is_public: bool) -> View:
    """One call, from its stored reason; tickets by their numbers."""
    assert hall.plan is not None
    reason = call.reason
    runner_up = reason.runner_up_urgency
    return {
        "at": calendar.iso(hall.plan.timezone, call.at_ms),
        "window": call.window.window_id if call.window else None,
        "window_number": call.window.plan.number if call.window else None,
        "sentence": name(_with_words(call_sentence(hall, number, call), None if is_public else reason.words)),
        "rule": reason.rule,
        "tier": reason.tier,
        "points": _points(reason.urgency),
        "waited_s": reason.waited_ms // 1_000,
        "runner_up": number_of(reason.runner_up) if reason.runner_up else None,
        "runner_up_points": _points(runner_up) if runner_up is not None else None,
        "words": None if is_public else reason.words,
    }


def _with_words(said: Name, words: str | None) -> Name:
    return Name(f"{said.zh}理由：{words}。", f"{said.en} The reason given: {words}.") if words else said


def _here(hall: Hall, here: Here) -> View:
    mine = here.mine
    return {
        "id": here.window.window_id,
        "number": here.window.plan.number,
        "state": here.window.state,
        "because": here.because,
        "sentence": name(here_sentence(hall, here)),
        "place": here.place,
        "tier": mine.tier,
        "points": _points(mine.urgency),
        "waited_s": max(0, mine.waited_ms) // 1_000,
        "help_in_s": None if here.help_in_ms is None else -(-here.help_in_ms // 1_000),
        "next": _stand(here.first) if here.first is not None else None,
    }


def _stand(stand: Stand) -> View:
    return {
        "number": stand.ticket.number,
        "tier": stand.tier,
        "points": _points(stand.urgency),
        "waited_s": max(0, stand.waited_ms) // 1_000,
    }


def _points(urgency: int) -> float:
    return round(calling.points(urgency), 2)
