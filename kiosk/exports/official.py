"""What an official document (公文) consists of, as values: title, recipient, blocks, signature, attachments.

Knows no file format and no measure: `official_sheet` has the standard's paper and type, `official_docx` writes.
"""

from dataclasses import dataclass, field
from typing import Literal

LEVELS = 4  # of headings: 一、 （一） 1. （1）


@dataclass(frozen=True)
class Heading:
    """A heading of one of the four levels, without its number: numbers are given by `Numbers`, so that a section can
    be left out or moved.
    """

    text: str
    level: int = 1

    def __post_init__(self):
        if not 1 <= self.level <= LEVELS:
            raise ValueError(f"a heading is of level 1 to {LEVELS}, not {self.level}")


@dataclass(frozen=True)
class Paragraph:
    """Running text; each of its lines becomes a paragraph of its own."""

    text: str


@dataclass(frozen=True)
class Column:
    """A column of a table; `width` is its share, whatever the others add up to."""

    head: str
    width: float = 1
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True)
class Table:
    """Rows of texts, a cell for each column. The head is repeated on each page; `title` stands above it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""

    def __post_init__(self):
        if not self.columns or any(one.width <= 0 for one in self.columns):
            raise ValueError("a table has columns, each with a width above nothing")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row of a table has a cell for each column")


@dataclass(frozen=True)
class Picture:
    """A PNG or JPEG with its caption and with what it shows, for those who cannot see it.

    `width_mm`: how wide it is meant to be; None: as wide as the type area, at most half a page high. It never leaves
    the type area.
    """

    image: bytes = field(repr=False)
    caption: str
    alternative: str
    width_mm: float | None = None


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Attachment:
    """Begins on a page of its own. One that is handed in as a file beside the document (`is_separate`) is only named
    and counted.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    is_separate: bool = False


@dataclass(frozen=True)
class Document:
    """A whole document. What is empty is left out, with the blank line before it.

    `title`: a line break in it is kept; else it is broken where it is too long. `recipient`: 主送机关, with or without
    its colon. `units`: who signs, the one in charge first. `date`: as text, 2018年5月18日. `whole`: words that no line
    of a title cuts, beside the units and what stands in quotation marks.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    recipient: str = ""
    units: tuple[str, ...] = ()
    date: str = ""
    attachments: tuple[Attachment, ...] = ()
    whole: tuple[str, ...] = ()

    def mark(self, number: int) -> str:
        """Return how the attachment of that number is called where it stands: with its number if there are more."""
        return f"附件{number}" if len(self.attachments) > 1 else "附件"


class Numbers:
    """Counts the headings of a document or of an attachment."""

    def __init__(self):
        self._at = [0] * LEVELS

    def next(self, level: int) -> str:
        """Return the number of the next heading of a level (GB/T 9704-2012, 7.3.3); deeper levels begin anew."""
        self._at[level - 1] += 1
        self._at[level:] = [0] * (LEVELS - level)
        number = self._at[level - 1]
        return (f"{in_chinese(number)}、", f"（{in_chinese(number)}）", f"{number}.", f"（{number}）")[level - 1]


_DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """Return a number from 1 to 9999 as it is counted in Chinese: 十, 二十一, 一百零五."""
    if not 1 <= number <= 9999:
        raise ValueError(f"{number} is not between 1 and 9999")
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + name
        gap = False
    return words.removeprefix("一") if 10 <= number < 20 else words
