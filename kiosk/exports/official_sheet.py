"""The sheet an official document is written on: paper, type area, grid, fonts and styles of GB/T 9704-2012, as the
parts of a DOCX without a word in it. Knows nothing of what is written; `official_docx` does that.

Margins, grid and indents are given in twentieths of a point (twips), fonts in half points, as the format has them.
"""

import io
import zipfile
from dataclasses import dataclass
from math import ceil, floor
from xml.sax.saxutils import escape, quoteattr

# ---- Measures --------------------------------------------------------------------------------------------------------


def twips(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)


PAPER = (11906, 16838)  # 5.1: A4, 210 × 297 mm
TOP, LEFT = (
    37,
    28,
)  # mm, 5.2.1: 天头 37 ± 1, 订口（左白边） 28 ± 1; the clause says left, so even pages are not mirrored
AREA = (156, 225)  # mm, 5.2.1: 版心
LINES, CHARACTERS = 22, 28  # 5.2.3: 一般每面排 22 行，每行排 28 个字，并撑满版心

# A whole number of twips for each character, or LibreOffice finds room for 27: 0.07 mm more than 156.
STEP = ceil(twips(AREA[0]) / CHARACTERS)
WIDTH = STEP * CHARACTERS
HEIGHT = PAPER[1] - twips(TOP) - twips(297 - TOP - AREA[1])
PITCH = HEIGHT // LINES  # of lines; rounded up, the last one would fall off
BODY, TITLE, NUMBER, TABLE = 32, 44, 28, 24  # half points: 三号 5.2.2, 二号 7.3.1, 四号 7.5; 小四 by office practice
# What the grid adds to each character, in 1/4096 point: 28 characters of 16 pt are 6 pt wider than the type area.
CHARACTER_SPACE = floor((STEP / 20 - BODY / 2) * 4096)

# The grid says what the sheet is, and the body keeps to it by itself: lines of exactly its pitch, and a quarter of a
# point less between characters, which makes 28 of them fit with a point to spare; full lines are justified. Hung on the
# grid, LibreOffice 7.4 gives each character that is wider than a cell two cells, which makes 14 to a line, and a font
# that is taller than a line two lines.
_TIGHTER = -5


def characters(count: float) -> int:
    """Return how many twips so many characters of the grid take."""
    return round(count * STEP)


# 7.5: 一字线上距版心下边缘 7 mm. The dash is drawn 0.26 (Noto) to 0.36 (宋体) of its size above the baseline: between
# them, a quarter of a millimetre off in each. A line of exact height has its baseline at four fifths.
_NUMBER_LINE = 280
_FOOTER = twips(297 - TOP - AREA[1] - 7) - round(0.31 * NUMBER * 10) - _NUMBER_LINE // 5
_NUMBER_INSET = NUMBER * 10  # 7.5: 单页码居右空一字，双页码居左空一字: a character of the number's own size

# ---- Fonts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Font:
    """A font by the name that offices know it by; `others` are looked for where it is not there, in this order."""

    name: str
    others: tuple[str, ...]
    panose: str
    family: str = "roman"
    pitch: str = "variable"


# 5.2.2 and 7.3.3 name kinds of type, offices these fonts. A fallback of Linux ends each list.
SMALL_SONG = Font("方正小标宋简体", ("方正小标宋_GBK", "华文中宋", "Noto Serif CJK SC"), "02010601030101010101")
FANG_SONG = Font(
    "仿宋_GB2312", ("仿宋", "FangSong", "华文仿宋", "Noto Serif CJK SC"), "02010609030101010101", "modern", "fixed"
)
KAI = Font("楷体_GB2312", ("楷体", "KaiTi", "华文楷体", "Noto Serif CJK SC"), "02010609030101010101", "modern", "fixed")
HEI = Font("黑体", ("SimHei", "Noto Sans CJK SC"), "02010609060101010101", "modern", "fixed")
SONG = Font("宋体", ("SimSun", "Noto Serif CJK SC"), "02010600030101010101")
FONTS = (SMALL_SONG, FANG_SONG, KAI, HEI, SONG)


def _fonts(font: Font) -> str:
    # Digits and letters too: 5.2.2 has one kind of type for all, and only then two digits are as wide as a character.
    name = quoteattr(font.name)
    return f'<w:rFonts w:ascii={name} w:hAnsi={name} w:eastAsia={name} w:cs={name} w:hint="eastAsia"/>'


# ---- Styles ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Style:
    """A paragraph style. `paragraph` and `run` are properties in the order the format asks for."""

    id: str
    name: str
    paragraph: str = ""
    run: str = ""
    based: str = "Normal"
    next: str = "BodyText"


_NO_GRID = '<w:snapToGrid w:val="0"/>'  # of a paragraph its lines, of a run its characters
_EXACT = f'w:line="{PITCH}" w:lineRule="exact"'
_INDENT = f'<w:ind w:firstLineChars="200" w:firstLine="{characters(2)}"/>'  # 7.3.3: 每个自然段左空二字，回行顶格


_AS_IT_IS = '<w:spacing w:val="0"/>'  # between characters, where they are of another size than the body


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _title(before: int) -> str:
    # One blank line follows (7.3.2).
    space = f'<w:spacing w:before="{before * PITCH}" w:after="{PITCH}"/>'
    return f'<w:keepNext/><w:keepLines/>{space}<w:jc w:val="center"/>'


_TITLE_FONT = _fonts(SMALL_SONG) + _AS_IT_IS + _size(TITLE)


def _heading(level: int, font: Font) -> Style:
    look = f'<w:keepNext/>{_INDENT}<w:outlineLvl w:val="{level - 1}"/>'
    return Style(f"Heading{level}", f"heading {level}", look, _fonts(font))


STYLES = (
    # 7.3.1: 二号小标宋体字，红色分隔线下空二行，居中. Without 版头 there is no line, but its two blank ones stay.
    Style("Title", "Title", _title(before=2), _TITLE_FONT),
    Style("Recipient", "主送机关", '<w:jc w:val="left"/>'),
    Style("BodyText", "Body Text", _INDENT),
    # 7.3.3: 第一层用黑体字、第二层用楷体字、第三层和第四层用仿宋体字; none of them bold.
    _heading(1, HEI),
    _heading(2, KAI),
    _heading(3, FANG_SONG),
    _heading(4, FANG_SONG),
    Style("AttachmentList", "附件说明", '<w:jc w:val="left"/>', next="AttachmentList"),
    Style("Signature", "Signature", '<w:keepNext/><w:keepLines/><w:jc w:val="left"/>', next="Date"),
    Style("Date", "Date", '<w:keepLines/><w:jc w:val="left"/>'),
    # 7.3.7: “附件”二字及附件顺序号用3号黑体字顶格编排在版心左上角第一行，附件标题居中编排在版心第三行.
    Style("AttachmentMark", "附件", "<w:keepNext/><w:pageBreakBefore/>", _fonts(HEI), next="AttachmentTitle"),
    Style("AttachmentTitle", "附件标题", _title(before=1) + '<w:outlineLvl w:val="0"/>', _TITLE_FONT),
    # The standard says nothing of the inside of tables, nor of pictures: smaller than the body, off its grid.
    Style(
        "TableText",
        "表格文字",
        '<w:spacing w:line="360" w:lineRule="atLeast"/><w:jc w:val="left"/>',
        _AS_IT_IS + _size(TABLE),
        next="TableText",
    ),
    Style("TableHead", "表头", '<w:keepNext/><w:jc w:val="center"/>', _fonts(HEI), "TableText"),
    Style("TableTitle", "表题", '<w:keepNext/><w:jc w:val="center"/>', _fonts(HEI) + _AS_IT_IS + _size(NUMBER)),
    # Around a table: two without a paragraph between them would be one.
    Style("TableEdge", "表缘", '<w:spacing w:line="160" w:lineRule="exact"/>', _size(2)),
    Style(
        "Picture",
        "图",
        '<w:keepNext/><w:keepLines/><w:spacing w:before="160" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>',
        _size(2),
        next="Caption",
    ),
    Style(
        "Caption",
        "caption",
        '<w:keepLines/><w:spacing w:before="60" w:after="160" w:line="400" w:lineRule="atLeast"/>'
        '<w:jc w:val="center"/>',
        _AS_IT_IS + _size(TABLE),
    ),
    Style(
        "Footer",
        "footer",
        f'<w:spacing w:line="{_NUMBER_LINE}" w:lineRule="exact"/>',
        _fonts(SONG) + _AS_IT_IS + _size(NUMBER),
        next="Footer",
    ),
)


def _style(one: Style) -> str:
    custom = "" if one.name.isascii() else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{one.id}"><w:name w:val="{one.name}"/>'
        f'<w:basedOn w:val="{one.based}"/><w:next w:val="{one.next}"/><w:qFormat/>'
        f"<w:pPr>{one.paragraph}</w:pPr><w:rPr>{one.run}</w:rPr></w:style>"
    )


def _styles() -> str:
    # Letters and digits are English, as in every document that a Chinese Word begins: LibreOffice breaks a line within
    # a number whose language is Chinese, since its rules for that know no digits.
    language = '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    # No line begins with a closing mark or ends with an opening one (kinsoku). A mark may hang over the right edge, as
    # in the documents of every office (overflowPunct); LibreOffice 7.4 reads that the other way round and lets none
    # hang. Told not to, it does, and loses some. Widow control would leave the last line of a page empty.
    normal = (
        '<w:widowControl w:val="0"/><w:kinsoku/><w:overflowPunct/><w:autoSpaceDE w:val="0"/>'
        f'<w:autoSpaceDN w:val="0"/>{_NO_GRID}<w:spacing {_EXACT}/><w:jc w:val="both"/>'
    )
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(f'<w:{side} w:w="{wide}" w:type="dxa"/>' for side, wide in _CELL_MARGINS)
    return (
        f"<w:styles {_NAMES}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(FANG_SONG)}{_size(BODY)}{language}</w:rPr>"
        "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        # The size once more: programs take the width of a cell of the grid from this style.
        f'<w:pPr>{normal}</w:pPr><w:rPr>{_NO_GRID}<w:spacing w:val="{_TIGHTER}"/>{_size(BODY)}</w:rPr></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr></w:style>"
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
        f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr></w:style>"
        f"{''.join(map(_style, STYLES))}</w:styles>"
    )


_CELL_MARGINS = (("top", 40), ("left", 70), ("bottom", 40), ("right", 70))

# ---- The parts of the file -------------------------------------------------------------------------------------------

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_NAMES = f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{_OFFICE}"'


def _settings() -> str:
    switches = "".join(
        f"<w:{one}/>"
        for one in (
            *("spaceForUL", "balanceSingleByteDoubleByteWidth", "doNotLeaveBackslashAlone", "ulTrailSpace"),
            *("doNotExpandShiftReturn", "adjustLineHeightInTable", "useFELayout"),
        )
    )
    # The mode of Word 2013 and later; without it the file opens in a compatibility mode.
    mode = (
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '<w:compatSetting w:name="overrideTableStyleFontSizeAndJustification"'
        ' w:uri="http://schemas.microsoft.com/office/word" w:val="1"/>'
    )
    return (
        f'<w:settings {_NAMES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="{characters(2)}"/>'
        '<w:evenAndOddHeaders/><w:characterSpacingControl w:val="doNotCompress"/>'
        f"<w:compat>{switches}{mode}</w:compat>"
        '<w:themeFontLang w:val="zh-CN" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
        "</w:settings>"
    )


def _font_table() -> str:
    fonts = "".join(
        f'<w:font w:name="{one.name}"><w:altName w:val="{",".join(one.others)}"/><w:panose1 w:val="{one.panose}"/>'
        f'<w:charset w:val="86"/><w:family w:val="{one.family}"/><w:pitch w:val="{one.pitch}"/></w:font>'
        for one in FONTS
    )
    return f"<w:fonts {_NAMES}>{fonts}</w:fonts>"


def _footer(indent: str, align: str) -> str:
    def field(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    number = (
        f'{field("begin")}<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>{field("separate")}'
        f"<w:r><w:rPr><w:noProof/></w:rPr><w:t>1</w:t></w:r>{field('end')}"
    )
    dash = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    return (
        f'<w:ftr {_NAMES}><w:p><w:pPr><w:pStyle w:val="Footer"/><w:ind w:{indent}="{_NUMBER_INSET}"/>'
        f'<w:jc w:val="{align}"/></w:pPr>{dash.format("— ")}{number}{dash.format(" —")}</w:p></w:ftr>'
    )


def _document() -> str:
    bottom, right = PAPER[1] - HEIGHT - twips(TOP), PAPER[0] - WIDTH - twips(LEFT)
    return (
        f"<w:document {_NAMES}><w:body><w:sectPr>"
        '<w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
        f'<w:pgSz w:w="{PAPER[0]}" w:h="{PAPER[1]}"/><w:pgMar w:top="{twips(TOP)}" w:right="{right}"'
        f' w:bottom="{bottom}" w:left="{twips(LEFT)}" w:header="851" w:footer="{_FOOTER}" w:gutter="0"/><w:cols/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{PITCH}" w:charSpace="{CHARACTER_SPACE}"/>'
        "</w:sectPr></w:body></w:document>"
    )


def _properties(title: str, author: str) -> str:
    # No times and no names of machines: the same content is the same file.
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        "<dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_KINDS = {
    "/word/document.xml": f"{_WORD}.document.main+xml",
    "/word/styles.xml": f"{_WORD}.styles+xml",
    "/word/settings.xml": f"{_WORD}.settings+xml",
    "/word/fontTable.xml": f"{_WORD}.fontTable+xml",
    "/word/footer1.xml": f"{_WORD}.footer+xml",
    "/word/footer2.xml": f"{_WORD}.footer+xml",
    "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
}


def _relationships(*targets: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{at}" Type="{kind}" Target="{target}"/>' for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def blank(title: str, author: str) -> bytes:
    """Return a DOCX with the standard's layout and nothing on it; `title` and `author` are its properties."""
    kinds = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in _KINDS.items())
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        f' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{kinds}</Types>',
        "_rels/.rels": _relationships(
            (f"{_OFFICE}/officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "word/_rels/document.xml.rels": _relationships(
            (f"{_OFFICE}/styles", "styles.xml"),
            (f"{_OFFICE}/settings", "settings.xml"),
            (f"{_OFFICE}/fontTable", "fontTable.xml"),
            (f"{_OFFICE}/footer", "footer1.xml"),
            (f"{_OFFICE}/footer", "footer2.xml"),
        ),
        "word/document.xml": _document(),
        "word/styles.xml": _styles(),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _font_table(),
        "word/footer1.xml": _footer("right", "right"),
        "word/footer2.xml": _footer("left", "left"),
        "docProps/core.xml": _properties(title, author),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text)
    return content.getvalue()
