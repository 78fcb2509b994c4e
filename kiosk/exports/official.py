"""What an official document (公文) consists of, as values: title, recipient, blocks, signature, attachments.

Knows no file format and no measure: `official_sheet` has the standard's paper and type, `official_docx` writes.
"""

from dataclasses import dataclass, field
from typing import Literal

from kiosk.domain.document import Heading, Paragraph


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

    `width_mm`: how wide it is meant to be; None: as wide as the type area, at most half a page high. `height_mm`: how
    high at most, where a width is given. It never leaves the type area, nor is it drawn coarser than a screen.
    """

    image: bytes = field(repr=False)
    caption: str
    alternative: str
    width_mm: float | None = None
    height_mm: float | None = None


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Attachment:
    """Begins on a page of its own."""

    title: str
    blocks: tuple[Block, ...] = ()


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
