"""The staff's first page kept open through the day, on a phone: it follows by itself and loses nobody's place."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.actions.correct import void
from kiosk.domain.burst import FEWEST
from tests.browser.eyes import violations
from tests.browser.finger import Finger, middle
from tests.browser.staff import Desk, open_desk, sign_in_elsewhere
from tests.browser.waiting import wait_in

PHONE = (390, 844)
PUPIL, TEACHER = {"primary_pupil": 1}, {"teacher": 1}


@pytest.fixture(scope="module", autouse=True)
def asked_every_second():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kiosk.web.staff.live.ASK_SECONDS", 1)
        yield


@pytest.fixture(scope="module")
def desk(serve) -> Desk:
    return open_desk(serve)


@pytest.fixture
def page(new_page, desk) -> Page:
    page = new_page(PHONE)
    sign_in_elsewhere(page, desk)
    return page


def figure(page: Page, name: str):
    return page.locator(f"[data-figure='{name}']")


def play(desk: Desk, who: dict[str, int], count: int = FEWEST) -> None:
    for _ in range(count):
        desk.clock.forward(3_000)
        desk.check_in(visitor_type=who)


@pytest.fixture
def with_a_burst(new_page, serve) -> tuple[Page, Desk]:
    """The page of a kiosk of its own, which points out one burst of pupils."""
    desk, page = open_desk(serve), new_page(PHONE)
    play(desk, PUPIL)
    sign_in_elsewhere(page, desk)
    expect(page.locator(".burst")).to_have_count(1)
    expect(page.get_by_role("button", name="暂停刷新")).to_be_visible()  # its script is there
    return page, desk


def test_what_happens_is_seen_without_a_touch(page, desk):
    before = int(figure(page, "visits").inner_text())
    desk.check_in(3, visitor_type={"teacher": 3})
    expect(figure(page, "visits")).to_have_text(str(before + 3))
    expect(page.locator("[data-live=newest] tr[data-kind=check_in]").first).to_contain_text("教师")


def test_a_keyboard_and_an_opened_table_stay_where_they_were(page, desk):
    desk.check_in()
    page.reload()
    page.locator("[data-counts=hour] summary").click()
    page.locator("[data-live=newest] > a").focus()
    before = int(figure(page, "visits").inner_text())
    desk.check_in()
    expect(figure(page, "visits")).to_have_text(str(before + 1))
    expect(page.locator("[data-counts=hour] details")).to_have_attribute("open", "")
    assert page.evaluate("document.activeElement.closest('[data-live]')?.dataset.live") == "newest"
    assert page.evaluate("document.activeElement.pathname") == "/staff/entries"


def test_held_still_it_does_not_change_and_then_catches_up(page, desk):
    hold = page.get_by_role("button", name="暂停刷新")
    hold.click()
    before = int(figure(page, "visits").inner_text())
    desk.check_in()
    page.wait_for_timeout(4_000)
    expect(figure(page, "visits")).to_have_text(str(before))
    hold.click()
    expect(figure(page, "visits")).to_have_text(str(before + 1))


def test_a_kiosk_that_does_not_answer_is_told(page, watched):
    page.route("**/staff/live*", lambda route: route.abort())
    expect(page.locator(".live-lost")).to_have_text("连不上设备，下面的数字没有更新。")
    page.unroute("**/staff/live*")
    expect(page.locator(".live-lost")).to_have_text("")
    watched.complaints.clear()


def test_a_disk_that_fails_turns_the_open_page_red(page, desk):
    log = desk.kiosk.log
    try:
        log.failure, log.can_record = "FullError: database or disk is full", lambda: False
        expect(page.locator(".trust-failing")).to_contain_text("现在无法记录")
        assert violations(page) == []
    finally:
        log.failure = None
        del log.can_record
    expect(page.locator(".trust-ok")).to_be_visible()


def test_playing_children_come_up_by_themselves_and_go_at_one_tap(page, desk):
    before = int(figure(page, "visits").inner_text())
    play(desk, PUPIL)
    burst = page.locator(".burst")
    expect(burst).to_contain_text("一模一样的签到")
    assert violations(page) == []
    burst.get_by_role("button", name="都作废").click()
    expect(figure(page, "visits")).to_have_text(str(before))
    expect(page.locator(".burst")).to_have_count(0)


def test_no_button_that_voids_moves_under_a_pointer_or_a_finger(with_a_burst):
    page, desk = with_a_burst
    page.get_by_role("button", name="都作废").hover()
    play(desk, TEACHER)
    expect(figure(page, "visits")).to_have_text(str(2 * FEWEST))
    assert "小学生" in page.locator(".burst").inner_text()  # and no other one above it
    # Nothing more happens at the kiosk: what was held back comes all the same.
    page.get_by_role("heading", level=1).hover()
    expect(page.locator(".burst")).to_have_count(2)
    # A finger that was lifted is nowhere.
    page.locator(".burst p").first.tap()
    play(desk, PUPIL)
    expect(page.locator(".burst")).to_have_count(3)


@pytest.fixture
def before_its_script(new_page, serve):
    """Return a function that opens the page with a burst on it, and keeps its script until `come` is called."""

    def open_it(**options):
        desk, page, held = open_desk(serve), new_page((1280, 800), **options), []
        play(desk, PUPIL)
        sign_in_elsewhere(page, desk)
        address = page.url
        page.route("**/js/live.js*", lambda route: held.append(route))
        page.goto("about:blank")
        page.goto(address, wait_until="commit")

        def come() -> None:
            wait_in(page, lambda: held)
            held[0].continue_()

        return desk, page, come

    return open_it


def test_a_mouse_that_was_there_before_the_script_is_known_too(before_its_script):
    desk, page, come = before_its_script(has_touch=False)
    page.get_by_role("button", name="都作废").hover()
    come()
    play(desk, TEACHER)
    expect(figure(page, "visits")).to_have_text(str(2 * FEWEST))
    assert "小学生" in page.locator(".burst").inner_text()


def test_a_finger_that_was_there_before_the_script_is_gone(before_its_script):
    desk, page, come = before_its_script(is_mobile=True)
    Finger(page).tap(*middle(page.locator(".burst p").first))
    assert page.evaluate("document.querySelector('.burst').matches(':hover')"), "the browser takes it for a mouse"
    come()
    play(desk, TEACHER)
    expect(page.locator(".burst")).to_have_count(2)


def test_no_button_that_voids_changes_while_a_keyboard_is_there(with_a_burst):
    page, desk = with_a_burst
    page.get_by_role("button", name="都作废").focus()
    play(desk, TEACHER)
    expect(figure(page, "visits")).to_have_text(str(2 * FEWEST))
    expect(page.locator(".burst")).to_have_count(1)
    assert page.evaluate("document.activeElement.closest('.burst').innerText").count("小学生") == 1
    page.locator("[data-live=newest] > a").focus()
    expect(page.locator(".burst")).to_have_count(2)


def test_behind_another_window_the_focus_stays_with_its_burst_and_comes_to_no_other(with_a_burst):
    page, desk = with_a_burst
    focused = "document.activeElement"
    pupils = desk.kiosk.log.lookup.newest(1).lines[0].entry.id
    page.get_by_role("button", name="都作废").focus()
    page.context.new_cdp_session(page).send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    page.context.new_page().bring_to_front()
    play(desk, TEACHER)
    expect(page.locator(".burst")).to_have_count(2)
    assert "小学生" in page.evaluate(f"{focused}.closest('.burst').innerText")
    assert page.evaluate(f"{focused}.innerText").startswith("是点着玩")
    void(desk.kiosk.log, pupils, reason="重复签到", actor="staff", source="staff")
    expect(page.locator(".burst")).to_have_count(1)
    assert page.evaluate(f"{focused}.localName") == "h2"
    page.bring_to_front()
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.innerText").startswith("是点着玩")
    expect(page.locator(".burst h2[tabindex]")).to_have_count(0)
