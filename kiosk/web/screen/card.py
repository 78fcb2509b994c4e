"""A stamp card's page, for whoever holds it: its code, its stamps, and nothing about a person. Looking records nothing.

On a volunteer's phone the same address asks whether to stamp.
"""

from flask import current_app, render_template
from markupsafe import Markup

from kiosk.actions.stamp import card_of, state_of
from kiosk.domain.cards import card_content, short_code, spaced, token_in
from kiosk.domain.entry import Entry, milliseconds_left, mint_id
from kiosk.domain.errors import N_, NotAllowed, UnknownEntry
from kiosk.domain.scan import scanned_at
from kiosk.exports import qr
from kiosk.web.access import audience, shift_or_over
from kiosk.web.current import this_kiosk
from kiosk.web.screen import bp
from kiosk.web.when import time_said

OFFERED_MS = 600_000  # after a check-in


@bp.get("/P/<token>")
@audience("visitor")
def card(token: str):
    kiosk = this_kiosk()
    if shift := shift_or_over(kiosk):
        # Whatever it is: what comes of it, the form tells, and what is refused is kept.
        page = {"shift": shift, "station": shift.station, "token": token[:200], "fresh_id": mint_id()}
        return render_template("volunteer/card.html", **page)
    if kiosk.event.stations and kiosk.cards is None:
        raise NotAllowed(N_("Cards cannot be read just now. Please ask the staff."))
    found = card_of(kiosk, token[:200])
    if found is None:
        raise UnknownEntry(N_("This is not a card of this event."))
    token = token_in(token)
    state = state_of(kiosk, found)
    here = current_app.extensions["here"]()
    content = card_content(here.url if here else None, token)
    plan = kiosk.event.cards
    return render_template(
        "screen/card.html",
        card=found,
        token=token,
        code=spaced(short_code(token)),
        # Made by us from our own token: nothing in it comes from a visitor.
        picture=Markup(qr.svg(content)),
        content=content,
        rows=[
            (station, time_said(scanned_at(stamp)) if (stamp := state.stamps.get(station.id)) else None)
            for station in kiosk.event.stations
        ],
        is_full=state.is_full(plan.full_at),
        souvenir=plan.souvenir,
        has_souvenir=state.souvenir is not None,
        is_gone=kiosk.display.souvenirs_gone,
        all_of_them=kiosk.event.stamps_of_a_full_card,
        stamps=len(state.stamps),
    )


def card_after(entry: Entry) -> str | None:
    """Return the token of the card that belongs to a check-in; None where there are no cards, or it came of one.

    Only for a while: later the page of a check-in is for who reads the log, and nobody is to take cards from there.
    """
    kiosk = this_kiosk()
    is_offered = milliseconds_left(entry.stamp, kiosk.clock.now(), OFFERED_MS) > 0
    if kiosk.cards is None or entry.subject or not is_offered:
        return None
    return kiosk.cards.after(entry.id, entry.party_size)
