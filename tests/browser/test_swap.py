"""From page to page at the touchscreen: one document, no history, never a visitor left before the browser's errors."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.finger import Finger, middle, server_gone

NOT_RECORDED = "刚才没有记上，请再点一次；仍不行，请找工作人员。"
NOT_OPENED = "刚才没有打开，请再点一次；仍不行，请找工作人员。"


@pytest.fixture
def arrive(new_page, served):
    """Return a function that opens a page in a document that can be told from another one."""

    def at(path: str = "/", url: str | None = None, **options) -> Page:
        page = new_page(**options)
        page.goto((url or served.url) + path)
        page.evaluate("window.same = history.length")
        return page

    return at


def is_same(page: Page) -> bool:
    """Whether the document is still the one that arrived, with nothing added to its history."""
    return page.evaluate("window.same === history.length")


def screen(page: Page):
    return page.locator("body")


def on(page: Page, name: str) -> None:
    expect(screen(page)).to_have_attribute("data-screen", name)


def failed(page: Page):
    return page.locator("dialog.failed")


def press(page: Page, selector: str) -> None:
    """Press without waiting for anything: a click as a script makes it."""
    page.locator(selector).first.dispatch_event("click")


def last_question(page: Page, served) -> None:
    page.goto(served.url + "/check-in")
    page.get_by_text("教师", exact=True).tap()
    page.get_by_text("18～59岁", exact=True).tap()
    page.wait_for_selector("form[action^='/check-in'] button")
    page.evaluate("window.same = history.length")


def test_a_whole_visit_is_one_document_without_history(arrive):
    page = arrive()
    page.locator(".door-scientists").tap()
    page.locator("main a[href*='/scientists/tu-youyou']").first.tap()
    on(page, "scientist")
    assert "屠呦呦" in page.title()
    assert page.url.endswith("/scientists/tu-youyou")
    page.locator(".bar a[hreflang=en]").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".bar a[href*='text=large']").tap()
    expect(page.locator("html")).to_have_attribute("data-text", "large")
    page.locator(".bar a[rel=up]").tap()
    on(page, "scientists")
    page.locator(".bar a[rel=up]").tap()
    page.locator(".door-quiz").tap()
    page.locator("main a[href*='/quiz/']").first.tap()
    page.locator("button[name=answer]").first.tap()
    expect(page.locator(".verdict")).to_be_visible()
    assert is_same(page)


def test_styles_that_a_page_brings_are_there_before_it_is(arrive):
    page = arrive()
    page.evaluate("""() => {
        window.late = null;
        new MutationObserver(() => {
            if (document.body.dataset.screen === "scientists")
                window.late ??= ![...document.styleSheets].some((one) => one.href.includes("screens.css"));
        }).observe(document.body, { childList: true });
    }""")
    page.locator(".door-scientists").tap()
    on(page, "scientists")
    assert page.evaluate("window.late") is False


def test_the_heading_of_the_new_page_has_the_focus_and_the_page_begins_at_its_top(arrive):
    page = arrive(size=(800, 480))
    page.locator(".door-scientists").tap()
    on(page, "scientists")
    page.evaluate("scrollTo(0, 600)")
    page.locator(".person").last.tap()
    on(page, "scientist")
    assert page.evaluate("[document.activeElement.tagName, scrollY]") == ["H1", 0]


def test_what_came_of_a_form_has_the_focus(arrive):
    page = arrive("/quiz")
    page.locator("main a[href*='/quiz/']").first.tap()
    page.locator("button[name=answer]").first.tap()
    expect(page.locator(".verdict")).to_be_focused()
    page.goto(page.url.partition("/quiz")[0] + "/scientists/tu-youyou")
    page.locator(".button-tribute").tap()
    expect(page.locator(".tribute-paid")).to_be_focused()


def test_the_way_back_from_a_profile_ends_at_that_person(arrive):
    page = arrive("/scientists/zhu-kezhen", size=(800, 480))
    page.locator(".bar a[rel=up]").tap()
    on(page, "scientists")
    assert page.url.endswith("/scientists#at-zhu-kezhen")
    expect(page.locator("#at-zhu-kezhen")).to_be_in_viewport()
    assert page.evaluate("document.activeElement.closest('li').id") == "at-zhu-kezhen"


def test_a_link_to_a_part_of_the_page_adds_no_history(arrive):
    page = arrive("/programme")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert is_same(page)


@pytest.mark.parametrize("key", ["Enter", " "])
def test_a_keyboard_or_a_switch_leads_on(arrive, key):
    page = arrive()
    page.locator(".door-quiz").focus()
    page.keyboard.press(key)
    on(page, "quiz")
    assert is_same(page)


def test_pages_of_errors_take_their_place_like_others(arrive):
    page = arrive()
    page.evaluate("document.querySelector('.door-quiz').href = '/nothing'")
    page.locator(".door-quiz").tap()
    on(page, "failure")
    page.locator("main a[href='/']").tap()
    on(page, "home")
    assert is_same(page)


def test_a_link_that_nobody_answers_keeps_the_page_and_can_be_tried_again(arrive, watched):
    page = arrive("/scientists")
    with server_gone(page, watched):
        page.locator(".person").first.tap()
        expect(failed(page)).to_be_visible()
        expect(failed(page)).to_contain_text(NOT_OPENED)
        expect(failed(page)).not_to_contain_text("没有记上", use_inner_text=True)
        on(page, "scientists")
        failed(page).get_by_role("button").tap()
        expect(failed(page)).to_be_visible()
    failed(page).get_by_role("button").tap()
    on(page, "scientist")
    assert is_same(page)


def test_home_is_remembered_when_nobody_answers(arrive, watched):
    page = arrive()
    page.locator(".door-scientists").tap()
    on(page, "scientists")
    with server_gone(page, watched):
        page.locator(".person").first.tap()
        failed(page).get_by_role("link").tap()
        on(page, "home")
        assert page.url.endswith("/")
    page.locator(".door-quiz").tap()
    on(page, "quiz")
    assert is_same(page)


def test_a_style_sheet_that_did_not_come_is_asked_for_again(arrive, watched):
    page = arrive()
    page.route("**/css/screens.css*", lambda route: route.abort())
    page.locator(".door-scientists").tap()
    expect(failed(page)).to_be_visible()
    page.unroute("**/css/screens.css*")
    failed(page).get_by_role("button").tap()
    on(page, "scientists")
    assert page.evaluate("[...document.styleSheets].some((one) => one.href.includes('screens.css'))")
    watched.complaints[:] = [said for said in watched.complaints if "net::ERR_" not in said]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_that_only_stammers_is_as_good_as_none(arrive, watched, status):
    page = arrive()
    page.route(
        "**/quiz", lambda route: route.fulfill(status=status, body="<h1>Bad Gateway</h1>", content_type="text/html")
    )
    page.locator(".door-quiz").tap()
    expect(failed(page)).to_be_visible()
    on(page, "home")
    page.unroute("**/quiz")
    failed(page).get_by_role("button").tap()
    on(page, "quiz")
    watched.complaints[:] = [said for said in watched.complaints if f"status of {status}" not in said]


def test_a_check_in_that_nobody_took_is_sent_again_and_counted_once(arrive, served, watched):
    page = arrive()
    last_question(page, served)
    before = served.kiosk.log.count()
    with server_gone(page, watched):
        page.get_by_text("玉泉区", exact=True).tap()
        expect(failed(page)).to_contain_text(NOT_RECORDED)
        expect(failed(page)).not_to_contain_text("没有打开", use_inner_text=True)
    failed(page).get_by_role("button").tap()
    on(page, "checked-in")
    assert served.kiosk.log.count() == before + 1
    assert is_same(page)


def test_a_check_in_whose_answer_was_lost_is_sent_again_and_counted_once(arrive, served, watched):
    page = arrive()
    last_question(page, served)
    before = served.kiosk.log.count()

    def lose(route):
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/check-in", lose)
    page.get_by_text("玉泉区", exact=True).tap()
    expect(failed(page)).to_be_visible()
    assert served.kiosk.log.count() == before + 1
    page.unroute("**/check-in")
    failed(page).get_by_role("button").tap()
    on(page, "checked-in")
    assert served.kiosk.log.count() == before + 1
    watched.complaints[:] = [said for said in watched.complaints if "net::ERR_" not in said]


def test_a_double_tap_sends_once(arrive, served, watched):
    page = arrive()
    last_question(page, served)
    watched.asked.clear()
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.evaluate("""() => {
        const buttons = document.querySelectorAll("form[action^='/check-in'] button");
        for (const button of [buttons[0], buttons[0], buttons[1]]) button.click();
    }""")
    on(page, "checked-in")
    assert len(sent) == 1


def test_of_two_taps_on_a_page_the_first_counts(arrive):
    page = arrive()
    page.evaluate("""() => {
        for (const door of [".door-scientists", ".door-quiz"]) document.querySelector(door).click();
    }""")
    expect(page.locator("body:not([data-screen=home])")).to_have_count(1)
    page.wait_for_timeout(300)
    on(page, "scientists")


def test_what_was_pressed_says_so_while_its_page_comes(arrive):
    page = arrive()
    pressed = page.evaluate("""() => {
        const door = document.querySelector(".door-quiz");
        door.click();
        return door.hasAttribute("data-pressed");
    }""")
    assert pressed


def test_what_is_no_page_is_an_ordinary_visit_without_history(arrive):
    page = arrive()
    length = page.evaluate("history.length")
    page.evaluate("document.querySelector('.door-quiz').href = '/static/img/mark.svg'")
    page.locator(".door-quiz").tap()
    page.wait_for_url("**/mark.svg")
    assert page.evaluate("history.length") == length


def test_another_version_of_the_script_is_an_ordinary_visit(arrive):
    page = arrive()
    page.evaluate("document.querySelector('script[type=module]').src = '/static/js/kiosk.js?v=older'")
    page.locator(".door-quiz").tap()
    on(page, "quiz")
    assert not is_same(page)


def test_the_corner_for_staff_works_after_a_swap_and_leaves_no_history(arrive):
    page = arrive()
    page.locator(".door-scientists").tap()
    on(page, "scientists")
    length = page.evaluate("history.length")
    finger = Finger(page)
    finger.down(1275, 5)
    page.wait_for_timeout(3_200)
    finger.up()
    page.wait_for_url("**/staff/pin")
    assert page.evaluate("history.length") == length


def test_the_corner_without_a_server_keeps_the_page(arrive, watched):
    page = arrive()
    page.clock.install()
    with server_gone(page, watched):
        finger = Finger(page)
        finger.down(1275, 5)
        page.clock.run_for(3_100)
        finger.up()
        expect(failed(page)).to_be_visible()
        on(page, "home")


# ---- What a finger meant -------------------------------------------------------------------------------------------


@pytest.fixture
def still(new_page, served):
    """Return a function that opens a page for which no time passes unless the test says so."""

    def at(path: str, **options) -> tuple[Page, Finger]:
        page = new_page(**options)
        page.clock.install(time=0)
        page.goto(served.url + path)
        page.clock.pause_at(15)
        return page, Finger(page)

    return at


def test_a_second_tap_does_not_press_what_has_just_come_up_under_it(still):
    page, finger = still("/")
    place = middle(page.locator(".door-check-in"))
    finger.tap(*place)
    on(page, "check-in")
    under = page.evaluate(
        """([x, y]) => {
        const shield = document.querySelector(".shield");
        shield.hidden = shield.style.pointerEvents = "none";
        const found = Boolean(document.elementFromPoint(x, y).closest("a.choice"));
        shield.style.pointerEvents = "";
        shield.hidden = false;
        return found;
    }""",
        list(place),
    )
    assert under, "this says nothing unless there is a choice under the finger"
    page.clock.run_for(200)
    finger.tap(*place)
    page.wait_for_timeout(300)
    assert page.url.endswith("/check-in")
    page.clock.run_for(400)
    finger.tap(*place)
    page.wait_for_url("**/check-in/one/**")


def test_a_tap_elsewhere_counts_at_once(still):
    page, finger = still("/")
    finger.tap(*middle(page.locator(".door-check-in")))
    on(page, "check-in")
    finger.tap(*middle(page.locator("a.choice").first))
    page.wait_for_url("**/check-in/one/**")


def test_a_finger_that_was_down_before_the_page_came_presses_nothing_on_it(still):
    page, finger = still("/")
    place = middle(page.locator(".door-check-in"))
    held = []
    page.route("**/check-in", lambda route: held.append(route))
    with page.expect_request("**/check-in"):
        page.evaluate("document.querySelector('.door-check-in').click()")
    finger.down(*place)
    held[0].continue_()
    on(page, "check-in")
    page.clock.run_for(1_000)
    finger.up()
    page.wait_for_timeout(300)
    assert page.url.endswith("/check-in")


def test_an_impatient_finger_does_not_answer_what_is_asked_after_a_failure(still, watched):
    page, finger = still("/scientists")
    with server_gone(page, watched):
        page.locator(".person").first.tap()
        expect(failed(page)).to_be_visible()
    away = middle(failed(page).get_by_role("link"))
    finger.tap(*away)
    page.wait_for_timeout(300)
    expect(failed(page)).to_be_visible()
    page.clock.run_for(450)
    finger.tap(*away)
    on(page, "home")


@pytest.mark.parametrize(("by", "counts"), [(6, True), (20, True), (60, False)])
def test_a_finger_may_slide_a_little(arrive, by, counts):
    page = arrive("/check-in")
    x, y = middle(page.locator("a.choice").first)
    Finger(page).slide(x - 20, y, by)
    if counts:
        page.wait_for_url("**/check-in/one/**")
    else:
        page.wait_for_timeout(300)
        assert page.url.endswith("/check-in")


def test_a_finger_that_slides_counts_once(arrive):
    page = arrive("/check-in/group?typed=5")
    x, y = middle(page.locator("a.round").last)
    Finger(page).slide(x - 8, y, 18)
    page.wait_for_url("**typed=6**")
    page.wait_for_timeout(300)
    assert "typed=6" in page.url


def test_a_finger_that_jumps_is_one(still):
    page, finger = still("/check-in/group?typed=5")
    place = middle(page.locator("a.round").last)
    finger.tap(*place)
    finger.tap(*place)
    page.wait_for_url("**typed=6**")
    page.wait_for_timeout(300)
    assert "typed=6" in page.url
    page.clock.run_for(100)
    finger.tap(*place)
    page.wait_for_url("**typed=7**")


def test_a_long_press_does_nothing(arrive):
    page = arrive()
    finger = Finger(page)
    finger.down(*middle(page.locator(".door-quiz")))
    page.wait_for_timeout(1_300)
    finger.up()
    page.wait_for_timeout(300)
    on(page, "home")


def test_a_tap_that_the_page_hears_of_late_is_a_tap(arrive):
    page = arrive()
    page.evaluate("""() => addEventListener("pointerdown", () => {
        for (const end = performance.now() + 1300; performance.now() < end; );
        window.stood = true;
    }, { once: true })""")
    finger, place, began = Finger(page), middle(page.locator(".door-quiz")), time.time()
    finger.down(*place)  # comes back when the page has heard of it
    finger.up(at=began + 0.2)
    on(page, "quiz")
    assert page.evaluate("window.stood") and is_same(page)


# ---- Counting, and phones ------------------------------------------------------------------------------------------


def test_the_way_on_waits_for_the_taps_before_it(arrive):
    page = arrive("/check-in/group?typed=46")
    page.evaluate("""() => {
        document.querySelector("main a.round:last-of-type").click();
        document.querySelector("main a.button-main").click();
    }""")
    page.wait_for_url("**/check-in/group/0?**")
    assert "party_size=47" in page.url


def test_counting_without_a_server_keeps_the_page(arrive, watched):
    page = arrive("/check-in/group?typed=46")
    with server_gone(page, watched):
        press(page, "main a.round:last-of-type")
        expect(failed(page)).to_be_visible()
    failed(page).get_by_role("button").tap()
    page.wait_for_url("**typed=47**")
    assert is_same(page)


def test_on_a_phone_only_counting_stays_in_the_document(arrive, served):
    page = arrive("/scientists", served.phone_url, size=(390, 844))
    page.locator(".person").first.tap()
    on(page, "scientist")
    assert not is_same(page)
    page.go_back()
    on(page, "scientists")
