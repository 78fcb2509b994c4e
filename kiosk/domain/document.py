"""A written document as plain values: headings and their numbers, paragraphs, tables, charts, pictures, attachments.

Knows no file format and no rule of layout: whoever writes a file of it gives each of these its form. Every text in it
is a text and nothing else, whatever it looks like.
"""

from collections.abc import Iterator
from dataclasses import dataclass

Cell = str | int | float

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
    """What has not been said is empty: `recipient`, `signed_by`, `day` (as it is written: “2018年6月5日”)."""

    title: str
    recipient: str
    blocks: tuple[Block, ...]
    attachments: tuple[Attachment, ...] = ()
    signed_by: str = ""
    day: str = ""

    def all_blocks(self) -> Iterator[Block]:
        """Yield every block, those of the attachments last."""
        yield from self.blocks
        for attachment in self.attachments:
            yield from attachment.blocks


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
