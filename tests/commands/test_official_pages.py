"""The official document on paper, as LibreOffice prints it: every figure of GB/T 9704-2012 that can be measured there.

This machine has none of the standard's fonts. Others stand in for them that can be told apart in the PDF; that the
document comes out without them too is a test of its own.
"""

import io
import re
from itertools import pairwise
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image

from kiosk.domain.document import Heading, Paragraph
from kiosk.exports.official import Attachment, Column, Document, Picture, Table
from kiosk.exports.official_docx import docx_of
from tests.office import convert

MM = 25.4 / 72
STAND_INS = {
    "方正小标宋简体": "Noto Serif CJK SC:bold",
    "仿宋_GB2312": "Noto Serif CJK SC",
    "楷体_GB2312": "Noto Sans CJK SC",
    "黑体": "Noto Sans CJK SC:bold",
    "宋体": "Noto Serif CJK SC",
}
SMALL_SONG, FANG_SONG, KAI, HEI = "SerifCJK-Bold", "SerifCJK-Regular", "SansCJK-Regular", "SansCJK-Bold"
LEFT, TOP, WIDE, HIGH = 28, 37, 156, 225
CHARACTER, LINE = WIDE / 28, HIGH / 22  # mm
CLOSING, OPENING = "，。、；：？！）》”", "（《“"

BODY = (
    "为深入学习贯彻习近平新时代中国特色社会主义思想和党的十九大精神，弘扬中国科学家精神，争做新时代创新先锋，为建设世界科"
    "技强国再立新功，市科协于2018年5月30日在新华广场组织开展了“全国科技工作者日”主题活动。活动共接待公众1328人次（设备"
    "记录1105人次，工作人员登记223人次），发放科普资料3000余份。"
)
HOSTILE = ["=1+1", "<w:p/>&amp;", "{ PAGE }", "\x00\ud800\u202e", "a" * 10_000, "汉" * 10_000, "😀", "。" * 90]


def picture(wide: int, high: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (wide, high), "#336699").save(content, "PNG")
    return content.getvalue()


COLUMNS = (Column("项目", 4), Column("单位", 1, "center"), Column("数量", 1.5, "right"))
ALL = Document(
    "呼和浩特市科学技术协会\n关于“全国科技工作者日”系列活动的总结",
    (
        Paragraph(BODY),
        *(Heading("活动开展情况"), Heading("主要做法", 2), Heading("统筹安排", 3), Heading("分工负责", 4)),
        *(Paragraph(BODY),) * 2,
        Table(COLUMNS, tuple((f"第{at}项活动", "人次", str(at * 7)) for at in range(1, 41)), "表1　活动情况统计表"),
        Picture(picture(900, 600), "图1　活动现场", "广场上的观众"),
        Heading("意见建议"),
        Paragraph(BODY),
    ),
    recipient="呼和浩特市科协办公室",
    units=("呼和浩特市科学技术协会", "呼和浩特市科学技术局"),
    date="2018年6月4日",
    attachments=(
        Attachment("活动情况统计表", (Heading("统计口径"), Paragraph(BODY))),
        Attachment("呼和浩特市2018年“全国科技工作者日”系列活动走访慰问优秀科技工作者名单", (Paragraph(BODY),)),
    ),
)
FULL = Document("整页", (Paragraph("版心每面排二十二行每行排二十八个字" * 300), Paragraph(BODY * 20)))
NUMBERS = ("13280", "1,105", "31.5%", "9:30", "2018", "4‰")
NUMBER = re.compile("[0-9]+(?:[.,:][0-9]+)*[%‰]?")
SHIFTED = Document(
    "移",
    tuple(
        Paragraph("汉" * at + number + mark + "字" * 30) for number in NUMBERS for mark in "人。）" for at in range(28)
    ),
)
AWKWARD = Document(
    "难",
    (*map(Paragraph, HOSTILE), Table(COLUMNS, tuple((one, one[:9], one) for one in HOSTILE))),
    units=tuple(HOSTILE),
    attachments=tuple(Attachment(one[:300]) for one in HOSTILE),
)


class Line:
    """Characters that stand on one baseline; measures in millimetres from the upper left corner of the page."""

    def __init__(self, characters: list[dict], page_height: float):
        self.characters = sorted(characters, key=lambda one: one["x0"])
        self.text = "".join(one["text"] for one in self.characters)
        self.left, self.right = self.characters[0]["x0"] * MM, self.characters[-1]["x1"] * MM
        self.base = (page_height - characters[0]["matrix"][5]) * MM
        self.fonts = {one["fontname"].partition("+")[2] for one in characters}
        self.size = characters[0]["size"]

    def is_in(self, font: str) -> bool:
        family, weight = font.split("-")
        return all(family in one and f"-{weight}" in one for one in self.fonts)


class Page:
    def __init__(self, page):
        self.size = (float(page.width) * MM, float(page.height) * MM)
        bases: dict[int, list[dict]] = {}
        for one in page.chars:
            if one["text"].strip():
                bases.setdefault(round(one["matrix"][5]), []).append(one)
        lines = [Line(found, float(page.height)) for _, found in sorted(bases.items(), reverse=True)]
        self.lines, self.number = lines[:-1], lines[-1]
        self.images = page.images
        self.rows = sorted({round(one["top"] * MM, 1) for one in (*page.lines, *page.rects)})

    def line(self, begin: str) -> Line:
        return next(one for one in self.lines if one.text.startswith(begin))


def pages_of(path: Path) -> list[Page]:
    with pdfplumber.open(path) as pdf:
        return [Page(one) for one in pdf.pages]


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> dict[str, list[Page]]:
    folder = tmp_path_factory.mktemp("official")
    documents = {"all": ALL, "full": FULL, "shifted": SHIFTED, "empty": Document("")}
    files = []
    for name, document in documents.items():
        files.append(folder / f"{name}.docx")
        files[-1].write_bytes(docx_of(document))
    made = convert(folder, "pdf", *files, fonts=STAND_INS)
    return dict(zip(documents, map(pages_of, made), strict=True))


@pytest.fixture
def all_pages(printed) -> list[Page]:
    return printed["all"]


@pytest.fixture
def full(printed) -> list[Page]:
    return printed["full"]


def find(pages: list[Page], begin: str) -> Line:
    return next(one for page in pages for one in page.lines if one.text.startswith(begin))


def test_pages_are_a4(printed):
    for pages in printed.values():
        for page in pages:
            assert page.size == pytest.approx((210, 297), abs=0.1)


def test_a_full_page_has_22_lines(full):
    assert len(full) > 10
    for page in full[1:-1]:
        assert len(page.lines) == 22
        for one, next_one in pairwise(page.lines):
            assert next_one.base - one.base == pytest.approx(LINE, abs=0.05)
        # The first and the last line are as far inside the type area as the others are inside theirs.
        assert page.lines[0].base - 16 / 72 * 25.4 * 0.9 > TOP
        assert page.lines[-1].base + 16 / 72 * 25.4 * 0.2 < TOP + HIGH


def test_a_full_line_has_28_characters(full):
    for page in full[1:6]:
        for line in page.lines:
            assert len(line.text) == 28
            assert line.left == pytest.approx(LEFT, abs=0.3)
            assert line.right == pytest.approx(LEFT + WIDE, abs=0.6)
            steps = [(b["x0"] - a["x0"]) * MM for a, b in pairwise(line.characters)]
            assert steps == pytest.approx([CHARACTER] * 27, abs=0.05)


def test_nothing_leaves_the_type_area(printed):
    for pages in printed.values():
        for page in pages:
            for line in page.lines:
                assert line.left > LEFT - 0.1
                assert line.right < LEFT + WIDE + 0.6
                assert TOP < line.base < TOP + HIGH
            for image in page.images:
                assert image["x0"] * MM > LEFT - 0.1
                assert image["x1"] * MM < LEFT + WIDE + 0.2


def test_no_line_begins_or_ends_with_the_wrong_mark(printed):
    for page in printed["full"] + printed["all"] + printed["shifted"]:
        for line in page.lines:
            assert line.text[0] not in CLOSING, line.text
            assert line.text[-1] not in OPENING, line.text


def test_no_number_is_broken(printed):
    """… wherever in a line it stands: each is pushed on by a character from paragraph to paragraph."""
    pages = printed["shifted"]
    text = "".join(line.text for page in pages for line in page.lines)
    for one in NUMBERS:
        assert text.count(one) == 3 * 28, one
    for one, next_one in pairwise([line for page in pages for line in page.lines]):
        both = one.text + next_one.text
        assert not any(found.start() < len(one.text) < found.end() for found in NUMBER.finditer(both)), both


def test_no_mark_is_lost(full):
    text = "".join(line.text for page in full for line in page.lines)
    assert text == "整页" + FULL.blocks[0].text + FULL.blocks[1].text


def test_the_title_stands_in_the_middle_two_lines_down(all_pages):
    first, second = all_pages[0].lines[:2]
    assert (first.text, second.text) == ("呼和浩特市科学技术协会", "关于“全国科技工作者日”系列活动的总结")
    for line in (first, second):
        assert line.is_in(SMALL_SONG)
        assert line.size == pytest.approx(22, abs=0.1)
        assert (line.left + line.right) / 2 == pytest.approx(LEFT + WIDE / 2, abs=0.7)
    assert TOP + 2 * LINE < first.base < TOP + 3 * LINE


def test_the_recipient_follows_after_a_blank_line(all_pages):
    title, recipient, body = all_pages[0].lines[1:4]
    assert recipient.text == "呼和浩特市科协办公室："
    assert recipient.left == pytest.approx(LEFT, abs=0.3)
    assert recipient.base - title.base == pytest.approx(2 * LINE, abs=0.2)
    assert body.base - recipient.base == pytest.approx(LINE, abs=0.1)


def test_paragraphs_begin_two_characters_in(all_pages):
    first, second = all_pages[0].lines[3:5]
    assert first.left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.3)
    assert second.left == pytest.approx(LEFT, abs=0.3)
    assert first.is_in(FANG_SONG)
    assert first.size == pytest.approx(16, abs=0.1)


@pytest.mark.parametrize(
    ("text", "font"),
    [("一、活动", HEI), ("（一）主", KAI), ("1.统筹", FANG_SONG), ("（1）分", FANG_SONG), ("二、意见", HEI)],
)
def test_headings_have_their_fonts(all_pages, text, font):
    line = find(all_pages, text)
    assert line.is_in(font)
    assert line.size == pytest.approx(16, abs=0.1)
    assert line.left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.6)  # an opening bracket has room before it


def test_page_numbers_stand_outside_below_the_type_area(printed):
    for pages in printed.values():
        for at, page in enumerate(pages, 1):
            number = page.number
            assert number.text == f"—{at}—"
            assert number.is_in(FANG_SONG)  # one font stands in for 宋体 and 仿宋
            assert number.size == pytest.approx(14, abs=0.1)
            # The dash, a third of its size above the baseline, is 7 mm below.
            assert number.base - 0.31 * 14 * MM == pytest.approx(TOP + HIGH + 7, abs=0.3)
            inset = 14 * MM
            if at % 2:
                assert number.right == pytest.approx(LEFT + WIDE - inset, abs=0.3)
            else:
                assert number.left == pytest.approx(LEFT + inset, abs=0.3)


def test_the_head_of_a_table_is_repeated(all_pages):
    heads = [at for at, page in enumerate(all_pages) for line in page.lines if line.text == "项目单位数量"]
    assert len(heads) > 1
    assert heads == sorted(set(heads))
    for at in heads[1:]:
        assert all_pages[at].lines[0].text == "项目单位数量"
    assert find(all_pages, "项目单位").is_in(HEI)
    assert [find(all_pages, f"第{at}项").text for at in (1, 40)] == ["第1项活动人次7", "第40项活动人次280"]


def test_a_table_is_as_wide_as_the_type_area(all_pages):
    row = find(all_pages, "第40项")
    assert LEFT < row.left < LEFT + 3
    assert LEFT + WIDE - 3 < row.right < LEFT + WIDE


def test_a_picture_stands_above_its_caption(all_pages):
    [page] = [one for one in all_pages if one.images]
    [image] = page.images
    assert (image["x1"] - image["x0"]) * MM == pytest.approx(156, abs=0.5)
    assert (image["bottom"] - image["top"]) * MM == pytest.approx(104, abs=0.5)
    caption = page.line("图1")
    assert 3 < caption.base - image["bottom"] * MM < 10


def test_signature_and_date_stand_at_the_right(all_pages):
    one, other, date = (
        find(all_pages[1:], text) for text in ("呼和浩特市科学技术协会", "呼和浩特市科学技术局", "2018年6月4")
    )
    assert one.right == pytest.approx(LEFT + WIDE - 2 * CHARACTER, abs=0.8)
    assert other.left == pytest.approx(one.left, abs=0.3)
    assert date.left == pytest.approx(one.left + 2 * CHARACTER, abs=0.5)
    bases = [one.base, other.base, date.base]
    assert [b - a for a, b in pairwise(bases)] == pytest.approx([LINE] * 2, abs=0.1)


def test_attachments_are_named_with_their_names_in_line(all_pages):
    first = find(all_pages, "附件：1.")
    page = next(page for page in all_pages if first in page.lines)
    at = page.lines.index(first)
    before, _, second, third = page.lines[at - 1 : at + 3]
    assert first.base - before.base == pytest.approx(2 * LINE, abs=0.1)
    assert first.left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.4)
    assert second.text.startswith("2.呼和浩特")
    # The second line of a name begins where the first did; digits of the standard's font are a little narrower.
    assert third.left == pytest.approx(second.characters[2]["x0"] * MM, abs=1.2)


def test_attachments_begin_on_pages_of_their_own(all_pages):
    found = [page for page in all_pages if page.lines[0].text.startswith("附件")]
    assert [page.lines[0].text for page in found] == ["附件1", "附件2"]
    for page in found:
        mark, title = page.lines[:2]
        assert mark.is_in(HEI)
        assert mark.left == pytest.approx(LEFT, abs=0.4)
        assert title.is_in(SMALL_SONG)
        assert title.size == pytest.approx(22, abs=0.1)
        # The title is in the third line.
        assert title.base - mark.base == pytest.approx(2 * LINE, abs=1)
    assert found[0].lines[2].text == "一、统计口径"


def test_an_empty_document_is_a_page(printed):
    [page] = printed["empty"]
    assert page.lines == []


def test_awkward_texts_are_printed_to_their_end(tmp_path):
    """… without a font of the standard, and without a complaint."""
    file = tmp_path / "awkward.docx"
    file.write_bytes(docx_of(AWKWARD))
    [made] = convert(tmp_path, "pdf", file)
    with pdfplumber.open(made) as pdf:
        text = "".join(one["text"] for page in pdf.pages for one in page.chars)
        assert not any(page.annots or page.hyperlinks for page in pdf.pages)
    # A paragraph, two cells, a name and an attachment; the row is longer than a page.
    assert text.count("汉") >= 3 * 10_000
    assert text.count("=1+1") >= 4
    assert "<w:p/>&amp;" in text
    assert "{PAGE}" in text.replace(" ", "")
