"""The official summary as files: the document for an office program, and the package that is handed in.

Owns what a table, a chart and a photo of the summary become on paper. Its words and numbers are `actions/summary`'s,
its layout `exports/official_docx`'s. Nothing of the raw log goes into either file.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from kiosk.actions.office_book import book
from kiosk.actions.summary import SummaryNow
from kiosk.domain import document as values
from kiosk.domain.clock import Stamp
from kiosk.domain.document import Heading, Paragraph
from kiosk.domain.errors import CannotDraw
from kiosk.domain.event import Pack
from kiosk.domain.summary_words import RULES_TITLE
from kiosk.domain.tables import Speech
from kiosk.exports import official
from kiosk.exports.chart_picture import Chart, chart_picture, chart_words
from kiosk.exports.lines import ems
from kiosk.exports.official_docx import docx_of
from kiosk.exports.typeface import Faces, find_faces
from kiosk.exports.workbook import write_figures
from kiosk.storage.folder import write_file
from kiosk.storage.log import Log

# What lies in the package. Chinese, as the document is: whoever opens it works in such an office.
DOCUMENT, FIGURES, RULES, PHOTOS, SUMS = "活动总结.docx", "统计表.xlsx", "统计口径.txt", "照片", "SHA256SUMS"

_WIDEST, _NARROWEST = 22, 3  # characters of a column that count when the columns share the page
# Characters: what programs set between digits and Chinese, a digit's width above a half, and the two edges of a cell.
_GAP, _DIGIT, _MARGINS = 0.25, 0.06, 0.6
_DIGITS_END = re.compile("(?<=[0-9])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[0-9])")
_PHOTO_MM = (120, 100)  # wide and high at most: an upright one leaves room for the text that it belongs to
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment an archive can tell; when it was made says the workbook


def write_summary_document(now: SummaryNow, log: Log, speech: Speech, target: Path) -> None:
    """Write the summary as a DOCX, whole or not at all. Raises `FileUnusable`, `LogUnreadable`."""
    content = docx_of(on_paper(now.document, log, speech))
    write_file(target, lambda file: file.write(content))


def write_package(now: SummaryNow, log: Log, pack: Pack, made: Stamp, speech: Speech, target: Path) -> None:
    """Write what is handed in as one ZIP: the document, a workbook of the figures, the chosen photos, the counting
    rules, and the checksums of these. Whole or not at all. Raises `FileUnusable`, `LogUnreadable`.
    """
    parts = dict(_parts(now, log, pack, made, speech))
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in parts.items())

    def write(file) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in (*parts.items(), (SUMS, sums.encode())):
                packed = zipfile.ZIP_DEFLATED if name.endswith((".txt", SUMS)) else zipfile.ZIP_STORED
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, packed)

    write_file(target, write)


def _parts(now: SummaryNow, log: Log, pack: Pack, made: Stamp, speech: Speech) -> Iterator[tuple[str, bytes]]:
    yield DOCUMENT, docx_of(on_paper(now.document, log, speech))
    figures = io.BytesIO()
    write_figures(book(pack, now.overview, made, speech, None, is_over=now.period.through is not None), figures)
    yield FIGURES, figures.getvalue()
    for one in now.document.attachments:
        if one.title == RULES_TITLE:
            yield RULES, "\r\n".join(_lines(one)).encode("utf-8-sig")
    photos = [block for block in now.document.blocks if isinstance(block, values.Picture)]
    for number, photo in enumerate(photos, 1):
        if jpeg := log.notes.photo(photo.digest):
            yield f"{PHOTOS}/{number:02d}.jpg", jpeg


def _lines(attachment: values.Attachment) -> Iterator[str]:
    """Yield an attachment as lines of text."""
    yield attachment.title
    for block in attachment.blocks:
        if isinstance(block, values.Table):
            yield from ("\t".join(map(str, row)) for row in (block.head, *block.rows))
        elif isinstance(block, Heading | Paragraph):
            yield block.text


def on_paper(document: values.Document, log: Log, speech: Speech) -> official.Document:
    """Return the document as it is laid out. Where the machine has no type to draw Chinese with, a chart is a table,
    and is called one.

    Raises `LogUnreadable`.
    """
    try:
        faces: Faces | None = find_faces()
    except CannotDraw:
        faces = None

    def blocks(found: tuple[values.Block, ...]) -> tuple[official.Block, ...]:
        return tuple(_numbered(laid for block in found for laid in _laid_out(block, log, faces, speech)))

    return official.Document(
        title=document.title,
        blocks=blocks(document.blocks),
        recipient=document.recipient,
        units=(document.signed_by,) if document.signed_by else (),
        date=document.day,
        whole=document.whole,
        attachments=tuple(official.Attachment(one.title, blocks(one.blocks)) for one in document.attachments),
    )


# How `summary_text` numbers charts and photos.
_FIGURE = re.compile("图[0-9]+ ")


def _numbered(blocks: Iterable[official.Block]) -> Iterator[official.Block]:
    """Yield the blocks with pictures and what became a table numbered apart: no number is left out where one did."""
    pictures = tables = 0
    for block in blocks:
        if isinstance(block, official.Picture) and (found := _FIGURE.match(block.caption)):
            pictures += 1
            number = f"图{pictures} "
            # What it shows begins with its caption, or is it.
            shown = block.alternative.replace(found.group(), number, 1)
            block = replace(block, caption=number + block.caption[found.end() :], alternative=shown)
        elif isinstance(block, official.Table) and (found := _FIGURE.match(block.title)):
            tables += 1
            block = replace(block, title=f"表{tables} " + block.title[found.end() :])
        yield block


def _laid_out(block: values.Block, log: Log, faces: Faces | None, speech: Speech) -> Iterator[official.Block]:
    if isinstance(block, values.Table):
        yield _table(block.caption, block.head, block.rows)
        if block.note:
            yield Paragraph(block.note)
    elif isinstance(block, values.Chart):
        yield _chart(block, faces, speech)
    elif isinstance(block, values.Picture):
        if jpeg := log.notes.photo(block.digest):
            yield official.Picture(jpeg, block.caption, block.caption, *_PHOTO_MM)
    else:
        yield block


def _chart(block: values.Chart, faces: Faces | None, speech: Speech) -> official.Block:
    # Its caption stands below it, so it needs no title of its own.
    drawn = Chart("", f"单位：{block.unit}", block.rows, block.kind == "columns")
    try:
        if faces:
            said = chart_words(Chart(block.caption, block.unit, block.rows), speech)
            return official.Picture(chart_picture(drawn, faces), block.caption, said)
    except CannotDraw:
        pass  # a character that no face of this machine has
    return _table(block.caption, ("", block.unit), block.rows)


def _table(title: str, head: tuple[str, ...], rows: tuple[tuple[values.Cell, ...], ...]) -> official.Table:
    """Return a table whose columns share the page by what is in them; numbers stand at the right."""
    cells = [tuple(map(str, row)) for row in rows]
    columns = []
    for at, words in enumerate(head):
        widest = max(map(_wide, (words, *(row[at] for row in cells))))
        is_number = bool(rows) and all(isinstance(row[at], int | float) or row[at] == "—" for row in rows)
        width = min(max(widest, _NARROWEST), _WIDEST) + _MARGINS
        columns.append(official.Column(words, width, "right" if is_number else "left"))
    return official.Table(tuple(columns), tuple(cells), title)


def _wide(text: str) -> float:
    """Return how many characters wide a text is set at most."""
    return ems(text) + (_GAP * len(_DIGITS_END.findall(text)) or _DIGIT * len(text) * text.isdigit())
