"""Looks at a page as it stands in a browser and says what is wrong with it: its layout, its colours, and the rules that
axe knows for people who hear or touch a page.

Contrast is taken from pixels: the page is photographed without its letters, and each piece of text is compared with
what is really behind it, be that a gradient, a picture or half-transparent. Its own colour is computed, because the
edges of letters are always paler.
"""

import io
from collections.abc import Iterable
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page

LAYOUT = Path(__file__).with_name("layout.js").read_text(encoding="utf-8")
CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
AXE = Axe()

AT_THE_KIOSK, ELSEWHERE = 64, 44  # pixels that a target measures at least
SMALLEST_LETTERS = 14
SMALLEST_LETTERS_IN_HAND = 12
LEAST_CONTRAST = 7.0
# Of the pixels behind a piece of text so many may be anything: the soft edge of a round corner, the end of a line.
IGNORED_SHARE = 0.01

Colour = tuple[int, int, int]


def layout(
    page: Page, target: float = AT_THE_KIOSK, letters: float = SMALLEST_LETTERS, whole: Iterable[str] = ()
) -> tuple[list[str], int]:
    """Return what cannot be seen, read or hit in the window as it is, and how many pixels there are to scroll."""
    # With a finger at the kiosk nobody hits a link in a sentence.
    inline = target < AT_THE_KIOSK
    seen = page.evaluate(LAYOUT, {"target": target, "inline": inline, "letters": letters, "whole": list(whole)})
    return seen["faults"], seen["scrolls"]


def violations(page: Page) -> list[str]:
    """Return the rules of axe that the page breaks, each with the first elements that do."""
    found = AXE.run(page).response["violations"]
    return [f"{one['id']}: {one['help']} — {[node['target'] for node in one['nodes']][:4]}" for one in found]


def contrast(page: Page, least: float = LEAST_CONTRAST) -> list[str]:
    """Return the pieces of text that stand out too little from what is behind them, each with its ratio."""
    pieces = page.evaluate(CONTRAST, {"what": "list"})
    found = [f"{_say(one)}: filtered or blended, nobody can tell its colour" for one in pieces if one["filtered"]]
    staying = [one for one in pieces if one["stays"] and not one["filtered"]]
    flowing = [one for one in pieces if not one["stays"] and not one["filtered"]]
    page.evaluate(CONTRAST, {"what": "hide"})
    try:
        if staying:
            offset = page.evaluate("[scrollX, scrollY]")
            found += _compare(staying, _picture(page, full_page=False), least, offset)
            page.evaluate(CONTRAST, {"what": "take away"})
        found += _compare(flowing, _picture(page, full_page=True), least)
    finally:
        page.evaluate(CONTRAST, {"what": "put back"})
        page.evaluate(CONTRAST, {"what": "show"})
    return found


def _picture(page: Page, full_page: bool) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot(full_page=full_page))).convert("RGB")


def _say(piece: dict) -> str:
    return f"{piece['where']} “{piece['words']}”"


def _compare(pieces: list[dict], picture: Image.Image, least: float, offset=(0, 0)) -> list[str]:
    found = []
    for piece in pieces:
        worst = min((_ratio_in(picture, piece, rect, offset) for rect in piece["rects"]), default=21.0)
        if worst < least:
            colour = "#" + "".join(f"{channel:02x}" for channel in piece["colour"])
            found.append(f"{_say(piece)}: {worst:.2f} ({colour}, {piece['alpha']:.2f})")
    return list(dict.fromkeys(found))


def _ratio_in(picture: Image.Image, piece: dict, rect: list[float], offset) -> float:
    """Return the contrast of a piece with the least fitting of the pixels in a box, but for `IGNORED_SHARE` of them."""
    left, top, right, bottom = (round(edge - offset[at % 2]) for at, edge in enumerate(rect))
    box = (max(left, 0), max(top, 0), min(right, picture.width), min(bottom, picture.height))
    if box[2] <= box[0] or box[3] <= box[1]:
        return 21.0
    part = picture.crop(box)
    pixels = part.width * part.height
    ratios = sorted((ratio(_over(piece, colour), colour), count) for count, colour in part.getcolors(pixels))
    ignored = 0
    for worst, count in ratios:
        ignored += count
        if ignored > pixels * IGNORED_SHARE:
            return worst
    return 21.0


def _over(piece: dict, behind: Colour) -> tuple[float, ...]:
    alpha = piece["alpha"]
    return tuple(ours * alpha + its * (1 - alpha) for ours, its in zip(piece["colour"], behind, strict=True))


def _luminance(colour: tuple[float, ...]) -> float:
    shares = [channel / 255 for channel in colour]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the contrast of two colours as WCAG counts it, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
