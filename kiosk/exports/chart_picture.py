"""Charts for the written summary: PNG pictures as wide as the text of a page, in greys, for documents printed in black.

Values in, bytes out; the same bytes for the same values. Beside each stands the text for whoever cannot see it.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.errors import N_
from kiosk.domain.tables import Speech
from kiosk.exports.lines import broken, pieces
from kiosk.exports.scale import Scale
from kiosk.exports.typeface import Face, Faces

DPI = 300
WIDTH = 1772  # pixels: 150 mm
TALLEST = 2480  # pixels: 210 mm, what a page has room for; bars are set smaller to stay within
COLUMN_PLOT = 640  # pixels: of the highest column

INK, BAR, LINE = 0, 85, 170  # greys; 0 is black
MOST_BYTES = 60_000  # a document with a dozen of them is to go by mail
# Bits of a grey: four greys are enough for letters at this resolution, two still print.
_BITS = (2, 1)
_ROUNDED = 0.33  # a grey from two thirds up is the next lighter one, so that thin lines stay

_TITLE, _UNIT = 50, 38  # pixels: 12 and 9 points
# What labels are set in, the first that fits: pixels, and on how many lines at most.
_BAR_LABELS = ((44, 2), (40, 2), (36, 2), (32, 2), (36, 1), (32, 1))
_COLUMN_LABELS = ((42, 2), (38, 3), (34, 3))
_BAR_LABEL_SHARE = 0.42  # of the width, at most
_GAP, _EDGE = 24, 6  # pixels between what stands side by side, and beside the longest label


@dataclass(frozen=True)
class Chart:
    """(words, count) of each bar in order. `unit` as it is shown, such as “单位：人次”. `upright`: columns side by
    side, for hours and days; they lie as bars where so many have no room beside each other. Some 24 rows are on one
    page; of more the picture is taller.
    """

    title: str
    unit: str
    rows: tuple[tuple[str, int], ...]
    upright: bool = False


def chart_picture(chart: Chart, faces: Faces) -> bytes:
    """Return the chart as PNG with its resolution in it. Raises `CannotDraw` if the faces lack a character."""
    from PIL import Image, ImageDraw  # here, because a start should not wait for it

    faces.check([chart.title, chart.unit, "0123456789-…", *(words for words, _ in chart.rows)])
    title = broken(chart.title, WIDTH, _measure(faces.serif, _TITLE)) if chart.title else []
    head = round(_TITLE * 1.4 * len(title)) + (round(_UNIT * 1.6) if chart.unit else 0) + _GAP // 2
    body = (_columns(chart, faces) if chart.upright else None) or _bars(chart, faces, TALLEST - head)
    image = Image.new("L", (WIDTH, head + body.height), 255)
    draw = ImageDraw.Draw(image)
    for at, line in enumerate(title):
        draw.text((WIDTH / 2, _TITLE * 1.4 * (at + 0.5)), line, INK, faces.serif.at(_TITLE), anchor="mm")
    if chart.unit:
        place = (WIDTH, _TITLE * 1.4 * len(title) + _UNIT * 0.8)
        draw.text(place, chart.unit, INK, faces.sans.at(_UNIT), anchor="rm")
    body.draw(draw, head)
    return _png(image)


def chart_words(chart: Chart, speech: Speech) -> str:
    """Return what the picture shows in words, every number of it: its alternative text in a document."""
    colon, between = speech.say(N_(": ")), speech.say(N_("; "))
    rows = between.join(f"{words}{colon}{count}" for words, count in chart.rows) or speech.say(N_("no figures"))
    title = speech.say(N_("%(title)s (%(unit)s)")) % vars(chart) if chart.unit else chart.title
    return speech.say(N_("Chart: %(title)s. %(rows)s.")) % {"title": title, "rows": rows}


@dataclass(frozen=True)
class _Body:
    """What stands below the title: `height` pixels, which `draw` fills from so many pixels below the top."""

    height: int
    draw: Callable


def _bars(chart: Chart, faces: Faces, room: int) -> _Body:
    """Return bars below each other, label, bar, number: as large as so many pixels of height allow."""
    for size, most in _BAR_LABELS:
        face, numbers = _measure(faces.sans, size), [str(count) for _, count in chart.rows]
        widest = max((face(words) for words, _ in chart.rows), default=0)
        beside = min(widest, WIDTH * _BAR_LABEL_SHARE) + 1
        labels = [_label(words, beside, face, most) for words, _ in chart.rows]
        heights = [round(size * 1.22 * len(lines) + size * 0.62) for lines in labels]
        if sum(heights) + _GAP <= room:
            break
    left = round(beside + _GAP + _EDGE)
    full = WIDTH - left - _GAP - max((face(number) for number in numbers), default=0)
    scale = Scale.of(count for _, count in chart.rows)

    def draw(page, top: int) -> None:
        font, y = faces.sans.at(size), float(top)
        for (_, count), lines, number, height in zip(chart.rows, labels, numbers, heights, strict=True):
            middle, long = y + height / 2, round(full * scale.share(count))
            for at, line in enumerate(lines):
                place = (left - _GAP, middle + size * 1.22 * (at - (len(lines) - 1) / 2))
                page.text(place, line, INK, font, anchor="rm")
            if long:
                page.rectangle((left, middle - size * 0.4, left + long, middle + size * 0.4), fill=BAR)
            page.text((left + long + _GAP * 0.7, middle), number, INK, font, anchor="lm")
            y += height
        page.line((left - 2, top, left - 2, y), fill=LINE, width=4)

    return _Body(sum(heights) + _GAP, draw)


def _columns(chart: Chart, faces: Faces) -> _Body | None:
    """Return columns beside each other, number above, label below; None where there is no room for so many."""
    pitch = WIDTH / max(len(chart.rows), 1)
    for size, most in _COLUMN_LABELS:
        face = _measure(faces.sans, size)
        room = pitch - _GAP / 2
        labels = [broken(words, room, face) for words, _ in chart.rows]
        # Neither a word nor a number is cut to fit below or above a column.
        whole = [one.strip() for words, _ in chart.rows for one in pieces(words)]
        if all(face(one) <= room for one in (*whole, *(str(count) for _, count in chart.rows))) and all(
            len(lines) <= most for lines in labels
        ):
            break
    else:
        return None
    above, below = round(size * 1.4), round(size * 1.25 * max(map(len, labels), default=1)) + _GAP
    scale, wide = Scale.of(count for _, count in chart.rows), min(pitch * 0.62, 150)

    def draw(page, top: int) -> None:
        font, ground = faces.sans.at(size), top + above + COLUMN_PLOT
        for at, ((_, count), lines) in enumerate(zip(chart.rows, labels, strict=True)):
            middle, high = pitch * (at + 0.5), round(COLUMN_PLOT * scale.share(count))
            if high:
                page.rectangle((middle - wide / 2, ground - high, middle + wide / 2, ground), fill=BAR)
            if count:
                page.text((middle, ground - high - size * 0.66), str(count), INK, font, anchor="mm")
            for number, line in enumerate(lines):
                page.text((middle, ground + _GAP / 2 + size * 1.25 * (number + 0.5)), line, INK, font, anchor="mm")
        page.line((0, ground + 2, WIDTH, ground + 2), fill=LINE, width=4)

    return _Body(above + COLUMN_PLOT + below, draw)


def _label(words: str, width: float, measure: Callable[[str], float], most: int) -> list[str]:
    """Return a label on at most so many lines; what is longer ends in an ellipsis."""
    lines = broken(words, width, measure)
    if len(lines) <= most:
        return lines
    # Filled up rather than even, so that as much as fits is there.
    kept = broken(words, width, measure, even=False)[:most]
    last = words[len("".join(kept[:-1])) :].strip() if most > 1 else words
    while last and measure(last + "…") > width:
        last = last[:-1]
    return [*kept[:-1], last.rstrip() + "…"]


def _measure(face: Face, size: int) -> Callable[[str], float]:
    return face.at(size).getlength


def _png(image) -> bytes:
    """Return the picture in a few greys, in black and white if those take too many bytes: both print well."""
    for bits in _BITS:
        content = _png_in(image, bits)
        if len(content) <= MOST_BYTES:
            break
    return content


def _png_in(image, bits: int) -> bytes:
    from PIL import Image

    step = 255 / (2**bits - 1)
    few = image.point([int(grey / step + _ROUNDED) for grey in range(256)])
    picture = Image.frombytes("P", few.size, few.tobytes())
    picture.putpalette([channel for grey in range(2**bits) for channel in [round(grey * step)] * 3])
    file = io.BytesIO()
    picture.save(file, "PNG", bits=bits, compress_level=9, dpi=(DPI, DPI))
    return file.getvalue()
