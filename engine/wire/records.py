"""Records: facts as the plain lists a journal keeps, `[kind, field, field, …]`, and back.

The lists hold only what MessagePack knows (text, whole numbers, true/false, nil, lists), fields in the order of their
dataclass. The kinds below are written into journals and never change. A field may be appended to a fact when it has a
default: rows from before it was there are shorter and take the default.
"""

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Final

from engine.core import events
from engine.core.events import Event

Row = list[Any]
_Convert = Callable[[Any], Any]
_Codec = tuple[_Convert, _Convert]

KINDS: Final[Mapping[str, type[Event]]] = {
    "configured": events.HallConfigured,
    "day-opened": events.DayOpened,
    "issuing-ended": events.IssuingEnded,
    "day-closed": events.DayClosed,
    "issued": events.TicketIssued,
    "called": events.TicketCalled,
    "recalled": events.TicketRecalled,
    "began": events.ServiceBegan,
    "finished": events.ServiceFinished,
    "no-show": events.TicketMissed,
    "reinstated": events.TicketReinstated,
    "held": events.TicketHeld,
    "ticket-resumed": events.TicketResumed,
    "transferred": events.TicketTransferred,
    "cancelled": events.TicketCancelled,
    "walk-in-began": events.WalkInBegan,
    "opened": events.WindowOpened,
    "closed": events.WindowClosed,
    "paused": events.WindowPaused,
    "resumed": events.WindowResumed,
    "form-pending": events.FormPending,
    "form-filled": events.FormFilled,
    "printed": events.TicketPrinted,
    "not-printed": events.TicketNotPrinted,
    "reprinted": events.TicketReprinted,
    "item-finished": events.ItemFinished,
    "item-began": events.ItemBegan,
    "return-granted": events.ReturnGranted,
    "stage-opened": events.StageOpened,
    "stage-finished": events.StageFinished,
    "turned-away": events.VisitorTurnedAway,
    "self-service": events.SelfServiceCounted,
    "home-visit-requested": events.HomeVisitRequested,
    "home-visit-assigned": events.HomeVisitAssigned,
    "home-visit-finished": events.HomeVisitFinished,
    "booked": events.AppointmentBooked,
    "booking-cancelled": events.AppointmentCancelled,
    "booking-kept": events.AppointmentKept,
    "booking-missed": events.AppointmentMissed,
    "signed-in": events.ClerkSignedIn,
    "signed-out": events.ClerkSignedOut,
    "substitution-began": events.SubstitutionBegan,
    "substitution-ended": events.SubstitutionEnded,
    "owner-named": events.OwnerNamed,
    "moved": events.WindowMoved,
    "reassigned": events.WindowReassigned,
    "case-opened": events.CaseOpened,
    "case-informed": events.CaseInformed,
    "case-task-given": events.CaseTaskGiven,
    "case-task-finished": events.CaseTaskFinished,
    "case-escalated": events.CaseEscalated,
    "case-called-back": events.CaseCalledBack,
    "case-closed": events.CaseClosed,
    "rated": events.TicketRated,
    "follow-up-opened": events.FollowUpOpened,
    "follow-up-called-back": events.FollowUpCalledBack,
    "follow-up-closed": events.FollowUpClosed,
    "warning-raised": events.WarningRaised,
    "warning-cleared": events.WarningCleared,
    "catalogue": events.CatalogueRevised,
}


class UnknownRecord(ValueError):
    """A row is not a fact this program knows: damaged, or written by a newer program."""


def row_of(event: Event) -> Row:
    """The row of a fact, ready for MessagePack."""
    kind, encode = _ENCODERS[type(event)]
    return [kind, *encode(event)]


def event_of(row: Row) -> Event:
    """The fact of a row; raises `UnknownRecord`."""
    try:
        event: Event = _DECODERS[row[0]](row)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise UnknownRecord(f"not a fact this program knows · 本程序不认识的记录: {_shown(row)}") from error
    return event


def _shown(row: object) -> str:
    text = repr(row)
    return text if len(text) <= 80 else text[:79] + "…"


# The tables are built once from the type hints of the facts, so that a row costs one attrgetter or one call and no
# look-up by field name; only the few fields that are not plain values pay for a conversion.


def _codec(hint: Any) -> _Codec | None:
    """How values of this type become plain and come back; None when they are plain already."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _optional([_codec(argument) for argument in arguments if argument is not type(None)])
    if origin is tuple:
        return _sequence(_codec(arguments[0]))
    return (_encoder(hint), _decoder(hint)) if is_dataclass(hint) else None


def _optional(codecs: list[_Codec | None]) -> _Codec | None:
    if codecs[0] is None:
        return None
    encode, decode = codecs[0]
    return (
        lambda value: None if value is None else encode(value),
        lambda value: None if value is None else decode(value),
    )


def _sequence(codec: _Codec | None) -> _Codec:
    if codec is None:
        return list, tuple
    encode, decode = codec
    return (
        lambda values: [encode(value) for value in values],
        lambda values: tuple([decode(value) for value in values]),
    )


@cache
def _codecs(record: Any) -> list[tuple[int, _Codec]]:
    """The fields that are no plain values, by place; asked for encoding, for decoding and by whoever nests them."""
    hints = typing.get_type_hints(record)
    found = ((place, _codec(hints[field.name])) for place, field in enumerate(fields(record)))
    return [(place, codec) for place, codec in found if codec is not None]


def _encoder(record: Any) -> Callable[[Any], Row]:
    names = [field.name for field in fields(record)]
    nested = [(place, encode) for place, (encode, _) in _codecs(record)]
    if len(names) == 1:
        assert not nested, "a record of one nested field has no use yet"
        only = attrgetter(names[0])
        return lambda value: [only(value)]
    values_of = attrgetter(*names)
    if not nested:
        return lambda value: list(values_of(value))

    def encode_nested(value: Any) -> Row:
        row = list(values_of(value))
        for place, encode in nested:
            row[place] = encode(row[place])
        return row

    return encode_nested


def _decoder(record: Any, skip: int = 0) -> Callable[[Row], Any]:
    """A function from a row, without its first `skip` values, to a `record`."""
    nested = [(place, decode) for place, (_, decode) in _codecs(record)]
    if not nested:
        return lambda row: record(*row[skip:])

    def decode_nested(row: Row) -> Any:
        values = row[skip:]
        for place, decode in nested:
            if place < len(values):
                values[place] = decode(values[place])
        return record(*values)

    return decode_nested


_ENCODERS: Final = {record: (kind, _encoder(record)) for kind, record in KINDS.items()}
_DECODERS: Final = {kind: _decoder(record, skip=1) for kind, record in KINDS.items()}
