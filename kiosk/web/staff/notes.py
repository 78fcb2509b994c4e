"""Notes of what the staff did beside the kiosk: read, written, corrected, with photos sent by the page's script."""

from collections.abc import Mapping
from contextlib import suppress
from itertools import groupby

from flask import Response, abort, g, jsonify, redirect, render_template, request, url_for

from kiosk.actions.correct import LONGEST_REASON, void
from kiosk.actions.notes import Shown, notes_of, save_note, shown_photos
from kiosk.actions.periods import period_of
from kiosk.actions.photos_coming import LARGEST_PHOTO_BYTES
from kiosk.domain.day import EARLIEST, LATEST
from kiosk.domain.entry import Entry, is_entry_id, mint_id
from kiosk.domain.errors import (
    N_,
    EntryConflict,
    FormRefused,
    InvalidInput,
    KioskError,
    LogUnreadable,
    NotAllowed,
    NotRecorded,
    Sentence,
    UnknownEntry,
)
from kiosk.domain.note import (
    ABOUT,
    CHILD,
    KEPT,
    LONGEST_CAPTION,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_PEOPLE,
    MOST_PHOTOS,
    ROLES,
)
from kiosk.storage.notes import Kept
from kiosk.storage.pieces import LARGEST_PIECE_BYTES
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.failures import status_of
from kiosk.web.locale import say, show_date
from kiosk.web.staff import bp
from kiosk.web.staff.summary_words import period_said
from kiosk.web.when import local_time

_TOLD = {
    "saved": N_("The note is saved."),
    "void": N_("The note was voided: it is no longer in the list, and stays in the log."),
}

_SAVED_BEFORE = N_("This note was saved before with other words. Save it once more to put these in their place.")

# At the touchscreen nothing can be typed; numbers are chosen there.
TO_CHOOSE = (*range(0, 31), *range(35, 101, 5), *range(110, 201, 10), 250, 300, 400, 500, 800, 1000)


@bp.context_processor
def note_words() -> dict:
    """What the staff's pages say notes with."""
    return {"abouts": ABOUT, "note_said": note_said, "note_title": note_title}


def note_title(about: str, title: str) -> str:
    """Return what a note is called: its title, or what it was where it has none."""
    return title or say(Sentence(ABOUT[about]), g.locale)


def note_said(entry: Entry) -> str:
    """Return what the entry of a note says, in a line."""
    said = entry.details
    parts = [say(Sentence(ABOUT[said["about"]]), g.locale)] if said.get("about") in ABOUT else []
    parts += [show_date(said["day"], g.locale)] if said.get("day") else []
    parts += [said["title"]] if said.get("title") else []
    return " · ".join(parts)


@bp.get("/notes")
@audience("staff")
def notes():
    kiosk = this_kiosk()
    try:
        period = period_of(kiosk.log, kiosk.pack, request.args.get("of"))
    except NotAllowed:  # of an address from before a closing was taken back
        period = period_of(kiosk.log, kiosk.pack)
    found = reversed(notes_of(kiosk.log, kiosk.event, period))
    return render_template(
        "staff/notes.html",
        days=[(day, list(kept)) for day, kept in groupby(found, lambda one: one.note.day)],
        period=period,
        periods=kiosk.log.periods.of(kiosk.event.id),
        period_said=period_said,
        told=_told(),
    )


def _told() -> Sentence | None:
    told = _TOLD.get(request.args.get("told", ""))
    return Sentence(told) if told else None


def _left() -> int:
    """Return how many photos the note before this page was saved without, because of a child."""
    return min(max(request.args.get("left", 0, int), 0), 99)


# Writing


@bp.get("/notes/new")
@audience("staff")
def new_note():
    today = local_time(this_kiosk().clock.now())
    return _form({"id": mint_id(), "day": today.date().isoformat() if today else ""}, [])


@bp.get("/notes/<uuid:note_id>/correct")
@audience("staff")
def correct_note(note_id):
    kept = _kept(str(note_id))
    if (newer := this_kiosk().log.notes.corrected_by(kept.id)) or this_kiosk().log.void_of(kept.id):
        return redirect(url_for("staff.note", note_id=newer or kept.id), 303)
    note = kept.note
    typed = {"id": mint_id(), "replaces": kept.id, "about": note.about, "day": note.day.isoformat()}
    typed |= {"title": note.title, "text": note.text, "people": "" if note.people is None else str(note.people)}
    typed |= {f"people.{role}": str(count) for role, count in note.roles.items()}
    return _form(typed, [Shown(one.digest, one.caption, one.child) for one in note.photos])


@bp.post("/notes")
@audience("staff")
def save():
    form, kiosk = request.form, this_kiosk()
    typed, refs = form.to_dict(), form.getlist("photo")[: 4 * MOST_PHOTOS]
    try:
        saved = save_note(kiosk, typed, refs, source="staff")
    except FormRefused as refused:
        return _form(typed, shown_photos(typed, refs), refused.faults), 400
    except EntryConflict as error:
        sentence = error.sentence
        if error.kind == "note":
            # Its answer was lost, and it was changed since: what stands here is the newer one.
            typed = {**typed, "id": mint_id(), "replaces": error.entry_id}
            sentence = Sentence(_SAVED_BEFORE)
        return _form(typed, shown_photos(typed, refs), {"": sentence}), status_of(error)
    except InvalidInput as error:
        # A form without its number gets one: what was typed is there, and can be saved.
        replaces = typed.get("replaces", "")
        typed = {**typed, "id": mint_id(), "replaces": replaces if is_entry_id(replaces) else ""}
        return _form(typed, shown_photos(typed, refs), {"": error.sentence}), 400
    except (NotAllowed, UnknownEntry, NotRecorded, LogUnreadable) as error:
        page = _form(typed, shown_photos(typed, refs), {"": error.sentence}, error)
        return page, 409 if isinstance(error, NotAllowed) else status_of(error)
    more = {"left": saved.left_out} if saved.left_out else {}
    return redirect(url_for("staff.note", note_id=saved.recorded.entry.id, told="saved", **more), 303)


def _form(
    typed: Mapping[str, str],
    photos: list[Shown],
    faults: Mapping[str, Sentence] | None = None,
    error: KioskError | None = None,
) -> str:
    """Return the form as it was filled in; nothing typed is lost on a fault."""
    places = [(one, _place_of(one.ref, typed.get("replaces", ""))) for one in photos]
    return render_template(
        "staff/note_form.html",
        typed=typed,
        by_role=any(typed.get(f"people.{role}") for role in ROLES),
        photos=[(one, place) for one, place in places if place],
        faults=faults or {},
        cause=getattr(error, "cause", None),
        roles=ROLES,
        children=CHILD,
        kept=KEPT,
        earliest=EARLIEST,
        latest=LATEST,
        longest={"title": LONGEST_TITLE, "text": LONGEST_TEXT, "caption": LONGEST_CAPTION},
        most_people=MOST_PEOPLE,
        most_photos=MOST_PHOTOS,
        most_bytes=LARGEST_PHOTO_BYTES,
        piece=LARGEST_PIECE_BYTES,
        to_choose=TO_CHOOSE,
    )


def _place_of(ref: str, replaces: str) -> str | None:
    """Return where a photo of the form can be seen, None where it is gone."""
    if (coming := this_kiosk().photos.get(ref)) and coming.state != "refused":
        return url_for("staff.coming_photo", photo_id=ref)
    earlier = None
    with suppress(LogUnreadable):
        earlier = this_kiosk().log.notes.one(replaces) if replaces else None
    digest = this_kiosk().photos.in_log(ref) or ref
    if earlier and digest in {one.digest for one in earlier.note.photos}:
        return url_for("staff.note_photo", digest=digest, small=1)
    return None


# Reading


@bp.get("/notes/<uuid:note_id>")
@audience("staff")
def note(note_id):
    return _note_page(str(note_id))


def _note_page(note_id: str, error: InvalidInput | None = None) -> tuple[str, int]:
    log, kept = this_kiosk().log, _kept(note_id)
    page = render_template(
        "staff/note.html",
        kept=kept,
        note=kept.note,
        written=local_time(kept.entry.stamp),
        newer=log.notes.corrected_by(kept.id),
        # Who voids a note means every version of it.
        correction=log.void_of(log.notes.newest_of(kept.id)),
        roles=ROLES,
        children=CHILD,
        longest=LONGEST_REASON,
        error=error,
        told=_told(),
        left=_left(),
    )
    return page, 400 if error else 200


def _kept(note_id: str) -> Kept:
    kept = this_kiosk().log.notes.one(note_id)
    if kept is None:
        raise UnknownEntry(N_("There is no such note."))
    return kept


@bp.post("/notes/<uuid:note_id>/void")
@audience("staff")
def void_note(note_id):
    kept = _kept(str(note_id))
    try:
        reason = request.form.get("reason", "") or request.form.get("own", "")
        void(this_kiosk().log, kept.id, reason=reason, actor="staff", source="staff")
    except InvalidInput as error:
        return _note_page(kept.id, error)
    return redirect(url_for("staff.notes", told="void"), 303)


@bp.get("/notes/photos/<digest>.jpg")
@audience("staff")
def note_photo(digest: str):
    content = this_kiosk().log.notes.photo(digest, small="small" in request.args)
    return _jpeg(content)


def _jpeg(content: bytes | None) -> Response:
    if content is None:
        abort(404)
    return Response(content, mimetype="image/jpeg")


# Photos on their way


@bp.post("/notes/coming/<uuid:photo_id>")
@audience("staff_password")
def photo_piece(photo_id):
    """Take in a piece of a photo; `at` says where it belongs, `of` how long the whole is. Tells how much is here."""
    at, total = request.args.get("at", -1, int), request.args.get("of", 0, int)
    if g.at_kiosk:
        return jsonify(error=say(Sentence(_NO_FILES), g.locale)), 403
    try:
        piece = request.get_data(cache=False)
        coming = this_kiosk().photos.take(str(photo_id), at, total, request.args.get("child", ""), piece)
    except KioskError as error:
        return jsonify(error=say(error.sentence, g.locale)), status_of(error)
    return jsonify(received=coming.received)


_NO_FILES = N_("There are no files at the touchscreen. Photos can be added from a phone or a laptop.")


@bp.get("/notes/coming/<uuid:photo_id>")
@audience("staff_password", by_itself=True)
def photo_progress(photo_id):
    coming = this_kiosk().photos.get(str(photo_id))
    if coming is None:
        abort(404)
    refused = say(coming.refused, g.locale) if coming.refused else None
    return jsonify(state=coming.state, error=refused)


@bp.post("/notes/coming/<uuid:photo_id>/discard")
@audience("staff_password")
def discard_photo(photo_id):
    this_kiosk().photos.discard(str(photo_id))
    return jsonify(state="gone")


@bp.get("/notes/coming/<uuid:photo_id>.jpg")
@audience("staff")
def coming_photo(photo_id):
    ready = this_kiosk().photos.ready(str(photo_id))
    return _jpeg(ready[1].small if ready else None)
