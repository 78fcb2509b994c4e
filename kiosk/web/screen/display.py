"""What staff put on the screens, as visitors' pages meet it: where each page may be opened, and when to look again."""

import secrets

from flask import Response, current_app, g, jsonify, redirect, request, url_for

from kiosk.actions.check_in import refuse_check_in
from kiosk.domain.display import Display, is_dark
from kiosk.web.access import audience
from kiosk.web.current import this_display, this_kiosk
from kiosk.web.screen import bp

# After a restart, pages may look otherwise although nobody changed anything.
_START = secrets.token_hex(4)

_IN_EVERY_MODE = {"screen.home", "screen.checked_in"}
_IN_QUEUE = _IN_EVERY_MODE | {"screen.privacy", "screen.scenes", "screen.card"}  # the scanner works on
_WAY_TO_CHECK_IN = {"screen.check_in", "screen.check_in_one", "screen.group_size", "screen.group_question"}


@bp.get("/display")
@audience("visitor", by_itself=True)
def display_now():
    """Tell a screen at rest whether to look again, and whether to be dark. Asked every few seconds."""
    kiosk = this_kiosk()
    dark = g.at_kiosk and is_dark(this_display(), kiosk.clock.now(), kiosk.event.zone)
    return jsonify(version=display_version(), dark=dark)


def display_version() -> str:
    """Return what is another as soon as what the screens show may be."""
    fails = "-fails" if this_kiosk().log.is_failing() else ""
    return f"{_START}-{this_display().digest}-{this_kiosk().pack.digest}{fails}"


@bp.before_request
def keep_to_the_display() -> Response | None:
    """Lead the touchscreen back to its start screen from what its mode does not show, and refuse check-in when closed.

    What is sent is taken whatever the mode: whoever was under way when staff changed it has not wasted their time.
    """
    display = this_display()
    if g.at_kiosk and request.method in ("GET", "HEAD") and not _is_shown(display):
        return redirect(url_for("screen.home"), 303)
    if request.endpoint in _WAY_TO_CHECK_IN:
        refuse_check_in(display)
    return None


def _is_shown(display: Display) -> bool:
    view = current_app.view_functions[request.endpoint]
    # Pictures, and what pages ask for by themselves, belong to pages that are shown.
    if request.path.startswith("/pictures/") or view.by_itself:
        return True
    if display.mode == "photo":
        return request.endpoint in _IN_EVERY_MODE
    return not display.is_queue or request.endpoint in _IN_QUEUE or view.audience == "check_in"


@bp.app_context_processor
def what_is_on() -> dict:
    """What every page knows of the display; `next_please`: somebody waits for the touchscreen."""
    return {
        "display": this_display(),
        "display_version": display_version,
        "next_please": g.at_kiosk and this_display().is_queue,
        "pack": this_kiosk().pack,
        "text_shown": text_shown,
        "is_failing": this_kiosk().log.is_failing,
    }


def text_shown(texts: dict[str, str]) -> tuple[str, str]:
    """Return (language, text) of what staff put up: the reader's where they wrote it, else the pack's first."""
    locale = g.locale if g.locale in texts else next(iter(texts), g.locale)
    return locale, texts.get(locale, "")
