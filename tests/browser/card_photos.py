"""Photos of a card as a phone takes them, drawn: clutter around, and each spoilt in a way that is said here.

Drawn ones are kinder than real ones in one respect: their lens has no distortion and the paper lies flat.
"""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass

import qrcode
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

Spoil = Callable[[Image.Image, random.Random], Image.Image]


@dataclass(frozen=True)
class Taken:
    """How a photo was taken: `side` of the code in pixels (of `size`), its tilt in degrees, how far its corners are
    pulled in by the perspective (of its side), and what else went wrong."""

    said: str
    side: int = 330
    tilt: float = 0
    pull: float = 0.0
    spoil: tuple[Spoil, ...] = ()
    off_centre: bool = False
    ink: int = 20
    paper: int = 245
    jpeg: int = 80
    size: tuple[int, int] = (1600, 1200)


def photo(content: str, taken: Taken, seed: int) -> bytes:
    """Return the photo of a card with `content` in its code, as a JPEG; the same one for the same seed."""
    dice = random.Random(seed)
    picture = _clutter(dice, taken.size)
    card, mask = _card(content, taken)
    card, mask = _pulled(card, taken.pull, dice), _pulled(mask, taken.pull, random.Random(seed))
    turned = card.rotate(taken.tilt, Image.Resampling.BICUBIC, expand=True)
    mask = mask.rotate(taken.tilt, Image.Resampling.BICUBIC, expand=True)
    room = ((picture.width - turned.width) // 2, (picture.height - turned.height) // 2)
    at = (int(room[0] * 0.35), int(room[1] * 1.5)) if taken.off_centre else room
    picture.paste(turned, at, mask)
    for spoil in taken.spoil:
        picture = spoil(picture, dice)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=taken.jpeg)
    return out.getvalue()


def both(one: str, other: str) -> bytes:
    """Return a photo with one card in the middle and another, larger one, at its edge."""
    picture = _clutter(random.Random(5))
    for content, side, at in ((other, 420, (40, 60)), (one, 260, (690, 430))):
        card, mask = _card(content, Taken("", side=side))
        picture.paste(card, at, mask)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def nothing() -> bytes:
    """Return a photo with no card in it."""
    out = io.BytesIO()
    _clutter(random.Random(9)).save(out, "JPEG", quality=85)
    return out.getvalue()


def _card(content: str, taken: Taken) -> tuple[Image.Image, Image.Image]:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, box_size=8)
    code.add_data(content)
    grey = code.make_image().get_image().convert("L").resize((taken.side, taken.side), Image.Resampling.LANCZOS)
    grey = grey.point(lambda value: taken.ink + value * (taken.paper - taken.ink) // 255)
    card = Image.new("RGB", (int(taken.side * 1.7), int(taken.side * 1.25)), (taken.paper,) * 3)
    draw = ImageDraw.Draw(card)
    # Words and lines beside the code, as a real card has them.
    for line in range(9):
        top = int(taken.side * (0.15 + 0.11 * line))
        draw.rectangle(
            (int(taken.side * 1.13), top, int(taken.side * 1.6), top + taken.side // 30), (taken.ink + 40,) * 3
        )
    card.paste(grey.convert("RGB"), (int(taken.side * 0.08), int(taken.side * 0.12)))
    return card, Image.new("L", card.size, 255)


def _pulled(image: Image.Image, pull: float, dice: random.Random) -> Image.Image:
    """Return an image seen at a slant: its upper corners nearer to each other, the left one lower."""
    width, height = image.size
    x, y = width * pull, height * pull
    corners = [(x, y * dice.uniform(0.8, 1.2)), (0, height), (width, height - y / 2), (width - x * 0.6, 0)]
    return image.transform(
        image.size, Image.Transform.PERSPECTIVE, _coefficients(corners, image.size), Image.Resampling.BICUBIC
    )


def _coefficients(corners: list[tuple[float, float]], size: tuple[int, int]) -> list[float]:
    """Return what Pillow wants in order to bring the corners of an image to `corners`: eight equations solved."""
    width, height = size
    rows = []
    for (x, y), (u, v) in zip(corners, [(0, 0), (0, height), (width, height), (width, 0)], strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for at in range(8):
        best = max(range(at, 8), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for row in range(8):
            if row != at:
                rows[row] = [a - rows[row][at] * b for a, b in zip(rows[row], rows[at], strict=True)]
    return [row[8] for row in rows]


def _clutter(dice: random.Random, size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """Return a table with papers, stripes and grids that look a little like codes."""
    width, height = size
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    picture = Image.blend(picture, Image.new("RGB", picture.size, (150, 130, 110)), 0.6)
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y = dice.randrange(width), dice.randrange(height)
        colour = tuple(dice.randrange(30, 230) for _ in range(3))
        shape = dice.choice((draw.rectangle, draw.ellipse))
        shape((x, y, x + dice.randrange(20, 260), y + dice.randrange(20, 200)), fill=colour)
    for _ in range(6):
        x, y, step = dice.randrange(width - 200), dice.randrange(height - 200), dice.randrange(8, 18)
        for row in range(8):
            for column in range(8):
                if dice.random() < 0.5:
                    left, top = x + column * step, y + row * step
                    draw.rectangle((left, top, left + step, top + step), fill=(10, 10, 10))
    return picture


def dark(share: float) -> Spoil:
    return lambda picture, dice: ImageEnhance.Brightness(picture).enhance(share)


def pale(share: float) -> Spoil:
    return lambda picture, dice: ImageEnhance.Contrast(picture).enhance(share)


def blurred(radius: float) -> Spoil:
    return lambda picture, dice: picture.filter(ImageFilter.GaussianBlur(radius))


def shaken(pixels: int) -> Spoil:
    """A hand that moved: the mean of the picture at so many places along a slanted line."""

    def spoil(picture, dice):
        mean = picture
        for step in range(1, pixels):
            mean = Image.blend(mean, ImageChops.offset(picture, step, step // 3), 1 / (step + 1))
        return mean

    return spoil


def noisy(sigma: float) -> Spoil:
    """As a small sensor sees a dim hall."""

    def spoil(picture, dice):
        grain = Image.frombytes("L", picture.size, dice.randbytes(picture.width * picture.height))
        # Even noise of that deviation.
        grain = grain.point([max(0, min(255, round(128 + (value - 128) * sigma / 74))) for value in range(256)])
        return ImageChops.add(picture, grain.convert("RGB"), 1, -128)

    return spoil


def shadowed(picture: Image.Image, dice: random.Random) -> Image.Image:
    """The hard edge of the phone's own shadow across the card."""
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).polygon([(0, 0), (820, 0), (760, picture.height), (0, picture.height)], fill=255)
    return Image.composite(ImageEnhance.Brightness(picture).enhance(0.32), picture, mask)


def glaring(picture: Image.Image, dice: random.Random) -> Image.Image:
    """The sun on a plastic sleeve: a burnt-out spot at the code's edge, and a veil over all."""
    spot = Image.new("L", picture.size, 35)
    x, y = picture.width // 2, picture.height // 2
    ImageDraw.Draw(spot).ellipse((x - 10, y - 20, x + 110, y + 70), fill=255)
    spot = spot.filter(ImageFilter.GaussianBlur(22))
    return Image.composite(Image.new("RGB", picture.size, "white"), picture, spot)


TAKEN = {
    "tilted": Taken("turned by 33°, at a slant", tilt=33, pull=0.12),
    "upside down": Taken("turned by 197°, at a slant", tilt=197, pull=0.08),
    "steep": Taken("seen from so far below that its far edge is half as long as the near one", 420, tilt=8, pull=0.3),
    "small": Taken("the code 100 of 1600 pixels wide, 2.7 to a module, turned", 100, tilt=12),
    "off": Taken(
        "4.6 pixels to a module, near a corner, a little soft", 170, tilt=-21, off_centre=True, spoil=(blurred(0.8),)
    ),
    "soft": Taken("a blur of 2.5 pixels, where a module has 6", 220, tilt=3, spoil=(blurred(2.5),)),
    "out of focus": Taken("a blur of 4.8 pixels, where a module has 9", tilt=5, spoil=(blurred(4.8),)),
    "moved": Taken("moved by 15 pixels while it was taken, where a module has 9", tilt=-7, spoil=(shaken(15),)),
    "dim": Taken("an eighth of the light, and noise", tilt=15, spoil=(dark(0.13), noisy(4))),
    "dark": Taken("a twentieth of the light, and noise", tilt=8, spoil=(dark(0.05), noisy(5))),
    "noisy": Taken("noise of a third of the range", tilt=-12, pull=0.06, spoil=(noisy(80),)),
    "pale": Taken("an eighth of the contrast, and noise", tilt=9, spoil=(pale(0.12), noisy(8))),
    "grey print": Taken("printed with the last of the toner", tilt=-16, spoil=(noisy(12),), ink=135, paper=205),
    "shadow": Taken("the phone's own shadow, a third of the light, through the code", tilt=6, spoil=(shadowed,)),
    "glare": Taken("the sun on its sleeve, a part burnt out", 400, tilt=-5, spoil=(glaring,)),
    "squeezed": Taken("a JPEG of quality 8, as a messenger makes them", tilt=20, jpeg=8),
    "white on black": Taken("printed light on dark", tilt=11, ink=240, paper=25),
    "hall": Taken("a dim hall: dark, moved, noisy", tilt=-28, spoil=(dark(0.3), shaken(7), noisy(16))),
    "twelve megapixels": Taken("from afar by a good phone: 100 of 4000 pixels", 100, tilt=-6, size=(4000, 3000)),
    "everything": Taken(
        "turned, at a slant, half dark, soft and noisy", 300, 24, 0.1, (dark(0.45), blurred(2), noisy(14))
    ),
}
