"""The tables of `hall.toml` about who serves whom next: windows, their profiles, clerks, and calling policies."""

from typing import Annotated, Final, Literal

from pydantic import Field

from engine.core.plan import MINUTE_MS, Clerk, Help, Policy, PolicyRule, Remote, Tide, WindowPlan, numbered_window
from engine.wire.hall_tables.values import DAY_MINUTES, NAME_EXAMPLE, Hours, Id, InBoth, Reference, WindowId, in_order
from engine.wire.shape import Table

WindowKind = Literal["ordinary", "comprehensive", "dedicated", "tidal", "remote", "cases", "collection"]
HelpMinutes = Annotated[int, Field(ge=1, le=DAY_MINUTES)]
SERVED_KEYS: Final = frozenset({"serves", "tiers"})
"""Either says what a window serves; whoever writes one does without the other, and without that of the profile."""
Served = Annotated[list[Reference], Field(min_length=1)]


class TideTable(Table):
    """`[window.tide]`: how many must wait for a tidal window to call, and how few for it to stop."""

    open_over: int = Field(ge=1, le=10_000, examples=["open_over = 10"])
    close_under: int = Field(ge=0, le=10_000, examples=["close_under = 3"])

    def planned(self) -> Tide:
        return Tide(self.open_over, self.close_under)


class RemoteTable(Table):
    """`[window.remote]`: where the clerk of a video window sits, and when."""

    site: InBoth = Field(examples=['site = { zh = "市政务大厅", en = "City hall" }'])
    hours: Hours = Field(default=[], examples=['hours = ["09:00-11:30"]'])

    def planned(self) -> Remote:
        return Remote(self.site.planned(), in_order(self.hours))


class ProfileTable(Table):
    """`[[profile]]`: what several windows have in common; a window's own keys win."""

    id: Id = Field(examples=['id = "front"'])
    serves: Served | None = Field(default=None, examples=['serves = ["social-security"]'])
    tiers: list[Served] | None = Field(
        default=None, min_length=1, max_length=8, examples=['tiers = [["social-security"], ["tax"]]']
    )
    kind: WindowKind = Field(default="ordinary", examples=['kind = "ordinary"'])
    policy: Reference | None = Field(default=None, examples=['policy = "fair"'])
    help_after_minutes: dict[Reference, HelpMinutes] = Field(default={}, examples=["help_after_minutes = { tax = 10 }"])


class WindowTable(Table):
    """`[[window]]`: a window and what it serves, by `serves`, by `tiers`, or as its profile says."""

    id: WindowId = Field(examples=['id = "w01"'])
    number: int = Field(ge=1, le=9999, examples=["number = 1"])
    name: InBoth | None = Field(default=None, examples=['name = { zh = "综合窗口", en = "Comprehensive window" }'])
    zone: Reference = Field(examples=['zone = "a"'])
    profile: Reference | None = Field(default=None, examples=['profile = "front"'])
    serves: Served | None = Field(default=None, examples=['serves = ["social-security"]'])
    tiers: list[Served] | None = Field(
        default=None, min_length=1, max_length=8, examples=['tiers = [["social-security"], ["tax"]]']
    )
    kind: WindowKind = Field(default="ordinary", examples=['kind = "ordinary"'])
    policy: Reference | None = Field(default=None, examples=['policy = "fair"'])
    help_after_minutes: dict[Reference, HelpMinutes] = Field(default={}, examples=["help_after_minutes = { tax = 10 }"])
    tide: TideTable | None = Field(default=None, examples=["tide = { open_over = 10, close_under = 3 }"])
    remote: RemoteTable | None = Field(
        default=None, examples=['remote = { site = { zh = "市政务大厅", en = "City hall" } }']
    )

    def planned(self, profiles: dict[str, ProfileTable], service_ids: tuple[str, ...]) -> WindowPlan:
        """The window with what its profile says; a comprehensive one that names no service serves all of them."""
        return self._completed(profiles)._planned(service_ids)

    def _planned(self, service_ids: tuple[str, ...]) -> WindowPlan:
        tiers = self.tiers if self.tiers is not None else [self.serves or list(service_ids)]
        return WindowPlan(
            window_id=self.id,
            number=self.number,
            name=self.name.planned() if self.name else numbered_window(self.number),
            zone_id=self.zone,
            tiers=tuple(tuple(tier) for tier in tiers),
            kind=self.kind,
            policy_id=self.policy,
            help_after_ms=tuple(
                Help(service, minutes * MINUTE_MS) for service, minutes in self.help_after_minutes.items()
            ),
            tide=self.tide.planned() if self.tide else None,
            remote=self.remote.planned() if self.remote else None,
        )

    def _completed(self, profiles: dict[str, ProfileTable]) -> "WindowTable":
        """The window with the keys of its profile that it does not set itself."""
        if self.profile is None:
            return self
        profile = profiles[self.profile]
        own = self.model_fields_set | (SERVED_KEYS if SERVED_KEYS & self.model_fields_set else set())
        return self.model_copy(update={key: getattr(profile, key) for key in profile.model_fields_set - own})


class ClerkTable(Table):
    """`[[clerk]]`: somebody who may sit at a window."""

    id: Id = Field(examples=['id = "c01"'])
    name: InBoth = Field(examples=NAME_EXAMPLE)
    deputy: Reference | None = Field(default=None, examples=['deputy = "c02"'])
    department: Reference | None = Field(default=None, examples=['department = "civil-affairs"'])

    def planned(self) -> Clerk:
        return Clerk(self.id, self.name.planned(), self.deputy, self.department)


class PolicyRuleTable(Table):
    """`[[policy.rule]]`: one rule, looked at when no rule before it has chosen."""

    kind: Literal["ceiling", "absolute", "ratio", "points", "longest"] = Field(examples=['kind = "points"'])
    lanes: list[Reference] = Field(default=[], max_length=64, examples=['lanes = ["priority"]'])
    after_minutes: int | None = Field(default=None, ge=1, le=DAY_MINUTES, examples=["after_minutes = 30"])
    takes: list[Annotated[int, Field(ge=1, le=100)]] = Field(default=[], max_length=64, examples=["takes = [2, 1]"])

    def planned(self) -> PolicyRule:
        return PolicyRule(self.kind, tuple(self.lanes), (self.after_minutes or 0) * MINUTE_MS, tuple(self.takes))


class PolicyTable(Table):
    """`[[policy]]`: how the next ticket is chosen, by the first rule that finds somebody."""

    id: Id = Field(examples=['id = "fair"'])
    may_starve: list[Reference] = Field(default=[], max_length=64, examples=['may_starve = ["ordinary"]'])
    rule: list[PolicyRuleTable] = Field(min_length=1, max_length=16, examples=["[[policy.rule]]"])

    def planned(self) -> Policy:
        return Policy(self.id, tuple(rule.planned() for rule in self.rule), tuple(self.may_starve))
