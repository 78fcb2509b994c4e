"""Stamping a card at a station: one action, whatever the way the card was read, and one answer to it.

What is on the card decides, and the entry's id follows from card, station and rule; so replays, reordered queues and
two phones at the same moment give one stamp. What is refused is kept for staff. Nothing is ever said to be stamped that
is not durable.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk.actions.correct import void_draft
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.shifts import Shift
from kiosk.domain.budget import Rate, full
from kiosk.domain.cards import Card, short_code_in, token_in
from kiosk.domain.entry import Draft, Entry, derived_id, is_entry_id, milliseconds_left
from kiosk.domain.errors import (
    N_,
    EntryConflict,
    InvalidInput,
    KioskError,
    LogUnreadable,
    NotAllowed,
    NotRecorded,
    TooMany,
)
from kiosk.domain.scan import (
    UNDO_MS,
    WAYS,
    CardState,
    card_state,
    day_of,
    is_taken,
    may_count,
    scan_entry_id,
    visit_entry_id,
)
from kiosk.storage.stamps import CardEntry

# Wrong short codes of one phone: ten at once, then one every half minute. At twenty bits of MAC that is a chance of one
# in three hundred for a phone that does nothing else for a whole day.
WRONG_CODES = Rate(10, 30_000)

WAITED_MS = 5_000

LONGEST_READ = 500
LONGEST_AGE_MS = 7 * 86_400_000


@dataclass(frozen=True)
class Read:
    """What a volunteer's page read: its own id for it, the text, the way, and how long ago that was."""

    id: str
    text: str
    way: str
    age_ms: int = 0


@dataclass(frozen=True)
class Answer:
    """What came of a scan. `result`: `stamped`, `already`, `undone` for one that was taken back since, or `unknown` for
    a card that is none of this event.

    `entry` is the stamp that is on the card now; `fills`: this scan made the card full.
    """

    result: str
    card: Card | None = None
    entry: Entry | None = None
    state: CardState | None = None
    fills: bool = False
    undo_ms: int = 0


def has_waited(read: Read) -> bool:
    """Return whether it was read while nobody answered: whoever read it has gone on, and cannot be asked again."""
    return read.age_ms >= WAITED_MS


def read_scan(fields: dict) -> Read:
    """Return one scan as a page sent it. Raises `InvalidInput`."""
    new_id, text, way, age_ms = (fields.get(name) for name in ("id", "read", "how", "age_ms"))
    if not (isinstance(new_id, str) and is_entry_id(new_id) and isinstance(text, str) and way in tuple(WAYS)):
        raise InvalidInput(N_("The kiosk could not understand this scan."))
    is_age = isinstance(age_ms, int | float) and not isinstance(age_ms, bool) and 0 <= age_ms <= LONGEST_AGE_MS
    return Read(new_id, text[-LONGEST_READ:], way, round(age_ms) if is_age else 0)


def stamp(kiosk: Kiosk, shift: Shift, read: Read) -> Answer:
    """Return what came of a scan; a stamp is durable then.

    Raises `TooMany` after too many wrong short codes, `NotRecorded`.
    """
    card = _card(kiosk, shift, read)
    if card is None:
        refuse(kiosk, shift.id, read, "unknown", None)
        return Answer("unknown")
    try:
        with kiosk.turns.of(card.number):
            return _stamp(kiosk, shift, read, card)
    except LogUnreadable as error:
        raise NotRecorded(error.cause) from None


def card_of(kiosk: Kiosk, read: str) -> Card | None:
    """Return the card of this event whose token is at the end of what was read, None where there is none."""
    cards, token = kiosk.cards, token_in(read)
    return cards.card(token) if cards and token else None


def state_of(kiosk: Kiosk, card: Card) -> CardState:
    """Return what a card has. Raises `LogUnreadable`."""
    return _state(kiosk.log.stamps.of_card(kiosk.event.id, card.number))


def _state(found: Iterable[CardEntry]) -> CardState:
    return card_state(one.entry for one in found if not one.is_voided)


def _card(kiosk: Kiosk, shift: Shift, read: Read) -> Card | None:
    if kiosk.cards is None:
        raise NotRecorded("there is no key")
    found = card_of(kiosk, read.text)
    if found or read.way != "code":
        return found
    now, code = kiosk.clock.now(), short_code_in(read.text)
    with kiosk.turns.of(shift.id):
        budget = kiosk.wrong_codes.get(shift.id, full(WRONG_CODES, now.boottime_ms, now.boot))
        budget = budget.now(WRONG_CODES, now.boottime_ms, now.boot)
        if budget.allows:
            found = kiosk.cards.card_of_short(code) if code else None
            if found is None:
                kiosk.wrong_codes[shift.id] = budget.spent()
            return found
    if not has_waited(read):
        refuse(kiosk, shift.id, read, "too_many", None)
    raise TooMany(N_("Too many wrong codes. Please wait half a minute, or scan the card."))


def _stamp(kiosk: Kiosk, shift: Shift, read: Read, card: Card) -> Answer:
    found = kiosk.log.stamps.of_card(kiosk.event.id, card.number)
    here = [one for one in found if one.entry.kind == "scan" and one.entry.station == shift.station.id]
    # Sent once more, whatever became of it and of the clock meanwhile.
    for one in here:
        if one.entry.details.get("scan") == read.id:
            return _answer(kiosk, card, one.entry, one.is_voided, _state(found))
    now = kiosk.clock.now()
    for one in here:
        if not one.is_voided and is_taken(shift.station, one.entry, now, read.age_ms, kiosk.event):
            return _already(kiosk, shift, read, card, one.entry, _state(found))
    taken_back = sum(one.is_voided for one in here)
    day = day_of(now, read.age_ms, kiosk.event)
    entry_id = scan_entry_id(kiosk.log.device, card.number, shift.station, read.id, day, taken_back)
    drafts = [_scan_draft(kiosk, shift, read, card, entry_id)]
    if visit := _visit_draft(kiosk, read, card, found):
        drafts.insert(0, visit)
    # In one commit: no stamp without its visit, and the other way round.
    outcome = kiosk.log.append_each(*drafts, keeps_conflicts=False)[-1]
    if isinstance(outcome, EntryConflict):  # another phone was quicker by a moment
        there = kiosk.log.entry(entry_id)
        return _already(kiosk, shift, read, card, there, state_of(kiosk, card))
    if isinstance(outcome, KioskError):
        raise outcome
    # What came of other booths in this very moment is told at the next look.
    return _answer(kiosk, card, outcome.entry, False, _state([*found, CardEntry(outcome.entry, False, None)]))


def _already(kiosk: Kiosk, shift: Shift, read: Read, card: Card, there: Entry, state: CardState) -> Answer:
    refuse(kiosk, shift.id, read, "already", card)
    return Answer("already", card, there, state)


def _answer(kiosk: Kiosk, card: Card, entry: Entry, is_voided: bool, state: CardState) -> Answer:
    """Return the answer to the scan that made a stamp, as often as it is asked for."""
    if is_voided:
        return Answer("undone", card, entry, state)
    undo_ms = milliseconds_left(entry.stamp, kiosk.clock.now(), UNDO_MS)
    return Answer("stamped", card, entry, state, state.fills(entry, kiosk.event.cards.full_at), undo_ms)


def answer_of(kiosk: Kiosk, shift: Shift, entry_id: str) -> Answer | None:
    """Return the answer that the scan got which made a stamp at this station, None where it made none there.

    Raises `LogUnreadable`.
    """
    entry = kiosk.log.entry(entry_id) if is_entry_id(entry_id) else None
    card = kiosk.cards.of_number(entry.subject) if kiosk.cards and entry and entry.kind == "scan" else None
    if card is None or entry.event != kiosk.event.id or entry.station != shift.station.id:
        return None
    found = _answer(kiosk, card, entry, kiosk.log.void_of(entry_id) is not None, state_of(kiosk, card))
    # What another phone stamped, this one does not undo.
    return found if entry.details.get("shift") == shift.id else replace(found, undo_ms=0)


def _scan_draft(kiosk: Kiosk, shift: Shift, read: Read, card: Card, entry_id: str) -> Draft:
    details = {"scan": read.id, "shift": shift.id}
    if read.age_ms >= 1000:
        details["waited_ms"] = read.age_ms
    return kiosk.draft(
        entry_id,
        "scan",
        WAYS[read.way],
        station=shift.station.id,
        party_size=card.party_size,
        subject=card.number,
        details=details,
        actor="volunteer",
    )


def _visit_draft(kiosk: Kiosk, read: Read, card: Card, found: list[CardEntry]) -> Draft | None:
    """Return the check-in of a printed card's people, None if there is one, or if none is wanted."""
    visits = [one for one in found if one.entry.kind == "check_in"]
    if not all(one.is_voided for one in visits):
        return None
    if not may_count(card, kiosk.event.cards, (one.voided_by for one in visits)):
        return None
    return kiosk.draft(
        # Says nothing of the booth, so that two which scan a new card at the same moment say the same.
        visit_entry_id(kiosk.log.device, card.number, len(visits)),
        "check_in",
        WAYS[read.way],
        party_size=card.party_size,
        subject=card.number,
        actor="volunteer",
    )


def undo(kiosk: Kiosk, shift: Shift, entry_id: str) -> None:
    """Take back a stamp that this phone has just given; with a card's only stamp, the visit that came of it too.

    Raises `InvalidInput`, `NotAllowed`, `NotRecorded`.
    """
    try:
        entry = kiosk.log.entry(entry_id) if is_entry_id(entry_id) else None
        if entry is None or entry.kind != "scan" or entry.details.get("shift") != shift.id:
            raise InvalidInput(N_("This phone has no such stamp."))
        # Or another booth, which stamps in this very moment, would count on the visit that is taken back here.
        with kiosk.turns.of(entry.subject):
            _undo(kiosk, entry)
    except LogUnreadable as error:
        raise NotRecorded(error.cause) from None


def _undo(kiosk: Kiosk, entry: Entry) -> None:
    if kiosk.log.void_of(entry.id):
        return
    if not milliseconds_left(entry.stamp, kiosk.clock.now(), UNDO_MS):
        raise NotAllowed(N_("It is too late to undo this here. Please tell the staff."))
    state = _state(kiosk.log.stamps.of_card(entry.event, entry.subject))
    wrong = [entry]
    if state.visit and all(scan.id == entry.id for scan in state.scans):
        wrong.insert(0, state.visit)
    said = {"reason": "undone", "actor": "volunteer", "source": entry.source}
    for outcome in kiosk.log.append_each(*(void_draft(one, **said) for one in wrong)):
        if isinstance(outcome, KioskError):
            raise outcome


def give_souvenir(kiosk: Kiosk, shift: Shift, card: Card) -> Answer:
    """Record that the holder of a full card was given the souvenir, once. Raises `NotAllowed`, `NotRecorded`."""
    try:
        found = kiosk.log.stamps.of_card(kiosk.event.id, card.number)
        state = _state(found)
        if state.souvenir:
            return Answer("already", card, state.souvenir, state)
        if kiosk.display.souvenirs_gone:
            raise NotAllowed(N_("There are no souvenirs left."))
        if not state.is_souvenir_due(kiosk.event.cards):
            raise NotAllowed(N_("This card is not full yet."))
        taken_back = sum(one.entry.kind == "souvenir" for one in found)
        draft = kiosk.draft(
            derived_id(kiosk.log.device, "souvenir", card.number, str(taken_back)),
            "souvenir",
            "phone",
            station=shift.station.id,
            party_size=card.party_size,
            subject=card.number,
            details={"shift": shift.id},
            actor="volunteer",
        )
        (outcome,) = kiosk.log.append_each(draft, keeps_conflicts=False)
        if isinstance(outcome, EntryConflict):  # another phone was quicker by a moment
            return Answer("already", card, kiosk.log.entry(draft.id), state_of(kiosk, card))
        if isinstance(outcome, KioskError):
            raise outcome
        return Answer("stamped", card, outcome.entry, state_of(kiosk, card))
    except LogUnreadable as error:
        raise NotRecorded(error.cause) from None


def refuse(kiosk: Kiosk, shift_id: str | None, read: Read, why: str, card: Card | None) -> bool:
    """Keep a refused scan for staff: why, which card if it was one of ours, and when; never the token itself. Return
    whether it is kept.

    A repetition of it says nothing new.
    """
    if not kiosk.refused_scans.is_new((read.id, why)):
        return True
    details = {"why": why, "shift": shift_id, "scan": read.id, "how": read.way, "age_ms": read.age_ms}
    if card is None and why != "unknown":
        card = card_of(kiosk, read.text)
    is_kept = kiosk.log.refusals.add("scan", card.number if card else None, details, WAYS[read.way])
    if not is_kept:
        kiosk.refused_scans.forget((read.id, why))
    return is_kept
