"""The scenes that go round on the start screen while nobody touches it; as a page of their own one below the other."""

from flask import redirect, render_template, request, url_for

from kiosk.actions.scenes import scenes as scenes_of
from kiosk.web.access import audience
from kiosk.web.current import this_display, this_kiosk
from kiosk.web.screen import bp

MOST_DIGITS = 9


@bp.get("/scenes")
@audience("visitor", by_itself=True)
def scenes():
    kiosk, only = this_kiosk(), request.args.get("only")
    shown = [one for one in scenes_of(kiosk, this_display(), _turn()) if only in (None, one.kind)]
    if not shown:
        return redirect(url_for("screen.home"), 303)
    return render_template("screen/scenes.html", event=kiosk.event, scenes=shown)


def _turn() -> int:
    """Return the turn that the address asks for; the first one for anything that is no number."""
    said = request.args.get("turn", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= MOST_DIGITS else 0
