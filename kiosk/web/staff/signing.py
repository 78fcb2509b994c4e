"""Signing in with the password or, at the touchscreen, with the PIN; signing out; and the cookies for both."""

from urllib.parse import urlsplit

from flask import Response, current_app, g, redirect, render_template, request, url_for

from kiosk.actions import sign_in as action
from kiosk.actions.sign_in import Guesser
from kiosk.domain.errors import N_, KioskError, Sentence, TooMany, WrongSecret
from kiosk.domain.secret import LONGEST_PASSWORD, PIN_DIGITS, Kind
from kiosk.web.access import STAFF_COOKIE, audience, cookie_name
from kiosk.web.current import this_kiosk
from kiosk.web.staff import bp

# By this a machine that signed in before is known, so that strangers' guesses cannot shut it out. Says nothing else.
MACHINE_COOKIE = "kiosk_machine"
MACHINE_KNOWN_SECONDS = 400 * 86_400


@bp.get("/sign-in")
@audience("sign_in")
def sign_in_page():
    return _ask("password")


@bp.post("/sign-in")
@audience("sign_in")
def sign_in():
    return _try("password", request.form.get("password", "")[: LONGEST_PASSWORD + 1])


@bp.get("/pin")
@audience("touchscreen")
def pin_page():
    return _ask("pin")


@bp.post("/pin")
@audience("touchscreen")
def pin():
    return _try("pin", request.form.get("pin", "")[: PIN_DIGITS + 1])


@bp.post("/sign-out")
@audience("staff")
def sign_out():
    this_kiosk().sessions.end(request.cookies.get(cookie_name(STAFF_COOKIE), ""))
    # At the touchscreen the next one to look is a visitor.
    answer = redirect(url_for("screen.home") if g.at_kiosk else url_for("staff.sign_in_page", told="out"), 303)
    _put_cookie(answer, STAFF_COOKIE, "", 0)
    return answer


_TOLD = {
    "out": N_("You are signed out."),
    "changed": N_("The password is changed. Everyone is signed out; please sign in with the new one."),
    "again": N_("You were signed out, and nothing was changed. Please sign in again."),
}


def _ask(kind: Kind, error: KioskError | None = None, status: int = 200) -> tuple[str, int]:
    told = _TOLD.get(request.args.get("told", "")) if error is None else None
    page = render_template(
        f"staff/{'pin' if kind == 'pin' else 'sign_in'}.html",
        error=error,
        told=Sentence(told) if told else None,
        to=_way_on(),
        digits=PIN_DIGITS,
    )
    return page, status


def _try(kind: Kind, text: str) -> Response | tuple[str, int]:
    guesser = Guesser(request.remote_addr or "", g.at_kiosk, request.cookies.get(cookie_name(MACHINE_COOKIE), ""))
    try:
        done = action.sign_in(this_kiosk(), kind, text, guesser)
    except WrongSecret as error:
        return _ask(kind, error, 403)
    except TooMany as error:
        return _ask(kind, error, 429)
    answer = redirect(_way_on() or url_for("staff.day"), 303)
    _put_cookie(answer, STAFF_COOKIE, done.session_token, None)
    if done.machine_token:
        _put_cookie(answer, MACHINE_COOKIE, done.machine_token, MACHINE_KNOWN_SECONDS)
    return answer


def _put_cookie(answer: Response, name: str, value: str, seconds: int | None) -> None:
    answer.set_cookie(
        cookie_name(name), value, seconds, path="/", httponly=True, samesite="Strict", secure=request.is_secure
    )


def _way_on() -> str | None:
    """Return the staff page that was asked for before signing in, None if there was none or it leads elsewhere."""
    wanted = request.args.get("to", "")
    # What is no printable character `urlsplit` leaves out, and a header does not take.
    if not wanted.startswith("/staff") or "\\" in wanted or not wanted.isprintable():
        return None
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(urlsplit(wanted).path, method="GET")
    except Exception:  # whatever is wrong with it, it is no page of ours
        return None
    return wanted if endpoint.startswith("staff.") else None
