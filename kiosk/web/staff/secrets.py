"""Changing the password and the PIN. What the kiosk makes is shown on the page that answers, once."""

from flask import redirect, render_template, request, url_for

from kiosk.actions.sign_in import change_secret
from kiosk.domain.errors import N_, InvalidInput, Sentence
from kiosk.domain.secret import PIN_DIGITS, SHORTEST_PASSWORD
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.staff import bp


@bp.get("/secrets")
@audience("staff_password")
def secrets():
    return _page()


@bp.post("/secrets/pin")
@audience("staff_password")
def new_pin():
    kiosk = this_kiosk()
    try:
        pin = change_secret(kiosk.accounts, kiosk.data, "pin", request.form.get("pin") or None)
    except InvalidInput as error:
        return _page(pin_error=error.sentence), 400
    return _page(pin=pin)


@bp.post("/secrets/password")
@audience("staff_password")
def new_password():
    kiosk = this_kiosk()
    wanted, again = request.form.get("new", ""), request.form.get("again", "")
    if wanted != again:
        return _page(password_error=Sentence(N_("The two passwords are not the same. Nothing was changed."))), 400
    try:
        change_secret(kiosk.accounts, kiosk.data, "password", wanted)
    except InvalidInput as error:
        return _page(password_error=error.sentence), 400
    # Everyone is signed out by it, whoever changed it too.
    return redirect(url_for("staff.sign_in_page", told="changed"), 303)


def _page(**shown: object) -> str:
    return render_template("staff/secrets.html", digits=PIN_DIGITS, shortest=SHORTEST_PASSWORD, **shown)
