"""No screen breaks a rule that a machine can check for people who hear or touch a page instead of seeing it, and every
letter stands out from what is behind it, in every look."""

import pytest
from playwright.sync_api import Page

from tests.browser import eyes
from tests.browser.screens import LOOKS, SCREENS, Kiosks, Look, open_screen
from tests.browser.served import SIZES


def faults(page: Page, kiosks: Kiosks, screen: str, look: Look, sizes: list[tuple[int, int]]) -> list[str]:
    """Return which rules a screen in a look breaks, and which of its words are hard to read at some sizes."""
    page.set_viewport_size({"width": sizes[0][0], "height": sizes[0][1]})
    open_screen(page, kiosks, screen, look)
    found = eyes.violations(page)
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width}×{height}: {fault}" for fault in eyes.contrast(page)]
    return found


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_breaks_no_rule_and_can_be_read(gallery, kiosks, screen):
    """Each screen in one look, so that every look is met by a few screens; `--long` looks at all in all."""
    turn = list(SCREENS).index(screen)
    look, size = LOOKS[turn * 5 % len(LOOKS)], SIZES[turn % len(SIZES)]
    assert faults(gallery, kiosks, screen, look, [size]) == []


@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_breaks_no_rule_and_can_be_read_in_every_look(gallery, kiosks, screen, look):
    assert faults(gallery, kiosks, screen, look, [SIZES[0], SIZES[1], SIZES[3]]) == []


# What is put before a page's words, and what is to be said of it.
BEHIND = {
    "color: #767676; background: #fff": 4.54,
    "color: #000; background: linear-gradient(90deg, #fff, #333 5em)": 1.7,
    "color: #000; background: #fff; opacity: 0.5": 4,
    "color: rgb(0 0 0 / 40%); background: #fff": 2.8,
    "color: #fff; background: #000 url('/static/img/mark.svg') center / cover": 1.2,
    "color: #fff; background: rgb(0 0 0 / 20%)": 2,
    "color: #fff; background: #fff; position: fixed; top: 0": 1,
}


@pytest.mark.parametrize("style", BEHIND)
def test_words_that_hardly_stand_out_are_noticed(new_page, served, style):
    page = new_page()
    page.goto(served.url + "/privacy")
    page.evaluate(
        """(style) => {
            const piece = document.createElement("p");
            piece.className = "pale";
            piece.textContent = "这行字看不清楚";
            piece.style.cssText = style;
            document.querySelector("main").prepend(piece);
        }""",
        style,
    )
    (said,) = [fault for fault in eyes.contrast(page) if fault.startswith("p.pale")]
    assert float(said.split("”: ")[1].split()[0]) == pytest.approx(BEHIND[style], abs=0.5)
    assert page.evaluate("document.adoptedStyleSheets.length") == 0, "the page is as it was"


def test_what_stands_out_well_is_left_alone(new_page, served):
    page = new_page()
    page.goto(served.url + "/privacy")
    page.evaluate(
        """() => {
            const piece = document.createElement("p");
            piece.textContent = "这行字很清楚";
            piece.style.cssText = "color: #000; background: linear-gradient(#fff, #aaa); border: 9px solid #000";
            document.querySelector("main").prepend(piece);
        }"""
    )
    assert eyes.contrast(page) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [((0, 0, 0), (255, 255, 255), 21), ((119, 119, 119), (255, 255, 255), 4.48), ((9, 9, 9), (9, 9, 9), 1)],
)
def test_the_ratio_is_the_one_of_wcag(one, other, expected):
    assert eyes.ratio(one, other) == pytest.approx(expected, abs=0.01)


def test_the_question_whether_anyone_is_there_breaks_no_rule(new_page, served):
    page = new_page()
    page.clock.install()
    page.goto(served.url + "/programme")
    page.clock.run_for(61_000)
    assert page.locator("dialog[open]").is_visible()
    page.clock.resume()
    assert eyes.violations(page) == []


def test_every_screen_can_be_used_with_the_keyboard_alone(new_page, served):
    page = new_page(has_touch=False)
    page.goto(served.url + "/check-in/one/2?id=00000000-0000-4000-8000-0000000000aa&party_size=1")
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("(document.activeElement.textContent || '').trim()"))
    assert {"新城区", "呼和浩特市以外", "不填"} <= seen
    page.get_by_role("button", name="回民区").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-entry-id]")


def test_what_has_the_focus_is_seen_to_have_it(new_page, served):
    page = new_page(has_touch=False)
    page.goto(served.url + "/check-in")
    for _ in range(6):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return [s.outlineStyle, parseFloat(s.outlineWidth), s.boxShadow]; })()"
        )
        assert (style[0] != "none" and style[1] >= 2) or style[2] != "none", style
