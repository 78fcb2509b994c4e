"""The staff's first page: whether the kiosk can be trusted, where it stands, and today as it grows.

The page asks every few seconds for what changes on it. Everybody who looks is answered from one snapshot, rendered
once.
"""

from flask import Response, current_app, g, redirect, render_template, request, url_for

from kiosk.actions.live import Live, Snapshot
from kiosk.domain.burst import Burst
from kiosk.domain.errors import N_, Sentence
from kiosk.exports.chart import columns
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.staff import bp
from kiosk.web.staff.day import BREAKDOWNS, DAYS
from kiosk.web.staff.entries import answers_said, in_words
from kiosk.web.when import local_time

# A page that asks so often is never much older than what it shows, and twenty of them cost next to nothing.
ASK_SECONDS = 3

# Of two who press the same button one is the second.
_TOLD = {
    "already": N_("Those check-ins were voided already; nothing more was changed."),
    "changed": N_("What was pointed out has changed since you looked; nothing was voided this time."),
}


def _live() -> Live:
    return current_app.extensions["live"]


@bp.get("", strict_slashes=False)
@audience("staff")
def day():
    told = _TOLD.get(request.args.get("told", ""))
    # Whoever opens the page has just done something, or wants to know what somebody else did.
    shown = _shown(_live().snapshot(at_most_ms=0))
    return render_template("staff/day.html", ask_seconds=ASK_SECONDS, told=Sentence(told) if told else None, **shown)


@bp.get("/live")
@audience("staff", by_itself=True)
def live():
    """What changes on the page, nothing where the page shows it already."""
    snapshot = _live().snapshot()
    if request.args.get("seen") == snapshot.version:
        return Response(status=204)
    # All that the page can look different by, for the same pack; the address holds language and size of text.
    key = (g.locale, g.at_kiosk, *((name, value) for name, value in request.args.items() if name != "seen"))
    page = snapshot.pages.get(key)
    if page is None:
        page = render_template("staff/live.html", **_shown(snapshot))
        if len(snapshot.pages) < 8:
            snapshot.pages[key] = page
    return Response(page, mimetype="text/html")


def _shown(snapshot: Snapshot) -> dict:
    kiosk = this_kiosk()
    return {
        "kiosk": kiosk,
        "event": kiosk.event,
        "snapshot": snapshot,
        "now": local_time(snapshot.now),
        "health": snapshot.health,
        "report": snapshot.report,
        "days": snapshot.days[:DAYS],
        "lines": in_words(snapshot.lines),
        "refusals": snapshot.refusals,
        "burst_said": _burst_said,
        **BREAKDOWNS,
    }


def _burst_said(burst: Burst) -> list[str]:
    """Return what was answered in each entry of a burst."""
    entry = this_kiosk().log.entry(burst.id)
    return answers_said(entry, this_kiosk().event) if entry else []


@bp.post("/bursts/<uuid:burst_id>/void")
@audience("staff")
def void_burst(burst_id):
    ends = str(burst_id), request.form.get("last", "")
    if _live().void(*ends):
        return redirect(url_for("staff.day"), 303)
    told = "already" if all(map(this_kiosk().log.void_of, ends)) else "changed"
    return redirect(url_for("staff.day", told=told), 303)


@bp.post("/bursts/<uuid:burst_id>/keep")
@audience("staff")
def keep_burst(burst_id):
    _live().keep(str(burst_id))
    return redirect(url_for("staff.day"), 303)


@bp.app_template_global()
def hour_columns(rows: list[tuple[str, int]], title: str) -> str:
    """Return the rows of `hours` as columns; a question mark stands for the time that nobody knew."""
    return columns([(hour[:2] if hour[:2].isdigit() else "?", count) for hour, count in rows], title)
