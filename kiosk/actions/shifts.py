"""Volunteers' shifts: inviting a phone, letting it join, knowing it again, ending its shift.

A shift has a phone, a station and a length, never a name. It is an entry when it begins and one when it ends, so that a
restart ends none and the log tells how long each was. The phone has a token: the id of its shift with a MAC of the
event's key.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace

from kiosk.actions.kiosk import Kiosk
from kiosk.domain import clock
from kiosk.domain.entry import Entry, derived_id, is_entry_id, milliseconds_since, mint_id
from kiosk.domain.errors import (
    N_,
    EntryConflict,
    InvalidInput,
    KioskError,
    LogUnreadable,
    NotAllowed,
    NotRecorded,
    ShiftOver,
    UnknownEntry,
)
from kiosk.domain.event import Station


@dataclass(frozen=True)
class Shift:
    """A phone, or the touchscreen itself, that stamps cards at a station. `number` is what people call it by."""

    id: str
    number: int
    station: Station


@dataclass(frozen=True)
class ShiftLine:
    """A shift as staff see it. `seconds` is None where no clock could tell."""

    id: str
    number: int
    station: str
    at_touchscreen: bool
    begun: Entry
    ended: Entry | None
    seconds: int | None


def invite(kiosk: Kiosk, station_id: str) -> str:
    """Return a code by which one phone may join a station within ten minutes. Raises `InvalidInput`, `NotAllowed`."""
    _need_cards(kiosk)
    if kiosk.event.station(station_id) is None:
        raise InvalidInput(N_("There is no such booth in the event pack."))
    return kiosk.invitations.add(station_id, kiosk.clock.now().boottime_ms)


def invited_to(kiosk: Kiosk, code: str) -> Station:
    """Return the station that a code invites to; looking uses nothing up. Raises `UnknownEntry`."""
    station = kiosk.event.station(kiosk.invitations.station(code, kiosk.clock.now().boottime_ms))
    if station is None:
        raise UnknownEntry(_NO_INVITATION)
    return station


_NO_INVITATION = N_("This code was used or is more than ten minutes old. Please ask the staff for a new one.")


def join(kiosk: Kiosk, code: str, shift_id: str) -> str:
    """Begin the shift `shift_id` with a code, which is used up by it, and return the phone's token: the same one again
    to a phone that heard no answer.

    Raises `UnknownEntry`, `NotAllowed`, `EntryConflict`, `LogUnreadable`, `NotRecorded` (then the code still holds).
    """
    _need_cards(kiosk)
    # All of it in turn: a form that comes twice at once would begin two shifts, or give the code back.
    with kiosk.opening:
        station_id, again = kiosk.invitations.take(code, shift_id, kiosk.clock.now().boottime_ms)
        station = kiosk.event.station(station_id)
        # What ended is over, also for whoever goes back to the page on which it began.
        if station is None or (again and _is_over(kiosk, shift_id)):
            raise UnknownEntry(_NO_INVITATION)
        try:
            # Only who used the code may meet a shift that is there: ids are no secrets.
            if not (again and known_shift(kiosk, shift_id)):
                _begin(kiosk, station, "phone", shift_id)
        except BaseException:
            if not again:
                kiosk.invitations.give_back(code)
            raise
    return f"{shift_id}.{_mac(kiosk, shift_id)}"


def begin_at_touchscreen(kiosk: Kiosk, station_id: str) -> None:
    """Let the scanner at the touchscreen stamp for a station, instead of another one if there was one.

    Raises `InvalidInput`, `NotAllowed`, `NotRecorded`.
    """
    _need_cards(kiosk)
    station = kiosk.event.station(station_id)
    if station is None:
        raise InvalidInput(N_("There is no such booth in the event pack."))
    with kiosk.opening:
        if kiosk.own_shift:
            end_shift(kiosk, kiosk.own_shift, actor="staff")
        kiosk.own_shift = _begin(kiosk, station, "touchscreen", mint_id()).id


def _begin(kiosk: Kiosk, station: Station, how: str, shift_id: str) -> Entry:
    """Only for who holds `opening`, or two phones would be number three."""
    try:
        number = len(kiosk.log.stamps.shifts(kiosk.event.id)) + 1
    except LogUnreadable as error:
        raise NotRecorded(error.cause) from None
    actor = "staff" if how == "touchscreen" else "volunteer"
    details = {"number": number, "how": how}
    draft = kiosk.draft(shift_id, "shift", "staff", station=station.id, actor=actor, details=details)
    return kiosk.log.append(draft).entry


def shift_of(kiosk: Kiosk, token: str) -> Shift:
    """Return the shift of a phone's token.

    Raises `ShiftOver` where there is none (any more), `LogUnreadable`, `NotRecorded` while nobody can tell: the key
    cannot be read, or another event is on screen. What a phone keeps waits then.
    """
    shift_id, _, mac = token.partition(".")
    if not is_entry_id(shift_id):
        raise ShiftOver(None)
    if kiosk.key is None:
        raise NotRecorded("there is no key")
    if not hmac.compare_digest(mac.encode(), _mac(kiosk, shift_id).encode()):
        raise ShiftOver(None)
    return _open_shift(kiosk, shift_id)


def known_shift(kiosk: Kiosk, shift_id: object) -> str | None:
    """Return a shift's id if there ever was such a shift here, else None."""
    if not isinstance(shift_id, str) or not is_entry_id(shift_id):
        return None
    try:
        entry = kiosk.log.entry(shift_id)
    except LogUnreadable:
        return None
    return shift_id if entry and entry.kind == "shift" else None


def touchscreen_shift(kiosk: Kiosk) -> Shift | None:
    """Return the shift of the touchscreen's own scanner, None where it stamps nothing."""
    if kiosk.own_shift is None:
        return None
    try:
        return _open_shift(kiosk, kiosk.own_shift)
    except (ShiftOver, LogUnreadable, NotRecorded):
        return None


def _open_shift(kiosk: Kiosk, shift_id: str) -> Shift:
    """Return a shift that lasts; looked up once for each pack, since every scan asks."""
    known = kiosk.pack.digest, shift_id
    shift = kiosk.open_shifts.get(known)
    if shift is None:
        shift = kiosk.open_shifts[known] = _find_open_shift(kiosk, shift_id)
        # Somebody may have ended it between the look and this.
        if _is_over(kiosk, shift_id):
            kiosk.open_shifts.pop(known, None)
            raise ShiftOver(shift_id)
    return shift


def _find_open_shift(kiosk: Kiosk, shift_id: str) -> Shift:
    begun = kiosk.log.entry(shift_id)
    if begun is None or begun.kind != "shift":
        raise ShiftOver(None)
    if _is_over(kiosk, shift_id):
        raise ShiftOver(shift_id)
    station = kiosk.event.station(begun.station)
    if begun.event != kiosk.event.id or station is None:
        raise NotRecorded("another pack is on screen")
    return Shift(shift_id, begun.details["number"], station)


def end_shift(kiosk: Kiosk, shift_id: str, *, actor: str, revoked: bool = False) -> None:
    """End a shift; nothing where it is over. `revoked`: staff took it away from a phone.

    Raises `UnknownEntry`, `NotRecorded`.
    """
    try:
        begun = kiosk.log.entry(shift_id)
        is_over = _is_over(kiosk, shift_id)
    except LogUnreadable as error:
        raise NotRecorded(error.cause) from None
    if begun is None or begun.kind != "shift":
        raise UnknownEntry(N_("There is no such shift."))
    if not is_over:
        details = {"seconds": _seconds(begun, kiosk.clock.now()), "revoked": revoked}
        draft = kiosk.draft(
            _end_id(shift_id),
            "shift_end",
            "staff" if actor == "staff" else "phone",
            station=begun.station,
            subject=shift_id,
            details=details,
            actor=actor,
        )
        draft = replace(draft, event=begun.event)  # whatever event is on screen now
        (outcome,) = kiosk.log.append_each(draft, keeps_conflicts=False)
        # Ended by somebody else at the same moment: then it is over.
        if isinstance(outcome, KioskError) and not isinstance(outcome, EntryConflict):
            raise outcome
    for known in [known for known in list(kiosk.open_shifts) if known[1] == shift_id]:
        kiosk.open_shifts.pop(known, None)
    if kiosk.own_shift == shift_id:
        kiosk.own_shift = None


def end_all_shifts(kiosk: Kiosk) -> None:
    """End every shift that lasts, as in the evening. Raises `NotRecorded`."""
    try:
        lines = shift_lines(kiosk)
    except LogUnreadable as error:
        raise NotRecorded(error.cause) from None
    for line in lines:
        if line.ended is None:
            end_shift(kiosk, line.id, actor="staff")


def shift_lines(kiosk: Kiosk) -> list[ShiftLine]:
    """Return the event's shifts, the newest first; those under way are as long as they are by now.

    Raises `LogUnreadable`.
    """
    now = kiosk.clock.now()
    return [
        ShiftLine(
            begun.id,
            begun.details["number"],
            begun.station,
            begun.details["how"] == "touchscreen",
            begun,
            ended,
            ended.details["seconds"] if ended else _seconds(begun, now),
        )
        for begun, ended in kiosk.log.stamps.shifts(kiosk.event.id)
    ]


def _seconds(begun: Entry, now: clock.Stamp) -> int | None:
    ms = milliseconds_since(begun.stamp, now)
    if ms is None and clock.is_known(begun.clock) and clock.is_known(now.clock):
        ms = now.wall_ms - begun.wall_ms  # over a restart
    return None if ms is None else max(0, ms // 1000)


def _is_over(kiosk: Kiosk, shift_id: str) -> bool:
    """Raises `LogUnreadable`."""
    return kiosk.log.entry(_end_id(shift_id)) is not None


def _end_id(shift_id: str) -> str:
    return derived_id(shift_id, "end")


def _need_cards(kiosk: Kiosk) -> None:
    if not kiosk.event.stations:
        raise NotAllowed(N_("The event pack has no booths, so there is nothing to stamp."))
    if kiosk.key is None:
        raise NotAllowed(N_("The key of the cards cannot be read; see the file event-key in the data folder."))


def _mac(kiosk: Kiosk, shift_id: str) -> str:
    return hmac.digest(kiosk.key, b"shift " + shift_id.encode(), hashlib.sha256).hex()[:32]
