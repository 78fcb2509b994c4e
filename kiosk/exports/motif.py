"""The motif of a drawn portrait as pixels: the lines that `exports/monogram` writes as SVG, painted with Pillow.

Understands what `monogram` writes and nothing more; other pictures are not for it.
"""

import re
from collections.abc import Iterator
from math import cos, hypot, pi, radians, sin
from xml.etree import ElementTree

from kiosk.exports import monogram

_SVG = "{http://www.w3.org/2000/svg}"
_TOKEN = re.compile(r"[MlhvQqtz]|-?(?:\d+\.?\d*|\.\d+)")
_ARGUMENTS = {"M": 2, "l": 2, "h": 1, "v": 1, "Q": 4, "q": 4, "t": 2, "z": 0}
_CURVE_STEPS = 8

Point = tuple[float, float]


def painted(person: str, area: str, scale: float, top: float, height: float):
    """Return the motif of a person in white on black (`L`), from `top` on, `height` high in the units of the portrait.

    As wide as the portrait times `scale`. What the portrait shows of the sun is left out: see `suns`.
    """
    from PIL import Image, ImageDraw  # here, because a start should not wait for it

    size = (round(monogram.WIDTH * scale), round(height * scale))
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    for element, turn in _shapes(person, area):
        lines, width = _lines(element, turn), float(element.get("stroke-width", "1.1")) * scale
        if element.get("stroke") == "none":
            continue
        shade = round(255 * float(element.get("stroke-opacity", "1")))
        dashes = [float(one) * scale for one in element.get("stroke-dasharray", "").split()]
        round_ends = element.get("stroke-linecap") != "butt"
        for line in lines:
            moved = [(x * scale, (y - top) * scale) for x, y in line]
            if element.get("fill", "none").startswith("#") and len(moved) > 2:
                draw.polygon(moved, fill=0)
            for part in _dashed(moved, dashes) if dashes else [moved]:
                _stroke(draw, part, width, shade, round_ends)
    return mask


def suns(person: str, area: str) -> list[list[Point]]:
    """Return the outlines of what is filled with the colour of the sun, in the units of the portrait."""
    found = [(one, turn) for one, turn in _shapes(person, area) if one.get("fill") == monogram.SUN]
    return [line for element, turn in found for line in _lines(element, turn)]


def _shapes(person: str, area: str) -> Iterator[tuple[ElementTree.Element, tuple[float, float, float] | None]]:
    """Yield the shapes of a motif in the order they are drawn, with the turn (degrees, x, y) of those that have one."""
    root = ElementTree.fromstring(monogram.svg(person, area, "-"))
    for group in root.findall(f"{_SVG}g"):
        for element in group:
            if element.tag == f"{_SVG}g":
                degrees, x, y = (float(one) for one in re.findall(r"-?[\d.]+", element.get("transform")))
                yield from ((one, (degrees, x, y)) for one in element)
            else:
                yield element, None


def _lines(element: ElementTree.Element, turn: tuple[float, float, float] | None) -> list[list[Point]]:
    kind = element.tag.removeprefix(_SVG)
    if kind == "path":
        lines = _path(element.get("d"))
    else:
        x, y = float(element.get("cx")), float(element.get("cy"))
        wide = float(element.get("r") or element.get("rx"))
        high = float(element.get("r") or element.get("ry"))
        steps = max(16, round(max(wide, high)))
        angles = [2 * pi * at / steps for at in range(steps + 1)]
        lines = [[(x + wide * cos(angle), y + high * sin(angle)) for angle in angles]]
    if turn:
        degrees, about_x, about_y = turn
        c, s = cos(radians(degrees)), sin(radians(degrees))
        lines = [
            [
                (about_x + (x - about_x) * c - (y - about_y) * s, about_y + (x - about_x) * s + (y - about_y) * c)
                for x, y in line
            ]
            for line in lines
        ]
    return lines


def _path(data: str) -> list[list[Point]]:
    """Return a path as lines of points; curves become short straight pieces."""
    tokens, at, command = _TOKEN.findall(data), 0, ""
    lines: list[list[Point]] = []
    bow: Point = (0, 0)
    while at < len(tokens):
        if tokens[at] in _ARGUMENTS:
            command, at = tokens[at], at + 1
        count = _ARGUMENTS[command]
        given = [float(one) for one in tokens[at : at + count]]
        at += count
        if command == "M":
            lines.append([(given[0], given[1])])
            continue
        line = lines[-1]
        x, y = line[-1]
        if command == "z":
            line.append(line[0])
        elif command == "h":
            line.append((x + given[0], y))
        elif command == "v":
            line.append((x, y + given[0]))
        elif command == "l":
            line.append((x + given[0], y + given[1]))
        else:
            if command == "Q":
                bow, end = (given[0], given[1]), (given[2], given[3])
            elif command == "q":
                bow, end = (x + given[0], y + given[1]), (x + given[2], y + given[3])
            else:  # t: the bow of the curve before, mirrored
                bow, end = (2 * x - bow[0], 2 * y - bow[1]), (x + given[0], y + given[1])
            for step in range(1, _CURVE_STEPS + 1):
                part = step / _CURVE_STEPS
                line.append(
                    (
                        (1 - part) ** 2 * x + 2 * part * (1 - part) * bow[0] + part**2 * end[0],
                        (1 - part) ** 2 * y + 2 * part * (1 - part) * bow[1] + part**2 * end[1],
                    )
                )
    return lines


def _dashed(line: list[Point], dashes: list[float]) -> Iterator[list[Point]]:
    """Yield what is left of a line with gaps."""
    which, left = 0, dashes[0]
    part = [line[0]]
    for end in line[1:]:
        while (way := hypot(end[0] - part[-1][0], end[1] - part[-1][1])) > left:
            share = left / way
            x, y = part[-1]
            turn = (x + (end[0] - x) * share, y + (end[1] - y) * share)
            if which % 2 == 0:
                yield [*part, turn]
            which += 1
            part, left = [turn], dashes[which % len(dashes)]
        left -= way
        # In a gap only the last place counts.
        part = [*part, end] if which % 2 == 0 else [end]
    if which % 2 == 0:
        yield part


def _stroke(draw, line: list[Point], width: float, shade: int, round_ends: bool) -> None:
    if len(line) > 1 and line[0] != line[-1]:
        draw.line(line, fill=shade, width=max(1, round(width)), joint="curve")
    elif len(line) > 2:
        draw.line([*line, line[1]], fill=shade, width=max(1, round(width)), joint="curve")
    if round_ends and (line[0] != line[-1] or len(line) == 2):
        for x, y in (line[0], line[-1]):
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=shade)
