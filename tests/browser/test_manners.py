"""The manners of an unattended screen: it asks whether anyone is there, goes home, and weighs little."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.finger import server_gone
from tests.browser.served import Served
from tests.browser.waiting import wait_in

LIGHT = 100 * 1024
IDLE_MS, ANSWER_MS = 60_000, 20_000


@pytest.fixture
def looking(new_page, served):
    """Return a function that opens a page whose time the test moves."""

    def at(path: str, url: str | None = None, **options) -> Page:
        page = new_page(**options)
        page.clock.install()
        page.goto((url or served.url) + path)
        return page

    return at


def dialog(page: Page):
    return page.get_by_role("dialog")


def test_after_the_idle_time_the_screen_asks_whether_anyone_is_there(looking):
    page = looking("/programme")
    page.clock.run_for(IDLE_MS - 2_000)
    expect(dialog(page)).to_be_hidden()
    page.clock.run_for(3_000)
    expect(dialog(page)).to_be_visible()
    expect(dialog(page)).to_contain_text("还在看吗？")
    expect(dialog(page).get_by_role("button")).to_have_text("继续看")
    page.clock.run_for(5_000)
    assert 13 <= int(dialog(page).locator("b").inner_text()) <= 16


def test_nobody_there_means_home_in_its_own_language(looking, served):
    page = looking("/scientists?lang=en")
    page.clock.run_for(IDLE_MS + 1_000)
    expect(dialog(page)).to_be_visible()
    page.clock.run_for(ANSWER_MS)
    page.wait_for_url(served.url + "/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_keep_looking_keeps_the_page_and_asks_again_later(looking):
    page = looking("/scientists/tu-youyou")
    for _ in range(2):
        page.clock.run_for(IDLE_MS + 1_000)
        expect(dialog(page)).to_be_visible()
        dialog(page).get_by_role("button").tap()
        expect(dialog(page)).to_be_hidden()
        page.clock.run_for(ANSWER_MS + 5_000)
        assert page.url.endswith("/scientists/tu-youyou")
        expect(dialog(page)).to_be_hidden()
        page.locator("h1").tap()


def test_i_am_done_goes_home_at_once(looking, served):
    page = looking("/about?lang=en")
    page.clock.run_for(IDLE_MS + 1_000)
    dialog(page).get_by_role("link").tap()
    page.wait_for_url(served.url + "/")
    expect(dialog(page)).to_be_hidden()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_escape_is_an_answer_too(looking):
    page = looking("/programme")
    page.clock.run_for(IDLE_MS + 1_000)
    expect(dialog(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    page.clock.run_for(ANSWER_MS + 5_000)
    assert page.url.endswith("/programme")


def test_the_question_comes_back_on_the_next_page_and_only_once(looking):
    page = looking("/")
    page.locator(".door-scientists").tap()
    page.wait_for_url("**/scientists")
    page.locator(".person").first.tap()
    page.wait_for_url("**/scientists/*")
    page.clock.run_for(IDLE_MS - 2_000)
    expect(dialog(page)).to_be_hidden()
    page.clock.run_for(3_000)
    expect(dialog(page)).to_have_count(1)


MINTED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
WHAT_IS_THERE = """() => {
    const attributes = [...document.documentElement.attributes].map((one) => `${one.name}=${one.value}`).sort();
    return [attributes.join(" "), document.title, document.body.outerHTML];
}"""


def what_is_there(page: Page) -> list[str]:
    """Return everything that a visitor could read or press, without the ids that are minted each time."""
    page.wait_for_selector(".shield", state="detached")
    return [MINTED.sub("<id>", part) for part in page.evaluate(WHAT_IS_THERE)]


def leave_a_trace(page: Page) -> None:
    """Visit with everything on: other language, large text, contrast, a group half counted, sources unfolded."""
    page.locator("[hreflang=en]").tap()
    page.locator("a[href*='text=large']").tap()
    page.locator("a[href*='contrast=high']").tap()
    page.wait_for_url("**contrast=high**")
    page.locator(".door-check-in").tap()
    page.locator("a[href*='/check-in/group']").tap()
    for digit in "46":
        page.locator("main").get_by_role("link", name=digit, exact=True).tap()
    page.locator("main a[href*='/check-in/group/0']").tap()
    page.locator("a[href*='visitor_type.teacher=1']:not([href*=pad])").tap()
    page.wait_for_url("**visitor_type.teacher=1**")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


def walk_away(page: Page) -> None:
    page.clock.run_for(IDLE_MS + 1_000)
    expect(dialog(page)).to_be_visible()
    page.clock.run_for(ANSWER_MS)


def say_done(page: Page) -> None:
    page.clock.run_for(IDLE_MS + 1_000)
    dialog(page).get_by_role("link").tap()


def press_done(page: Page) -> None:
    page.locator(".bar .done").tap()
    # The heading has the focus; nothing else is different.
    expect(page.locator("h1:focus")).to_have_count(1)
    page.evaluate("document.activeElement.blur()")


@pytest.mark.parametrize("leave", [walk_away, say_done, press_done])
def test_nothing_of_a_visitor_is_left_for_the_next(looking, served, leave):
    page = looking("/")
    length = page.evaluate("history.length")
    fresh = what_is_there(page)
    leave_a_trace(page)
    leave(page)
    page.wait_for_url(served.url + "/")
    assert what_is_there(page) == fresh
    assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie, window.name]") == [0, 0, "", ""]
    assert page.context.cookies() == []
    assert page.evaluate("[history.length, history.state, scrollX, scrollY]") == [length, None, 0, 0]
    assert page.evaluate("caches.keys()") == []


def test_nothing_of_a_visitor_is_left_even_when_nobody_answers(looking, served, watched):
    page = looking("/")
    fresh = what_is_there(page)
    leave_a_trace(page)
    with server_gone(page, watched):
        walk_away(page)
        page.wait_for_url(served.url + "/")
        # It is marked as old, so that it is asked for again.
        version = re.compile(r' data-display-version="[^"]*"')
        assert [version.sub("", one) for one in what_is_there(page)] == [version.sub("", one) for one in fresh]
    with page.expect_response(served.url + "/"):
        page.clock.run_for(6_000)


def test_a_visitor_who_meets_a_failure_and_walks_away_leaves_nothing(looking, served, watched):
    page = looking("/scientists?lang=en")
    with server_gone(page, watched):
        page.locator(".person").first.tap()
        expect(page.locator("dialog.failed")).to_be_visible()
    page.clock.run_for(IDLE_MS + 1_000)
    expect(page.locator("dialog.failed")).to_be_hidden()
    expect(dialog(page)).to_contain_text("Still looking?")
    page.clock.run_for(ANSWER_MS)
    page.wait_for_url(served.url + "/")


def test_someone_who_touches_the_screen_is_not_asked(looking):
    page = looking("/programme")
    for _ in range(4):
        page.clock.run_for(IDLE_MS - 10_000)
        page.locator("h1").tap()
    expect(dialog(page)).to_be_hidden()


def test_the_home_screen_asks_nobody(looking):
    page = looking("/")
    page.clock.run_for(IDLE_MS * 3)
    expect(dialog(page)).to_be_hidden()


def test_the_home_screen_in_another_language_goes_back_to_its_own(looking, served):
    page = looking("/?lang=en")
    page.clock.run_for(IDLE_MS + ANSWER_MS + 2_000)
    page.wait_for_url(served.url + "/")


def test_a_phone_is_never_asked(looking, served):
    page = looking("/programme", served.phone_url, size=(390, 844))
    page.clock.run_for(IDLE_MS * 5)
    assert page.locator("dialog").count() == 0
    assert page.url.endswith("/programme")


@pytest.mark.parametrize("path", ["/", "/?lang=en", "/check-in", "/scientists", "/quiz"])
def test_a_screen_weighs_little(new_page, served, path):
    page = new_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda response: sizes.update({response.url: len(response.body())}))
    page.goto(served.url + path, wait_until="networkidle")
    assert len(sizes) >= 4, sizes
    # Apart from the portraits, which nothing waits for.
    pictures = sum(size for url, size in sizes.items() if "/pictures/portraits/" in url)
    drawn = sum(page.eval_on_selector_all(".portrait svg", "(all) => all.map((one) => one.outerHTML.length)"))
    assert sum(sizes.values()) - pictures - drawn <= LIGHT, sizes
    assert pictures + drawn <= LIGHT


def test_the_watch_itself_notices_what_leaves_the_machine_and_what_the_policy_forbids(browser, served: Served):
    from tests.browser.conftest import Watched

    watched = Watched()
    page = browser.new_page()
    watched.listen_to(page)
    page.goto(served.url + "/")
    page.evaluate("() => { const one = new Image(); one.src = 'http://192.0.2.1/x.png'; }")
    page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    wait_in(page, lambda: any("192.0.2.1" in said for said in watched.complaints))
    wait_in(page, lambda: any("Content Security Policy" in said and "style" in said for said in watched.complaints))
    page.close()


@pytest.mark.parametrize("event", ["contextmenu", "dragstart", "auxclick"])
def test_a_long_press_opens_no_menu_and_nothing_is_dragged_or_opened_beside(new_page, served, event):
    page = new_page()
    page.goto(served.url + "/")
    page.locator(".door-quiz").tap()
    page.wait_for_url("**/quiz")
    prevented = page.evaluate(
        "(type) => !document.body.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true }))", event
    )
    assert prevented


def test_nothing_can_be_selected_pinched_or_pulled(new_page, served):
    page = new_page()
    page.goto(served.url + "/programme")
    style = "(one) => { const style = getComputedStyle(document.body); return style[one]; }"
    assert page.evaluate(style, "userSelect") == "none"
    assert page.evaluate(style, "overscrollBehaviorY") == "none"
    workings = page.context.new_cdp_session(page)
    pinch = {"x": 500, "y": 400, "scaleFactor": 2.5, "gestureSourceType": "touch"}
    workings.send("Input.synthesizePinchGesture", pinch)
    assert page.evaluate("visualViewport.scale") == 1, "two fingers do not zoom"
