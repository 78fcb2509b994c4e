"""The event pack as staff see it: what is on screen, what is missing, another one sent, checked and put up, going back,
and the sheet on which the content is reviewed and signed off.
"""

from itertools import groupby
from uuid import uuid4

from flask import Response, abort, g, jsonify, redirect, render_template, request, url_for

from kiosk.actions import swap_pack
from kiosk.actions.incoming import Arrival
from kiosk.domain.difference import difference
from kiosk.domain.errors import N_, KioskError, PackBroken, Sentence
from kiosk.domain.event import Pack, short_code
from kiosk.domain.missing import gaps, untranslated
from kiosk.domain.passages import parts
from kiosk.storage.pieces import LARGEST_PIECE_BYTES
from kiosk.storage.zip_packs import LARGEST_ZIP_BYTES
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.failures import status_of
from kiosk.web.locale import say
from kiosk.web.staff import bp

_TOLD = {
    "up": N_("The new pack is on screen."),
    "back": N_("The pack from before is on screen again."),
    "signed": N_("Noted: what is on screen is what was signed off."),
}

_REVIEWERS = (N_("First review"), N_("Second review"), N_("Final review"))


@bp.context_processor
def sign_off_state() -> dict:
    """What the staff's pages say about signing off: the version that was, if another one is on screen."""
    return {"signed_off": _signed_off}


def _signed_off() -> tuple[bool, str | None]:
    """Return whether what is on screen was signed off, and the version that was last, None for none."""
    kiosk = this_kiosk()
    return kiosk.signed_off == kiosk.pack.digest, short_code(kiosk.signed_off) if kiosk.signed_off else None


@bp.get("/pack")
@audience("staff")
def pack():
    return _pack_page()


def _pack_page(faults=(), status: int = 200) -> tuple[str, int]:
    kiosk = this_kiosk()
    can_return, before = swap_pack.return_target(kiosk)
    told = _TOLD.get(request.args.get("told", ""))
    page = render_template(
        "staff/pack.html",
        kiosk=kiosk,
        pack=kiosk.pack,
        numbers=_numbers(kiosk.pack),
        is_swapped=kiosk.screen.get().digest is not None,
        can_return=can_return,
        before=before,
        before_code=short_code(before) if before else None,
        arrival=kiosk.incoming.arrival,
        upload_id=str(uuid4()),
        piece=LARGEST_PIECE_BYTES,
        most=LARGEST_ZIP_BYTES >> 20,
        gaps=gaps(kiosk.pack),
        untranslated=untranslated(kiosk.pack),
        told=Sentence(told) if told else None,
        faults=faults,
    )
    return page, status


def _numbers(pack: Pack) -> dict[str, int]:
    return {
        "activities": len(pack.event.programme),
        "people": len(pack.scientists),
        "questions": sum(len(bank.questions) for bank in pack.banks),
    }


# A new pack


@bp.post("/pack/pieces/<uuid:upload_id>")
@audience("staff_password")
def pack_piece(upload_id):
    """Take in a piece of a zip; `at` says where it belongs, `of` how long the whole is. Tells how much is here."""
    at, total = request.args.get("at", -1, int), request.args.get("of", 0, int)
    try:
        arrival = this_kiosk().incoming.take(str(upload_id), at, total, request.get_data(cache=False))
    except KioskError as error:
        return jsonify(error=say(error.sentence, g.locale)), status_of(error)
    return jsonify(received=arrival.received)


@bp.get("/pack/new")
@audience("staff_password")
def new_pack():
    kiosk = this_kiosk()
    arrival = kiosk.incoming.arrival
    if arrival is None:
        return redirect(url_for("staff.pack"), 303)
    found = _comparison(arrival) if arrival.state == "sound" else {}
    return render_template("staff/pack_new.html", kiosk=kiosk, arrival=arrival, **found)


def _comparison(arrival: Arrival) -> dict:
    """Return what the page says of a sound pack: what is in it, what would change, and what is missing."""
    kiosk, pack = this_kiosk(), arrival.pack
    return {
        "pack": pack,
        "numbers": _numbers(pack),
        "difference": difference(kiosk.pack, pack, kiosk.pictures.originals(), arrival.pictures.originals()),
        "is_on_screen": pack.digest == kiosk.pack.digest,
        "is_other_event": pack.event.id != kiosk.event.id,
        "gaps": gaps(pack),
        "untranslated": untranslated(pack),
    }


@bp.get("/pack/new/progress")
@audience("staff_password", by_itself=True)
def new_pack_progress():
    arrival = this_kiosk().incoming.arrival
    if arrival is None:
        abort(404)
    return jsonify(percent=arrival.percent, over=arrival.state not in ("arriving", "checking"))


@bp.post("/pack/new")
@audience("staff_password")
def put_up():
    swap_pack.put_on_screen(this_kiosk(), request.form.get("digest", ""))
    return _see("up")


@bp.post("/pack/new/discard")
@audience("staff_password")
def discard():
    swap_pack.put_aside(this_kiosk())
    return redirect(url_for("staff.pack"), 303)


@bp.post("/pack/return")
@audience("staff_password")
def put_back():
    try:
        swap_pack.put_back(this_kiosk(), request.form.get("digest") or None)
    except PackBroken as broken:
        return _pack_page(broken.faults, 409)
    return _see("back")


def _see(told: str) -> Response:
    return redirect(url_for("staff.pack", told=told), 303)


# Signing off


@bp.get("/pack/review")
@audience("staff")
def review():
    """The review sheet: every text with its sources, to be printed and signed."""
    kiosk = this_kiosk()
    found = [part for part in parts(kiosk.pack) if part.visible]
    sections = [list(group) for _, group in groupby(found, lambda part: part.section)]
    return render_template(
        "staff/pack_review.html",
        event=kiosk.event,
        pack=kiosk.pack,
        sections=sections,
        total=sum(len(part.visible) for part in found),
        reviewers=_REVIEWERS,
    )


@bp.post("/pack/sign-off")
@audience("staff_password")
def sign_off():
    swap_pack.sign_off(this_kiosk(), request.form.get("digest", ""))
    return _see("signed")
