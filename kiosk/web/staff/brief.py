"""The daily brief on the page of the evening: its text beside the closed figures, and the picture to share."""

from flask import Response, abort, g, redirect, request, send_file, url_for

from kiosk.actions import brief as briefs
from kiosk.actions.exports_asked import BRIEF, Asked
from kiosk.domain.brief import brief_locale
from kiosk.domain.day import read_day
from kiosk.domain.entry import Entry
from kiosk.domain.errors import UnknownEntry
from kiosk.domain.event import Event
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.locale import show_day, translations
from kiosk.web.staff import bp
from kiosk.web.staff.files import WAIT_SECONDS


@bp.get("/closing/brief.png")
@audience("staff")
def brief_picture() -> Response:
    """The picture of the briefed day; where drawing it takes longer, the page that has its text."""
    kiosk = this_kiosk()
    entry = briefed_day()
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
    return redirect(url_for("staff.closing", day=request.args.get("day"), _anchor="brief"), 303)


def briefed_day() -> Entry | None:
    """Return the entry that closed the day which the address names, or else a day last; None where there is none."""
    kiosk = this_kiosk()
    try:
        return briefs.closed_day(kiosk.log, kiosk.pack, read_day(request.args.get("day", "")))
    except UnknownEntry:
        return None


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
