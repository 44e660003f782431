"""The visits of a day as columns, for a day that was not drawn but given: a trace's."""

from collections.abc import Sequence

from engine.core.events import Millis
from engine.core.plan import HallPlan
from sim.kernel.shapes import (
    NEVER,
    NOBODY,
    OUTCOME_NAMES,
    CourseColumns,
    VisitColumns,
    blank_courses,
    blank_visits,
)
from sim.visits import Course, Visit


def visit_columns(
    visits: Sequence[Visit], plan: HallPlan, channels: Sequence[str], midnight_ms: Millis
) -> VisitColumns:
    """Who comes on a day that begins at `midnight_ms`; the places of channels are those in `channels`."""
    services = {service.service_id: place for place, service in enumerate(plan.services)}
    lanes = {lane.lane_id: place for place, lane in enumerate(plan.lanes)}
    windows = {window.window_id: place for place, window in enumerate(plan.windows)}
    columns = blank_visits(len(visits))
    for place, visit in enumerate(visits):
        columns.arrived_ms[place] = visit.arrived_ms - midnight_ms
        columns.service[place] = services[visit.service_id]
        columns.lane[place] = lanes[visit.lane_id]
        columns.service_ms[place] = visit.service_ms
        columns.patience_ms[place] = _length(visit.patience_ms)
        columns.absent[place] = visit.is_absent
        columns.channel[place] = channels.index(visit.channel)
        columns.pause_ms[place] = visit.pause_ms
        columns.window[place] = windows[visit.window_id] if visit.window_id is not None else NOBODY
    return columns


def course_columns(visits: Sequence[Visit], plan: HallPlan, midnight_ms: Millis) -> CourseColumns:
    """What happens on each of the visits beside waiting and being served."""
    services = {service.service_id: place for place, service in enumerate(plan.services)}
    errands = [errand for visit in visits for errand in (visit.course or Course()).more]
    columns = blank_courses(len(visits), len(errands))
    columns.item_service[:] = [services[errand.service_id] for errand in errands]
    columns.item_ms[:] = [errand.service_ms for errand in errands]
    for place, visit in enumerate(visits):
        course = visit.course or Course()
        columns.item_from[place + 1] = columns.item_from[place] + len(course.more)
        columns.stays[place] = course.stays
        columns.outcome[place] = OUTCOME_NAMES.index(course.outcome)
        if course.hold is not None:
            columns.hold_after_ms[place], columns.hold_ms[place] = course.hold.after_ms, course.hold.for_ms
        if course.transfer_to is not None:
            columns.transfer_to[place] = services[course.transfer_to]
        columns.form_ms[place] = _length(course.form_ms)
        columns.stage_ms[place] = _length(course.stage_ms)
        columns.waits[place] = course.waits
        columns.collect_ms[place] = course.collect_ms
        columns.returns_ms[place] = _length(course.returns_ms)
        columns.stars[place] = course.stars or 0
        columns.on_behalf[place] = course.on_behalf
        columns.printed[place] = course.is_printed
        if visit.appointment_ms is not None and course.booking is not None:
            columns.appointment_ms[place] = visit.appointment_ms - midnight_ms
        columns.missed[place] = course.is_missed
    return columns


def _length(length_ms: Millis | None) -> int:
    return NEVER if length_ms is None else min(length_ms, NEVER)
