"""The daily brief on the page of the evening: its text beside the closed figures, and the picture to share."""

from flask import Response, abort, g, redirect, send_file, url_for

from kiosk.actions import brief as briefs
from kiosk.actions.close_day import last_frozen
from kiosk.actions.exports_asked import BRIEF, Asked
from kiosk.domain.brief import brief_locale
from kiosk.domain.entry import Entry
from kiosk.domain.event import Event
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.locale import show_day, translations
from kiosk.web.staff import bp
from kiosk.web.staff.files import WAIT_SECONDS


@bp.get("/closing/brief.png")
@audience("staff")
def brief_picture() -> Response:
    """The picture of the day that was closed last; where drawing it takes longer, the page that has its text."""
    kiosk = this_kiosk()
    entry = last_frozen(kiosk.log, kiosk.event.id)
    if entry is None:
        abort(404)
    asked = kiosk.exports.ask_brief(entry.id, kiosk.pack.digest, g.locale)
    if asked.wait(WAIT_SECONDS):
        name = f"{kiosk.event.id}-{entry.details.get('day') or 'day'}.png"
        try:
            # To be looked at, not only saved: on a phone a long press passes it on from there.
            return send_file(asked.path, "image/png", download_name=name, conditional=False, etag=False)
        except OSError:
            abort(404)
    return redirect(url_for("staff.closing", _anchor="brief"), 303)


def brief_shown(entry: Entry | None) -> briefs.Brief | None:
    """Return the brief of the day that an entry closed, None without one."""
    kiosk = this_kiosk()
    return briefs.brief_of(kiosk.log, kiosk.pack, entry, _words(kiosk.pack.event)) if entry else None


def picture_asked() -> Asked | None:
    """Return the picture that was asked for last."""
    return this_kiosk().exports.asked(BRIEF)


def _words(event: Event) -> briefs.Words:
    locale = brief_locale(event)
    return briefs.Words(locale, translations(locale).gettext, lambda day: show_day(day, locale))
