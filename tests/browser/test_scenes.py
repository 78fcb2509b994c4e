"""The scenes that go round while nobody touches the start screen: any touch goes to what it shows."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.actions.display import change_display
from tests.browser.finger import Finger, server_gone
from tests.browser.waiting import wait_in

QUIET_MS, SCENE_MS = 25_500, 9_100
ROUND = ["theme", "scientist", "quiz", "programme"]


@pytest.fixture(scope="module")
def calm(serve):
    """A kiosk of its own: where few came there is no scene that says how many."""
    return serve()


@pytest.fixture
def resting(new_page, calm):
    """Return a function that opens the start screen, whose time the test moves."""

    def at(path: str = "/", **options) -> Page:
        page = new_page(**options)
        page.clock.install()
        page.goto(calm.url + path)
        page.evaluate("window.same = history.length")
        return page

    return at


def showing(page: Page):
    return page.locator(".scenes .scene:not([hidden])")


def wait_for(page: Page, kind: str) -> None:
    """Let time pass until a scene of a kind is shown."""
    page.clock.run_for(QUIET_MS)
    expect(showing(page)).to_have_count(1)
    for _ in range(len(ROUND)):
        if showing(page).get_attribute("data-scene") == kind:
            return
        shown = showing(page).get_attribute("href")
        page.clock.run_for(SCENE_MS)
        expect(showing(page)).not_to_have_attribute("href", shown)
    raise AssertionError(f"no scene {kind}")


def test_after_a_while_the_scenes_go_round_and_each_round_shows_others(resting):
    page = resting()
    page.clock.run_for(20_000)
    expect(page.locator(".scenes")).to_have_count(0)
    page.clock.run_for(5_500)
    expect(showing(page)).to_have_count(1)
    told = []
    for _ in range(2 * len(ROUND)):
        told.append((showing(page).get_attribute("data-scene"), showing(page).get_attribute("href")))
        page.clock.run_for(SCENE_MS)
        expect(showing(page)).not_to_have_attribute("href", told[-1][1])
        expect(showing(page)).to_have_count(1)
    assert [kind for kind, _ in told] == ROUND * 2
    assert len({address for kind, address in told if kind in ("scientist", "quiz")}) == 4
    expect(page.locator(".scenes")).to_have_count(1)
    expect(page.locator(".scenes")).to_have_attribute("aria-live", "off")


def test_a_touch_postpones_the_scenes(resting):
    page = resting()
    for _ in range(3):
        page.clock.run_for(20_000)
        page.locator("h1").tap()
    expect(page.locator(".scenes")).to_have_count(0)


@pytest.mark.parametrize("path", ["/?lang=en", "/programme"])
def test_who_reads_is_shown_no_scenes(resting, path):
    page = resting(path)
    page.clock.run_for(QUIET_MS + 5_000)
    page.wait_for_load_state("networkidle")
    expect(page.locator(".scenes")).to_have_count(0)


def test_a_touch_on_a_scientist_goes_to_that_scientist(resting):
    page = resting()
    wait_for(page, "scientist")
    name = showing(page).locator(".scene-person b").inner_text()
    showing(page).tap()
    expect(page.locator("body")).to_have_attribute("data-screen", "scientist")
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.locator(".scenes")).to_have_count(0)
    assert page.evaluate("window.same === history.length")


def test_a_touch_on_the_question_asks_that_question(resting):
    page = resting()
    wait_for(page, "quiz")
    statement = showing(page).locator(".scene-words").inner_text()
    showing(page).tap()
    expect(page.locator("body")).to_have_attribute("data-screen", "quiz-question")
    assert page.locator("h1").inner_text().replace("\n", "") == statement.replace("\n", "")


def test_a_touch_on_the_theme_leads_home_and_presses_nothing_there(resting):
    page = resting()
    wait_for(page, "theme")
    box = page.locator(".door-quiz").bounding_box()
    Finger(page).tap(box["x"] + 20, box["y"] + 20)
    expect(page.locator(".scenes")).to_have_count(0)
    page.wait_for_timeout(300)
    expect(page.locator("body")).to_have_attribute("data-screen", "home")


def test_a_finger_that_slides_far_is_a_touch_too(resting):
    page = resting()
    wait_for(page, "programme")
    Finger(page).slide(300, 300, 500)
    expect(page.locator("body")).to_have_attribute("data-screen", "programme")


def test_the_scene_under_a_finger_stays_until_it_is_lifted(resting):
    page = resting()
    wait_for(page, "scientist")
    shown = showing(page).get_attribute("href")
    finger = Finger(page)
    finger.down(400, 300)
    page.clock.run_for(SCENE_MS * 2)
    expect(showing(page)).to_have_attribute("href", shown)
    expect(showing(page)).to_have_attribute("data-pressed", "")
    finger.up()
    page.wait_for_url(f"**{shown}")


@pytest.mark.parametrize(
    ("key", "screen"), [("Enter", "programme"), (" ", "programme"), ("Escape", "home"), ("Tab", "home")]
)
def test_a_key_does_what_a_touch_does_or_leads_home(resting, key, screen):
    page = resting()
    wait_for(page, "programme")
    page.keyboard.press(key)
    expect(page.locator("body")).to_have_attribute("data-screen", screen)
    expect(page.locator(".scenes")).to_have_count(0)


def listen_for_motion(page: Page) -> None:
    """Keep what moves from now on: what of it, whether quickly, and how much moved already."""
    page.evaluate("""() => {
        window.moved = [];
        const animate = Element.prototype.animate;
        Element.prototype.animate = function (frames, ms) {
            window.moved.push([Object.keys(frames).join(), ms <= 1000, document.getAnimations().length]);
            return animate.call(this, frames, ms);
        };
    }""")


def test_nothing_moves_for_who_prefers_no_motion(resting):
    page = resting(reduced_motion="reduce")
    listen_for_motion(page)
    wait_for(page, "quiz")
    assert page.evaluate("window.moved") == []
    assert page.evaluate("document.getAnimations().length") == 0


def test_otherwise_one_opacity_moves_and_nothing_else(resting):
    page = resting(reduced_motion="no-preference")
    # Time is ours here, but not that of the screen that has just arrived.
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished)).then(() => true)")
    listen_for_motion(page)
    page.clock.run_for(QUIET_MS)
    expect(showing(page)).to_have_count(1)
    wait_in(page, lambda: page.evaluate("window.moved.length === 1 && !document.getAnimations().length"))
    page.clock.run_for(SCENE_MS)
    wait_in(page, lambda: page.evaluate("window.moved.length === 2"))
    page.wait_for_timeout(300)
    assert page.evaluate("window.moved") == [["opacity", True, 0], ["opacity", True, 0]]
    expect(showing(page)).to_have_count(1)


def test_without_a_server_home_stays_home_and_the_scenes_come_later(resting, watched):
    page = resting()
    with server_gone(page, watched):
        page.clock.run_for(QUIET_MS)
        expect(page.locator(".scenes, dialog[open]")).to_have_count(0)
    page.clock.run_for(QUIET_MS)
    expect(showing(page)).to_have_count(1)


def test_a_round_that_cannot_be_had_is_shown_again(resting, watched):
    page = resting()
    wait_for(page, "programme")
    with server_gone(page, watched):
        page.clock.run_for(SCENE_MS)
        expect(showing(page)).to_have_attribute("data-scene", "theme")


def test_at_peak_hours_there_are_no_scenes(new_page, serve):
    busy = serve()
    change_display(busy.kiosk, mode="queue")
    page = new_page()
    page.clock.install()
    page.goto(busy.url + "/")
    page.clock.run_for(QUIET_MS * 2)
    page.wait_for_load_state("networkidle")
    expect(page.locator(".scenes")).to_have_count(0)


def test_without_scripts_the_scenes_stand_one_below_the_other(new_page, calm):
    page = new_page(java_script_enabled=False)
    page.goto(calm.url + "/scenes")
    expect(page.locator(".scene")).to_have_count(len(ROUND))
    page.locator(".scene[data-scene=scientist]").tap()
    page.wait_for_url("**/scientists/*")
