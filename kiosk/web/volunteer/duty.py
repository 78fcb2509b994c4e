"""Coming on duty with a code that staff show, and going off. The phone's cookie is all it has; it names nobody."""

from flask import Response, g, redirect, render_template, request, url_for

from kiosk.actions import shifts
from kiosk.domain.entry import entry_id, mint_id
from kiosk.web.access import VOLUNTEER_COOKIE, audience, cookie_name, volunteer_shift
from kiosk.web.current import this_kiosk
from kiosk.web.volunteer import bp

# Staff end a shift; that long after it began a browser may forget it.
COOKIE_SECONDS = 60 * 86_400


@bp.get("/J/<code>")
@audience("duty")
def invitation(code: str):
    """What opening a code shows: a button. Looking uses nothing up, since cameras and messengers look by themselves."""
    station = shifts.invited_to(this_kiosk(), code)
    return render_template("volunteer/join.html", station=station, code=code, fresh_id=mint_id())


@bp.post("/volunteer/join")
@audience("duty")
def join():
    kiosk, earlier = this_kiosk(), volunteer_shift(this_kiosk())
    shift_id = entry_id(request.form.get("id", ""))
    token = shifts.join(kiosk, request.form.get("code", "")[:64], shift_id)
    if earlier and earlier.id != shift_id:  # at another booth, or handed on: one phone is on duty once
        shifts.end_shift(kiosk, earlier.id, actor="volunteer")
    answer = redirect(url_for("volunteer.scanner"), 303)
    put_cookie(answer, token, COOKIE_SECONDS)
    return answer


@bp.post("/volunteer/leave")
@audience("volunteer")
def leave():
    shifts.end_shift(this_kiosk(), g.shift.id, actor="volunteer")
    answer = redirect(url_for("volunteer.off_duty"), 303)
    forget_duty(answer)
    return answer


@bp.post("/volunteer/forget")
@audience("duty")
def forget():
    """Make a phone whose shift is over a visitor's again, and show the card that it opened."""
    answer = redirect(url_for("screen.card", token=request.form.get("token", "")[:200] or "-"), 303)
    forget_duty(answer)
    return answer


@bp.get("/volunteer/off")
@audience("duty")
def off_duty():
    return render_template("volunteer/off.html")


def forget_duty(answer: Response) -> None:
    """Make a phone nobody's again."""
    put_cookie(answer, "", 0)


def put_cookie(answer: Response, token: str, seconds: int) -> None:
    # Lax: the phone's camera app opens a card's address from outside, and the phone must be known then.
    answer.set_cookie(
        cookie_name(VOLUNTEER_COOKIE), token, seconds, path="/", httponly=True, samesite="Lax", secure=request.is_secure
    )
