"""No screen breaks a rule that a machine can check for people who hear or touch a page instead of seeing it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import in_language
from tests.browser.test_sizes import SCREENS

AXE = Axe()


def violations(page) -> list[str]:
    found = AXE.run(page).response["violations"]
    return [f"{one['id']}: {one['help']} — {[node['target'] for node in one['nodes']][:4]}" for one in found]


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_breaks_no_rule(gallery, served, addresses, screen, locale):
    gallery.goto(served.url + in_language(addresses[screen], locale))
    assert violations(gallery) == []


def test_the_question_whether_anyone_is_there_breaks_no_rule(new_page, served):
    page = new_page()
    page.clock.install()
    page.goto(served.url + "/programme")
    page.clock.run_for(61_000)
    assert page.locator("dialog").is_visible()
    page.clock.resume()
    assert violations(page) == []


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
