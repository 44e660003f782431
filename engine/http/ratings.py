"""Ratings (好差评) over HTTP: by the ticket's token, by the evaluator at a window; figures; what follows a bad one."""

from typing import Final

from aiohttp import web

from engine.core import commands
from engine.core import lookups as hall_look
from engine.core.commands import Command
from engine.core.hall import Hall
from engine.core.ledgers.ratings import ItemKey
from engine.core.refusals import TicketUnknown
from engine.core.refusals.ratings import FollowUpUnknown
from engine.core.views import View
from engine.core.views.ratings import follow_up_view, own_ratings_view, ratings_view, scale_view
from engine.http import case_models, rating_models
from engine.http.bodies import Body
from engine.http.cases import number_of
from engine.http.route import EVERYBODY, FLOOR, WINDOW, Call, Handler, Route, json_answer

EVALUATOR_MS: Final = 5 * 60 * 1_000
"""So long after a visit the evaluator at its window still means that visit."""


async def rate_by_token(call: Call) -> web.Response:
    body: rating_models.RateTicket = call.body
    return await _rate(call, (await _ticket_id_of_token(call), body.step), body, body.channel)


async def rate_at_window(call: Call) -> web.Response:
    """Rate what was finished at this window last.

    A repetition may come when that is no longer fresh: the engine is asked all the same, for it may know the key.
    """
    window_id = call.part("window_id")

    def last(hall: Hall) -> ItemKey:
        hall_look.window_of(hall, window_id)
        return hall.ratings.ended_at(window_id, call.door.engine.now_ms() - EVALUATOR_MS) or ("", 0)

    return await _rate(call, await call.read(last), call.body, "evaluator")


async def figures(call: Call) -> web.Response:
    return json_answer(await call.read(ratings_view))


async def own_figures(call: Call) -> web.Response:
    return json_answer(await call.read(lambda hall: own_ratings_view(hall, call.part("window_id"))))


async def scale(call: Call) -> web.Response:
    return json_answer(scale_view())


async def follow_ups(call: Call) -> web.Response:
    search: case_models.Search = call.body

    def view(hall: Hall) -> View:
        now_ms = call.door.engine.now_ms()
        found = sorted(hall.ratings.open_follow_ups(), key=lambda each: each.due_ms)
        shown = [follow_up_view(hall, each, now_ms) for each in found[: search.limit]]
        return {"follow_ups": shown, "total": len(found), "position": hall.position}

    return json_answer(await call.read(view))


async def call_back(call: Call) -> web.Response:
    body: case_models.CallBack = call.body
    ticket_id, step = _item(call)
    return await _order(call, commands.CallBackFollowUp(ticket_id, step, body.is_reached, body.is_satisfied))


async def close(call: Call) -> web.Response:
    ticket_id, step = _item(call)
    return await _order(call, commands.CloseFollowUp(ticket_id, step, call.body.result))


async def _rate(call: Call, key: ItemKey, body: rating_models.Rate, channel: str) -> web.Response:
    ticket_id, step = key
    command = commands.RateTicket(ticket_id, body.stars, step, body.efficiency, body.skill, body.attitude, channel)
    return json_answer(await call.submit(command), 201)


async def _order(call: Call, command: Command) -> web.Response:
    return json_answer(await call.submit(command))


async def _ticket_id_of_token(call: Call) -> str:
    """The ticket of the token in the path, of any day that may still be rated; raises `TicketUnknown`."""
    days = await call.read(lambda hall: hall.ratings.rateable_days(hall_look.plan_of(hall).rules.rating_days))
    token, secret = call.part("token"), call.door.identity.secret
    for day in days:
        ticket_id = secret.ticket_id(token, day)
        if ticket_id is not None:
            return ticket_id
    raise TicketUnknown()


def _item(call: Call) -> ItemKey:
    step = number_of(call.part("step"))
    if step is None:
        raise FollowUpUnknown()
    return call.part("ticket_id"), step


def _follow_up_verb(name: str, handler: Handler, body: type[Body], summary: str) -> Route:
    path = f"/follow-ups/{{ticket_id}}/{{step}}/{name}"
    return Route("POST", path, handler, FLOOR, summary, case_models.FollowUpAnswer, body, refusals=(404, 409))


ROUTES: Final = (
    Route(
        "POST", "/tickets/{token}/rating", rate_by_token, EVERYBODY, "评价自己的办理 · Rate one item of the own visit",
        rating_models.Rated, rating_models.RateTicket, status=201, refusals=(404, 409),
    ),
    Route(
        "POST", "/windows/{window_id}/rating", rate_at_window, frozenset({"device"}),
        "评价器评价刚办结的事项 · The evaluator rates what was finished at its window last",
        rating_models.Rated, rating_models.Rate, status=201, refusals=(404, 409),
    ),
    Route(
        "GET", "/windows/{window_id}/ratings", own_figures, WINDOW,
        "本人的评价汇总 · Sums of the ratings of whoever sits here", rating_models.OwnRatings, refusals=(404,),
    ),
    Route("GET", "/ratings", figures, FLOOR, "评价汇总 · Figures of ratings with their base", rating_models.Ratings),
    Route("GET", "/ratings/scale", scale, EVERYBODY, "评价等级的名称 · The words of a rating", rating_models.Scale),
    Route(
        "GET", "/follow-ups", follow_ups, FLOOR,
        "差评整改清单 · Bad ratings being looked into, the most pressing first",
        case_models.FollowUpList, query=case_models.Search,
    ),
    _follow_up_verb("call-back", call_back, case_models.CallBack, "差评回访 · Whoever rated badly was called back"),
    _follow_up_verb("close", close, case_models.Close, "差评整改完成 · The bad rating was looked into"),
)  # fmt: skip
