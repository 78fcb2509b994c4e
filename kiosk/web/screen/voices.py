"""What visitors say on the screen and on a phone: a tribute to a scientist, and feedback on the day in two steps.

Either is done once in a visit. Who has no visit yet gets one with the form, and its number in the address from then on,
so a double tap, a reload and Back find what was said. Nowhere is a tribute counted by scientist: this is no ranking.

Nothing is asked twice in a row: the page that says “checked in” asks for neither of them and offers doors only. Tribute
waits on a scientist's page, feedback behind quiet doors.
"""

from dataclasses import dataclass

from flask import abort, g, redirect, render_template, request, url_for

from kiosk.actions import voices as action
from kiosk.domain.entry import is_entry_id, mint_id
from kiosk.domain.errors import N_, InvalidInput
from kiosk.domain.scientist import AREAS, Scientist
from kiosk.domain.voices import MOST_SUGGESTIONS, SATISFACTION
from kiosk.web.access import audience, source
from kiosk.web.current import this_kiosk
from kiosk.web.screen import bp


@dataclass(frozen=True)
class Tribute:
    """What a scientist's page shows of it: whether this visit paid it, and the visit that its form carries."""

    visit: str
    is_paid: bool


def tribute_to(person: Scientist) -> Tribute | None:
    """Return where this visit stands with a scientist; None where the pack wants no tributes."""
    kiosk = this_kiosk()
    if not kiosk.event.feedback.tribute:
        return None
    return Tribute(_visit(), action.has_paid_tribute(kiosk, g.visit, person.id))


@bp.post("/scientists/<scientist_id>/tribute")
@audience("visitor")
def pay_tribute(scientist_id: str):
    visit = action.pay_tribute(this_kiosk(), scientist_id, _fields(), source())
    area = request.args.get("area")
    back = {"scientist_id": scientist_id, "area": area if area in AREAS else None}
    return redirect(url_for("screen.scientist", **back, visit=visit, _anchor="tribute"), 303)


@bp.get("/feedback")
@audience("visitor")
def feedback():
    plan = _plan()
    if action.has_given_feedback(this_kiosk(), g.visit):
        return render_template("screen/feedback_thanks.html")
    return render_template("screen/feedback.html", visit=_visit(), levels=SATISFACTION, suggestions=plan.suggestions)


@bp.get("/feedback/<level>")
@audience("visitor")
def feedback_suggestions(level: str):
    plan = _plan()
    if level not in SATISFACTION or not plan.suggestions:
        abort(404)
    if action.has_given_feedback(this_kiosk(), g.visit):
        return render_template("screen/feedback_thanks.html")
    return _suggestions_page(level, _visit())


@bp.post("/feedback")
@audience("visitor")
def give_feedback():
    try:
        visit = action.give_feedback(this_kiosk(), _fields(), source())
    except InvalidInput as error:
        # Too many suggestions, most likely: what was chosen is there again, with the reason. A form that never was ours
        # gets the reason alone.
        level, visit = request.form.get("satisfaction"), request.form.get("visit", "")
        if level not in SATISFACTION or not is_entry_id(visit) or not _plan().suggestions:
            raise
        return _suggestions_page(level, visit, frozenset(request.form.getlist("suggestion")), error), 400
    return redirect(url_for("screen.feedback_thanks", visit=visit), 303)


@bp.get("/feedback/thanks")
@audience("visitor")
def feedback_thanks():
    _plan()
    if not action.has_given_feedback(this_kiosk(), g.visit):
        return redirect(url_for("screen.feedback"), 303)
    return render_template("screen/feedback_thanks.html")


def _suggestions_page(level: str, visit: str, chosen: frozenset[str] = frozenset(), error: InvalidInput | None = None):
    return render_template(
        "screen/feedback_suggestions.html",
        level=level,
        level_words=SATISFACTION[level],
        visit=visit,
        suggestions=_plan().suggestions,
        chosen=chosen,
        most=MOST_SUGGESTIONS,
        error=error,
    )


def _plan():
    """Return what the pack asks for; 404 where it asks for no feedback."""
    plan = this_kiosk().event.feedback
    if not plan.ask:
        abort(404)
    return plan


def _visit() -> str:
    """Return the visit in the address, or a new one for a form to carry."""
    return g.visit or mint_id()


def _fields() -> list[tuple[str, str]]:
    if request.files:
        raise InvalidInput(N_("This form asks something this kiosk does not know. Please start again."))
    return list(request.form.items(multi=True))
