"""A phone whose shift is over: what it is told, and that the scans it still has are kept for staff. Stamps nothing."""

from contextlib import suppress

from flask import Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from kiosk.actions import stamp as action
from kiosk.actions.shifts import known_shift
from kiosk.domain.errors import InvalidInput, Sentence, ShiftOver
from kiosk.web.current import this_kiosk
from kiosk.web.locale import say
from kiosk.web.volunteer.scanning import MOST_AT_ONCE, WORDS, Told, read_of_form, rows_sent, too_late


def tell_off_duty(error: ShiftOver) -> ResponseReturnValue | None:
    """Answer a phone that is not on duty; None where there is no more to say than the error does."""
    if request.endpoint == "volunteer.scans":
        return _over(error)
    if error.shift_id and request.endpoint in ("volunteer.stamp_code", "volunteer.stamp_card"):
        with suppress(InvalidInput):
            action.refuse(this_kiosk(), error.shift_id, read_of_form(), "over", None)
    if not error.shift_id or request.method != "GET":
        return None
    # It may still keep scans. Whoever looks at a card of their own says so: until then it may be one that a volunteer
    # wants to stamp.
    token = request.view_args.get("token") if request.endpoint == "screen.card" else None
    page = {"sentence": error.sentence, "device": this_kiosk().log.device, "token": token}
    return render_template("volunteer/over.html", **page), 403


def _over(error: ShiftOver) -> Response:
    """Answer the scans of a phone whose shift is over: each refused, and kept for staff if it ever was on duty."""
    answers = []
    for row in (rows_sent() or ())[:MOST_AT_ONCE]:
        try:
            read = action.read_scan(row)
        except InvalidInput:
            answers.append(Told(str(row.get("id", ""))[:36], "refused", say(Sentence(WORDS["refused"]), g.locale)))
            continue
        # A phone that lost its cookie still says which shift it was; nobody else knows these ids.
        shift_id = error.shift_id or known_shift(this_kiosk(), row.get("shift"))
        if shift_id:
            answers.append(too_late(read, shift_id, error.sentence.text))
        else:
            answers.append(
                Told(read.id, "refused", say(Sentence(WORDS["refused"]), g.locale), say(error.sentence, g.locale))
            )
    answer = jsonify(
        kiosk=this_kiosk().log.device,
        over=True,
        words=say(error.sentence, g.locale),
        answers=[one.__dict__ for one in answers],
    )
    answer.status_code = 403
    return answer
