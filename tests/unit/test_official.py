"""The official document as a file: its parts in the order the format asks for, the standard's figures, texts that stay
texts, and the same bytes for the same content.
"""

import io
import re
import struct
import time
import zipfile
from dataclasses import replace
from itertools import pairwise

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from kiosk.domain.document import Heading, Paragraph
from kiosk.domain.numbering import Numbering, in_chinese
from kiosk.domain.text import without_unseen
from kiosk.exports.official import Attachment, Column, Document, Picture, Table
from kiosk.exports.official_docx import docx_of

MM = 1440 / 25.4
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "<w:p/>&amp;]]><!--",
    '{ PAGE } \\* MERGEFORMAT "INCLUDETEXT"',
    "\x00\x01\x1f\x7f\x85",
    "\u202egnp.exe\u202c\u2066x\u2069",
    "\ud800half\udfff",
    "a" * 10_000,
    "汉" * 10_000,
    "😀👨‍👩‍👧",
    "ᠬᠥᠬᠡᠬᠣᠲᠠ᠎ᠠ",
    "\ufffe\uffff\ufdd0",
    "http://x.example/ file:///etc/passwd",
    "one\u2028two\r\nthree\tfour",
    "",
]


def picture(wide: int = 60, high: int = 40, kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (wide, high), "#336699").save(content, kind)
    return content.getvalue()


def table(rows=(("签到", "人次", "1,105"),), **changes) -> Table:
    columns = (Column("项目", 3), Column("单位", 1, "center"), Column("数量", 1.5, "right"))
    return Table(columns, tuple(rows), **changes)


ALL = Document(
    "呼和浩特市科学技术协会\n关于2018年“全国科技工作者日”活动的总结",
    (
        Heading("开展情况"),
        Heading("基本情况", 2),
        Paragraph("第一段。\n第二段。"),
        Heading("组织", 3),
        Heading("分工", 4),
        table(title="表1　活动情况"),
        Picture(picture(kind="JPEG"), "图1　现场", "广场上的观众"),
        Heading("工作成效"),
        Paragraph("成效。"),
    ),
    recipient="呼和浩特市科协办公室",
    units=("呼和浩特市科学技术协会", "呼和浩特市科学技术局"),
    date="2018年6月4日",
    attachments=(Attachment("活动统计表", (Heading("口径"), table())), Attachment("优秀科技工作者名单")),
)


class Read:
    """A document read back: by python-docx, and its parts as trees."""

    def __init__(self, document: Document):
        self.content = docx_of(document)
        self.archive = zipfile.ZipFile(io.BytesIO(self.content))
        self.document = docx.Document(io.BytesIO(self.content))
        self.lines = [(one.style.style_id, one.text) for one in self.document.paragraphs]

    def tree(self, name: str) -> etree._Element:
        return etree.fromstring(self.archive.read(f"word/{name}.xml"))

    def of(self, style: str) -> list[str]:
        return [text for name, text in self.lines if name == style]

    def paragraph(self, style: str, at: int = 0):
        return [one for one in self.document.paragraphs if one.style.style_id == style][at]


@pytest.fixture(scope="module")
def read() -> Read:
    return Read(ALL)


def value(element, path: str, name: str = "val") -> str:
    for tag in path.split("/"):
        element = element.find(qn(f"w:{tag}"))
    return element.get(qn(f"w:{name}"))


# ---- The sheet -------------------------------------------------------------------------------------------------------


def test_paper_and_type_area_are_the_standards(read):
    section = read.document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (section.top_margin.mm, section.left_margin.mm) == pytest.approx((37, 28), abs=0.05)
    area = [
        section.page_width - section.left_margin - section.right_margin,
        section.page_height - section.top_margin - section.bottom_margin,
    ]
    assert [one / 36_000 for one in area] == pytest.approx([156, 225], abs=0.1)


def test_the_grid_has_22_lines_of_28_characters(read):
    section = read.tree("document").find(f".//{qn('w:sectPr')}")
    kind, pitch, space = (value(section, "docGrid", name) for name in ("type", "linePitch", "charSpace"))
    assert kind == "linesAndChars"
    margins = [int(value(section, "pgMar", name)) for name in ("left", "right", "top", "bottom")]
    wide, high = 11906 - margins[0] - margins[1], 16838 - margins[2] - margins[3]
    assert high // int(pitch) == 22
    character = 16 + int(space) / 4096
    assert wide / 20 // character == 28
    # What the paragraphs do by themselves agrees with it.
    normal = read.document.styles["Normal"].element
    assert value(normal, "pPr/spacing", "line") == pitch
    assert value(normal, "pPr/spacing", "lineRule") == "exact"
    natural = 16 + int(value(normal, "rPr/spacing")) / 20
    assert wide / 20 // natural == 28
    assert natural == pytest.approx(character, abs=0.06)


def font_of(read: Read, style: str) -> tuple[str, float]:
    """Return the font and size in points of a style, from wherever it has them."""
    defaults = read.tree("styles").find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    name = size = None
    one = next(one for one in read.document.styles if one.style_id == style)
    while one is not None:
        properties = one.element.find(qn("w:rPr"))
        if properties is not None:
            fonts, sizes = properties.find(qn("w:rFonts")), properties.find(qn("w:sz"))
            name = name or (fonts is not None and fonts.get(qn("w:eastAsia"))) or None
            size = size or (sizes is not None and sizes.get(qn("w:val"))) or None
        one = one.base_style
    return name or value(defaults, "rFonts", "eastAsia"), int(size or value(defaults, "sz")) / 2


@pytest.mark.parametrize(
    ("style", "font"),
    [
        ("Title", ("方正小标宋简体", 22)),
        ("Recipient", ("仿宋_GB2312", 16)),
        ("BodyText", ("仿宋_GB2312", 16)),
        ("Heading1", ("黑体", 16)),
        ("Heading2", ("楷体_GB2312", 16)),
        ("Heading3", ("仿宋_GB2312", 16)),
        ("Heading4", ("仿宋_GB2312", 16)),
        ("AttachmentMark", ("黑体", 16)),
        ("AttachmentTitle", ("方正小标宋简体", 22)),
        ("Footer", ("宋体", 14)),
    ],
)
def test_fonts_are_the_standards(read, style, font):
    assert font_of(read, style) == font


def test_fonts_that_a_machine_lacks_have_others_in_their_place(read):
    used = {one.get(qn("w:eastAsia")) for one in read.tree("styles").iter(qn("w:rFonts"))}
    table_of_fonts = {one.get(qn("w:name")): value(one, "altName") for one in read.tree("fontTable")}
    assert used == set(table_of_fonts)
    assert table_of_fonts["仿宋_GB2312"].startswith("仿宋,")
    assert table_of_fonts["楷体_GB2312"].startswith("楷体,")
    assert table_of_fonts["方正小标宋简体"].startswith("方正小标宋_GBK,")
    assert all("Noto" in others for others in table_of_fonts.values())


def test_nothing_is_bold(read):
    assert not list(read.tree("styles").iter(qn("w:b")))
    assert not list(read.tree("document").iter(qn("w:b")))


def test_lines_begin_and_end_where_they_may(read):
    normal = read.document.styles["Normal"].element.find(qn("w:pPr"))
    assert normal.find(qn("w:kinsoku")).get(qn("w:val")) is None  # on
    assert value(normal, "widowControl") == "0"


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones(read):
    assert read.tree("settings").find(qn("w:evenAndOddHeaders")) is not None
    for footer, side in (("footer1", "right"), ("footer2", "left")):
        tree = read.tree(footer)
        assert value(tree[0], "pPr/jc") == side
        assert value(tree[0], "pPr/ind", side) == "280"  # a character of 14 pt
        assert "".join(tree.itertext()) == "—  PAGE 1 —"
    section = read.document.sections[0]
    assert "1 —" in section.footer.paragraphs[0].text
    assert section.footer.part.partname == "/word/footer1.xml"
    assert section.even_page_footer.part.partname == "/word/footer2.xml"


# ---- What is written -------------------------------------------------------------------------------------------------


def test_headings_are_numbered_by_level(read):
    headings = [(style, text) for style, text in read.lines if style.startswith("Heading")]
    assert headings == [
        ("Heading1", "一、开展情况"),
        ("Heading2", "（一）基本情况"),
        ("Heading3", "1.组织"),
        ("Heading4", "（1）分工"),
        ("Heading1", "二、工作成效"),
        ("Heading1", "一、口径"),  # an attachment counts anew
    ]


def test_headings_are_real_ones(read):
    for level in (1, 2, 3, 4):
        style = read.document.styles[f"Heading {level}"]
        assert value(style.element, "pPr/outlineLvl") == str(level - 1)
        assert style.element.find(f".//{qn('w:keepNext')}") is not None


def test_deeper_numbers_begin_anew():
    numbers = Numbering()
    levels = [1, 2, 3, 4, 4, 2, 3, 1, 2]
    wanted = ["一、", "（一）", "1.", "（1）", "（2）", "（二）", "1.", "二、", "（一）"]
    assert [numbers.next(level) for level in levels] == wanted


@pytest.mark.parametrize(
    ("number", "words"),
    [
        *((1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九"), (100, "一百")),
        *((105, "一百零五"), (110, "一百一十"), (1000, "一千"), (1010, "一千零一十"), (9009, "九千零九")),
    ],
)
def test_numbers_in_chinese(number, words):
    assert in_chinese(number) == words


@pytest.mark.parametrize("number", [0, 10_000])
def test_numbers_nobody_needs(number):
    with pytest.raises(ValueError, match="between"):
        in_chinese(number)


@pytest.mark.parametrize("level", [0, 5])
def test_there_are_four_levels(level):
    with pytest.raises(ValueError, match="level"):
        Heading("x", level)


def test_each_line_of_a_text_is_a_paragraph(read):
    assert read.of("BodyText") == ["第一段。", "第二段。", "成效。"]


def test_body_is_indented_by_two_characters(read):
    indent = read.document.styles["Body Text"].element
    assert value(indent, "pPr/ind", "firstLineChars") == "200"
    assert int(value(indent, "pPr/ind", "firstLine")) == 2 * 316


@pytest.mark.parametrize("recipient", ["市科协办公室", "市科协办公室：", "市科协办公室:", " 市科协办公室 ："])
def test_the_recipient_has_one_colon(recipient):
    assert Read(Document("题", recipient=recipient)).of("Recipient") == ["市科协办公室："]


def test_titles_break_by_sense(read):
    assert read.of("Title") == ["呼和浩特市科学技术协会\n关于2018年“全国科技工作者日”活动的总结"]
    long = "呼和浩特市科学技术协会2018年“全国科技工作者日”系列活动开展情况的总结"
    [title] = Read(Document(long, units=("呼和浩特市科学技术协会",), whole=("系列活动",))).of("Title")
    lines = title.split("\n")
    assert title.replace("\n", "") == long
    assert len(lines) == 3
    for whole in ("呼和浩特市科学技术协会", "“全国科技工作者日”", "系列活动"):
        assert any(whole in line for line in lines)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("市科协关于活动的总结", ["市科协关于活动的总结"]),  # short enough for one line
        (
            "呼和浩特市科学技术协会关于2018年“全国科技工作者日”系列活动开展情况的总结",
            ["呼和浩特市科学技术协会", "关于2018年“全国科技工作者日”", "系列活动开展情况的总结"],
        ),
        ("关于" + "活动" * 10, ["关于" + "活动" * 4 + "活", "动" + "活动" * 5]),
    ],
)
def test_what_a_title_is_about_begins_a_line(title, lines):
    assert Read(Document(title)).of("Title") == ["\n".join(lines)]


def left_of(paragraph) -> float:
    """Return how many characters in from the left a paragraph begins."""
    return int(value(paragraph._p, "pPr/ind", "left")) / 316


@pytest.mark.parametrize(
    ("unit", "date", "unit_at", "date_at"),
    [
        # The name ends two characters from the right, the date begins two after the name.
        ("呼和浩特市科学技术协会", "2018年6月4日", 15, 17),
        ("市科协", "2018年10月14日", 28 - 2 - 7 - 2, 28 - 2 - 7),  # a longer date ends two characters from the right
        ("", "2018年6月4日", None, 20),
        ("市科协", "", 23, None),
    ],
)
def test_signature_and_date_without_a_seal(unit, date, unit_at, date_at):
    document = Read(Document("题", (Paragraph("文"),), units=(unit,) if unit else (), date=date))
    places = [unit_at, date_at]
    for style, wanted in zip(("Signature", "Date"), places, strict=True):
        assert len(document.of(style)) == (wanted is not None)
        if wanted is not None:
            assert left_of(document.paragraph(style)) == pytest.approx(wanted, abs=0.01)
    first = document.paragraph("Signature" if unit else "Date")
    assert value(first._p, "pPr/spacing", "before") == "579"  # a blank line
    # Nor does it stand alone on a page.
    assert document.paragraph("BodyText")._p.pPr.find(qn("w:keepNext")) is not None


def test_the_signature_stays_with_a_picture_that_ends_the_text():
    document = Read(Document("题", (Picture(picture(), "", ""),), units=("市科协",)))
    [kept] = document.paragraph("Picture")._p.pPr.findall(qn("w:keepNext"))
    assert kept.get(qn("w:val")) is None


@pytest.mark.parametrize("units", [(), ("市科协", "市科技局")])
def test_the_list_of_attachments_stays_with_the_text_and_the_signature_with_both(units):
    attachments = (Attachment("一"), Attachment("二"))
    document = Read(Document("题", (Paragraph("文"), Paragraph("末")), units=units, attachments=attachments))
    kept = [
        one.text
        for one in document.document.paragraphs
        if one.style.style_id in ("BodyText", "AttachmentList", "Signature")
        and (one._p.pPr.find(qn("w:keepNext")) is not None)
    ]
    assert kept == ["末", "附件：1.一", *(["2.二", "市科协"] if units else [])]


def test_several_units_begin_together(read):
    assert left_of(read.paragraph("Signature", 0)) == left_of(read.paragraph("Signature", 1)) == 15
    assert left_of(read.paragraph("Date")) == 17


def test_attachments_are_named_after_the_text(read):
    assert read.of("AttachmentList") == ["附件：1.活动统计表", "2.优秀科技工作者名单"]
    first, second = (read.paragraph("AttachmentList", at)._p for at in (0, 1))
    assert value(first, "pPr/spacing", "before") == "579"
    # Names begin at the sixth character, in further lines too.
    assert [int(value(one, "pPr/ind", "left")) / 316 for one in (first, second)] == [6, 6]
    assert [int(value(one, "pPr/ind", "hanging")) / 316 for one in (first, second)] == [4, 1]


def test_attachments_have_their_mark_and_title(read):
    assert read.of("AttachmentMark") == ["附件1", "附件2"]
    assert read.of("AttachmentTitle") == ["活动统计表", "优秀科技工作者名单"]
    style = next(one for one in read.document.styles if one.style_id == "AttachmentMark")
    assert style.element.find(f".//{qn('w:pageBreakBefore')}") is not None


def test_a_single_attachment_has_no_number():
    document = Read(Document("题", attachments=(Attachment("名单"),)))
    assert (document.of("AttachmentList"), document.of("AttachmentMark")) == (["附件：名单"], ["附件"])


def test_what_is_empty_is_left_out():
    assert Read(Document("")).lines == [("Title", "")]
    assert Read(Document("题", (Heading("\x00"), Paragraph(" \n ")), " ", ("",), "")).lines == [("Title", "题")]


# ---- Tables and pictures ---------------------------------------------------------------------------------------------


def test_tables_repeat_their_head_and_split_no_row(read):
    rows = list(read.document.tables[0]._tbl.iter(qn("w:tr")))
    assert [one.find(f".//{qn('w:tblHeader')}") is not None for one in rows] == [True, False]
    assert all(one.find(f".//{qn('w:cantSplit')}") is not None for one in rows)


def test_tables_are_as_wide_as_the_type_area(read):
    [widths] = {tuple(int(one.get(qn("w:w"))) for one in grid) for grid in read.tree("document").iter(qn("w:tblGrid"))}
    assert sum(widths) == 28 * 316
    assert widths[0] / widths[1] == pytest.approx(3, abs=0.01)
    aligns = [one.find(f".//{qn('w:jc')}") for one in read.document.tables[0].rows[1]._tr.iter(qn("w:tc"))]
    assert [one is not None and one.get(qn("w:val")) for one in aligns] == [False, "center", "right"]


def test_a_row_longer_than_half_a_page_may_split():
    document = Read(Document("题", (table([("长" * 3000, "", "")]),)))
    head, row = document.document.tables[0]._tbl.iter(qn("w:tr"))
    assert head.find(f".//{qn('w:cantSplit')}") is not None
    assert row.find(f".//{qn('w:cantSplit')}") is None


def test_tables_in_a_row_stay_apart():
    body = Read(Document("题", (table(), table()))).document.element.body
    tags = [etree.QName(one).localname for one in body]
    assert ("tbl", "tbl") not in set(pairwise(tags))
    assert tags[-2:] == ["p", "sectPr"]


@pytest.mark.parametrize("rows", [[("a", "b")], [("a", "b", "c", "d")]])
def test_a_row_has_a_cell_for_each_column(rows):
    with pytest.raises(ValueError, match="cell"):
        table(rows)


def test_pictures_are_described_and_kept_with_their_caption(read):
    assert read.of("Caption") == ["图1　现场"]
    [shape] = read.document.inline_shapes
    assert shape._inline.docPr.get("descr") == "广场上的观众"
    style = next(one for one in read.document.styles if one.style_id == "Picture")
    assert style.element.find(f".//{qn('w:keepNext')}") is not None
    assert value(style.element, "pPr/spacing", "lineRule") == "auto"  # in an exact line it would be cut off


@pytest.mark.parametrize(
    ("pixels", "wanted", "size"),
    [
        ((600, 400), None, (156, 104)),
        ((600, 400), 90, (90, 60)),
        ((600, 400), 900, (156, 104)),
        ((400, 900), None, (50, 112.5)),  # half a page
        ((10, 1000), 100, (1.74, 174)),
    ],
)
def test_pictures_stay_in_the_type_area(pixels, wanted, size):
    document = Read(Document("题", (Picture(picture(*pixels), "", "", wanted),))).document
    [shape] = document.inline_shapes
    assert (shape.width.mm, shape.height.mm) == pytest.approx(size, rel=0.01)


def test_a_picture_shown_twice_is_in_the_file_once():
    one = Picture(picture(), "", "")
    names = Read(Document("题", (one, one))).archive.namelist()
    assert [name for name in names if "media" in name] == ["word/media/image1.png"]


@pytest.mark.parametrize("content", [b"", b"no picture", picture(kind="GIF"), picture(kind="BMP"), picture()[:20]])
def test_other_pictures_are_refused(content):
    with pytest.raises(ValueError, match="PNG or a JPEG"):
        docx_of(Document("题", (Picture(content, "", ""),)))


# ---- The file --------------------------------------------------------------------------------------------------------


def test_the_same_content_gives_the_same_bytes(monkeypatch):
    before = docx_of(ALL)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))
    assert docx_of(ALL) == before
    assert {one.date_time for one in zipfile.ZipFile(io.BytesIO(before)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_properties_name_the_document_and_who_signs(read):
    properties = read.document.core_properties
    assert properties.title == "呼和浩特市科学技术协会 关于2018年“全国科技工作者日”活动的总结"
    assert properties.author == "呼和浩特市科学技术协会、呼和浩特市科学技术局"
    assert properties.language == "zh-CN"
    said = read.archive.read("docProps/core.xml").decode()
    assert not re.search("created|modified|python", said)


def test_the_language_is_chinese_and_that_of_digits_is_not(read):
    language = read.tree("styles").find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert [language.get(qn(f"w:{name}")) for name in ("eastAsia", "val")] == ["zh-CN", "en-US"]


def test_the_file_holds_nothing_that_acts(read):
    names = read.archive.namelist()
    assert set(names) == {
        *("[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/_rels/document.xml.rels"),
        *(f"word/{name}.xml" for name in ("document", "styles", "settings", "fontTable", "footer1", "footer2")),
        "word/media/image1.jpg",
    }
    for name in names:
        if name.endswith(".rels"):
            assert b"External" not in read.archive.read(name)


# The order in which the schema of ECMA-376 has the properties; programs refuse a file that does not keep to it.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl kinsoku overflowPunct autoSpaceDE autoSpaceDN"
    " snapToGrid spacing ind jc outlineLvl rPr",
    "rPr": "rFonts noProof snapToGrid spacing sz szCs lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "tcPr": "tcW vAlign",
    "sectPr": "footerReference pgSz pgMar cols docGrid",
    "style": "name basedOn next uiPriority semiHidden qFormat pPr rPr tblPr",
    "settings": "zoom defaultTabStop evenAndOddHeaders characterSpacingControl compat themeFontLang decimalSymbol"
    " listSeparator",
    "compat": "spaceForUL balanceSingleByteDoubleByteWidth doNotLeaveBackslashAlone ulTrailSpace doNotExpandShiftReturn"
    " adjustLineHeightInTable useFELayout compatSetting",
    "font": "altName panose1 charset family pitch",
    "tbl": "tblPr tblGrid tr",
    "tc": "tcPr p",
    "p": "pPr r",
}


def test_everything_stands_in_the_order_of_the_schema(read):
    seen = set()
    for part in ("document", "styles", "settings", "fontTable", "footer1", "footer2"):
        for element in read.tree(part).iter():
            name = etree.QName(element).localname
            if name in ORDER and element.tag == qn(f"w:{name}"):
                order = ORDER[name].split()
                places = [order.index(etree.QName(child).localname) for child in element]
                assert places == sorted(places), etree.tostring(element)
                seen.add(name)
    assert seen == set(ORDER)


def test_every_style_that_is_named_is_there(read):
    there = {one.get(qn("w:styleId")) for one in read.tree("styles").iter(qn("w:style"))}
    named = {one.get(qn("w:val")) for part in ("document", "footer1") for one in read.tree(part).iter(qn("w:pStyle"))}
    for tag in ("basedOn", "next"):
        named |= {one.get(qn("w:val")) for one in read.tree("styles").iter(qn(f"w:{tag}"))}
    assert named <= there


# ---- Hostile texts ---------------------------------------------------------------------------------------------------


def everywhere(text: str) -> Document:
    return Document(
        text,
        (
            Heading(text),
            Paragraph(text),
            replace(table([(text, text, text)]), title=text, columns=tuple(Column(text) for _ in range(3))),
            Picture(picture(), text, text),
        ),
        recipient=text,
        units=(text, text),
        date=text,
        attachments=(Attachment(text, (Paragraph(text),)), Attachment(text)),
        whole=(text,),
    )


def said(read: Read) -> str:
    """Return all that stands in the body, without spaces."""
    return re.sub(r"\s", "", "".join(one.text or "" for one in read.tree("document").iter(qn("w:t"))))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_texts(text):
    read = Read(everywhere(text))
    plain = re.sub(r"\s", "", without_unseen(text))
    assert said(read).count(plain) >= 13 or not plain
    allowed = {etree.QName(one).localname for one in Read(everywhere("文")).tree("document").iter()}
    found = {etree.QName(one).localname for one in read.tree("document").iter()}
    assert found <= allowed | {"br"}
    assert not {"instrText", "fldChar", "fldSimple", "hyperlink", "object"} & allowed
    assert b"External" not in read.archive.read("word/_rels/document.xml.rels")


@settings(max_examples=60)
@given(st.text(st.characters(), max_size=60))
def test_any_text_gives_a_file_that_opens(text):
    Read(everywhere(text))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\x00b\x7f\x9f", "ab"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a\tb", "a b"),
        ("\u202eabc\u2066\ufeff\u200b\u00ad", "abc"),
        ("\ud800", "�"),
        ("\ufffe\U0001ffff\ufdd0", ""),
        ("👨‍👩‍👧 ᠬᠣᠲᠠ᠎ᠠ ‌", "👨‍👩‍👧 ᠬᠣᠲᠠ᠎ᠠ ‌"),
        ("\ue234\U000e0041", "\ue234"),
        ("汉字 = <b>", "汉字 = <b>"),
    ],
)
def test_what_nobody_can_see_is_gone(text, clean):
    assert without_unseen(text) == clean


def test_a_hundred_pages_take_a_moment():
    body = "为深入学习贯彻习近平新时代中国特色社会主义思想和党的十九大精神，" * 12
    blocks = [one for at in range(180) for one in (Heading(f"第{at}节", 1 + at % 4), Paragraph(body))]
    blocks.append(table([(f"项目{at}", "人次", str(at)) for at in range(600)]))
    begin = time.process_time()
    docx_of(Document("题", tuple(blocks)))
    assert time.process_time() - begin < 2


def test_pictures_are_measured_in_pixels():
    # A picture that says it has one dot to the inch would be metres wide.
    content = bytearray(picture(600, 400))
    assert content[12:16] == b"IHDR"
    assert struct.unpack(">II", content[16:24]) == (600, 400)
    image = Image.open(io.BytesIO(bytes(content)))
    heavy = io.BytesIO()
    image.save(heavy, "PNG", dpi=(1, 1))
    [shape] = Read(Document("题", (Picture(heavy.getvalue(), "", ""),))).document.inline_shapes
    assert shape.width.mm == pytest.approx(156, abs=0.1)
