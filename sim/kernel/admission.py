"""Who gets a number: hours, channels and quotas of services, as `engine.core.rules.issuing` has them."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.core import calendar
from engine.core.plan import MINUTE_MS, HallPlan, Span
from sim.kernel.compiled import inlined_inner, inner
from sim.kernel.shapes import NOBODY, Flags, VisitColumns, Whole


class AdmissionTables(NamedTuple):
    """What may be drawn when: `shut[service, minute]` of the day, `refused[service, channel]`, and the quotas of a
    service, `quota_from[service] : quota_from[service + 1]`, each with its count, its channel (-1: all) and the minutes
    in which it counts."""

    is_open: bool
    issuing_ends_ms: int
    shut: NDArray[np.uint8]
    refused: NDArray[np.uint8]
    quota_from: Whole
    quota_count: Whole
    quota_channel: Whole
    quota_start: Whole
    quota_end: Whole


def admission_tables(plan: HallPlan, channels: list[str]) -> AdmissionTables:
    """The tables of a hall whose visitors come by these channels."""
    ends = max((span.end for span in plan.hours), default=calendar.MIDNIGHT)
    quotas = [quota for service in plan.services for quota in service.quotas]
    shut = np.array([_shut(plan.hours, plan.rules.draws_in_break, service.hours, service.appointment_only)
                     for service in plan.services], np.uint8)  # fmt: skip
    refused = np.array(
        [[bool(service.channels) and channel not in service.channels for channel in channels]
         for service in plan.services], np.uint8)  # fmt: skip
    return AdmissionTables(
        is_open=not (shut.any() or refused.any() or quotas),
        issuing_ends_ms=ends * MINUTE_MS,
        shut=shut,
        refused=refused,
        quota_from=np.cumsum([0, *(len(service.quotas) for service in plan.services)]).astype(np.int32),
        quota_count=np.array([quota.count for quota in quotas], np.int32),
        quota_channel=np.array(
            [NOBODY if quota.channel is None else channels.index(quota.channel) if quota.channel in channels
             else len(channels) for quota in quotas], np.int32),
        quota_start=np.array([quota.span.start if quota.span else 0 for quota in quotas], np.int32),
        quota_end=np.array([quota.span.end if quota.span else calendar.MIDNIGHT for quota in quotas], np.int32),
    )  # fmt: skip


@lru_cache(maxsize=256)  # the services of many halls have the same hours
def _shut(
    hours: tuple[Span, ...], draws_in_break: bool, of_service: tuple[Span, ...], appointment_only: tuple[Span, ...]
) -> tuple[bool, ...]:
    """For each minute of the day, whether no number of a service is given to whoever has no appointment."""
    starts, ends = [span.start for span in hours], [span.end for span in hours]
    in_break = range(min(starts), max(ends)) if len(starts) > 1 and not draws_in_break else range(0)
    return tuple(
        not calendar.within(of_service, minute)
        or (minute in in_break and not calendar.within(hours, minute))
        or (bool(appointment_only) and calendar.within(appointment_only, minute))
        for minute in range(calendar.MIDNIGHT)
    )


@inlined_inner
def is_admitted(tables: AdmissionTables, drawn: Whole, service: int, channel: int, at_ms: int) -> bool:
    """Whether somebody gets a number of a service by a channel at this moment; if so, quotas have counted it."""
    if at_ms >= tables.issuing_ends_ms:
        return False
    if tables.is_open:
        return True
    minute = at_ms // MINUTE_MS
    if tables.shut[service, minute] or tables.refused[service, channel]:
        return False
    quota_from, quota_channel = tables.quota_from, tables.quota_channel
    for quota in range(quota_from[service], quota_from[service + 1]):
        if quota_channel[quota] == NOBODY or quota_channel[quota] == channel:
            is_now = tables.quota_start[quota] <= minute < tables.quota_end[quota]
            if is_now and drawn[quota] >= tables.quota_count[quota]:
                return False
    for quota in range(quota_from[service], quota_from[service + 1]):
        if quota_channel[quota] == NOBODY or quota_channel[quota] == channel:
            drawn[quota] += tables.quota_start[quota] <= minute < tables.quota_end[quota]
    return True


@inner
def admit(tables: AdmissionTables, visits: VisitColumns, count: int, drawn: Whole, turned_away: Flags) -> None:
    """Mark who of a day's visitors gets no number; `drawn` has room for a count a quota."""
    arrived_ms, service, channel = visits.arrived_ms, visits.service, visits.channel
    if tables.is_open:
        for visit in range(count):
            turned_away[visit] = arrived_ms[visit] >= tables.issuing_ends_ms
        return
    drawn[:] = 0
    for visit in range(count):
        turned_away[visit] = not is_admitted(tables, drawn, service[visit], channel[visit], arrived_ms[visit])
