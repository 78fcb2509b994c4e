"""Writes an official document as a DOCX. Values in, bytes out; paper, fonts and styles are `official_sheet`'s.

Whatever a text holds comes out as text: it goes into text nodes and attributes only, never into a field, a link or
markup. Numbers of headings are written as text too: copied into a message or another office's summary, numbers that
the program makes by itself are gone.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import accumulate, pairwise
from math import ceil
from typing import TYPE_CHECKING

from kiosk.domain.document import Heading, Paragraph
from kiosk.domain.numbering import Numbering
from kiosk.domain.text import without_unseen
from kiosk.exports.lines import broken, ems
from kiosk.exports.official import Attachment, Block, Document, Picture, Table
from kiosk.exports.official_sheet import (
    AREA,
    BODY,
    CHARACTERS,
    HEIGHT,
    PITCH,
    TABLE,
    TITLE,
    WIDTH,
    blank,
    characters,
)

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_EMU_PER_TWIP, _EMU_PER_MM = 635, 36_000
_HIGHEST = 0.5  # of the page is a picture of which nobody said how wide it is to be
_COARSEST = 96  # dots an inch: a small picture is not blown up until its dots are seen
_CAPTION_ROOM = 5 * PITCH  # what the highest of all leaves to its caption
_ROW_KEPT = 12  # lines; a longer row may go on on the next page, since a program that may not split it cuts it off
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment an archive can tell


def docx_of(document: Document) -> bytes:
    """Return a document as a DOCX; the same document gives the same bytes.

    Raises `ValueError` for a picture that is neither PNG nor JPEG.
    """
    import docx  # here, because a start should not wait for it

    title, units = _line(document.title), "、".join(map(_line, document.units))
    opened = docx.Document(io.BytesIO(blank(title, units)))
    end = opened.element.body[-1]
    for element in _Writer(opened.part).document(document):
        end.addprevious(element)
    content = io.BytesIO()
    opened.save(content)
    return _undated(content)


def _undated(content: io.BytesIO) -> bytes:
    """Return an archive with the same parts in the same order, but without the time at which it was made."""
    undated = io.BytesIO()
    with zipfile.ZipFile(content) as made, zipfile.ZipFile(undated, "w") as archive:
        for part in made.infolist():
            information = zipfile.ZipInfo(part.filename, _EPOCH)
            # Pictures are packed already.
            kind = zipfile.ZIP_STORED if part.filename.startswith("word/media/") else zipfile.ZIP_DEFLATED
            archive.writestr(information, made.read(part), kind)
    return undated.getvalue()


# ---- Texts -----------------------------------------------------------------------------------------------------------


def _lines(text: str) -> list[str]:
    """Return the lines of a text that say something, cleaned."""
    return [line for one in without_unseen(text).split("\n") if (line := one.strip())]


def _line(text: str) -> str:
    return " ".join(_lines(text))


# ---- Elements --------------------------------------------------------------------------------------------------------


def _w(tag: str, *children: "Element", **attributes: object) -> "Element":
    """Return an element of WordprocessingML."""
    return _element(_WORD, tag, children, {f"{{{_WORD}}}{name}": value for name, value in attributes.items()})


def _element(names: str, tag: str, children: tuple = (), attributes: dict[str, object] | None = None) -> "Element":
    from lxml import etree

    element = etree.Element(f"{{{names}}}{tag}", {name: str(value) for name, value in (attributes or {}).items()})
    element.extend(children)
    return element


def _run(text: str) -> "Element":
    node = _w("t")
    node.text = text
    node.set(_SPACE, "preserve")
    return _w("r", node)


def _paragraph(style: str, *lines: str, properties: tuple["Element", ...] = ()) -> "Element":
    """Return a paragraph; more than one line has breaks in it. `properties` in the order the format asks for."""
    runs: list[Element] = []
    for at, line in enumerate(lines):
        if at:
            runs.append(_w("r", _w("br")))
        runs.append(_run(line))
    return _w("p", _w("pPr", _w("pStyle", val=style), *properties), *runs)


def _keep_with_next(paragraph: "Element") -> None:
    properties = paragraph[0]
    for one in properties.findall(f"{{{_WORD}}}keepNext"):
        properties.remove(one)
    properties.insert(1, _w("keepNext"))


_QUOTED = re.compile("“[^“”]+”|《[^《》]+》")
_ABOUT = re.compile("(?<=.)关于")
_BLANK_LINE = {"before": PITCH}


class _Writer:
    """Turns the parts of one document into paragraphs and tables; `part` takes the pictures."""

    def __init__(self, part):
        self._part = part
        self._pictures = 0

    def document(self, document: Document) -> Iterator["Element"]:
        yield _paragraph("Title", *self._title(document.title, document))
        if recipient := _line(document.recipient):
            yield _paragraph("Recipient", recipient.rstrip(":： ") + "：")  # 7.3.2
        main = list(self._blocks(document.blocks))
        ending = [*_attachment_list(document), *_signature(document)]
        # No page holds the signature alone, nor the list of attachments: the last of the text is there too.
        if ending:
            for one in (*main[-1:], *ending[:-1]):
                _keep_with_next(one)
        yield from main
        yield from ending
        for number, attachment in enumerate(document.attachments, 1):
            yield from self._attachment(attachment, document.mark(number), document)

    def _title(self, text: str, document: Document) -> list[str]:
        """Return the lines of a title, broken between phrases and about equally long."""
        # 7.3.1: 回行时，要做到词意完整. A name or what stands in quotation marks is one thing where it leaves room.
        wide = CHARACTERS * BODY // TITLE
        words = [*map(_line, (*document.whole, *document.units)), *_QUOTED.findall(text)]
        whole = [one for one in words if one and ems(one) <= 2 * wide / 3]
        # 发文机关 + 关于 + 事由 + 文种: what a title is about begins a line.
        parts = [one if ems(one) <= wide else _ABOUT.sub("\n关于", one, count=1) for one in _lines(text)]
        lines = [line for one in parts for line in broken(one, wide, ems, whole)]
        return lines or [""]

    def _attachment(self, attachment: Attachment, mark: str, document: Document) -> Iterator["Element"]:
        yield _paragraph("AttachmentMark", mark)
        yield _paragraph("AttachmentTitle", *self._title(attachment.title, document))
        yield from self._blocks(attachment.blocks)

    def _blocks(self, blocks: tuple[Block, ...]) -> Iterator["Element"]:
        numbers = Numbering()
        for block in blocks:
            if isinstance(block, Heading):
                if text := _line(block.text):
                    yield _paragraph(f"Heading{block.level}", numbers.next(block.level) + text)
            elif isinstance(block, Paragraph):
                yield from (_paragraph("BodyText", line) for line in _lines(block.text))
            elif isinstance(block, Table):
                yield from _table(block)
            else:
                yield from self._picture(block)

    # ---- Pictures ----------------------------------------------------------------------------------------------------

    def _picture(self, picture: Picture) -> Iterator["Element"]:
        relation, size = self._kept(picture.image)
        self._pictures += 1
        drawing = _drawing(relation, self._pictures, _fitting(size, picture), _line(picture.alternative))
        caption = _line(picture.caption)
        properties = () if caption else (_w("keepNext", val=0),)
        yield _w("p", _w("pPr", _w("pStyle", val="Picture"), *properties), _w("r", _w("drawing", drawing)))
        if caption:
            yield _paragraph("Caption", caption)

    def _kept(self, content: bytes) -> tuple[str, tuple[int, int]]:
        """Put a picture into the file, once however often it is shown; return by what name, and its size in pixels."""
        from docx.image import exceptions

        faults = (
            exceptions.InvalidImageStreamError,
            exceptions.UnexpectedEndOfFileError,
            exceptions.UnrecognizedImageError,
        )
        try:
            relation, image = self._part.get_or_add_image(io.BytesIO(content))
        except faults:
            raise ValueError("a picture is a PNG or a JPEG") from None
        if image.content_type not in ("image/png", "image/jpeg") or not (image.px_width and image.px_height):
            raise ValueError("a picture is a PNG or a JPEG")
        return relation, (image.px_width, image.px_height)


def _fitting(pixels: tuple[int, int], picture: Picture) -> tuple[int, int]:
    """Return how wide and high a picture is on paper, in EMU: as wide as wanted where the type area has room."""
    width_mm, highest = picture.width_mm, (HEIGHT - _CAPTION_ROOM) * _EMU_PER_TWIP
    if width_mm is None:
        width_mm, highest = AREA[0], HEIGHT * _HIGHEST * _EMU_PER_TWIP
    elif picture.height_mm is not None:
        highest = min(highest, picture.height_mm * _EMU_PER_MM)
    sharp = pixels[0] * _EMU_PER_MM * 25.4 / _COARSEST
    wide = min(width_mm * _EMU_PER_MM, WIDTH * _EMU_PER_TWIP, highest * pixels[0] / pixels[1], sharp)
    return max(1, int(wide)), max(1, int(wide * pixels[1] / pixels[0]))


def _drawing(relation: str, number: int, size: tuple[int, int], alternative: str) -> "Element":
    """Return a picture that stands in a line of its own."""
    inline, main, picture = f"{_DRAWING}/wordprocessingDrawing", f"{_DRAWING}/main", f"{_DRAWING}/picture"
    extent = {"cx": size[0], "cy": size[1]}
    names = {"id": number, "name": f"图片 {number}", "descr": alternative}
    shown = _element(
        picture,
        "pic",
        (
            _element(
                picture,
                "nvPicPr",
                (_element(picture, "cNvPr", attributes=names), _element(picture, "cNvPicPr")),
            ),
            _element(
                picture,
                "blipFill",
                (
                    _element(main, "blip", attributes={f"{{{_RELATION}}}embed": relation}),
                    _element(main, "stretch", (_element(main, "fillRect"),)),
                ),
            ),
            _element(
                picture,
                "spPr",
                (
                    _element(
                        main,
                        "xfrm",
                        (_element(main, "off", attributes={"x": 0, "y": 0}), _element(main, "ext", attributes=extent)),
                    ),
                    _element(main, "prstGeom", (_element(main, "avLst"),), {"prst": "rect"}),
                ),
            ),
        ),
    )
    return _element(
        inline,
        "inline",
        (
            _element(inline, "extent", attributes=extent),
            _element(inline, "docPr", attributes=names),
            _element(main, "graphic", (_element(main, "graphicData", (shown,), {"uri": picture}),)),
        ),
        dict.fromkeys(("distT", "distB", "distL", "distR"), 0),
    )


# ---- Tables ----------------------------------------------------------------------------------------------------------


def _table(table: Table) -> Iterator["Element"]:
    title = _line(table.title)
    yield _paragraph("TableTitle", title) if title else _paragraph("TableEdge", properties=(_w("keepNext"),))
    total = sum(one.width for one in table.columns)
    edges = [round(WIDTH * one / total) for one in accumulate((one.width for one in table.columns), initial=0)]
    widths = [right - left for left, right in pairwise(edges)]
    aligns = [one.align for one in table.columns]
    head = [[_line(one.head)] for one in table.columns]
    yield _w(
        "tbl",
        _w(
            "tblPr",
            _w("tblStyle", val="TableGrid"),
            _w("tblW", w=WIDTH, type="dxa"),
            _w("jc", val="center"),
            _w("tblLayout", type="fixed"),
            _w("tblLook", val="0020", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1),
        ),
        _w("tblGrid", *(_w("gridCol", w=wide) for wide in widths)),
        _row(head, widths, [None] * len(widths), is_head=True),
        *(_row([_lines(cell) for cell in row], widths, aligns) for row in table.rows),
    )
    yield _paragraph("TableEdge")


def _row(cells: list[list[str]], widths: list[int], aligns: list, is_head: bool = False) -> "Element":
    properties = [_w("trHeight", val=PITCH, hRule="atLeast")]
    if is_head or _height(cells, widths) <= _ROW_KEPT:
        properties.insert(0, _w("cantSplit"))
    if is_head:
        properties.append(_w("tblHeader"))
    return _w("tr", _w("trPr", *properties), *map(_cell, cells, widths, aligns))


def _height(cells: list[list[str]], widths: list[int]) -> int:
    """Return how many lines the highest cell of a row takes."""
    sizes = [max(1, wide // (TABLE * 10) - 1) for wide in widths]
    return max(sum(max(1, ceil(ems(line) / size)) for line in cell) for cell, size in zip(cells, sizes, strict=True))


def _cell(lines: list[str], wide: int, align: str | None) -> "Element":
    style = "TableText" if align else "TableHead"
    aligned = (_w("jc", val=align),) if align in ("center", "right") else ()
    return _w(
        "tc",
        _w("tcPr", _w("tcW", w=wide, type="dxa"), _w("vAlign", val="center")),
        *(_paragraph(style, line, properties=aligned) for line in lines or [""]),
    )


# ---- What stands after the text --------------------------------------------------------------------------------------


def _attachment_list(document: Document) -> Iterator["Element"]:
    """Yield the 附件说明 (7.3.4): after a blank line, two characters in."""
    several = len(document.attachments) > 1
    for at, attachment in enumerate(document.attachments, 1):
        number = f"{at}." if several else ""
        # 附件名称较长需回行时，应当与上一行附件名称的首字对齐.
        name_at = 2 + ems("附件：" + number)
        label = number if at > 1 else "附件：" + number
        yield _paragraph(
            "AttachmentList",
            label + _line(attachment.title),
            properties=(
                *((_w("spacing", **_BLANK_LINE),) if at == 1 else ()),
                _w("ind", left=characters(name_at), hanging=characters(ems(label))),
            ),
        )


def _signature(document: Document) -> Iterator["Element"]:
    """Yield who signs and the date, in the form without a seal (7.3.5.2): the name ends two characters from the right,
    the date begins two characters after the name does; a date that is longer ends two from the right itself.

    With several units the longest ends there and all begin with it.
    """
    units, date = [line for one in document.units if (line := _line(one))], _line(document.date)
    longest = max(map(ems, units), default=0)
    begins = CHARACTERS - 2 - max(longest, ems(date) + (2 if units and ems(date) > longest else 0))
    lines = [("Signature", one, begins) for one in units]
    if date:
        lines.append(("Date", date, begins + (2 if units else 0)))
    for at, (style, line, left) in enumerate(lines):
        # What is too long for one line begins at the margin.
        properties = [_w("ind", left=characters(max(0, left)))]
        if at == 0:
            properties.insert(0, _w("spacing", **_BLANK_LINE))
        yield _paragraph(style, line, properties=tuple(properties))
