"""A drawn portrait for those of whom no free picture exists: the first character of the name over a motif of the field.

Values in, SVG text out; the same person is drawn the same way for ever. Knows no pack and reads nothing.
"""

import random
from collections.abc import Callable
from functools import lru_cache
from html import escape
from itertools import pairwise
from math import atan2, cos, hypot, pi, sin, tau

WIDTH, HEIGHT = 240, 300
INK, SUN = "#fffdf8", "#f4a836"
GROUNDS = {
    "space": "#20285c",
    "physics": "#0c4a5a",
    "mathematics": "#4b2454",
    "life": "#21523a",
    "medicine": "#742338",
    "earth": "#653c12",
    "engineering": "#2c3d4d",
}

# In a picture a page's own fonts are out of reach: what kiosks have first, then computers and phones.
FONTS = "'Noto Serif CJK SC','Source Han Serif SC','Songti SC',STSong,SimSun,'Noto Serif SC','Noto Serif',Georgia,serif"
CHARACTER = 118  # its size; the middle of a Chinese character lies 0.38 of it above the baseline
MIDDLE = (120, 152)

# How strong the lines of a motif are: far behind, behind, and the few that lead the eye.
FAR, NEAR, LEAD = 0.16, 0.3, 0.46

Point = tuple[float, float]


@lru_cache(maxsize=512)
def svg(person: str, area: str, character: str) -> str:
    """Return the portrait of the person with that id; `area` is one of `GROUNDS`. Several may stand in one page."""
    ground = GROUNDS[area]
    motif = _MOTIFS[area](_Dice(person), ground)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<clipPath id="plate-{person}"><path d="{_plate(8)}"/></clipPath><path fill="{ground}" d="{_plate(0)}"/>'
        f'<g clip-path="url(#plate-{person})" fill="none" stroke="{INK}" stroke-linecap="round"'
        f' stroke-linejoin="round">{motif}</g>'
        f'<path fill="none" stroke="{INK}" stroke-opacity=".55" d="{_plate(8)}"/>'
        # The ground around the character keeps the lines off its strokes.
        f'<text x="{MIDDLE[0]}" y="{MIDDLE[1] + 0.38 * CHARACTER:g}" text-anchor="middle" font-family="{FONTS}"'
        f' font-size="{CHARACTER}" font-weight="700" fill="{INK}" stroke="{ground}" stroke-width="22"'
        f' stroke-linejoin="round" paint-order="stroke">{escape(character)}</text></svg>'
    )


class _Dice:
    """Chance that falls the same way for the same person, on every machine."""

    def __init__(self, person: str):
        self._roll = random.Random(person).random  # the one method that Python promises not to change

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._roll()

    def whole(self, low: int, high: int) -> int:
        return low + int((high - low + 1) * self._roll())

    def side(self) -> int:
        return 1 if self._roll() < 0.5 else -1


def _plate(inset: float) -> str:
    """Return the outline of the plate: round above, nearly square below."""
    top, foot = 26 - inset, 8 - inset * 0.75
    wide, high = WIDTH - 2 * inset, HEIGHT - 2 * inset
    return (
        f"M{inset} {inset + top:g}a{top:g} {top:g} 0 0 1 {top:g}-{top:g}h{wide - 2 * top:g}"
        f"a{top:g} {top:g} 0 0 1 {top:g} {top:g}v{high - top - foot:g}a{foot:g} {foot:g} 0 0 1-{foot:g} {foot:g}"
        f"h-{wide - 2 * foot:g}a{foot:g} {foot:g} 0 0 1-{foot:g}-{foot:g}z"
    )


def _number(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def _at(*points: Point) -> str:
    return " ".join(f"{_number(x)} {_number(y)}" for x, y in points)


def _steps(*points: Point) -> str:
    """Return the way from each point to the next: half as many digits as where they are.

    Taken between rounded places, so that what is rounded off does not add up along the way.
    """
    places = [(round(x * 10), round(y * 10)) for x, y in points]
    ways = [way for one, other in pairwise(places) for way in (other[0] - one[0], other[1] - one[1])]
    # A minus parts two numbers as well as a space does, and a leading zero says nothing.
    written = [_number(way / 10).replace("0.", ".") if abs(way) < 10 else _number(way / 10) for way in ways]
    return "".join(one if one.startswith("-") else f" {one}" for one in written).lstrip()


def _line(points: list[Point]) -> str:
    return f"M{_at(points[0])}l{_steps(*points)}"


def _smooth(points: list[Point]) -> str:
    """Return a closed curve that bends at the middles between the points."""
    middles = [_between(one, points[at - 1], 0.5) for at, one in enumerate(points)]
    return f"M{_at(middles[0])}Q{_at(points[0], middles[1])}t{_steps(*middles[1:], middles[0])}"


def _flow(points: list[Point]) -> str:
    """Return an open curve that bends at the middles between the points."""
    middles = [_between(one, other, 0.5) for one, other in pairwise(points[1:])]
    return f"M{_at(points[0])}Q{_at(points[1], middles[0])}t{_steps(*middles, points[-1])}"


def _between(one: Point, other: Point, part: float) -> Point:
    return (one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part)


def _turned(point: Point, angle: float, length: float) -> Point:
    return (point[0] + cos(angle) * length, point[1] + sin(angle) * length)


def _path(lines: str, opacity: float, width: float = 1.1, more: str = "") -> str:
    return f'<path stroke-opacity="{opacity}" stroke-width="{width}"{more} d="{lines}"/>'


def _circle(centre: Point, radius: float, more: str) -> str:
    (x, y) = centre
    return f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"{more}/>'


def _sunny(centre: Point, radius: float) -> str:
    return _circle(centre, radius, f' fill="{SUN}" stroke="none"')


def _dots(points: list[Point], opacity: float, width: float) -> str:
    return _path("".join(f"M{_at(point)}h0" for point in points), opacity, width)


def _inside(points: list[Point]) -> Point:
    """Return the first of the points that stands clear of the frame and of the character; else the last."""
    free = (one for one in points if _is_inside(one) and not _is_behind_character(one, 6))
    return next(free, points[-1])


def _is_inside(point: Point) -> bool:
    return 20 < point[0] < WIDTH - 20 and 20 < point[1] < HEIGHT - 20


def _is_behind_character(point: Point, more: float = 0) -> bool:
    return max(abs(point[0] - MIDDLE[0]), abs(point[1] - MIDDLE[1])) < CHARACTER / 2 + 8 + more


def _space(dice: _Dice, ground: str) -> str:
    """Orbits round a sun in a corner, one of them graduated like an instrument, and stars."""
    side = dice.side()
    sun = (MIDDLE[0] + side * dice.between(52, 84), dice.between(36, 56))
    flat, lean = dice.between(0.62, 0.9), side * dice.between(-38, -12)
    radius, pieces, planets = dice.between(30, 36), [], []
    graduated = dice.whole(3, 5)
    for ring in range(10):
        more = ' stroke-dasharray="1 6.2" stroke-linecap="butt"' if ring == graduated else ""
        pieces.append(
            f'<ellipse cx="{_number(sun[0])}" cy="{_number(sun[1])}"'
            f' rx="{_number(radius)}" ry="{_number(radius * flat)}"'
            f' stroke-opacity="{LEAD if ring % 3 == 1 else NEAR}" stroke-width="{7 if more else 1.1}"{more}/>'
        )
        for _ in range(12):
            angle = dice.between(0, tau)
            x, y = cos(angle) * radius, sin(angle) * radius * flat
            turn = lean * pi / 180
            planet = (sun[0] + x * cos(turn) - y * sin(turn), sun[1] + x * sin(turn) + y * cos(turn))
            if ring != graduated and _is_inside(planet) and not _is_behind_character(planet, 4):
                planets.append(_circle(planet, dice.between(2.4, 5.4), f' fill="{ground}" stroke-width="1.4"'))
                break
        radius *= dice.between(1.24, 1.36)
    stars = [(dice.between(12, 228), dice.between(12, 288)) for _ in range(46)]
    return (
        f'<g transform="rotate({_number(lean)} {_at(sun)})">{"".join(pieces)}</g>{"".join(planets)}'
        + _dots(stars[:34], 0.6, 1.3)
        + _dots([star for star in stars[34:] if not _is_behind_character(star)], 0.9, 2.3)
        + _sunny(sun, dice.between(10, 14))
    )


def _physics(dice: _Dice, ground: str) -> str:
    """Tracks of particles as a bubble chamber shows them: a beam, a hit, and curls to both sides."""
    start = (MIDDLE[0] + dice.side() * dice.between(22, 66), dice.between(210, 258))
    crosses = [(x, y) for x in range(24, 240, 48) for y in range(30, 300, 48)]
    fiducials = "".join(f"M{x - 3} {y}h6M{x} {y - 3}v6" for x, y in crosses)
    beam = dice.between(-0.16, 0.16)
    far = []
    for _ in range(6):
        foot = (dice.between(0, WIDTH), HEIGHT)
        far.append(_line([foot, _turned(foot, beam - pi / 2 + dice.between(-0.03, 0.03), 320)]))
    near, lead = [], []
    for track in range(11):
        angle = -pi / 2 + dice.between(-1.25, 1.25)
        bend = dice.side() * dice.between(0.03, 0.2)
        point, points = start, [start]
        # A particle that loses speed curls in; steps shorten with it, so that the curl stays round.
        while abs(bend) < 1.5 and -30 < point[0] < WIDTH + 30 and -30 < point[1] < HEIGHT + 30:
            angle += min(abs(bend), 0.5) * (1 if bend > 0 else -1)
            point = _turned(point, angle, 13 * min(1, 0.5 / abs(bend)))
            points.append(point)
            bend *= 1.045
        (lead if track % 3 == 0 else near).append(_flow(points))
    return (
        _path(fiducials, NEAR, 1)
        + _path("".join(far), FAR)
        + _path("".join(near), NEAR)
        + _path("".join(lead), LEAD, 1.3)
        + _path(_line([_turned(start, beam + pi / 2, 110), start]), LEAD, 1.3)
        + _sunny(start, 5)
    )


def _mathematics(dice: _Dice, ground: str) -> str:
    """Curves that the points of one circle draw as it rolls in another, and the circles they were drawn with."""
    petals, turns = ((7, 2), (7, 3), (8, 3), (9, 4), (10, 3), (11, 4), (12, 5))[dice.whole(0, 6)]
    phase = dice.between(0, tau)
    pens = (dice.between(1.3, 1.75), dice.between(0.55, 0.75))  # how far from the wheel's middle, in its radii
    ring = dice.between(128, 146) / (1 + (pens[0] - 1) * turns / petals)  # so that the curve fits the plate
    wheel = ring * turns / petals
    hub = _turned(MIDDLE, phase, ring - wheel)

    def curve(pen: float) -> list[Point]:
        points = []
        for at in range(petals * 18):
            angle = tau * turns * at / (petals * 18)
            swing = phase - (ring - wheel) / wheel * angle
            points.append(_turned(_turned(MIDDLE, phase + angle, ring - wheel), swing, pen * wheel))
        return points

    outer, inner = (curve(pen) for pen in pens)
    grid = "".join(f"M{x} 0v300" for x in range(0, 240, 24)) + "".join(f"M0 {y}h240" for y in range(8, 300, 24))
    return (
        _path(grid, 0.09, 1)
        + _path(_line(inner) + "z", NEAR)
        + _path(_line(outer) + "z", LEAD + 0.06, 1.2)
        + _circle(MIDDLE, ring, f' stroke-opacity="{NEAR}" stroke-dasharray="1.5 5"')
        + _circle(hub, wheel, f' stroke-opacity="{LEAD}"')
        + _path(_line([hub, outer[0]]), LEAD)
        + _sunny(_inside(outer), 5)
    )


def _life(dice: _Dice, ground: str) -> str:
    """A leaf larger than the plate: midrib, veins to its edge, and the net between them."""
    side = dice.side()
    foot = (MIDDLE[0] - side * dice.between(10, 96), 318)
    tip = (MIDDLE[0] + side * dice.between(0, 84), dice.between(0, 30))
    bend = (MIDDLE[0] - side * dice.between(-40, 70), dice.between(110, 190))
    half, count, lean = dice.between(112, 140), dice.whole(11, 14), dice.between(0.85, 1.1)

    def rib(part: float) -> Point:
        return _between(_between(foot, bend, part), _between(bend, tip, part), part)

    veins: dict[int, list[tuple[Point, Point, Point]]] = {1: [], -1: []}
    for which in (1, -1):
        for at in range(count):
            part = 0.04 + 0.9 * (at + (0.22 if which > 0 else 0)) / count
            here, ahead = rib(part), rib(part + 0.02)
            along = _angle(here, ahead)
            length = half * sin(pi * min(1, part * 0.92 + 0.1)) ** 0.7
            middle = _turned(here, along + which * lean, length * 0.55)
            veins[which].append((here, middle, _turned(middle, along + which * lean * 0.45, length * 0.5)))
    secondary = "".join(
        f"M{_at(root)}q{_steps(root, bow)} {_steps(root, end)}" for row in veins.values() for root, bow, end in row
    )
    net = []
    for row in veins.values():
        for below, above in pairwise(row):
            for part in (0.25, 0.47, 0.69):
                part += dice.between(-0.08, 0.08)
                zig = dice.between(-4, 4)
                one, other = _on(below, part + 0.1), _on(above, part)
                middle = _between(one, other, 0.5)
                net.append(_line([one, (middle[0] + zig, middle[1] + zig), other]))
    edges = [[foot, *(one[2] for one in row), tip] for row in veins.values()]
    edge = "".join(f"M{_at(points[0])}Q" + _through(points) for points in edges)
    drop = _inside([one[2] for one in veins[side][3:]])
    return (
        _path("".join(net), FAR + 0.02, 1)
        + _path(secondary, NEAR, 1.2)
        + _path(edge, LEAD, 1.4)
        + _path(f"M{_at(foot)}Q{_at(bend, tip)}", LEAD + 0.1, 2.2)
        + _sunny(drop, 4.5)
    )


def _angle(one: Point, other: Point) -> float:
    return atan2(other[1] - one[1], other[0] - one[0])


def _on(vein: tuple[Point, Point, Point], part: float) -> Point:
    return _between(_between(vein[0], vein[1], part), _between(vein[1], vein[2], part), part)


def _through(points: list[Point]) -> str:
    """Return the rest of a quadratic curve that passes near all points and ends at the last."""
    pieces = []
    for one, other in pairwise(points[1:]):
        pieces.append(_at(one, _between(one, other, 0.5) if other is not points[-1] else other))
    return " ".join(pieces)


def _medicine(dice: _Dice, ground: str) -> str:
    """A molecule grown ring by ring on the honeycomb of its bonds."""
    bond, turn = dice.between(33, 38), dice.between(-0.4, 0.4)
    rings = {(0, 0)}
    while len(rings) < 5:
        column, row = sorted(rings)[dice.whole(0, len(rings) - 1)]
        step = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))[dice.whole(0, 5)]
        rings.add((column + step[0], row + step[1]))

    def middle(ring: tuple[int, int]) -> Point:
        x, y = bond * 3**0.5 * (ring[0] + ring[1] / 2), bond * 1.5 * ring[1]
        return (x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn))

    middles = [middle(ring) for ring in sorted(rings)]
    mean = [sum(values) / len(middles) for values in zip(*middles, strict=True)]
    shift = (MIDDLE[0] - mean[0], MIDDLE[1] - mean[1])
    corners: dict[Point, Point] = {}
    bonds: dict[tuple[Point, Point], str] = {}
    doubles = []
    for x, y in middles:
        centre = (x + shift[0], y + shift[1])
        ring = [_turned(centre, turn + pi / 6 + pi / 3 * at, bond) for at in range(6)]
        # Rings share corners: rounded, the shared ones are equal.
        keys = [(round(one[0]), round(one[1])) for one in ring]
        for at in range(6):
            corners[keys[at]] = ring[at]
            pair = tuple(sorted((keys[at], keys[at - 1])))
            if pair not in bonds and at % 2:
                inner = [
                    _between(_between(one, centre, 0.16), other, part)
                    for one, other, part in ((ring[at], ring[at - 1], 0.12), (ring[at - 1], ring[at], 0.12))
                ]
                doubles.append(_line(inner))
            bonds[pair] = _line([ring[at], ring[at - 1]])
    atoms, arms = [], []
    heart = MIDDLE
    for key in sorted(corners):
        degree = sum(key in pair for pair in bonds)
        if degree != 2 or dice.between(0, 1) < 0.3:
            continue
        corner = corners[key]
        out = _turned(corner, _outward(key, bonds, corners), bond)
        arms.append(_line([corner, out]))
        if _is_behind_character(out):
            continue
        atoms.append((hypot(out[0] - heart[0], out[1] - heart[1]), out))
    atoms.sort()
    shown = [_circle(one, 5.5, f' fill="{ground}" stroke-width="1.4" stroke-opacity=".8"') for _, one in atoms]
    lattice = []
    for row in range(-6, 7):
        for column in range(-6, 7):
            x, y = middle((column, row))
            for at in (0, 1):
                point = _turned((x + shift[0], y + shift[1]), turn + pi / 6 + pi / 3 * at, bond)
                if 0 < point[0] < WIDTH and 0 < point[1] < HEIGHT:
                    lattice.append(point)
    return (
        _dots(lattice, NEAR, 2)
        + _path("".join(bonds.values()) + "".join(arms), LEAD, 1.5)
        + _path("".join(doubles), NEAR + 0.06, 1.2)
        + "".join(shown)
        + (_sunny(_inside([one for _, one in reversed(atoms)]), 5.5) if atoms else "")
    )


def _outward(key: Point, bonds: dict, corners: dict[Point, Point]) -> float:
    """Return the direction in which a corner with two bonds has room for a third."""
    ends = [corners[one] for pair in bonds if key in pair for one in pair if one != key]
    return _angle(_between(*ends, 0.5), corners[key])


def _earth(dice: _Dice, ground: str) -> str:
    """Contour lines of a hill, every fifth one stronger, and the mark of a triangulation point on its top."""
    top = (MIDDLE[0] + dice.side() * dice.between(30, 80), dice.between(40, 68))
    if dice.side() < 0:
        top = (top[0], HEIGHT - top[1])
    waves = [(number, size, dice.between(0, tau), dice.between(-0.006, 0.006)) for number, size in _WAVES]
    strong, weak = [], []
    for line in range(26):
        radius = 11 + line * 12.5
        count = 9 + min(line, 8)
        points = []
        for at in range(count):
            angle = tau * at / count
            swing = sum(size * sin(number * angle + start + turn * radius) for number, size, start, turn in waves)
            points.append(_turned(top, angle, radius * (1 + swing * min(1, 0.35 + radius / 140))))
        (strong if line % 5 == 4 else weak).append(_smooth(points))
    x, y = top
    return (
        _path("".join(weak), NEAR)
        + _path("".join(strong), LEAD + 0.06, 2)
        + f'<path fill="{SUN}" stroke="none" d="M{_at((x, y - 7))}l6.2 10.6h-12.4z"/>'
    )


_WAVES = ((1, 0.1), (2, 0.17), (3, 0.09), (5, 0.035))


def _engineering(dice: _Dice, ground: str) -> str:
    """Two wheels in mesh on squared paper, with their axes and pitch circles."""
    module = dice.between(7.4, 8.6)
    large, small = dice.whole(24, 30), dice.whole(11, 15)
    side = dice.side()
    first = (MIDDLE[0] - side * dice.between(8, 30), MIDDLE[1] + dice.between(8, 34))
    aim = -pi / 2 + side * dice.between(0.55, 0.85)
    second = _turned(first, aim, module * (large + small) / 2)
    turn = dice.between(0, tau / large)
    # A tooth of one stands where the other has a gap.
    meshing = aim + pi + pi / small - (turn - aim) * large / small
    grid = "".join(f"M{x} 0v300" for x in range(0, 241, 12)) + "".join(f"M0 {y}h240" for y in range(6, 300, 12))
    bold = "".join(f"M{x} 0v300" for x in range(0, 241, 60)) + "".join(f"M0 {y}h240" for y in range(30, 300, 60))
    axes = "".join(f"M{_number(x)} 0v300M0 {_number(y)}h240" for x, y in (first, second))
    pitch = "".join(
        _circle(centre, module * teeth / 2, f' stroke-opacity="{NEAR}" stroke-dasharray="2 4"')
        for centre, teeth in ((first, large), (second, small))
    )
    holes = dice.whole(5, 8)
    bores = "".join(
        _circle(_turned(first, turn + tau * at / holes, module * large * 0.34), 9, f' stroke-opacity="{NEAR}"')
        for at in range(holes)
    )
    rims = "".join(
        _circle(centre, radius, f' stroke-opacity="{LEAD}"')
        for centre, radius in ((first, module * large * 0.43), (second, module * small * 0.3), (second, 9))
    )
    return (
        _path(grid, 0.07, 1)
        + _path(bold, 0.12, 1)
        + _path(axes, NEAR, 1, ' stroke-dasharray="14 4 2 4"')
        + pitch
        + bores
        + rims
        + _path(_wheel(first, large, module, turn) + _wheel(second, small, module, meshing), LEAD + 0.08, 1.3)
        + _sunny(second, 4.5)
    )


def _wheel(centre: Point, teeth: int, module: float, turn: float) -> str:
    """Return the outline of a toothed wheel, a tooth at the angle `turn`."""
    tip, root = module * (teeth / 2 + 0.9), module * (teeth / 2 - 1.1)
    points = []
    for tooth in range(teeth):
        for part, radius in ((-0.29, root), (-0.13, tip), (0.13, tip), (0.29, root)):
            points.append(_turned(centre, turn + tau * (tooth + part) / teeth, radius))
    return _line(points) + "z"


_MOTIFS: dict[str, Callable[[_Dice, str], str]] = {
    "space": _space,
    "physics": _physics,
    "mathematics": _mathematics,
    "life": _life,
    "medicine": _medicine,
    "earth": _earth,
    "engineering": _engineering,
}
