"""A written document as plain values: headings and their numbers, paragraphs, tables, charts, pictures, attachments.

Knows no file format and no rule of layout: whoever writes a file of it gives each of these its form. Every text in it
is a text and nothing else, whatever it looks like.
"""

from dataclasses import dataclass

Cell = str | int | float

LEVELS = 4  # of headings: 一、 （一） 1. （1）


@dataclass(frozen=True)
class Heading:
    """A heading of one of the four levels, without its number: numbers are given by `Numbering`, so that a section can
    be left out or moved.
    """

    text: str
    level: int = 1

    def __post_init__(self):
        if not 1 <= self.level <= LEVELS:
            raise ValueError(f"a heading is of level 1 to {LEVELS}, not {self.level}")


@dataclass(frozen=True)
class Paragraph:
    """Running text. `numbers`: the keys of the counted numbers that it tells."""

    text: str
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Every row has as many cells as `head`; `caption` and `note` may be empty."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A picture to be drawn: `columns` for what has an order in time, `bars` for the rest.

    `rows`: (words, value), values in `unit`.
    """

    caption: str
    kind: str
    unit: str
    rows: tuple[tuple[str, int | float], ...]
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A photo, by the SHA-256 of its bytes."""

    digest: str
    caption: str


Block = Heading | Paragraph | Table | Chart | Picture


@dataclass(frozen=True)
class Attachment:
    """What follows on pages of its own, in the order in which it is numbered."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """What has not been said is empty: `recipient`, `signed_by`, `day` (as it is written: “2018年6月5日”).

    `whole`: words that no line of a title may cut.
    """

    title: str
    recipient: str
    blocks: tuple[Block, ...]
    attachments: tuple[Attachment, ...] = ()
    signed_by: str = ""
    day: str = ""
    whole: tuple[str, ...] = ()
