"""Counting by hand on a volunteer's phone, where people have no cards."""

from flask import g, redirect, render_template, request, url_for

from kiosk.actions.head_count import MOST, count_heads, kinds_of_visitor
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import InvalidInput
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.volunteer import bp


@bp.get("/volunteer/count")
@audience("volunteer")
def tally():
    return _page()


@bp.post("/volunteer/count")
@audience("volunteer")
def count():
    try:
        count_heads(
            this_kiosk(),
            request.form.items(),
            actor="volunteer",
            source="phone",
            station=g.shift.station.id,
            shift=g.shift.id,
        )
    except InvalidInput as error:
        return _page(error), 400
    return redirect(url_for("volunteer.tally", who=request.form.get("who") or None), 303)


def _page(error: InvalidInput | None = None) -> str:
    kiosk = this_kiosk()
    return render_template(
        "volunteer/count.html",
        shift=g.shift,
        station=g.shift.station,
        counts=kiosk.work.of(kiosk.event.id, g.shift.id),
        question=kinds_of_visitor(kiosk.event),
        who=request.values.get("who", ""),
        # One for each of the buttons: a double tap on one is one count, a tap on another one more.
        ids=[mint_id() for _ in range(4)],
        error=error,
        most=MOST,
    )
