"""What a person sees when something cannot be done: a status, one sentence in their language, and a way on."""

import logging

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from kiosk.actions.refuse import note_refused
from kiosk.domain import errors
from kiosk.domain.errors import N_, KioskError, Sentence
from kiosk.web.access import source
from kiosk.web.address import read_address
from kiosk.web.current import this_kiosk
from kiosk.web.volunteer.over import tell_off_duty

_logger = logging.getLogger(__name__)

STATUS = {
    errors.InvalidInput: 400,
    errors.NotAllowed: 403,
    errors.ShiftOver: 403,
    errors.UnknownEntry: 404,
    errors.EntryConflict: 409,
    errors.TooMany: 429,
    errors.FileUnusable: 507,
    errors.NotRecorded: 503,
    errors.LogUnreadable: 503,
    errors.StillCounting: 503,
}

SENTENCES = {
    400: N_("The kiosk could not understand that. Please start again."),
    403: N_("That cannot be done from here."),
    404: N_("There is nothing here. Please use the button below."),
    405: N_("That cannot be done from here."),
    413: N_("That was too much at once. Please start again."),
    500: N_("Something went wrong on our side. Please try again, or ask the staff."),
}


def status_of(error: KioskError) -> int:
    """Return the status that tells of an error."""
    return STATUS.get(type(error), 500)


def init_failures(app: Flask) -> None:
    """Answer every failure of `app` with a page; never with a trace."""

    @app.errorhandler(errors.SignedOut)
    def asked_to_sign_in(error: KioskError):
        # What was being sent is not sent again by itself; where one was is kept.
        asked_for_page = request.method in ("GET", "HEAD")
        where = {"to": request.full_path.rstrip("?")} if asked_for_page else {"told": "again"}
        return redirect(url_for("staff.pin_page" if g.at_kiosk else "staff.sign_in_page", **where), 303)

    @app.errorhandler(errors.ShiftOver)
    def off_duty(error: errors.ShiftOver):
        return tell_off_duty(error) or _page(403, error.sentence, error)

    @app.errorhandler(KioskError)
    def told(error: KioskError):
        status = status_of(error)
        if status == 500:
            _logger.error("unexpected: %s", error)
            return _page(500, Sentence(SENTENCES[500]), error)
        if request.endpoint == "screen.record_check_in":
            note_refused(this_kiosk(), error, source())
        return _page(status, error.sentence, error)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException):
        status = error.code or 500
        if status < 400:
            return error
        sentence = Sentence(SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]))
        body, status = _page(status, sentence, error)
        headers = {"Allow": ", ".join(sorted(error.valid_methods))} if getattr(error, "valid_methods", None) else {}
        return body, status, headers

    @app.errorhandler(Exception)
    def failed(error: Exception):
        _logger.error("%s %s failed", request.method, request.path, exc_info=error)
        return _page(500, Sentence(SENTENCES[500]), error)


def _page(status: int, sentence: Sentence, error: Exception) -> tuple[str, int]:
    if request_ctx.url_adapter is None:  # the Host was no name at all
        request_ctx.url_adapter = current_app.url_map.bind("localhost")
    if "locale" not in g:
        read_address(None, this_kiosk().event.locales)
    if "at_kiosk" not in g:
        g.at_kiosk = False
    for_staff = "staff" in g and (request.endpoint or "").startswith("staff.")
    template = "staff/failure.html" if for_staff else "screen/failure.html"
    return render_template(template, status=status, sentence=sentence, error=error), status
