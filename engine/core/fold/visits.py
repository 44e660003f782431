"""What the facts of a visit around its window change: stages, rights to return, home visits, machines."""

from typing import TYPE_CHECKING, Final

from engine.core import events as e
from engine.core.fold.table import Folds
from engine.core.ledgers.visits import HomeVisit, ReturnRight, Stage

if TYPE_CHECKING:
    from engine.core.hall import Hall


def _return_granted(hall: "Hall", event: e.ReturnGranted) -> None:
    hall.visits.grant(ReturnRight(event.ticket_id, event.service_id, event.window_id, event.until_ms))


def _stage_opened(hall: "Hall", event: e.StageOpened) -> None:
    hall.visits.open_stage(
        Stage(
            event.stage_id,
            event.ticket_id,
            event.kind,
            event.service_id,
            event.department_id,
            event.due_ms,
            event.waits,
            event.at_ms,
        )
    )
    if event.kind == "back-office":
        hall.tickets[event.ticket_id].mode = "promised"


def _stage_finished(hall: "Hall", event: e.StageFinished) -> None:
    hall.visits.finish_stage(event.stage_id, event.result, event.collect_service_id, event.at_ms)


def _turned_away(hall: "Hall", event: e.VisitorTurnedAway) -> None:
    hall.visits.turned_away += 1


def _self_service(hall: "Hall", event: e.SelfServiceCounted) -> None:
    counts = hall.visits.self_service
    counts[event.service_id] = counts.get(event.service_id, 0) + event.count


def _home_requested(hall: "Hall", event: e.HomeVisitRequested) -> None:
    hall.visits.requests += 1
    hall.visits.home_visits[event.request_id] = HomeVisit(
        event.request_id, event.service_id, event.reference, event.due_ms, event.at_ms
    )


def _home_assigned(hall: "Hall", event: e.HomeVisitAssigned) -> None:
    hall.visits.home_visits[event.request_id].clerk_id = event.clerk_id


def _home_finished(hall: "Hall", event: e.HomeVisitFinished) -> None:
    visit = hall.visits.home_visits[event.request_id]
    visit.finished_ms = event.at_ms
    visit.outcome = event.outcome
    hall.visits.home_finished += 1


FOLDS: Final[Folds] = {
    e.ReturnGranted: _return_granted,
    e.StageOpened: _stage_opened,
    e.StageFinished: _stage_finished,
    e.VisitorTurnedAway: _turned_away,
    e.SelfServiceCounted: _self_service,
    e.HomeVisitRequested: _home_requested,
    e.HomeVisitAssigned: _home_assigned,
    e.HomeVisitFinished: _home_finished,
}
