"""The official summary to take away: as a document or package that a child process makes, and as a sheet for paper."""

from flask import Response, abort, g, redirect, render_template, request, send_file, url_for

from kiosk.actions.exports_asked import summary_name
from kiosk.actions.notes import notes_of
from kiosk.actions.periods import period_of
from kiosk.domain.document import Block, Heading, Paragraph
from kiosk.domain.errors import NotAllowed
from kiosk.domain.numbering import Numbering
from kiosk.domain.period import Period
from kiosk.domain.text import unbroken_pieces
from kiosk.exports.scale import Scale
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.staff import bp
from kiosk.web.staff.files import progress_of
from kiosk.web.staff.summary import now_of

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}
_FEW = 140  # characters: five lines
ATTACHMENT = "附件"  # as the document says it, in whatever language the page is


@bp.post("/summary/file")
@audience("staff_password")
def ask_summary():
    format = request.form.get("format", "")
    if format not in TYPES:
        abort(400)
    kiosk = this_kiosk()
    try:
        period = period_of(kiosk.log, kiosk.pack, request.form.get("begun_by"))
    except NotAllowed:
        return redirect(url_for("staff.summary"), 303)
    kiosk.exports.ask_summary(format, made_from(period), period.begun_by, g.locale)
    return redirect(url_for("staff.summary_made", format=format, of=period.begun_by), 303)


def made_from(period: Period) -> str:
    """Return what a file of the summary rests on, as a text: the version, the pack, the period and each of its entries;
    of an event that is over, whose entries stay as they are, the notes, which may still be corrected.
    """
    kiosk = this_kiosk()
    version = kiosk.log.summaries.newest(kiosk.event.id, period.same)
    saved, part = version.id if version else "-", kiosk.log.size()[0]
    if period.through is not None:
        part = "+".join(kept.id for kept in notes_of(kiosk.log, kiosk.event, period))
    return f"{saved} {kiosk.pack.digest} {period.begun_by or '-'} {period.closed_by or '-'} {part}"


@bp.get("/summary/file/<any(docx, zip):format>")
@audience("staff_password")
def summary_made(format: str):
    asked = this_kiosk().exports.asked(summary_name(format))
    if asked is None or (asked.is_ready and not asked.is_there):
        return redirect(url_for("staff.summary", of=request.args.get("of")), 303)
    try:
        now = now_of(request.args.get("of"))
    except NotAllowed:
        return redirect(url_for("staff.summary"), 303)
    return render_template(
        "staff/summary_file.html",
        asked=asked,
        format=format,
        begun_by=now.period.begun_by,
        is_stale=asked.is_ready and asked.made_from != made_from(now.period),
        lacks=len(now.missing),
    )


@bp.get("/summary/file/<any(docx, zip):format>/progress")
@audience("staff_password", by_itself=True)
def summary_progress(format: str):
    return progress_of(this_kiosk().exports.asked(summary_name(format)))


@bp.get("/summary/<any(docx, zip):format>")
@audience("staff_password")
def summary_file(format: str) -> Response:
    """The file as it was made, even if something was saved or counted since."""
    kiosk = this_kiosk()
    asked = kiosk.exports.asked(summary_name(format))
    if asked is None or not asked.is_ready:
        return redirect(url_for("staff.summary"), 303)
    # In Chinese whatever the page's language, as the document is.
    name = f"{kiosk.event.id}-总结.{format}"
    try:
        return send_file(
            asked.path, TYPES[format], as_attachment=True, download_name=name, conditional=False, etag=False
        )
    except OSError:
        return redirect(url_for("staff.summary"), 303)


# On paper


@bp.get("/summary/print")
@audience("staff_password")
def print_summary():
    try:
        now = now_of(request.args.get("of"))
    except NotAllowed:
        return redirect(url_for("staff.print_summary"), 303)
    document = now.document
    blocks = _numbered(document.blocks)
    # What stands with the signature, so that no page has it alone: the last lines, unless they are many.
    last = document.blocks[-1]
    before_end = len(blocks) - (isinstance(last, Heading) or (isinstance(last, Paragraph) and len(last.text) <= _FEW))
    return render_template(
        "prints/summary.html",
        begun_by=now.period.begun_by,
        document=document,
        title=unbroken_pieces(document.title, document.whole),
        blocks=blocks[:before_end],
        end=blocks[before_end:],
        attachments=[(one.title, _numbered(one.blocks)) for one in document.attachments],
        lacks=len(now.missing),
        scale_of=Scale.of,
        attachment=ATTACHMENT,
    )


def _numbered(blocks: tuple[Block, ...]) -> list[tuple[str, str, Block]]:
    """Return (what kind, the number of a heading, the block) of each."""
    numbers = Numbering()
    return [
        (type(one).__name__.lower(), numbers.next(one.level) if isinstance(one, Heading) else "", one) for one in blocks
    ]
