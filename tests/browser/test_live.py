"""The staff's first page kept open through the day, on a phone: it follows by itself and loses nobody's place."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.domain.burst import FEWEST
from tests.browser.eyes import violations
from tests.browser.staff import Desk, open_desk, sign_in_elsewhere

PHONE = (390, 844)
SOON = 12_000  # milliseconds: a page asks every three seconds, and the machine may be busy


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


def test_what_happens_is_seen_without_a_touch(page, desk):
    before = int(figure(page, "visits").inner_text())
    desk.check_in(3, visitor_type={"teacher": 3})
    expect(figure(page, "visits")).to_have_text(str(before + 3), timeout=SOON)
    expect(page.locator("[data-live=newest] tr[data-kind=check_in]").first).to_contain_text("教师")


def test_a_keyboard_and_an_opened_table_stay_where_they_were(page, desk):
    desk.check_in()
    page.reload()
    page.locator("[data-counts=hour] summary").click()
    page.locator("[data-live=newest] > a").focus()
    before = int(figure(page, "visits").inner_text())
    desk.check_in()
    expect(figure(page, "visits")).to_have_text(str(before + 1), timeout=SOON)
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
    expect(figure(page, "visits")).to_have_text(str(before + 1), timeout=SOON)


def test_a_kiosk_that_does_not_answer_is_told(page, watched):
    page.route("**/staff/live*", lambda route: route.abort())
    expect(page.locator(".live-lost")).to_have_text("连不上设备，下面的数字没有更新。", timeout=SOON)
    page.unroute("**/staff/live*")
    expect(page.locator(".live-lost")).to_have_text("", timeout=SOON)
    watched.complaints.clear()


def test_a_disk_that_fails_turns_the_open_page_red(page, desk):
    log = desk.kiosk.log
    try:
        log.failure, log.can_record = "FullError: database or disk is full", lambda: False
        expect(page.locator(".trust-failing")).to_contain_text("现在无法记录", timeout=SOON)
        assert violations(page) == []
    finally:
        log.failure = None
        del log.can_record
    expect(page.locator(".trust-ok")).to_be_visible(timeout=SOON)


def test_playing_children_come_up_by_themselves_and_go_at_one_tap(page, desk):
    before = int(figure(page, "visits").inner_text())
    for _ in range(FEWEST):
        desk.clock.forward(3_000)
        desk.check_in(visitor_type={"primary_pupil": 1})
    burst = page.locator(".burst")
    expect(burst).to_contain_text("一模一样的签到", timeout=SOON)
    assert violations(page) == []
    burst.get_by_role("button", name="都作废").click()
    expect(figure(page, "visits")).to_have_text(str(before))
    expect(page.locator(".burst")).to_have_count(0)
