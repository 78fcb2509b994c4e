"""The log as a file to take away: asked for, watched while a child process makes it, downloaded."""

from flask import Response, abort, jsonify, redirect, render_template, request, send_file, url_for

from kiosk.actions.exports_asked import FORMATS, Asked
from kiosk.domain import clock
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.staff import bp

# A small log is made in about a second; whoever asks for a large one is shown how far it is.
WAIT_SECONDS = 5

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ndjson": "application/x-ndjson",
}


@bp.get("/files")
@audience("staff_password")
def files():
    return render_template("staff/files.html", formats=FORMATS, entries=this_kiosk().log.size()[0])


@bp.post("/files")
@audience("staff_password")
def ask():
    format = request.form.get("format", "")
    if format not in FORMATS:
        abort(400)
    this_kiosk().exports.ask(format)
    return redirect(url_for("staff.file", format=format), 303)


@bp.get("/files/<any(csv, xlsx, ndjson):format>")
@audience("staff_password")
def file(format: str):
    asked = this_kiosk().exports.asked(format)
    if asked is None:
        return redirect(url_for("staff.files"), 303)
    return render_template("staff/file.html", asked=asked, is_stale=_is_stale(asked))


@bp.get("/files/<any(csv, xlsx, ndjson):format>/progress")
@audience("staff_password", by_itself=True)
def progress(format: str):
    return progress_of(this_kiosk().exports.asked(format))


def progress_of(asked: Asked | None) -> Response:
    """Tell a page that watches a file being made how far it is."""
    if asked is None:
        abort(404)
    return jsonify(percent=asked.percent, over=asked.is_ready or bool(asked.failure))


@bp.get("/log.<any(csv, xlsx, ndjson):format>")
@audience("staff_password")
def log(format: str):
    """The whole log; where making it takes longer, the page that shows how far it is."""
    asked = this_kiosk().exports.ask(format)
    if asked.wait(WAIT_SECONDS):
        return _send(asked)
    return redirect(url_for("staff.file", format=format), 303)


@bp.get("/files/<any(csv, xlsx, ndjson):format>/download")
@audience("staff_password")
def download(format: str):
    """The file as it was made, even if entries came since."""
    asked = this_kiosk().exports.asked(format)
    if asked is None or not asked.is_ready:
        return redirect(url_for("staff.files"), 303)
    return _send(asked)


def _send(asked: Asked) -> Response:
    kiosk = this_kiosk()
    now = kiosk.clock.now()
    stamp = f"-{clock.local(now.wall_ms, kiosk.event.zone):%Y%m%d-%H%M}" if clock.is_known(now.clock) else ""
    try:
        return send_file(
            asked.path,
            mimetype=TYPES[asked.format],
            as_attachment=True,
            download_name=f"{kiosk.event.id}{stamp}-{asked.entries}.{asked.format}",
            conditional=False,
            etag=False,
        )
    except OSError:
        return redirect(url_for("staff.files"), 303)


def _is_stale(asked: Asked) -> bool:
    return asked.is_ready and this_kiosk().log.size()[0] != asked.entries
