"""Correcting the log: a new entry that names the one it voids. Nothing is changed or deleted."""

from collections.abc import Iterable

from kiosk.domain.entry import Draft, Entry, mint_id
from kiosk.domain.errors import N_, InvalidInput, KioskError, NotAllowed, UnknownEntry
from kiosk.domain.statistics import COUNTED, VOIDABLE
from kiosk.domain.text import clean_line
from kiosk.storage.log import Log, Recorded

LONGEST_REASON = 500


def void(log: Log, target_id: str, *, reason: str, actor: str, source: str) -> Recorded:
    """Return the correction that voids an entry; the first one, if it was voided before.

    Raises `InvalidInput`, `UnknownEntry`, `NotAllowed` for an entry that no figure counts and for a note that
    was corrected since, `LogUnreadable`, `NotRecorded`.
    """
    reason = _reason(reason)
    target = log.entry(target_id)
    if target is None:
        raise UnknownEntry(N_("There is no entry %(id)s in the log."), id=target_id)
    if target.kind not in VOIDABLE and target.kind != "void":  # of those the log says why itself
        raise NotAllowed(N_("No figure counts this entry, so there is nothing to void."))
    if is_outdated(log, target):
        raise NotAllowed(N_("There is a newer version of this note. Please void that one."))
    return log.append(void_draft(target, reason=reason, actor=actor, source=source))


def is_outdated(log: Log, target: Entry) -> bool:
    """Return whether it is a note that was corrected since: voided is the newest version. Raises `LogUnreadable`."""
    return target.kind == "note" and log.notes.corrected_by(target.id) is not None


def kept_by_closing(log: Log, target: Entry, correction: Entry | None = None) -> str | None:
    """Return the entry that closed the event of an entry which its figures count: voided after that, by `correction` or
    only now, they count it still. None where voiding takes it out of every figure. Raises `LogUnreadable`.
    """
    if target.kind not in COUNTED:  # notes are words, and a closing that is voided divides nothing
        return None
    at = log.position(target.id)
    period = next(one for one in log.periods.of(target.event) if one.since < at)
    if period.through is None or (correction and log.position(correction.id) <= period.through):
        return None
    return period.closed_by


def void_each(log: Log, targets: Iterable[Entry], *, reason: str, actor: str, source: str) -> None:
    """Void entries that figures count, in one commit: all of them or none.

    Raises `InvalidInput`, `NotRecorded`.
    """
    reason = _reason(reason)
    drafts = [void_draft(target, reason=reason, actor=actor, source=source) for target in targets]
    for outcome in log.append_each(*drafts):
        if isinstance(outcome, KioskError):
            raise outcome


def _reason(text: str) -> str:
    text = clean_line(text)
    if not text or len(text) > LONGEST_REASON:
        raise InvalidInput(N_("A correction needs a reason of at most %(most)s characters."), most=LONGEST_REASON)
    return text


def void_draft(target: Entry, *, reason: str, actor: str, source: str) -> Draft:
    """Return the correction that voids an entry, to be recorded."""
    return Draft(
        id=mint_id(),
        kind="void",
        event=target.event,
        source=source,
        pack=target.pack,
        stop=target.stop,
        station=target.station,
        voids=target.id,
        actor=actor,
        reason=reason,
    )
