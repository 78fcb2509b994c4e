"""The daily brief as a picture to share, 1080×1920: the theme and the figures of a closed day. Values in, PNG out.

Set and drawn as the other pictures to share. Counts nothing, and shows nothing that is zero.
"""

from dataclasses import dataclass

from kiosk.domain.event import Theme
from kiosk.exports.dawn import EMBER, INK, INK_SOFT, LAND, WIDTH, disc, land, png, rings, sky
from kiosk.exports.share import COLUMN, FREE, MARGIN, Block, font_of, set_type, write
from kiosk.exports.typeface import Faces

COLUMNS = 3  # of the figures below the first one
_FIRST, _ROW, _NOTE = 326, 140, 52  # pixels: the first figure with its words, a row of the others, the note below
_BOTTOM = 1600


@dataclass(frozen=True)
class BriefCard:
    """What the picture says. `day` in words, empty where it is not known; `theme` None where there is none in that
    language; `rows` are (words, count), of which the first is shown large; `note` stands below them.
    """

    locale: str
    heading: str
    day: str
    title: str
    theme_label: str
    theme: Theme | None
    rows: tuple[tuple[str, int], ...]
    note: str = ""


def brief_picture(card: BriefCard, faces: Faces) -> bytes:
    """Return the picture. Raises `CannotDraw` if the faces lack a character."""
    heading = "　".join(filter(None, (card.heading, card.day)))
    blocks = [
        Block(heading, "sans", 36, EMBER, card.locale, rule=EMBER),
        Block(card.title, "serif", 50, LAND, card.locale, before=16, leading=1.36),
    ]
    if card.theme:
        blocks += [
            Block(card.theme_label, "sans", 30, EMBER, card.locale, before=40),
            Block(
                card.theme.text,
                "serif",
                58,
                INK,
                card.theme.language,
                leading=1.36,
                before=8,
                phrases=card.theme.phrases,
                whole=card.theme.unbroken,
            ),
        ]
    faces.check([*(block.text for block in blocks), *(words for words, _ in card.rows), card.note, "0123456789"])

    image = sky()
    sun = (round(WIDTH * 0.79), 1706)
    rings(image, sun, (130, 206, 300, 420, 560, 730, 930, 1160))
    disc(image, sun, 80)
    land(image, 1710)
    if height := _height(card):
        write(image, blocks, faces, top=FREE + 14, bottom=_BOTTOM - height - 56)
        _figures(image, card, faces, _BOTTOM - height)
    else:
        write(image, blocks, faces, top=FREE + 14, bottom=_BOTTOM)
    return png(image)


def _height(card: BriefCard) -> int:
    if not card.rows:
        return 0
    return _FIRST + _ROW * -(-(len(card.rows) - 1) // COLUMNS) + (_NOTE if card.note else 0)


def _figures(image, card: BriefCard, faces: Faces, top: float) -> None:
    """Draw the first figure large, the others in a grid below it, the note last."""
    from PIL import ImageDraw

    ImageDraw.Draw(image).line((MARGIN, top - 24, WIDTH - MARGIN, top - 24), fill=LAND, width=2)
    words, count = card.rows[0]
    _figure(image, card, faces, (MARGIN, top), (words, count), (196, 40), COLUMN)
    wide = COLUMN / COLUMNS
    for at, row in enumerate(card.rows[1:]):
        place = (MARGIN + wide * (at % COLUMNS), top + _FIRST + _ROW * (at // COLUMNS))
        _figure(image, card, faces, place, row, (64, 28), wide - 16)
    if card.note:
        note = Block(card.note, "sans", 26, INK_SOFT, card.locale, leading=1.3)
        write(image, [note], faces, top=_BOTTOM - _NOTE + 8, bottom=_BOTTOM)


def _figure(
    image, card: BriefCard, faces: Faces, place: tuple[float, float], row: tuple[str, int], sizes, wide: float
) -> None:
    """Draw a number and under it what it is of, both as large as the width allows up to `sizes` (pixels)."""
    from PIL import ImageDraw

    draw, y = ImageDraw.Draw(image), place[1]
    blocks = [
        Block(str(row[1]), "serif", sizes[0], INK, "en", leading=1.14),
        Block(row[0], "sans", sizes[1], INK_SOFT, card.locale, leading=1.3),
    ]
    for block in blocks:
        # One line each: what is too long for it is set smaller.
        (done,), _ = set_type([block], faces, wide, block.size * block.leading)
        font, features = font_of(done.block, faces, done.size)
        middle = y + block.size * block.leading / 2
        draw.text((place[0], middle), done.lines[0], block.colour, font, anchor="lm", features=features)
        y += block.size * block.leading
