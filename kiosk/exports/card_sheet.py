"""Stamp cards to print, eight on a sheet of A4 at 300 dots an inch. Values in, a PDF out; knows no keys and no packs.

All cards of a file look alike but for their code, so the picture of a card is drawn once and in the file once. Words
and codes are black and white at twice the fineness: a printer without colours sets them as sharp as one with.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from math import ceil, cos, pi
from typing import BinaryIO

from kiosk.domain.errors import N_, CannotDraw
from kiosk.exports import qr
from kiosk.exports.dawn import HILLS, LAND, SUN
from kiosk.exports.pdf import POINTS_PER_INCH, Pdf
from kiosk.exports.share import Block, SetBlock, font_of, set_type
from kiosk.exports.typeface import Faces

# All measures are dots of 1/300 inch: 11.8 of them are a millimetre.
DOTS_PER_INCH = 300
WIDTH, HEIGHT = 2480, 3508
COLUMNS, ROWS = 2, 4
PER_PAGE = COLUMNS * ROWS
CARD = (1134, 827)  # from cut to cut: 96 by 70 mm
# What is left around the cards: 9 and 8.5 mm, where home printers print; the cuts reach 2.5 mm into it.
CORNER = ((WIDTH - COLUMNS * CARD[0]) // 2, (HEIGHT - ROWS * CARD[1]) // 2)
CUT_BEYOND = 30
INSET = 38  # between a cut and what is drawn, so that a crooked cut spoils nothing

# On the left a plate with the sky of the day and the places for stamps, on the right the code and what to do with it.
PLATE = (INSET, INSET, 668, CARD[1] - INSET)
CODE = (668, 18, 1118, 540)  # the QR code with its quiet zone, and the short code below it
CODE_BOX = CODE[2] - CODE[0]
SMALLEST_MODULE = 4  # a third of a millimetre: what phones read from a hand that is not quite still
WORDS = (706, 560, 1080, CARD[1] - INSET)

SKY = ((255, 255, 255), (252, 226, 182))  # from white, on which the words stand, to the dawn
# The sun has risen above the places for stamps; where there are none, the day begins.
HIGH_SUN, HIGH_SUN_RADIUS = (566, 130), 44
DAWN_SUN, DAWN_SUN_RADIUS = (474, 652), 66
RINGS = (40, 90, 152, 228, 318, 424, 546, 690)  # how far outside the sun
FINE = 2  # so many times finer are words, codes and the shapes before they are made smaller

MOST_PLACES = 8
EVEN = 0.8  # a name may keep the others as small as this


@dataclass(frozen=True)
class CardWords:
    """What stands on every card of a file, in one language.

    `places`: the names of the stations that give stamps, up to `MOST_PLACES`; an empty name is a place for any of them.
    `group`: for whom a group's card is.
    """

    locale: str
    event: str
    title: str
    what_to_do: str
    privacy: str
    group: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class CardCode:
    """What tells one card from another: what its QR code says, and the short code as it is shown."""

    content: str
    shown: str


def pages_of(count: int) -> int:
    """Return how many sheets so many cards take."""
    return ceil(count / PER_PAGE)


def write_sheets(words: CardWords, cards: Iterable[CardCode], faces: Faces, file: BinaryIO) -> None:
    """Write the cards as a PDF into `file`; of the cards one sheet is in memory at a time.

    Raises `CannotDraw` if the faces lack a character or if a code is too long for a card, `ValueError` for more places
    than a card has.
    """
    if len(words.places) > MOST_PLACES:
        raise ValueError(f"a card has {MOST_PLACES} places for stamps, not {len(words.places)}")
    faces.check([words.event, words.title, words.what_to_do, words.privacy, words.group, *words.places])
    pdf = Pdf(file)
    picture = pdf.picture(plate_picture(words))
    written = [(colour, pdf.stencil(layer)) for colour, layer in word_layers(words, faces).items()]
    layers = {f"W{at}": (colour, number) for at, (colour, number) in enumerate(written)}
    rest = iter(cards)
    while some := list(islice(rest, PER_PAGE)):
        codes = {f"C{at}": pdf.stencil(code_picture(card, faces)) for at, card in enumerate(some)}
        images = {"P": picture} | {name: number for name, (_, number) in layers.items()} | codes
        operators = [_scale(), *_cuts(len(some))]
        for at, code in enumerate(codes):
            x, y = CORNER[0] + at % COLUMNS * CARD[0], CORNER[1] + at // COLUMNS * CARD[1]
            operators.append(_shown("P", x, y, PLATE))
            for name, (colour, _) in layers.items():
                operators.append(f"{_filling(colour)} {_shown(name, x, y, (0, 0, *CARD))}")
            operators.append(f"0 g {_shown(code, x, y, CODE)}")
        page = (WIDTH * POINTS_PER_INCH / DOTS_PER_INCH, HEIGHT * POINTS_PER_INCH / DOTS_PER_INCH)
        pdf.page(page, "\n".join(operators), images)
    pdf.close()


# ---- The page -------------------------------------------------------------------------------------------------------


def _scale() -> str:
    return f"{POINTS_PER_INCH / DOTS_PER_INCH:g} 0 0 {POINTS_PER_INCH / DOTS_PER_INCH:g} 0 0 cm"


def _shown(name: str, x: int, y: int, box: tuple[int, int, int, int]) -> str:
    """Return what puts an image into a box of the card whose upper left corner is (x, y); PDF counts from below."""
    left, top, right, bottom = box
    return f"q {right - left} 0 0 {bottom - top} {x + left} {HEIGHT - y - bottom} cm /{name} Do Q"


def _filling(colour: str) -> str:
    return " ".join(f"{part / 255:.3g}" for part in bytes.fromhex(colour[1:])) + " rg"


def _cuts(cards: int) -> Iterator[str]:
    """Yield fine dotted lines where the sheet is cut, around as many rows as hold cards."""
    yield "q 0.55 G 2 w 1 J [0 12] 0 d"
    left, top = CORNER
    rows = ceil(cards / COLUMNS)
    right, bottom = left + COLUMNS * CARD[0], top + rows * CARD[1]
    for column in range(COLUMNS + 1):
        x = left + column * CARD[0]
        yield f"{x} {HEIGHT - top + CUT_BEYOND} m {x} {HEIGHT - bottom - CUT_BEYOND} l S"
    for row in range(rows + 1):
        y = HEIGHT - top - row * CARD[1]
        yield f"{left - CUT_BEYOND} {y} m {right + CUT_BEYOND} {y} l S"
    yield "Q"


# ---- What tells one card from another -------------------------------------------------------------------------------


def code_picture(card: CardCode, faces: Faces):
    """Return the QR code of a card above its short code, black on white, `FINE` times finer than the box `CODE`."""
    from PIL import Image, ImageDraw  # here, because a start should not wait for it

    image = Image.new("1", ((CODE[2] - CODE[0]) * FINE, (CODE[3] - CODE[1]) * FINE), 1)
    code = _code(card.content)
    module = CODE_BOX // code.height
    if module < SMALLEST_MODULE:
        raise CannotDraw(N_("The address is too long for the code of a card."))
    side = code.height * module * FINE
    at = ((image.width - side) // 2, CODE_BOX * FINE - side)  # what is left of the box goes above
    image.paste(code.resize((side, side), Image.Resampling.NEAREST), at)
    _write_code(ImageDraw.Draw(image), card.shown, faces, (image.width / 2, CODE_BOX * FINE))
    return image


def _code(content: str):
    """Return a QR code as an image of a dot for each module. Raises `CannotDraw` for what no code holds."""
    from PIL import Image

    try:
        rows = qr.modules(content)
    except ValueError:
        raise CannotDraw(N_("The address is too long for the code of a card.")) from None
    image = Image.new("1", (len(rows), len(rows)), 1)
    image.putdata([not dark for row in rows for dark in row])
    return image


def _write_code(draw, shown: str, faces: Faces, top: tuple[float, float]) -> None:
    """Write a short code below the middle of its top: upright, a little heavier than other words, and set apart."""
    size, apart = 50 * FINE, 0.07
    wide = (CODE_BOX - 44) * FINE
    while True:
        font = faces.sans.at(size)
        steps = [font.getlength(letter) + apart * size for letter in shown]
        full = sum(steps) - apart * size
        if full <= wide or size == 1:
            break
        size -= 1
    x, y = top[0] - full / 2, top[1] + 44 * FINE
    for letter, step in zip(shown, steps, strict=True):
        draw.text((x, y), letter, 0, font, anchor="ls", stroke_width=size / 50)
        x += step


# ---- What is on every card ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Places:
    """Where the stamps go: boxes on a card, in rows from the left."""

    count: int
    top: int

    @cached_property
    def boxes(self) -> list[tuple[float, float, float, float]]:
        if not self.count:
            return []
        columns = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3}.get(self.count, 4)
        rows = ceil(self.count / columns)
        left, right, bottom, gap = PLATE[0] + 24, PLATE[2] - 24, PLATE[3] - 62, 13
        wide = min(290, (right - left - gap * (columns - 1)) / columns)
        high = min(1.5 * wide, 290, (bottom - self.top - gap * (rows - 1)) / rows)
        x, y = left, bottom - rows * high - (rows - 1) * gap
        return [
            (x + at % columns * (wide + gap), y + at // columns * (high + gap), wide, high) for at in range(self.count)
        ]


def _places(words: CardWords) -> _Places:
    return _Places(len(words.places), PLATE[1] + (268 if words.group else 212))


def plate_picture(words: CardWords):
    """Return the plate in colours, without words: the sky, the sun and its rings, the hills, the places for stamps."""
    from PIL import Image, ImageDraw

    left, top, right, bottom = PLATE
    wide, high = (right - left) * FINE, (bottom - top) * FINE
    column = Image.new("RGB", (1, high))
    column.putdata([_between(*SKY, (y / (high - 1)) ** 1.4) for y in range(high)])
    image = column.resize((wide, high))

    at, sun_radius = (HIGH_SUN, HIGH_SUN_RADIUS) if words.places else (DAWN_SUN, DAWN_SUN_RADIUS)
    sun = [(one - corner) * FINE for one, corner in zip(at, (left, top), strict=True)]
    rings = Image.new("L", image.size, 0)
    draw = ImageDraw.Draw(rings)
    for at, radius in enumerate(RINGS):
        draw.ellipse(_round(sun, (sun_radius + radius) * FINE), outline=round(255 * (0.34 - 0.03 * at)), width=2 * FINE)
    image.paste(LAND, mask=rings)
    draw = ImageDraw.Draw(image)
    draw.ellipse(_round(sun, sun_radius * FINE), fill=SUN)
    for at, colour in enumerate(HILLS):
        base = high - (74 - at * 22) * FINE
        crest = [(x, base - 34 * FINE * height) for x, height in _crest(at, wide)]
        draw.polygon([(0, high), *crest, (wide, high)], fill=colour)
    for x, y, w, h in _places(words).boxes:
        box = [one * FINE for one in (x - left, y - top, x - left + w, y - top + h)]
        _plate(draw, box, 30 * FINE, 8 * FINE, "#ffffff", LAND, 3 * FINE)

    # The plate is round above and nearly square below, like those of the drawn portraits.
    plate = Image.new("RGB", image.size, "#ffffff")
    for inset, content in ((0, Image.new("RGB", image.size, LAND)), (2 * FINE, image)):
        shape = Image.new("L", image.size, 0)
        edges = [inset, inset, wide - 1 - inset, high - 1 - inset]
        _plate(ImageDraw.Draw(shape), edges, 44 * FINE - inset, 12 * FINE - inset, 255)
        plate.paste(content, mask=shape)
    return plate.reduce(FINE)


def _between(one: tuple[int, ...], other: tuple[int, ...], part: float) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * part) for a, b in zip(one, other, strict=True))


def _round(centre, radius: float) -> tuple[float, float, float, float]:
    return centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius


# How high the hills stand at equal distances, from behind; the line between is smooth.
_CRESTS = ((0.35, 0.9, 0.55, 0.2, 0.75, 0.95), (0.7, 0.25, 0.6, 0.95, 0.4, 0.3), (0.2, 0.55, 0.85, 0.4, 0.25, 0.7))


def _crest(which: int, wide: int) -> Iterator[tuple[int, float]]:
    step = wide / (len(_CRESTS[which]) - 1)
    for at, (one, other) in enumerate(pairwise(_CRESTS[which])):
        for part in range(40):
            yield round((at + part / 40) * step), one + (other - one) * (1 - cos(pi * part / 40)) / 2
    yield wide, _CRESTS[which][-1]


def _plate(draw, box, round_above: int, round_below: int, fill, outline=None, width: int = 0) -> None:
    """Draw the form that is round above and nearly square below."""
    if outline:
        _plate(draw, box, round_above, round_below, outline)
        box = [box[0] + width, box[1] + width, box[2] - width, box[3] - width]
        round_above, round_below = round_above - width, round_below - width
    middle = (box[1] + box[3]) / 2
    upper, lower = (True, True, False, False), (False, False, True, True)
    draw.rounded_rectangle((box[0], box[1], box[2], middle), round_above, fill=fill, corners=upper)
    draw.rounded_rectangle((box[0], middle, box[2], box[3]), round_below, fill=fill, corners=lower)


Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Text:
    """Blocks in a box of the card: in its middle or at its left, at its head or at its foot."""

    box: Box
    blocks: list[Block]
    in_the_middle: bool = True
    at_the_foot: bool = True

    def set(self, faces: Faces, largest: float = 1.0) -> tuple[list[SetBlock], float]:
        left, top, right, bottom = (one * FINE for one in self.box)
        return set_type(self.blocks, faces, right - left, bottom - top, largest)


def word_layers(words: CardWords, faces: Faces) -> dict[str, object]:
    """Return by colour the words of a card, black on white, `FINE` times finer than the card."""
    from PIL import Image

    layers: dict[str, object] = {}
    for text in (_head(words), _sentences(words)):
        _write(layers, text, faces)
    names = list(_names(words))
    # Names beside each other look best in one size; one that is far too long is made smaller by itself.
    largest = max(EVEN, min((text.set(faces)[1] for text in names), default=1.0))
    for text in names:
        _write(layers, text, faces, largest)
    return {colour: layer.convert("1", dither=Image.Dither.NONE) for colour, layer in layers.items()}


def _write(layers: dict[str, object], text: _Text, faces: Faces, largest: float = 1.0) -> None:
    from PIL import Image, ImageDraw

    left, top, right, bottom = (one * FINE for one in text.box)
    done, scale = text.set(faces, largest)
    gaps = [one.block.before * scale if at else 0 for at, one in enumerate(done)]
    y = bottom - sum(gaps) - sum(one.height for one in done) if text.at_the_foot else top
    x, anchor = ((left + right) / 2, "mm") if text.in_the_middle else (left, "lm")
    for one, gap in zip(done, gaps, strict=True):
        y += gap
        if one.block.colour not in layers:
            layers[one.block.colour] = Image.new("L", (CARD[0] * FINE, CARD[1] * FINE), 255)
        draw = ImageDraw.Draw(layers[one.block.colour])
        font, features = font_of(one.block, faces, one.size)
        for line in one.lines:
            draw.text((x, y + one.size * one.block.leading / 2), line, 0, font, anchor=anchor, features=features)
            y += one.size * one.block.leading


def _head(words: CardWords) -> _Text:
    zh = words.locale == "zh"
    blocks = [
        _block(words, words.event, "sans", 30, leading=1.36),
        _block(words, words.title, "serif", 100 if zh else 76, colour=LAND, leading=1.24, before=2 * FINE),
    ]
    if words.group:
        blocks.append(_block(words, words.group, "serif", 42 if zh else 37, leading=1.3, before=4 * FINE))
    right, foot = (HIGH_SUN[0] - HIGH_SUN_RADIUS - 22, _places(words).top - 8) if words.places else (PLATE[2] - 30, 400)
    return _Text((PLATE[0] + 30, PLATE[1] + 22, right, foot), blocks, in_the_middle=False, at_the_foot=False)


def _sentences(words: CardWords) -> _Text:
    # A line ends with a part of the sentence.
    phrases = tuple(re.findall(r"[^，；：,;:]+[，；：,;:]*\s*", words.what_to_do))
    return _Text(
        WORDS,
        [
            _block(words, words.what_to_do, "sans", 33, leading=1.42, phrases=phrases),
            _block(words, words.privacy, "sans", 27, leading=1.4, before=16 * FINE),
        ],
    )


def _names(words: CardWords) -> Iterator[_Text]:
    for (x, y, wide, high), name in zip(_places(words).boxes, words.places, strict=True):
        if name:
            # More than half of a place is for the stamp.
            box = (x + 8, y + high * 0.52, x + wide - 8, y + high - 8)
            yield _Text(box, [_block(words, name, "sans", 25, leading=1.38, whole=tuple(_LATIN.findall(name)))])


_LATIN = re.compile(r"[A-Za-z]{2,}")


def _block(words: CardWords, text: str, face: str, size: float, colour: str = "#000000", **more) -> Block:
    return Block(text, face, size * FINE, colour, words.locale, **more)
