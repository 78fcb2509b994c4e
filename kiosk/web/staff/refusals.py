"""What was refused, as staff read it: the newest first, and of a volunteer's phone which one it was."""

from flask import g, render_template

from kiosk.domain import clock
from kiosk.domain.entry import Entry
from kiosk.domain.errors import N_
from kiosk.storage.refusals import Refusal
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.staff import bp
from kiosk.web.staff.entries import asked_before
from kiosk.web.when import time_said

PAGE = 100
EARLIER_MS = 60_000  # what came so soon after it was scanned came at once

REFUSED = {
    "conflict": N_("The same form was sent again with other answers; the first answers count."),
    "wrong_password": N_("Someone tried a wrong password."),
    "wrong_pin": N_("Someone tried a wrong PIN."),
    "invalid": N_("A form that did not fit the questions; nothing was recorded."),
    "not_allowed": N_("A check-in that is not allowed: from another device, or while check-in is closed."),
    "too_many": N_("Another device sent too many forms too fast."),
    "scan": N_("A scan that was not recorded."),
}

# Why a scan was refused, as `actions/stamp` keeps it.
SCANS_REFUSED = {
    "unknown": N_("A scan: not a card of this event."),
    "already": N_("A scan: the card was stamped there already."),
    "too_many": N_("A scan: too many wrong card numbers from one phone."),
    "over": N_("A scan from a phone that was off duty by then; it was not recorded."),
}


@bp.context_processor
def words_of_refusals() -> dict:
    """What the staff's pages say refusals with."""
    return {
        "refused": REFUSED,
        "scans_refused": SCANS_REFUSED,
        "shift_of_refusal": _shift_of,
        "scanned_before": _scanned_before,
    }


def _shift_of(refusal: Refusal) -> Entry | None:
    """Return the beginning of the shift whose phone sent a scan, None where it is none of this event."""
    if "shift" not in refusal.details:
        return None
    if "shifts" not in g:
        g.shifts = {begun.id: begun for begun, _ in this_kiosk().log.stamps.shifts(this_kiosk().event.id)}
    return g.shifts.get(refusal.details["shift"])


def _scanned_before(refusal: Refusal) -> str:
    """Return when a scan was made that waited on its phone; nothing for what came at once or at nobody knows when."""
    waited_ms = refusal.details.get("age_ms", 0)
    if waited_ms < EARLIER_MS:
        return ""
    return time_said(clock.earlier(refusal.stamp, waited_ms))


@bp.get("/refusals")
@audience("staff")
def refusals():
    before = asked_before()
    found = this_kiosk().log.refusals.newest(PAGE + 1, before)
    older = found[PAGE - 1].position if len(found) > PAGE else None
    return render_template("staff/refusals.html", refusals=found[:PAGE], older=older, is_first=before is None)
