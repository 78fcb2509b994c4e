"""The manners of an unattended screen: it asks whether anyone is there, goes home, and weighs little."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served

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
    assert page.get_attribute("html", "lang") == "zh-CN"


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
    # Portraits come after the words, and are kept for a year.
    portraits = {url: size for url, size in sizes.items() if "/pictures/portraits/" in url}
    assert sum(sizes.values()) - sum(portraits.values()) <= LIGHT, sizes
    assert sum(portraits.values()) <= LIGHT, portraits


def test_the_watch_itself_notices_what_leaves_the_machine_and_what_the_policy_forbids(browser, served: Served):
    from tests.browser.conftest import Watched

    watched = Watched()
    page = browser.new_page()
    watched.listen_to(page)
    page.goto(served.url + "/")
    page.evaluate("() => { const one = new Image(); one.src = 'http://192.0.2.1/x.png'; }")
    page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    page.wait_for_timeout(200)
    page.close()
    assert any("192.0.2.1" in said for said in watched.complaints)
    assert any("Content Security Policy" in said and "style" in said for said in watched.complaints)


def test_a_long_press_opens_no_menu(new_page, served):
    page = new_page()
    page.goto(served.url + "/")
    prevented = page.evaluate(
        "() => !document.body.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))"
    )
    assert prevented
