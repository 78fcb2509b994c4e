"""Notes of the staff: writing one, correcting one, and those of an event for whoever tells of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kiosk.actions.kiosk import Kiosk
from kiosk.actions.periods import told_until
from kiosk.domain.entry import entry_id
from kiosk.domain.errors import N_, FormRefused, Sentence
from kiosk.domain.event import Event
from kiosk.domain.note import CHILD, KEPT, LONGEST_CAPTION, MOST_PHOTOS, Photo, read_note
from kiosk.domain.period import Period
from kiosk.domain.text import clean_line
from kiosk.storage.log import Log, Recorded
from kiosk.storage.notes import Kept, beside, details


@dataclass(frozen=True)
class Saved:
    """The entry of a note, and how many photos were left out because of a child."""

    recorded: Recorded
    left_out: int


@dataclass(frozen=True)
class Shown:
    """A photo as the form shows it: `ref` is the number of one that just came, or the digest of one in the log."""

    ref: str
    caption: str = ""
    child: str = ""
    is_out: bool = False

    @property
    def is_kept(self) -> bool:
        return not self.is_out and self.child in KEPT


def notes_of(log: Log, event: Event, period: Period) -> list[Kept]:
    """Return the notes of a period of an event by day: each as corrected last, voided ones left out.

    They are often written after the event was closed: then their own day tells of which one they are. Raises
    `LogUnreadable`.
    """
    return log.notes.current(
        event.id,
        period.since,
        period.through,
        since_day=told_until(log, event, period.begun_by),
        until_day=told_until(log, event, period.closed_by),
    )


def shown_photos(fields: Mapping[str, str], refs: Iterable[str]) -> list[Shown]:
    """Return the photos that a form speaks of: for each `ref` its `caption`, answer about a `child`, and `out`."""
    return [
        Shown(
            ref,
            clean_line(fields.get(f"caption.{ref}", ""))[:LONGEST_CAPTION],
            fields.get(f"child.{ref}", "") if fields.get(f"child.{ref}") in CHILD else "",
            f"out.{ref}" in fields,
        )
        for ref in dict.fromkeys(refs)
    ]


def save_note(kiosk: Kiosk, fields: Mapping[str, str], refs: Iterable[str], *, source: str) -> Saved:
    """Return the entry of the note that a form's fields say, durable with its photos.

    `id`, `replaces` (the note that this one corrects, or nothing), those of `read_note`, and for each photo what
    `shown_photos` reads. Raises `FormRefused` with every fault, `InvalidInput`, `EntryConflict`, `NotAllowed` or
    `UnknownEntry` for what became of the note meanwhile, `NotRecorded`, `LogUnreadable`.
    """
    new_id = entry_id(fields.get("id", ""))
    replaces = entry_id(fields["replaces"]) if fields.get("replaces") else None
    shown = shown_photos(fields, refs)
    kept = [one for one in shown if one.is_kept]
    faults: dict[str, Sentence] = {}
    try:
        note = read_note(fields)
    except FormRefused as refused:
        faults = refused.faults
    if len(kept) > MOST_PHOTOS:
        faults["photos"] = Sentence(N_("A note has at most %(most)s photos."), {"most": MOST_PHOTOS})
    photos, content = [], {}
    # Of this note and the earlier one only: a digest by itself opens nothing that somebody else took in.
    same = kiosk.log.notes.one(new_id)
    earlier = kiosk.log.notes.one(replaces) if replaces else None
    mine = {photo.digest for one in (same, earlier) if one for photo in one.note.photos}
    # Sent again after a restart the photos are with the note all the same.
    alike = {(one.caption, one.child): one.digest for one in same.note.photos} if same else {}
    came: dict[str, str] = {}
    for one in kept:
        if ready := kiosk.photos.ready(one.ref):
            digest = came[one.ref] = ready[0]
            content[digest] = (ready[1].large, ready[1].small)
        else:
            digest = kiosk.photos.in_log(one.ref) or one.ref
            digest = digest if digest in mine else alike.get((one.caption, one.child))
        if digest:
            photos.append(Photo(digest, one.caption, one.child))
        else:
            faults["photos"] = Sentence(
                N_("A photo is not there (any more): wait until it has arrived, or take it out and add it again.")
            )
    if faults:
        raise FormRefused(faults)
    once = {
        photo.digest: photo for photo in reversed(photos)
    }  # the same photo twice is shown once, where it came first
    photos = [once[digest] for digest in dict.fromkeys(photo.digest for photo in photos)]
    note = replace(note, photos=tuple(photos))
    draft = kiosk.draft(new_id, "note", source, actor="staff", details=details(note, replaces))
    recorded = kiosk.log.append_with(draft, beside(new_id, note, replaces, content))
    kiosk.photos.saved(came)
    kiosk.photos.discard(*(one.ref for one in shown))
    return Saved(recorded, sum(1 for one in shown if not one.is_out and not one.is_kept))
