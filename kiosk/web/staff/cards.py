"""Stamp cards to print: asked for, watched while a child process draws them, saved. Each time they are new cards."""

from flask import abort, current_app, g, redirect, render_template, request, send_file, url_for

from kiosk.actions.exports_asked import CARDS, Asked
from kiosk.domain.cards import LARGEST_GROUP
from kiosk.domain.errors import N_, InvalidInput
from kiosk.exports.card_sheet import PER_PAGE
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.staff import bp
from kiosk.web.staff.files import progress_of

SHEETS = (1, 5, 10, 25, 50)


@bp.get("/prints/cards")
@audience("staff_password")
def cards():
    return _page()


@bp.post("/prints/cards")
@audience("staff_password")
def make_cards():
    sheets, group = request.form.get("sheets", ""), request.form.get("group", "").strip()
    if sheets not in map(str, SHEETS):
        abort(400)
    if group and not (group.isascii() and group.isdecimal() and len(group) < 4 and 2 <= int(group) <= LARGEST_GROUP):
        return _page(InvalidInput(N_("A group's card is for 2 to %(most)s people."), most=LARGEST_GROUP)), 400
    kiosk, here = this_kiosk(), current_app.extensions["here"]()
    if kiosk.cards is None:
        return redirect(url_for("staff.volunteers"), 303)
    # An address that is another one some day spoils no card: whoever reads it looks at the end of it.
    address = here.url if here else None
    kiosk.exports.ask_cards(kiosk.event.id, g.locale, PER_PAGE * int(sheets), int(group) if group else None, address)
    return redirect(url_for("staff.cards"), 303)


@bp.get("/prints/cards/progress")
@audience("staff_password", by_itself=True)
def cards_progress():
    return progress_of(_asked())


@bp.get("/prints/cards.pdf")
@audience("staff_password")
def cards_made():
    asked = _asked()
    if asked is None or not asked.is_ready:
        return redirect(url_for("staff.cards"), 303)
    name = f"{this_kiosk().event.id}-cards-{asked.entries}.pdf"
    try:
        return send_file(asked.path, "application/pdf", as_attachment=True, download_name=name, etag=False)
    except OSError:
        return redirect(url_for("staff.cards"), 303)


def _page(error: InvalidInput | None = None) -> str:
    kiosk = this_kiosk()
    return render_template(
        "staff/cards.html",
        asked=_asked(),
        sheets=SHEETS,
        per_page=PER_PAGE,
        has_cards=kiosk.cards is not None,
        here=current_app.extensions["here"](),
        error=error,
    )


def _asked() -> Asked | None:
    """Return the cards of the event on screen that were asked for last, None if they are gone."""
    asked = this_kiosk().exports.asked(CARDS)
    if asked is None or (asked.is_ready and not asked.is_there):
        return None
    return asked if asked.made_from.startswith(f"{this_kiosk().event.id} ") else None
