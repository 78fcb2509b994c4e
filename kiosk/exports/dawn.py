"""The picture behind the pictures: the sky, the sun with its rings, the hills, in the screens' own colours; and shapes
with smooth edges. Knows no texts.
"""

import io
from collections.abc import Iterator
from itertools import pairwise
from math import cos, pi

WIDTH, HEIGHT = 1080, 1920

# The screens' own values; a test compares them with static/css/tokens.css.
PAPER, DAWN, SUN = "#f8f4ea", "#fce8c8", "#f4a836"
INK, INK_SOFT, LAND, EMBER = "#0b2434", "#2f4454", "#0d3a53", "#6f2c06"
# As in static/img/dawn.svg: the sky from above, the hills from behind.
SKY = ((0.0, (248, 244, 234)), (0.55, (251, 238, 219)), (1.0, (251, 217, 163)))
HILLS = ("#9bb8bb", "#4d8093", LAND)

FINE = 2  # shapes are drawn so many times larger, then made smaller, so that their edges are smooth


def sky():
    """Return a fresh picture with nothing but the sky."""
    from PIL import Image  # here, because a start should not wait for it

    column = Image.new("RGB", (1, HEIGHT))
    column.putdata([_between_stops(y / (HEIGHT - 1)) for y in range(HEIGHT)])
    return column.resize((WIDTH, HEIGHT))


def _between_stops(part: float) -> tuple[int, int, int]:
    for (start, one), (end, other) in pairwise(SKY):
        if part <= end:
            share = (part - start) / (end - start)
            return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return SKY[-1][1]


def rings(image, centre: tuple[int, int], radii: tuple[int, ...]) -> None:
    """Draw the rings around the sun, the fainter the farther."""
    with Fine(image, LAND) as draw:
        x, y = (one * FINE for one in centre)
        for at, radius in enumerate(radii):
            shade = round(255 * (0.22 - 0.14 * at / max(1, len(radii) - 1)))
            r = radius * FINE
            draw.ellipse((x - r, y - r, x + r, y + r), outline=shade, width=2 * FINE)


def disc(image, centre: tuple[int, int], radius: int) -> None:
    """Draw the sun."""
    with Fine(image, SUN) as draw:
        x, y, r = centre[0] * FINE, centre[1] * FINE, radius * FINE
        draw.ellipse((x - r, y - r, x + r, y + r), fill=255)


# How high the hills stand at equal distances, in parts of 44 pixels; the line between is smooth.
CRESTS = (
    (0.3, 0.95, 0.8, 0.25, 0.1, 0.55, 1.0, 0.85, 0.35),
    (0.1, 0.5, 0.95, 0.7, 0.2, 0.15, 0.6, 0.9, 0.6),
    (0.35, 0.2, 0.55, 0.8, 0.5, 0.2, 0.35, 0.65, 0.7),
)


def land(image, horizon: int) -> None:
    """Draw the hills, from about `horizon` pixels below the top to the bottom."""
    for at, (crests, colour) in enumerate(zip(CRESTS, HILLS, strict=True)):
        with Fine(image, colour) as draw:
            base = horizon + 34 + at * 52
            outline = [(x * FINE, (base - 44 * height) * FINE) for x, height in smooth(crests)]
            draw.polygon([(0, HEIGHT * FINE), *outline, (WIDTH * FINE, HEIGHT * FINE)], fill=255)


def smooth(heights: tuple[float, ...]) -> Iterator[tuple[float, float]]:
    """Yield (pixels from the left, height) of a line without corners through heights at equal distances."""
    steps = len(heights) - 1
    for x in range(0, WIDTH + 1, 4):
        at = min(int(x / WIDTH * steps), steps - 1)
        part = (1 - cos(pi * (x / WIDTH * steps - at))) / 2
        yield x, heights[at] + (heights[at + 1] - heights[at]) * part


class Fine:
    """Shapes drawn finer than pixels: what is drawn inside `with` is laid over the image in one colour at its end."""

    def __init__(self, image, colour: str):
        self._image, self._colour = image, colour

    def __enter__(self):
        from PIL import Image, ImageDraw

        self._mask = Image.new("L", (self._image.width * FINE, self._image.height * FINE), 0)
        return ImageDraw.Draw(self._mask)

    def __exit__(self, *_):
        self._image.paste(self._colour, mask=self._mask.reduce(FINE))


def png(image) -> bytes:
    """Return a picture as PNG: the same bytes for the same picture."""
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=9)
    return file.getvalue()
