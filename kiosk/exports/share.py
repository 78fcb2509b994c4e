"""Pictures to share from a phone, 1080×1920: one of the event, one of each scientist; and setting type on such
pictures. Values in, PNG bytes out.

The palette and the motif are those of the screens. Nothing is ever cut off: what is long is set smaller. Above and
below, where phones lay their own buttons over a picture, there is no text.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.event import Theme
from kiosk.exports import monogram, motif
from kiosk.exports.dawn import (
    CRESTS,
    EMBER,
    FINE,
    INK,
    INK_SOFT,
    LAND,
    SUN,
    WIDTH,
    Fine,
    disc,
    land,
    png,
    rings,
    sky,
    smooth,
)
from kiosk.exports.lines import NOT_LAST, broken
from kiosk.exports.typeface import Faces

FREE = 250  # pixels above and below without text
MARGIN = 92
COLUMN = WIDTH - 2 * MARGIN

HERO = 770  # how far down the field's colour reaches on a scientist's picture
CHARACTER = 430


@dataclass(frozen=True)
class EventCard:
    """What the event's picture says. `gloss`: a heading and what the theme is about, where it is not read as it is."""

    locale: str
    title: str
    theme_label: str
    theme: Theme
    when: str
    organisers: tuple[tuple[str, str], ...]  # role, name
    gloss: tuple[str, str] | None = None


@dataclass(frozen=True)
class PersonCard:
    """What a scientist's picture says. `portrait`: a picture as JPEG or PNG, `credit` who is to be named for it."""

    locale: str
    id: str
    area: str
    character: str
    name: str
    beside: str  # how the name is said or written in the other script
    years: str
    field: str
    did_label: str
    did: str
    event: str
    quotation: str = ""
    quotation_language: str = "zh"
    quotation_source: str = ""
    portrait: bytes | None = None
    credit: str = ""


@dataclass(frozen=True)
class Block:
    """A text of one kind: `size` and `before` (the space above) in pixels before anything is made smaller."""

    text: str
    face: str
    size: float
    colour: str
    language: str
    leading: float = 1.42
    before: float = 0
    rule: str = ""  # the colour of a short line in front of it, for headings
    phrases: tuple[str, ...] = ()  # where lines must end, instead of `text`
    whole: tuple[str, ...] = ()


@dataclass(frozen=True)
class SetBlock:
    """A block as it comes out: lines that fit, at the size at which they do."""

    block: Block
    size: int
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return self.size * self.block.leading * len(self.lines)


def event_picture(card: EventCard, faces: Faces) -> bytes:
    """Return the event's picture. Raises `CannotDraw` if the faces lack a character."""
    blocks = [
        Block(card.title, "serif", 50, LAND, card.locale, leading=1.36),
        Block(card.theme_label, "sans", 34, EMBER, card.locale, before=64, rule=EMBER),
        Block(
            card.theme.text,
            "serif",
            86 if card.gloss is None else 64,
            INK,
            card.theme.language,
            leading=1.36,
            before=14,
            phrases=card.theme.phrases,
            whole=card.theme.unbroken,
        ),
    ]
    if card.gloss:
        heading, text = card.gloss
        if heading:
            blocks.append(Block(heading, "sans", 27, EMBER, card.locale, before=30))
        blocks.append(Block(text, "sans", 30, INK, card.locale, before=6 if heading else 30, leading=1.4))
    blocks.append(Block(card.when, "serif", 44, LAND, card.locale, before=52))
    gap = "　" if card.locale == "zh" else ": "
    for at, (role, name) in enumerate(card.organisers):
        blocks.append(Block(f"{role}{gap}{name}", "sans", 34, INK, card.locale, before=0 if at else 14, leading=1.5))
    faces.check([card.title, card.theme.text, *(block.text for block in blocks)])

    image = sky()
    sun = (round(WIDTH * 0.79), 1700)
    rings(image, sun, (150, 236, 336, 460, 610, 790, 1000, 1240))
    disc(image, sun, 92)
    land(image, 1690)
    write(image, blocks, faces, top=FREE + 14, bottom=1560)
    return png(image)


def person_picture(card: PersonCard, faces: Faces) -> bytes:
    """Return a scientist's picture. Raises `CannotDraw` if the faces lack a character, `OSError` for a bad portrait."""
    tint = monogram.GROUNDS[card.area]
    zh = card.locale == "zh"
    blocks = [
        Block(card.name, "serif", 112 if zh else 88, INK, card.locale, leading=1.2),
        Block(f"{card.beside}　{card.years}", "sans", 38, tint, "zh", leading=1.4),
        Block(card.field, "sans", 36, INK_SOFT, card.locale, before=2, leading=1.4),
        Block(card.did_label, "sans", 30, tint, card.locale, before=40, rule=tint),
        Block(card.did, "serif", 56 if zh else 48, INK, card.locale, before=6, leading=1.42 if zh else 1.34),
    ]
    if card.quotation:
        quotation = f"“{card.quotation}”"
        blocks += [
            Block(quotation, "serif", 40 if zh else 36, tint, card.quotation_language, before=44, leading=1.45),
            Block(card.quotation_source, "sans", 26, INK_SOFT, card.locale, before=8, leading=1.4),
        ]
    if card.credit:
        blocks.append(Block(card.credit, "sans", 22, INK_SOFT, card.locale, before=26))
    foot = [Block(card.event, "serif", 38, LAND, card.locale, leading=1.3)]
    faces.check([card.character, *(block.text for block in blocks + foot)])

    image = sky()
    sun = (round(WIDTH * 0.8), 1752)
    rings(image, sun, (128, 200, 290, 400, 540))
    disc(image, sun, 78)
    land(image, 1730)
    _hero(image, card, faces)
    write(image, foot, faces, top=1600, bottom=1666, column=640)
    write(image, blocks, faces, top=HERO + 62, bottom=1572, largest=1.15)
    return png(image)


# ---- Setting type ---------------------------------------------------------------------------------------------------


def set_type(
    blocks: list[Block], faces: Faces, column: float, height: float, largest: float = 1.0
) -> tuple[list[SetBlock], float]:
    """Return the blocks at the largest size at which they fit the column and the height, and that size of all alike."""
    scale = largest
    while True:
        done = [_set_block(block, faces, column, scale, even=False) for block in blocks]
        fits = all(
            _measure(faces, one.block, one.size)(line) <= column for one in done for line in one.lines
        ) and height >= sum(one.height + one.block.before * scale * bool(at) for at, one in enumerate(done))
        if fits or all(one.size == 1 for one in done):
            return [_set_block(block, faces, column, scale) for block in blocks], scale
        scale *= 0.96


def _set_block(block: Block, faces: Faces, column: float, scale: float, even: bool = True) -> SetBlock:
    size = max(1, round(block.size * scale))
    measure = _measure(faces, block, size)
    parts = block.phrases or (block.text,)
    lines = (line for part in parts for line in broken(part, column, measure, block.whole, even))
    return SetBlock(block, size, tuple(lines))


def font_of(block: Block, faces: Faces, size: int) -> tuple[object, list[str] | None]:
    """Return what Pillow needs to set a block in a size: the font, and its features for the block's language."""
    return (faces.serif if block.face == "serif" else faces.sans).at(size), _features(block.language)


def _measure(faces: Faces, block: Block, size: int) -> Callable[[str], float]:
    font, features = font_of(block, faces, size)
    return lambda text: font.getlength(text, features=features)


def _features(language: str) -> list[str] | None:
    """Return what a Chinese face needs to set English: marks as narrow as its letters."""
    from PIL import features

    # Without the library that shapes text the marks are wide, and everything else is right.
    return ["pwid"] if language == "en" and features.check("raqm") else None


def write(
    image, blocks: list[Block], faces: Faces, top: float, bottom: float, column: float = COLUMN, largest: float = 1.0
) -> None:
    """Write the blocks one below the other; what height is left over goes between them, most of it to the wide gaps."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    done, scale = set_type(blocks, faces, column, bottom - top, largest)
    used = sum(one.height + one.block.before * scale * bool(at) for at, one in enumerate(done))
    gaps = sum(one.block.before for one in done[1:])
    looser = min(0.9, (bottom - top - used) / (gaps * scale)) if gaps else 0
    y = top
    for at, one in enumerate(done):
        if at:
            y += one.block.before * scale * (1 + looser)
        font, features = font_of(one.block, faces, one.size)
        for line in one.lines:
            # An opening mark stands in the right half of its square; set further left, the line begins at the edge.
            hang = one.size * 0.46 if one.block.language == "zh" and line[0] in NOT_LAST else 0
            middle = y + one.size * one.block.leading / 2
            draw.text((MARGIN - hang, middle), line, one.block.colour, font, anchor="lm", features=features)
            if one.block.rule:
                end = MARGIN + font.getlength(line, features=features) + one.size * 0.8
                draw.line((end, middle, end + one.size * 3.2, middle), fill=one.block.rule, width=3)
            y += one.size * one.block.leading


# ---- Drawing --------------------------------------------------------------------------------------------------------


def _hero(image, card: PersonCard, faces: Faces) -> None:
    """Draw the field's colour and the person's motif, and on it the portrait, or the character of who has none."""
    from PIL import Image, ImageDraw

    ground = monogram.GROUNDS[card.area]
    scale = WIDTH / monogram.WIDTH
    centre = (WIDTH // 2, FREE + (HERO - FREE) // 2 - 6)
    top = monogram.MIDDLE[1] - centre[1] / scale
    height = (HERO + 40) / scale
    lines = motif.painted(card.id, card.area, scale * FINE, top, height).reduce(FINE)
    hero = Image.new("RGB", lines.size, ground)
    hero.paste(monogram.INK, mask=lines)
    with Fine(hero, SUN) as draw:
        for outline in motif.suns(card.id, card.area):
            draw.polygon([(x * scale * FINE, (y - top) * scale * FINE) for x, y in outline], fill=255)
    if card.portrait:
        _portrait(hero, card.portrait, centre)
    else:
        font = faces.serif.at(CHARACTER)
        ImageDraw.Draw(hero).text(
            centre, card.character, monogram.INK, font, anchor="mm", stroke_width=40, stroke_fill=ground
        )
    # It ends below in a line of hills.
    edge = Image.new("L", (hero.width * FINE, hero.height * FINE), 0)
    foot = [(x * FINE, (HERO + 26 - 44 * height) * FINE) for x, height in smooth(CRESTS[1])]
    ImageDraw.Draw(edge).polygon([(0, 0), *foot, (WIDTH * FINE, 0)], fill=255)
    image.paste(hero, (0, 0), edge.reduce(FINE))


def _portrait(hero, content: bytes, centre: tuple[int, int]) -> None:
    from PIL import Image, ImageDraw, ImageOps

    size = (400, 500)
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
        picture = ImageOps.fit(picture.convert("RGB"), size, Image.Resampling.LANCZOS, centering=(0.5, 0.2))
    place = (centre[0] - size[0] // 2, centre[1] - size[1] // 2)
    for inset, what in ((0, monogram.INK), (7, None)):
        # The plate of the drawn ones: round above, nearly square below.
        mask = Image.new("L", (size[0] * FINE, size[1] * FINE), 0)
        box = [one * FINE for one in (inset, inset, size[0] - inset, size[1] - inset)]
        draw = ImageDraw.Draw(mask)
        draw.rounded_rectangle(box, (44 - inset) * FINE, fill=255, corners=(True, True, False, False))
        mask = mask.reduce(FINE)
        if what:
            hero.paste(Image.new("RGB", size, what), place, mask)
        else:
            hero.paste(picture, place, mask)
