"""The staff's page of volunteers and stamp cards: who may stamp where, for how long, and what was counted by hand."""

from flask import current_app, g, redirect, render_template, request, url_for
from markupsafe import Markup

from kiosk.actions import shifts
from kiosk.actions.display import change_display
from kiosk.actions.head_count import MOST, count_heads, kinds_of_visitor
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import N_, InvalidInput, KioskError, NotAllowed, Sentence
from kiosk.exports import qr
from kiosk.storage.invitations import INVITATION_MS
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.locale import pick, say
from kiosk.web.staff import bp
from kiosk.web.when import local_time

_TOLD = {
    "ended": N_("That phone is off duty."),
    "all": N_("Everyone is off duty."),
    "own": N_("The scanner at the touchscreen stamps for that booth now."),
    "gone": N_("Volunteers’ phones no longer offer the souvenir."),
    "there": N_("Volunteers’ phones offer the souvenir again."),
    "counted": N_("Counted."),
}


@bp.get("/volunteers")
@audience("staff")
def volunteers():
    return _page()


@bp.post("/volunteers/invite")
@audience("staff")
def invite():
    """Show a code by which one phone comes on duty. Sent again, it is another code."""
    kiosk = this_kiosk()
    station_id = request.form.get("station", "")
    try:
        code = shifts.invite(kiosk, station_id)
    except NotAllowed as error:
        return _page(error), 403
    here = current_app.extensions["here"]()
    address = f"{here.url}/J/{code}".upper() if here else None
    return render_template(
        "staff/invitation.html",
        station=kiosk.event.station(station_id),
        here=here,
        address=address,
        picture=Markup(qr.svg(address)) if address else None,
        minutes=INVITATION_MS // 60_000,
    )


@bp.post("/volunteers/end")
@audience("staff")
def end_shift():
    kiosk = this_kiosk()
    if request.form.get("all"):
        shifts.end_all_shifts(kiosk)
        return _back("all")
    shifts.end_shift(kiosk, request.form.get("shift", ""), actor="staff", revoked=bool(request.form.get("revoke")))
    return _back("ended")


@bp.post("/volunteers/touchscreen")
@audience("staff")
def touchscreen_scanner():
    try:
        shifts.begin_at_touchscreen(this_kiosk(), request.form.get("station", ""))
    except NotAllowed as error:
        return _page(error), 403
    return _back("own")


@bp.post("/volunteers/souvenirs")
@audience("staff")
def souvenirs():
    is_gone = request.form.get("gone") == "yes"
    change_display(this_kiosk(), souvenirs_gone=is_gone)
    return _back("gone" if is_gone else "there")


@bp.post("/volunteers/count")
@audience("staff")
def count_by_hand():
    kiosk = this_kiosk()
    station = kiosk.event.station(request.form.get("station"))
    given = [(name, value) for name, value in request.form.items() if name != "station"]
    try:
        count_heads(kiosk, given, actor="staff", source="staff", station=station.id if station else None)
    except InvalidInput as error:
        return _page(error), 400
    return _back("counted")


def _back(told: str):
    return redirect(url_for("staff.volunteers", told=told), 303)


def _page(error: KioskError | None = None) -> str:
    kiosk = this_kiosk()
    lines = shifts.shift_lines(kiosk)
    told = _TOLD.get(request.args.get("told", "")) if error is None else None
    since = kiosk.log.begins_after(kiosk.event.id)
    cards, full = kiosk.log.stamps.cards(kiosk.event.id, kiosk.event.cards.full_at, since)
    return render_template(
        "staff/volunteers.html",
        event=kiosk.event,
        has_key=kiosk.key is not None,
        on_duty=[line for line in lines if line.ended is None],
        over=[line for line in lines if line.ended is not None],
        counts_of=lambda line: kiosk.work.of(kiosk.event.id, line.id),
        begun_at=lambda line: local_time(line.begun.stamp),
        length=_length,
        station_names={station.id: pick(station.name, g.locale) for station in kiosk.event.stations},
        cards=cards,
        full=full,
        question=kinds_of_visitor(kiosk.event),
        fresh_ids=[mint_id() for _ in range(2)],
        most=MOST,
        told=Sentence(told) if told else None,
        error=error,
    )


def _length(line: shifts.ShiftLine) -> str | None:
    """Return how long a shift is, in hours and minutes; None where no clock could tell."""
    if line.seconds is None:
        return None
    hours, minutes = divmod(line.seconds // 60, 60)
    if not hours:
        return say(Sentence(N_("%(minutes)s min"), {"minutes": minutes}), g.locale)
    return say(Sentence(N_("%(hours)s h %(minutes)s min"), {"hours": hours, "minutes": minutes}), g.locale)
