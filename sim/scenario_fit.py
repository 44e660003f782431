"""Whether a scenario fits its hall: everything it names is there, and everybody who comes can be served."""

from collections.abc import Iterator

from engine.core.calendar import hours_text
from engine.core.plan import MINUTE_MS, SECOND_MS, HallPlan, Name, Span
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import choose_among, key_text
from engine.wire.toml_lines import Step
from sim.outside_hours import issuing_spans, outside_hours
from sim.roster import lunches_at_once, roster_of
from sim.scenario import Scenario
from sim.scenario_keys import CHANNELS


def check_against(scenario: Scenario, plan: HallPlan, source: str) -> None:
    """Raise `BadFile` when the scenario names what the hall lacks, outlasts its calls, or sends people in vain."""
    problems = [
        Problem(source, scenario.line_of(*path), key_text(path), what, fix)
        for path, what, fix in (
            *_unknown_names(scenario, plan),
            *_long_calls(scenario, plan),
            *_spans_outside(scenario, plan),
            *_lunch(scenario, plan),
            *_conduct_in_vain(scenario, plan),
        )
    ]
    if not problems:
        problems = [
            Problem(source, scenario.line_of(*path), key_text(path), what, fix)
            for path, what, fix in (*_served_by_nobody(scenario, plan), *_given_no_numbers(scenario, plan))
        ]
    if problems:
        raise BadFile(tuple(sorted(problems, key=lambda problem: problem.line)))


Misfit = tuple[tuple[Step, ...], Name, Name]


def _unknown_names(scenario: Scenario, plan: HallPlan) -> Iterator[Misfit]:
    services = [service.service_id for service in plan.services]
    lanes = [lane.lane_id for lane in plan.lanes]
    windows = [window.window_id for window in plan.windows]
    zones = [zone.zone_id for zone in plan.zones]
    channels = channels_of(plan)
    named: list[tuple[tuple[Step, ...], str, list[str]]] = [
        *((("services", name), name, services) for name in scenario.services),
        *((("lanes", name), name, lanes) for name in scenario.lanes),
        *((("channels", name), name, channels) for name in scenario.channels),
        *((("audio", name), name, zones) for name in scenario.audio),
        *(
            (("roster", place, "windows", at), name, windows)
            for place, roster in enumerate(scenario.roster)
            for at, name in enumerate(roster.windows)
        ),
    ]
    for path, name, known in named:
        if name not in known:
            yield path, Name(f"大厅没有“{name}”", f"the hall has no “{name}”"), choose_among(name, known)


def channels_of(plan: HallPlan) -> list[str]:
    """The channels by which people may come to a hall: those that there are everywhere, and those that it names."""
    quotas = (quota.channel for service in plan.services for quota in service.quotas)
    own = [*(each for service in plan.services for each in service.channels), *(each for each in quotas if each)]
    return list(dict.fromkeys([*CHANNELS, *own]))


def _long_calls(scenario: Scenario, plan: HallPlan) -> Iterator[Misfit]:
    """Calls that expire before the visitor can be there, or before the clerk records that nobody came."""
    clerks, limit_s = scenario.clerks, plan.rules.call_expiry_ms / SECOND_MS
    for path, seconds in (
        (("clerks", "walk_seconds"), clerks.walk_seconds),
        (("clerks", "call_seconds"), clerks.call_seconds),
        (("no_show", "wait_seconds"), scenario.no_show.wait_seconds),
    ):
        with_call_s = seconds if path[1] == "call_seconds" else clerks.call_seconds + seconds
        if with_call_s >= limit_s and (seconds > 0 or path[1] == "call_seconds"):
            what = Name(f"呼叫 {limit_s:g} 秒后即失效", f"a call expires after {limit_s:g} seconds")
            yield path, what, Name("请写更短的时间", "write a shorter time")


def _spans_outside(scenario: Scenario, plan: HallPlan) -> Iterator[Misfit]:
    """Spans of a roster in which the hall is shut, or in which a window's partner is away."""
    partners = {window.window_id: window.remote.hours for window in plan.windows if window.remote is not None}
    for place, roster in enumerate(scenario.roster):
        for at, span in enumerate(roster.spans):
            path = ("roster", place, "spans", at)
            if not _is_within(span, plan.hours):
                yield path, Name("不在大厅开放时间内", "outside the hall's hours"), _choice_of_hours(plan.hours)
                continue
            for window_id in roster.windows:
                hours = partners.get(window_id, ())
                if not _is_within(span, hours):
                    what = Name(f"{window_id} 的协办方不在", f"the partner of {window_id} is away")
                    yield path, what, _choice_of_hours(hours)


def _is_within(span: Span, hours: tuple[Span, ...]) -> bool:
    return not hours or any(open_.start <= span.start and span.end <= open_.end for open_ in hours)


def _choice_of_hours(hours: tuple[Span, ...]) -> Name:
    return Name(f"请写在 {hours_text(hours)} 之内", f"write spans within {hours_text(hours)}")


def _lunch(scenario: Scenario, plan: HallPlan) -> Iterator[Misfit]:
    """A rota that needs more time than its span has."""
    lunch = scenario.clerks.lunch
    if lunch is None:
        return
    turns = (lunch.span.end - lunch.span.start) // lunch.minutes
    if turns and lunches_at_once(plan, turns) > lunch.at_once:
        least = lunches_at_once(plan, turns)
        what = Name("轮不完", "not everybody gets a turn")
        fix = Name(f"请写 at_once = {least}，或放宽时段", f"write at_once = {least}, or a longer span")
        yield ("clerks", "lunch", "at_once"), what, fix


def _conduct_in_vain(scenario: Scenario, plan: HallPlan) -> Iterator[Misfit]:
    """Shares of what no service offers that people come for."""
    wanted = {service_id for service_id, table in scenario.services.items() if table.share > 0}
    services = [service for service in plan.services if service.service_id in wanted]
    conduct = scenario.conduct
    booked, forms, offices = (
        any(each.booking is not None for each in services),
        any(each.form != "none" for each in services),
        any(each.back_office is not None for each in services),
    )
    for key, share, is_offered, zh, en, table in (
        ("appointments", conduct.appointments.share, booked, "不接受预约", "takes bookings", "[service.booking]"),
        ("forms", conduct.forms.share, forms, "没有表要填", "has a form", 'form = "optional"'),
        ("back_office", conduct.back_office.share, offices, "没有后台", "has a back office", "[service.back_office]"),
    ):
        if share > 0 and not is_offered:
            what = Name(f"大厅里有人来办的业务都{zh}", f"no service of this hall that people come for {en}")
            fix = Name(f"请写 share = 0，或在大厅文件中加 {table}", f"write share = 0, or add {table} to the hall file")
            yield ("conduct", key, "share"), what, fix


def _served_by_nobody(scenario: Scenario, plan: HallPlan) -> Iterator[Misfit]:
    """Services that people come for and that no window serves, or none that is ever staffed."""
    roster = roster_of(scenario, plan)
    staffed = [
        window
        for place, window in enumerate(plan.windows)
        if roster is None or any(to_ms - from_ms >= MINUTE_MS for from_ms, to_ms in roster.spans[place])
    ]
    served = {service_id for window in staffed for tier in window.tiers for service_id in tier}
    anywhere = {service_id for window in plan.windows for tier in window.tiers for service_id in tier}
    for service_id, table in scenario.services.items():
        if table.share == 0 or service_id in served:
            continue
        if service_id in anywhere:
            what = Name("能办理的窗口从不排班", "no window that serves it is ever staffed")
            yield ("services", service_id), what, Name("请在 [[roster]] 中排班", "staff one in [[roster]]")
        else:
            what = Name("没有窗口办理", "no window serves it")
            yield ("services", service_id), what, Name("请在大厅文件中指定窗口", "give it to a window in the hall file")


def _given_no_numbers(scenario: Scenario, plan: HallPlan) -> Iterator[Misfit]:
    """Days on which everybody comes when no number is given."""
    found = outside_hours(scenario, plan)
    if not found.is_all:
        return
    when, given = hours_text(found.spans), hours_text(issuing_spans(scenario, plan))
    what = Name(f"所有人都在不发号时到来（{when}）", f"everybody comes when no numbers are given ({when})")
    fix = (
        Name(f"请使 opens 和 shape 落在发号时间 {given} 之内", f"let opens and shape lie within {given}")
        if given
        else Name("请在大厅文件中改业务的时间", "change the hours of its services in the hall file")
    )
    yield ("scenario", "opens"), what, fix
