"""Scanning: the page for it, the scans it sends, the short code without a script, undoing, and the souvenir.

What a scan comes to, `actions/stamp` decides; here it is put into words.
"""

import json
import logging
from dataclasses import dataclass, replace

from flask import Response, g, jsonify, redirect, render_template, request, url_for

from kiosk.actions import stamp as action
from kiosk.actions.shifts import known_shift, touchscreen_shift
from kiosk.actions.stamp import Answer, Read
from kiosk.domain.cards import spaced
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import (
    N_,
    InvalidInput,
    LogUnreadable,
    NotAllowed,
    NotRecorded,
    Sentence,
    TooMany,
)
from kiosk.domain.scan import CardState, scanned_at
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.locale import say
from kiosk.web.volunteer import bp
from kiosk.web.when import time_said

MOST_AT_ONCE = 50

_logger = logging.getLogger(__name__)

WORDS = {
    "stamped": N_("Stamped"),
    "already": N_("Stamped here already"),
    "unknown": N_("Not a card of this event"),
    "undone": N_("Undone"),
    "waiting": N_("Not recorded yet"),
    "refused": N_("Not recorded"),
}


@dataclass(frozen=True)
class Told:
    """An answer in words. `souvenir`: the card is full and its holder has not got one yet."""

    id: str
    result: str
    words: str
    more: str = ""
    complete: bool = False
    card: str = ""
    undo: str | None = None
    undo_ms: int = 0
    souvenir: str | None = None


def told(scan_id: str, answer: Answer) -> Told:
    """Return what a volunteer is told of a scan."""
    card, state = answer.card, answer.state
    if card is None:
        return Told(scan_id, answer.result, _say(WORDS[answer.result]), _say(N_("Please ask the staff.")))
    kiosk = this_kiosk()
    words = _say(WORDS[answer.result])
    if answer.result == "already" and (when := time_said(scanned_at(answer.entry))):
        words = _say(N_("Stamped here at %(time)s already"), time=when)
    is_due = state.is_souvenir_due(kiosk.event.cards) and not kiosk.display.souvenirs_gone
    return Told(
        scan_id,
        answer.result,
        words,
        _more(answer, state),
        complete=answer.fills,
        card=spaced(card.number),
        undo=answer.entry.id if answer.undo_ms and answer.result == "stamped" else None,
        undo_ms=answer.undo_ms,
        souvenir=card.number if is_due else None,
    )


def _more(answer: Answer, state: CardState) -> str:
    event = this_kiosk().event
    said = [_say(N_("Group card · %(count)s people"), count=answer.card.party_size)] if answer.card.is_group else []
    if not state.is_full(event.cards.full_at):
        stamps, all_of_them = len(state.stamps), event.stamps_of_a_full_card
        said.append(_say(N_("%(stamps)s of %(all)s stamps"), stamps=stamps, all=all_of_them))
    elif not answer.fills:  # that it is full now is told apart, and larger
        said.append(_say(N_("Card full")))
    return " · ".join(said)


def _say(text: str, **values: object) -> str:
    return say(Sentence(text, values), g.locale)


@bp.get("/volunteer")
@audience("volunteer")
def scanner():
    return render_template("volunteer/scan.html", answer=_answer_in_address(), **_on_duty())


def _answer_in_address() -> Told | None:
    """Return the answer to the scan before, where a form led here; reload and Back then repeat nothing."""
    kiosk, result = this_kiosk(), request.args.get("result")
    if result == "unknown":
        return told("", Answer("unknown"))
    try:
        found = action.answer_of(kiosk, g.shift, request.args.get("entry", ""))
    except LogUnreadable:
        return None
    if found is None or result not in (found.result, "already"):
        return None
    if result == "already":
        found = replace(found, result=result, fills=False, undo_ms=0)
    return told("", found)


def _on_duty(**more: object) -> dict:
    kiosk = this_kiosk()
    return {
        "shift": g.shift,
        "station": g.shift.station,
        "counts": kiosk.work.of(kiosk.event.id, g.shift.id),
        "kiosk_device": kiosk.log.device,
        "fresh_id": mint_id(),
        **more,
    }


@bp.post("/volunteer/scans")
@audience("volunteer")
def scans():
    """Take a page's scans, each by itself: one that is refused never keeps the others."""
    rows = rows_sent()
    if rows is None or len(rows) > MOST_AT_ONCE:
        raise InvalidInput(N_("The kiosk could not understand this scan."))
    return _answers([_stamp(row) for row in rows])


def rows_sent() -> list[dict] | None:
    """Return the scans that were sent, None where there is no list of them."""
    try:
        sent = json.loads(request.get_data())
    except (ValueError, RecursionError):
        return None
    rows = sent.get("scans") if isinstance(sent, dict) else None
    return rows if isinstance(rows, list) and all(isinstance(row, dict) for row in rows) else None


def _stamp(row: dict) -> Told:
    scan_id = row["id"] if isinstance(row.get("id"), str) else ""
    try:
        read = action.read_scan(row)
        if row.get("shift", g.shift.id) != g.shift.id:  # kept on this phone since an earlier one
            earlier = known_shift(this_kiosk(), row["shift"])
            return too_late(read, earlier, N_("Scanned on an earlier shift that is over."))
        return told(read.id, action.stamp(this_kiosk(), g.shift, read))
    except NotRecorded as error:
        # Not the error's own sentence: there is nothing to tap, the page sends it again by itself.
        _logger.warning("a scan is not recorded yet: %s", error.cause)
        return _wait(scan_id)
    except TooMany as error:
        if action.has_waited(read):  # it may be right, for all the wrong ones that were typed before it
            return _wait(scan_id)
        return Told(scan_id, "refused", _say(WORDS["refused"]), say(error.sentence, g.locale))
    except InvalidInput as error:
        return Told(scan_id, "refused", _say(WORDS["refused"]), say(error.sentence, g.locale))


def _wait(scan_id: str) -> Told:
    """The phone is to keep it and to ask again."""
    return Told(scan_id, "waiting", _say(WORDS["waiting"]), _say(N_("It will be sent again by itself.")))


def too_late(read: Read, shift_id: str | None, why: str) -> Told:
    if not action.refuse(this_kiosk(), shift_id, read, "over", None):
        # Nobody else has it: the phone is to keep it.
        return _wait(read.id)
    return Told(read.id, "refused", _say(WORDS["refused"]), _say(why))


def _answers(answers: list[Told], **more: object) -> Response:
    kiosk = this_kiosk()
    counts = kiosk.work.of(kiosk.event.id, g.shift.id)
    return jsonify(
        kiosk=kiosk.log.device,
        shift=g.shift.id,
        answers=[one.__dict__ for one in answers],
        counts={"scans": counts.scans, "people": counts.people},
        **more,
    )


def read_of_form() -> Read:
    sent, token = request.form, (request.view_args or {}).get("token")
    read, how = (sent.get("code", ""), "code") if token is None else (token, "camera")
    return action.read_scan({"id": sent.get("id", ""), "read": read, "how": how})


@bp.post("/volunteer/code")
@audience("volunteer")
def stamp_code():
    """The short code from a form, without a script."""
    return _page(read_of_form())


@bp.post("/P/<token>/stamp")
@audience("volunteer")
def stamp_card(token: str):
    """A card that was opened by the phone's own camera app."""
    return _page(read_of_form())


@bp.post("/P/<token>/scan")
@audience("visitor")
def scan_card(token: str):
    """A card that the scanner at the touchscreen read: stamped where staff gave it a booth, else shown.

    Nothing on the screen leads here, so that only who holds a card to the scanner has it stamped.
    """
    if not g.at_kiosk:
        raise NotAllowed(N_("That cannot be done from here."))
    kiosk = this_kiosk()
    shift = touchscreen_shift(kiosk)
    if shift is None:
        return redirect(url_for("screen.card", token=token), 303)
    read = action.read_scan({"id": request.form.get("id", ""), "read": token, "how": "scanner"})
    try:
        answer = told(read.id, action.stamp(kiosk, shift, read))
    except TooMany as error:
        answer = Told(read.id, "refused", _say(WORDS["refused"]), say(error.sentence, g.locale))
    return render_template("screen/stamped.html", answer=answer, station=shift.station)


def _page(read: Read):
    try:
        answer = action.stamp(this_kiosk(), g.shift, read)
    except TooMany as error:
        refused = Told(read.id, "refused", _say(WORDS["refused"]), say(error.sentence, g.locale))
        return render_template("volunteer/scan.html", answer=refused, **_on_duty())
    where = {"result": answer.result, "entry": answer.entry.id if answer.entry else None}
    return redirect(url_for("volunteer.scanner", **where), 303)


@bp.post("/volunteer/undo")
@audience("volunteer")
def undo():
    try:
        action.undo(this_kiosk(), g.shift, request.form.get("entry", ""))
    except (InvalidInput, NotAllowed) as error:
        return _done(False, error.sentence)
    return _done(True, Sentence(WORDS["undone"]))


@bp.post("/volunteer/souvenir")
@audience("volunteer")
def souvenir():
    kiosk = this_kiosk()
    card = kiosk.cards and kiosk.cards.of_number(request.form.get("card", ""))
    if not card:
        raise InvalidInput(N_("The kiosk could not understand this scan."))
    try:
        answer = action.give_souvenir(kiosk, g.shift, card)
    except NotAllowed as error:
        return _done(False, error.sentence)
    if answer.result == "already":
        return _done(False, Sentence(N_("This card has had its souvenir.")))
    return _done(True, Sentence(N_("Souvenir noted")))


def _done(ok: bool, sentence: Sentence) -> Response | str:
    """Answer a page's script with JSON, a form with the scanner page that says it."""
    words = say(sentence, g.locale)
    if request.accept_mimetypes.best == "application/json":
        return _answers([], ok=ok, words=words)
    return render_template("volunteer/done.html", ok=ok, words=words, back=url_for("volunteer.scanner"))
