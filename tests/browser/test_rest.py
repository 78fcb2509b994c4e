"""The start screen at rest: it follows what staff put on it, goes dark, and wakes at a touch that presses nothing."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.actions.display import change_display
from tests.browser.finger import Finger, middle, server_gone

ASKED_MS = 5_100


@pytest.fixture(scope="module")
def shown(serve):
    """A kiosk whose display these tests change."""
    return serve()


@pytest.fixture
def put(shown):
    """Return a function that puts something on the display, which is as it was after the test."""
    yield lambda **wanted: change_display(shown.kiosk, **wanted)
    change_display(shown.kiosk, notice={}, mode="all", state="running")


@pytest.fixture
def resting(new_page, shown):
    """Return a function that opens a page in a document that can be told from another one."""

    def at(path: str = "/", **options) -> Page:
        page = new_page(**options)
        page.clock.install()
        page.goto(shown.url + path)
        page.evaluate("window.same = history.length")
        return page

    return at


def is_same(page: Page) -> bool:
    return page.evaluate("window.same === history.length")


def pass_time(page: Page, ms: int) -> None:
    """Let time pass until the start screen has asked, and been answered."""
    with page.expect_response("**/display"):
        page.clock.run_for(ms)
    page.wait_for_timeout(200)


def dark(page: Page):
    return page.locator("html[data-dark]")


def test_what_staff_put_up_is_on_screen_in_seconds_without_another_document(resting, put):
    page = resting()
    pass_time(page, ASKED_MS)
    put(notice={"zh": "请到北门集合"})
    pass_time(page, ASKED_MS)
    expect(page.locator("main")).to_contain_text("请到北门集合")
    assert is_same(page)


def test_a_start_screen_that_is_up_to_date_is_left_alone(resting):
    page = resting()
    page.evaluate("document.querySelector('main').dataset.left = 'alone'")
    for _ in range(3):
        pass_time(page, ASKED_MS)
    expect(page.locator("main[data-left]")).to_have_count(1)


def test_nobody_is_taken_away_from_what_they_read(resting, put):
    page = resting("/programme")
    page.evaluate("document.querySelector('main').dataset.left = 'alone'")
    put(notice={"zh": "请到北门集合"})
    page.clock.run_for(ASKED_MS * 2)
    page.wait_for_timeout(300)
    expect(page.locator("main[data-left]")).to_have_count(1)


def test_the_start_screen_does_not_change_under_a_finger(resting, put):
    page = resting()
    # By itself no time passes: on a busy machine a touch would soon be a while ago.
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 0.4"))
    put(notice={"zh": "请到北门集合"})
    for _ in range(4):
        page.clock.run_for(3_500)
        page.locator("h1").dispatch_event("pointerdown")
        page.clock.run_for(1_500)
        page.wait_for_timeout(200)
    expect(page.locator("main")).not_to_contain_text("请到北门集合")
    pass_time(page, ASKED_MS)
    expect(page.locator("main")).to_contain_text("请到北门集合")


def test_a_server_that_is_away_leaves_the_start_screen_as_it_is(resting, put, watched):
    page = resting()
    with server_gone(page, watched):
        for _ in range(3):
            page.clock.run_for(ASKED_MS)
        expect(page.locator(".door-quiz")).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
    put(notice={"zh": "请到北门集合"})
    pass_time(page, ASKED_MS)
    expect(page.locator("main")).to_contain_text("请到北门集合")
    assert is_same(page)


def test_a_change_whose_page_did_not_come_is_asked_for_again(resting, put, shown, watched):
    page = resting()
    page.route(shown.url + "/", lambda route: route.abort())
    put(notice={"zh": "请到北门集合"})
    pass_time(page, ASKED_MS)
    pass_time(page, ASKED_MS)
    page.unroute(shown.url + "/")
    expect(page.locator("main")).not_to_contain_text("请到北门集合")
    pass_time(page, 61_000)
    pass_time(page, ASKED_MS)
    expect(page.locator("main")).to_contain_text("请到北门集合")
    watched.complaints[:] = [said for said in watched.complaints if "net::ERR_" not in said]


def test_a_failure_that_nobody_reads_any_more_is_not_left_for_the_next(resting, watched):
    page = resting()
    with server_gone(page, watched):
        page.locator(".door-quiz").tap()
        expect(page.locator("dialog.failed")).to_be_visible()
    pass_time(page, 50_000)
    expect(page.locator("dialog.failed")).to_be_visible()
    pass_time(page, 15_000)
    expect(page.locator("dialog.failed")).to_be_hidden()


def test_whoever_comes_home_in_the_dark_hours_still_sees_it(resting, put):
    put(mode="dark")
    page = resting("/programme")
    page.clock.run_for(30_000)
    page.locator(".bar a[rel=up]").tap()
    expect(page.locator("body")).to_have_attribute("data-screen", "home")
    pass_time(page, 50_000)
    expect(dark(page)).to_have_count(0)
    pass_time(page, 15_000)
    expect(dark(page)).to_have_count(1)


def test_the_screen_goes_dark_and_a_touch_wakes_it_for_a_minute_and_presses_nothing(resting, put):
    page = resting()
    place = middle(page.locator(".door-quiz"))
    pass_time(page, ASKED_MS)
    put(mode="dark")
    pass_time(page, ASKED_MS)
    expect(dark(page)).to_have_count(1)
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.documentElement).cursor") == "none"
    expect(page.locator("main")).to_be_hidden()
    Finger(page).tap(*place)
    expect(dark(page)).to_have_count(0)
    pass_time(page, 55_000)
    assert page.url.endswith("/"), "the touch that wakes goes nowhere"
    expect(dark(page)).to_have_count(0)
    pass_time(page, 10_000)
    expect(dark(page)).to_have_count(1)
    put(mode="all")
    pass_time(page, ASKED_MS)
    expect(dark(page)).to_have_count(0)
    assert is_same(page)


def test_no_document_lives_for_ever_but_nobody_is_interrupted(resting, watched):
    page = resting()
    with server_gone(page, watched):
        page.clock.fast_forward(6 * 3_600_000 + 1_000)
        page.wait_for_timeout(200)
        page.locator("h1").tap()
    pass_time(page, ASKED_MS)
    page.clock.fast_forward(40_000)
    pass_time(page, ASKED_MS)
    assert is_same(page)
    page.clock.fast_forward(10_000)
    with page.expect_navigation():
        page.clock.run_for(ASKED_MS)
    length = page.evaluate("history.length")
    assert page.evaluate("window.same") is None
    pass_time(page, ASKED_MS)
    assert page.evaluate("history.length") == length
