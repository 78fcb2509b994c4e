"""Paying tribute to a scientist and giving feedback, each once in a visit.

The id of either entry follows from the visit, so double taps, reloads and replays find the entry that is there.
Tributes are never counted by scientist: this is no ranking.
"""

from collections.abc import Iterable

from kiosk.actions.kiosk import Kiosk
from kiosk.domain.entry import derived_id
from kiosk.domain.errors import N_, EntryConflict, LogUnreadable, NotRecorded, UnknownEntry
from kiosk.domain.voices import read_feedback, read_tribute


def pay_tribute(kiosk: Kiosk, scientist_id: str, fields: Iterable[tuple[str, str]], source: str) -> str:
    """Record the tribute that a form's fields say, durable, and return its visit.

    Raises `InvalidInput`, `UnknownEntry`, `EntryConflict`, `NotRecorded`.
    """
    if not kiosk.event.feedback.tribute or kiosk.pack.scientist(scientist_id) is None:
        raise UnknownEntry(N_("There is nothing here. Please use the button below."))
    visit = read_tribute(fields)
    _record_once(kiosk, derived_id(visit, "tribute", scientist_id), "tribute", source, subject=scientist_id)
    return visit


def has_paid_tribute(kiosk: Kiosk, visit: str | None, scientist_id: str) -> bool:
    """Return whether the visit paid tribute to that scientist, as far as the log can be read."""
    return visit is not None and _is_there(kiosk, derived_id(visit, "tribute", scientist_id), "tribute")


def give_feedback(kiosk: Kiosk, fields: Iterable[tuple[str, str]], source: str) -> str:
    """Record the feedback that a form's fields say, durable, and return its visit; of two in a visit the first counts.

    Raises `InvalidInput`, `UnknownEntry`, `EntryConflict`, `NotRecorded`.
    """
    if not kiosk.event.feedback.ask:
        raise UnknownEntry(N_("There is nothing here. Please use the button below."))
    visit, said = read_feedback(fields, kiosk.event.feedback)
    new_id = derived_id(visit, "feedback")
    _record_once(kiosk, new_id, "feedback", source, answers=said.answers, details=said.details)
    return visit


def has_given_feedback(kiosk: Kiosk, visit: str | None) -> bool:
    """Return whether the visit gave feedback, as far as the log can be read."""
    return visit is not None and _is_there(kiosk, derived_id(visit, "feedback"), "feedback")


def _record_once(kiosk: Kiosk, new_id: str, kind: str, source: str, **said: object) -> None:
    """Record it unless the visit has; whatever it would say this time, the first one counts and that is no fault.

    Left as a conflict: an id that somebody took for an entry of another kind.
    """
    try:
        there = kiosk.log.entry(new_id)
    except LogUnreadable as error:
        raise NotRecorded(error.cause) from None
    if there is not None and there.kind == kind:
        return
    try:
        kiosk.log.append(kiosk.draft(new_id, kind, source, **said))
    except EntryConflict as error:
        if error.kind != kind:  # the same kind: two taps at the very same time
            raise


def _is_there(kiosk: Kiosk, entry_id: str, kind: str) -> bool:
    # Profiles are read whatever state the log is in; sent all the same, the form tells.
    try:
        there = kiosk.log.entry(entry_id)
    except LogUnreadable:
        return False
    return there is not None and there.kind == kind
