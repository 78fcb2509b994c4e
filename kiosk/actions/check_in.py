"""Checking in, taking it back, and what the visitor is told."""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.actions.correct import void
from kiosk.actions.kiosk import Kiosk
from kiosk.domain import clock, statistics
from kiosk.domain.display import Display
from kiosk.domain.entry import Entry, milliseconds_left
from kiosk.domain.errors import N_, LogUnreadable, NotAllowed, NotRecorded, UnknownEntry
from kiosk.domain.party import read_party
from kiosk.storage.log import Recorded

UNDO_MS = 60_000

CLOSED = {
    "before": N_("Check-in opens when the event begins."),
    "closed": N_("Check-in is closed for today. Thank you for coming."),
    "over": N_("This event is over. Thank you for taking part."),
}


def refuse_check_in(display: Display) -> None:
    """Raise `NotAllowed` unless visitors may check in."""
    if not display.is_open:
        raise NotAllowed(CLOSED[display.state])


def check_in(kiosk: Kiosk, fields: Iterable[tuple[str, str]], source: str) -> Recorded:
    """Return the check-in that the form's fields say, durable.

    Raises `InvalidInput`, `NotAllowed`, `EntryConflict`, `NotRecorded`.
    """
    new_id, party = read_party(fields, kiosk.event.check_in)
    # Sent again after closing time, a form still gets the answer that it got before.
    if not kiosk.display.is_open and kiosk.log.entry(new_id) is None:
        refuse_check_in(kiosk.display)
    draft = kiosk.draft(new_id, "check_in", source, party_size=party.size, answers=party.answers)
    return kiosk.log.append(draft)


@dataclass(frozen=True)
class CheckedIn:
    """What the page of a check-in shows. `ordinal`: the visitor's number today, None where none is told."""

    entry: Entry
    voided: bool
    ordinal: int | None
    undo_ms: int  # how much longer it can be taken back


def checked_in(kiosk: Kiosk, entry_id: str) -> CheckedIn:
    """Return the check-in with that id. Raises `UnknownEntry`."""
    entry = kiosk.log.entry(entry_id)
    if entry is None or entry.kind != "check_in":
        raise UnknownEntry(N_("There is no check-in with this number."))
    voided = kiosk.log.void_of(entry_id) is not None
    undo_ms = 0 if voided else milliseconds_left(entry.stamp, kiosk.clock.now(), UNDO_MS)
    return CheckedIn(entry, voided, None if voided else _ordinal(kiosk, entry), undo_ms)


def _ordinal(kiosk: Kiosk, entry: Entry) -> int | None:
    """Return how many had come that day with this entry, so that a reload gives the same number."""
    day = clock.local_day(entry.stamp, kiosk.event.zone)
    if day is None or entry.event != kiosk.event.id:
        return None
    visits = kiosk.tally.visits_until(day, kiosk.log.position(entry.id))
    return statistics.ordinal(visits, entry.party_size)


def undo(kiosk: Kiosk, entry_id: str, source: str) -> Recorded:
    """Return the correction that takes a fresh check-in back. Raises `UnknownEntry`, `NotAllowed`, `NotRecorded`."""
    try:
        found = checked_in(kiosk, entry_id)
    except LogUnreadable as error:
        raise NotRecorded(error.cause) from None
    if not found.voided and not found.undo_ms:
        raise NotAllowed(N_("It is too late to undo this here. Please tell the staff."))
    return void(kiosk.log, entry_id, reason="visitor", actor="visitor", source=source)
