"""Every screen, language and size: nothing is wider than the window, no text is cut off, everything is easy to hit."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SIZES, in_language

LOOK = Path(__file__).with_name("layout.js").read_text(encoding="utf-8")
SMALLEST_TARGET = 64
NO_SCROLLING = ("home", "question", "check-in", "check-in age", "check-in district", "group size", "checked in")
SCREENS = [
    *("home", "programme", "about", "privacy"),
    *("scientists", "scientists of a field", "scientist", "scientist of a field", "another scientist"),
    *("quiz", "question", "answer", "result"),
    *("check-in", "check-in age", "check-in district", "group size", "group question", "group pad", "group district"),
    *("checked in", "taken back", "nothing"),
]
PHONE = (360, 640)


def test_no_screen_is_forgotten(addresses):
    assert set(addresses) == set(SCREENS)


def look(page: Page, url: str, screen: str, sizes) -> list[str]:
    """Return what is wrong with a screen at some sizes."""
    page.set_viewport_size({"width": sizes[0][0], "height": sizes[0][1]})
    page.goto(url)
    found = []
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        seen = page.evaluate(LOOK, SMALLEST_TARGET)
        found += [f"{width}×{height}: {fault}" for fault in seen["faults"]]
        if screen in NO_SCROLLING and seen["scrolls"] > 0:
            found.append(f"{width}×{height}: {seen['scrolls']} pixels to scroll")
    return found


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_fits_the_smallest_and_the_tallest_size(gallery, served, addresses, screen, locale):
    url = served.url + in_language(addresses[screen], locale)
    assert look(gallery, url, screen, [SIZES[0], SIZES[-1]]) == []


@pytest.mark.long
@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_fits_every_size(gallery, served, addresses, screen, locale):
    url = served.url + in_language(addresses[screen], locale)
    assert look(gallery, url, screen, SIZES) == []


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_screen_that_a_phone_sees_fits_it(new_page, served, addresses, locale):
    page = new_page(PHONE)
    found = []
    for screen, path in addresses.items():
        if path.startswith("/check-in"):
            continue
        page.goto(served.phone_url + in_language(path, locale))
        found += [f"{screen}: {fault}" for fault in page.evaluate(LOOK, 0)["faults"]]
    assert found == []


@pytest.mark.parametrize("fault", ["wide", "cut", "small"])
def test_the_look_itself_notices(new_page, served, fault):
    page = new_page()
    page.goto(served.url + "/privacy")
    page.evaluate(
        """(fault) => {
            const piece = document.createElement("button");
            piece.textContent = "一行很长的文字一行很长的文字一行很长的文字";
            const make = {
                wide: () => (piece.style.width = "3000px"),
                cut: () => Object.assign(piece.style, {width: "80px", whiteSpace: "nowrap", overflow: "hidden"}),
                small: () => Object.assign(piece.style, {height: "20px", minHeight: 0, padding: 0}),
            };
            make[fault]();
            document.querySelector("main").append(piece);
        }""",
        fault,
    )
    said = {"wide": "wider than the window", "cut": "cut off", "small": "too small to hit"}[fault]
    assert any(said in one for one in page.evaluate(LOOK, SMALLEST_TARGET)["faults"])
