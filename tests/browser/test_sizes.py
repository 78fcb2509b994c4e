"""Every screen, look and size: nothing is wider than the window, no text is cut off or small, everything is easy to
hit, and the theme's unbroken words stay whole."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from werkzeug.routing import Map, Rule

from kiosk.domain.display import STATES, Display
from tests.browser import eyes
from tests.browser.screens import DISPLAYS, LOCALES, LOOKS, NO_SCROLLING, SCREENS, Kiosks, Look, open_screen
from tests.browser.served import SIZES

ROUTES = Path(__file__).parents[1] / "web" / "routes.txt"
# What visitors' browsers ask for without showing it as a page.
NO_PAGES = {
    "/display",
    "/pictures/<name>",
    "/pictures/portraits/<scientist_id>.svg",
    "/pictures/portraits/<scientist_id>/<size>.jpg",
}
PHONE = (360, 640)
ON_A_PHONE = [Look("zh"), Look("en"), Look("zh", "large"), Look("en", "large", "contrast")]


def test_no_page_is_forgotten(kiosks: Kiosks):
    lines = [line.split() for line in ROUTES.read_text(encoding="utf-8").splitlines()]
    wanted = {" ".join(route) for *route, method, who in lines if method == "GET" and who in ("visitor", "check_in")}
    pages = Map([Rule(route, endpoint=route) for route in wanted - NO_PAGES]).bind("kiosk")
    reached = {pages.match(kiosks.path(name).partition("?")[0])[0] for name in SCREENS if name != "nothing"}
    assert wanted - NO_PAGES == reached


def test_no_start_screen_is_forgotten():
    displays = [Display(**said) for said in DISPLAYS.values()]
    assert {one.start(True) for one in displays} == {"home", "home_queue", "photo", "waiting"}
    assert {one.state for one in displays} == set(STATES)


def faults(page: Page, kiosks: Kiosks, screen: str, look: Look, sizes: list[tuple[int, int]]) -> list[str]:
    """Return what is wrong with a screen in a look at some sizes."""
    page.set_viewport_size({"width": sizes[0][0], "height": sizes[0][1]})
    open_screen(page, kiosks, screen, look)
    found = []
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        here, to_scroll = eyes.layout(page, whole=kiosks.unbroken)
        if screen in NO_SCROLLING and look.text == "normal" and to_scroll > 0:
            here.append(f"{to_scroll} pixels to scroll")
        found += [f"{width}×{height}: {fault}" for fault in here]
    return found


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_fits_the_smallest_and_the_tallest_size(gallery, kiosks, screen, locale):
    assert faults(gallery, kiosks, screen, Look(locale), [SIZES[0], SIZES[-1]]) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_large_text_fits_the_smallest_size_and_another(gallery, kiosks, screen):
    turn = list(SCREENS).index(screen)
    look = Look(LOCALES[turn % 2], "large", "contrast" if turn % 3 == 0 else "light")
    assert faults(gallery, kiosks, screen, look, [SIZES[0], SIZES[1 + turn % 4]]) == []


@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_fits_every_size_in_every_look(gallery, kiosks, screen, look):
    assert faults(gallery, kiosks, screen, look, SIZES) == []


PHONE_LOOKS = [Look("zh"), Look("en"), Look("zh", "large"), Look("en", "large", "contrast")]


# What fits in large letters fits in small ones, mostly.
@pytest.mark.parametrize(
    "look",
    [pytest.param(look, marks=pytest.mark.long if look.text == "normal" else (), id=str(look)) for look in PHONE_LOOKS],
)
def test_every_screen_that_a_phone_sees_fits_it(new_page, kiosks, look):
    page = new_page(PHONE)
    found = []
    for screen, wanted in SCREENS.items():
        # Checking in is for the touchscreen, and so is what goes round on it while nobody is there.
        if wanted.path.startswith(("/check-in", "/scenes")):
            continue
        open_screen(page, kiosks, screen, look, phone=True)
        seen, _ = eyes.layout(page, eyes.ELSEWHERE, eyes.SMALLEST_LETTERS_IN_HAND, kiosks.unbroken)
        found += [f"{screen}: {fault}" for fault in seen]
    assert found == []


PIECE = """(fault) => {
    const piece = document.createElement("button");
    piece.textContent = "一行很长的文字一行很长的文字一行很长的文字";
    const make = {
        wide: () => (piece.style.width = "3000px"),
        cut: () => Object.assign(piece.style, {width: "80px", whiteSpace: "nowrap", overflow: "hidden"}),
        small: () => Object.assign(piece.style, {height: "20px", minHeight: 0, padding: 0}),
        letters: () => (piece.style.fontSize = "13px"),
        below: () => Object.assign(piece.style, {position: "fixed", top: "98vh"}),
        broken: () => {
            piece.innerHTML = "一二三<b>文</b>字";
            Object.assign(piece.style, {width: "5.5em", padding: 0, fontSize: "40px", lineBreak: "anywhere"});
            piece.firstChild.data = "一二三四";
        },
        sentence: () => {
            const sentence = document.createElement("p");
            sentence.innerHTML = "See <a href='/'>this</a> here.";
            piece.after(sentence);
            document.querySelector("main").append(sentence);
        },
    };
    make[fault]();
    document.querySelector("main").append(piece);
}"""
SAID = {
    "wide": "wider than the window",
    "cut": "cut off",
    "small": "too small to hit: button",
    "letters": "small letters",
    "below": "text below the window",
    "broken": "on two lines: 文字",
    "sentence": "too small to hit: a. “this”",
}


@pytest.mark.parametrize("fault", SAID)
def test_the_look_itself_notices(new_page, served, fault):
    page = new_page()
    page.goto(served.url + "/privacy")
    page.evaluate(PIECE, fault)
    seen, _ = eyes.layout(page, whole=["文字"])
    assert [one for one in seen if SAID[fault] in one]


def test_only_a_link_in_a_sentence_may_be_small_and_only_elsewhere(new_page, served):
    page = new_page(PHONE)
    page.goto(served.phone_url + "/privacy")
    for fault in ("sentence", "small"):
        page.evaluate(PIECE, fault)
    small = [one for one in eyes.layout(page, eyes.ELSEWHERE)[0] if "too small to hit" in one]
    assert [SAID["small"] in one for one in small] == [True]
