"""Stamp cards from end to end in a real browser: coming on duty, the phone's own camera, the scanner page against the
real kiosk, the network that goes, the touchscreen's scanner, and a visitor's card."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kiosk.actions import shifts
from kiosk.actions.stamp import undo
from kiosk.domain.cards import spaced
from kiosk.domain.entry import entry_from_row
from tests.browser.conftest import Watched
from tests.browser.eyes import violations
from tests.browser.finger import server_gone
from tests.browser.keyboard import Keyboard
from tests.browser.served import Served
from tests.browser.staff import PASSWORD, PIN
from tests.browser.test_scanning import wait_for_reader
from tests.browser.waiting import wait_in

PHONE = (390, 844)


@pytest.fixture
def desk(serve, booths_pack) -> Served:
    """A kiosk of its own, with booths and secrets."""
    served = serve(booths_pack)
    for kind, text in (("password", PASSWORD), ("pin", PIN)):
        served.kiosk.accounts.put_secret(kind, text, made=True)
    return served


@pytest.fixture
def come(desk, new_page) -> Callable[[str], Page]:
    def on_duty(station: str) -> Page:
        page = new_page(PHONE)
        page.goto(f"{desk.phone_url}/J/{shifts.invite(desk.kiosk, station)}")
        page.locator("form button").tap()
        page.locator("[aria-pressed=true]").wait_for()
        wait_for_reader(page)
        return page

    return on_duty


def log_of(desk: Served, *kinds: str) -> list:
    return [one for one in (entry_from_row(row) for row in desk.kiosk.log.rows()) if one.kind in kinds]


def answer(page: Page):
    return page.locator(".answer")


def test_from_the_staff_s_code_to_the_end_of_the_shift(desk, new_page):
    laptop, phone = new_page((1366, 768)), new_page(PHONE)
    laptop.goto(desk.phone_url + "/staff/volunteers")
    laptop.locator("#password").fill(PASSWORD)
    laptop.locator("#password").press("Enter")
    laptop.get_by_role("button", name="科普讲座").first.click()
    address = laptop.get_attribute("[data-code]", "data-code")
    phone.goto(desk.phone_url + "/J/" + address.rpartition("/")[2])
    assert "科普讲座" in phone.locator("main").inner_text()
    assert violations(phone) == []
    phone.get_by_role("button", name="上岗").tap()
    expect(phone.locator("body")).to_have_attribute("data-screen", "volunteer-scan")
    phone.wait_for_load_state()  # until the page listens, a scanner's first keys are lost
    token = desk.kiosk.cards.new()
    Keyboard(phone).scan(f"HTTP://192.168.4.1:8000/P/{token}")
    expect(answer(phone)).to_have_attribute("data-answer", "stamped")
    expect(phone.locator(".count-scans")).to_have_text("1")
    phone.locator("button.undo").tap()
    expect(answer(phone)).to_have_attribute("data-answer", "undone")
    phone.get_by_role("button", name="离岗").tap()
    expect(phone.locator("h1")).to_have_text("已离岗")
    assert [one.kind for one in log_of(desk, "shift", "scan", "void", "shift_end")] == [
        *("shift", "scan", "void", "void", "shift_end")
    ]
    laptop.goto(desk.phone_url + "/staff/volunteers")
    expect(laptop.get_by_text("目前没有人在岗")).to_be_visible()


def test_two_taps_on_go_on_duty_are_one(desk, new_page):
    phone = new_page(PHONE)
    phone.goto(f"{desk.phone_url}/J/{shifts.invite(desk.kiosk, 'lecture')}")
    phone.wait_for_load_state()
    sent = []
    phone.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    phone.evaluate("""() => {
        const button = document.querySelector("form button");
        button.click();
        setTimeout(() => button.click(), 60);
    }""")
    expect(phone.locator("body")).to_have_attribute("data-screen", "volunteer-scan")
    assert len(log_of(desk, "shift")) == len(sent) == 1


def test_at_the_touchscreen_each_card_has_its_answer_however_fast_they_come(desk, new_page, monkeypatch):
    page, append = new_page(), desk.kiosk.log.append_each
    shifts.begin_at_touchscreen(desk.kiosk, "telescope")
    page.goto(desk.url + "/")
    page.wait_for_load_state()
    monkeypatch.setattr(
        desk.kiosk.log, "append_each", lambda *a, **k: time.sleep(0.7) or append(*a, **k)
    )  # a worn card
    tokens = [desk.kiosk.cards.new() for _ in range(3)]
    keyboard = Keyboard(page)
    for token in tokens:
        keyboard.scan(f"HTTP://192.168.4.1:8000/P/{token}")
        page.wait_for_timeout(100)
    wait_in(page, lambda: len(log_of(desk, "scan")) == 3)
    assert [one.subject for one in log_of(desk, "scan")] == [token[:8] for token in tokens]


def test_a_card_read_while_another_page_is_on_its_way_is_stamped_after_it(desk, new_page):
    page, token, held = new_page(), desk.kiosk.cards.new(), []
    shifts.begin_at_touchscreen(desk.kiosk, "telescope")
    page.route("**/scientists", lambda route: held.append(route))
    page.goto(desk.url + "/")
    page.locator(".door-scientists").click(no_wait_after=True)
    wait_in(page, lambda: held)
    Keyboard(page).scan(f"HTTP://192.168.4.1:8000/P/{token}")
    held[0].continue_()
    expect(page.locator("body")).to_have_attribute("data-screen", "stamped")
    assert [one.subject for one in log_of(desk, "scan")] == [token[:8]]


def test_the_phone_s_own_camera_opens_a_card_and_the_page_stamps_it_once(desk, come):
    page, token = come("hands-on"), desk.kiosk.cards.new()
    page.goto(f"{desk.phone_url}/P/{token}")
    expect(answer(page)).to_have_attribute("data-answer", "stamped")
    assert len(log_of(desk, "scan")) == 1
    page.goto(f"{desk.phone_url}/P/{token}")
    expect(answer(page)).to_have_attribute("data-answer", "already")
    page.reload()
    page.go_back()
    page.wait_for_timeout(300)
    expect(page.locator("body")).to_have_attribute("data-screen", re.compile("volunteer-(scan|card)"))
    assert len(log_of(desk, "scan")) == 1


def test_undo_is_for_the_card_that_the_answer_is_about(desk, come):
    page, first, second = come("hands-on"), desk.kiosk.cards.new(), desk.kiosk.cards.new()
    page.goto(f"{desk.phone_url}/P/{first}")
    expect(page.locator("button.undo")).to_be_visible()
    Keyboard(page).scan(second)
    expect(page.locator(".answer .card-code")).to_have_text(spaced(second[:8]))
    page.wait_for_timeout(600)
    page.locator("button.undo").tap()
    expect(answer(page)).to_have_attribute("data-answer", "undone")
    scans = {one.subject: one.id for one in log_of(desk, "scan")}
    voided = {one.voids for one in log_of(desk, "void")}
    assert (scans[second[:8]] in voided, scans[first[:8]] in voided) == (True, False)


def test_a_late_answer_of_any_kind_stops_nothing(desk, come, watched: Watched):
    """Another tab of the phone undid a stamp whose answer this one has not had."""
    page, tokens = come("hands-on"), [desk.kiosk.cards.new() for _ in range(2)]
    lost = []
    page.route("**/volunteer/scans*", lambda route: (lost.append(route.fetch()), route.abort()))
    Keyboard(page).scan(tokens[0])
    expect(answer(page)).to_have_attribute("data-answer", "waiting")
    shift = shifts.shift_of(
        desk.kiosk, next(one["value"] for one in page.context.cookies() if "volunteer" in one["name"])
    )
    undo(desk.kiosk, shift, log_of(desk, "scan")[0].id)
    page.unroute("**/volunteer/scans*")
    keyboard = Keyboard(page)
    keyboard.now += 3
    keyboard.scan(tokens[1])
    expect(page.locator(".notice-waiting")).to_be_hidden()
    expect(answer(page)).to_have_attribute("data-answer", "stamped")
    watched.expected.append("net::ERR_")
    assert lost, "the answer was cut off between the commit and the phone"
    assert [one.subject for one in log_of(desk, "scan")] == [token[:8] for token in tokens]


def test_without_a_script_a_big_button_and_the_code_do_it(desk, new_page):
    page = new_page(PHONE, java_script_enabled=False)
    page.goto(f"{desk.phone_url}/J/{shifts.invite(desk.kiosk, 'hands-on')}")
    page.locator("form button").tap()
    page.wait_for_url("**/volunteer")
    tokens = [desk.kiosk.cards.new() for _ in range(2)]
    page.goto(f"{desk.phone_url}/P/{tokens[0]}")
    assert not log_of(desk, "scan")
    page.get_by_role("button", name="盖章").tap()
    expect(answer(page)).to_have_attribute("data-answer", "stamped")
    page.locator("#code").fill(tokens[1][:12])
    page.get_by_role("button", name="盖章").tap()
    expect(answer(page)).to_have_attribute("data-answer", "stamped")
    assert [one.subject for one in log_of(desk, "scan")] == [token[:8] for token in tokens]


def test_scans_without_the_kiosk_wait_and_are_stamped_once_it_is_back(desk, come, watched: Watched):
    page, tokens = come("hands-on"), [desk.kiosk.cards.new() for _ in range(5)]
    keyboard = Keyboard(page)
    with server_gone(page, watched):
        for token in tokens:
            keyboard.scan(token)
            keyboard.now += 2
        expect(page.locator(".waiting-count")).to_have_text("5")
        expect(answer(page)).to_have_attribute("data-answer", "waiting")
    keyboard.scan(tokens[0])
    expect(page.locator(".notice-waiting")).to_be_hidden()
    assert [one.subject for one in log_of(desk, "scan")] == [token[:8] for token in tokens]


def test_a_phone_that_comes_back_after_its_shift_hands_in_what_it_kept(desk, come, watched: Watched):
    page, tokens = come("hands-on"), [desk.kiosk.cards.new() for _ in range(3)]
    watched.expected.append("net::ERR_")
    page.route("**/volunteer/scans*", lambda route: route.abort())  # not one gets through before the network is gone
    for token in tokens:
        Keyboard(page).scan(token)
    expect(page.locator(".waiting-count")).to_have_text("3")
    context = page.context
    page.close()
    shifts.end_all_shifts(desk.kiosk)
    page = context.new_page()
    page.goto(desk.phone_url + "/volunteer")
    expect(page.locator(".handed-in b")).to_have_text("3")
    assert not log_of(desk, "scan")
    kept = {one.subject for one in desk.kiosk.log.refusals.newest(9) if one.details["why"] == "over"}
    assert kept == {token[:8] for token in tokens}


def test_a_full_card_s_souvenir_is_noted_from_the_scanner_page(desk, come):
    token = desk.kiosk.cards.new()
    for station in ("hands-on", "lecture"):
        Keyboard(come(station)).scan(token)
    page = come("telescope")
    Keyboard(page).scan(token)
    give = page.get_by_role("button", name="集齐了 · 发放后点这里")
    give.tap()
    expect(give).to_be_hidden()
    expect(page.locator(".answer .more")).to_contain_text("纪念品已发放")
    assert len(log_of(desk, "souvenir")) == 1
    assert violations(page) == []


def test_the_touchscreen_s_scanner_shows_a_card_and_stamps_where_it_has_a_booth(desk, new_page):
    page, token = new_page(), desk.kiosk.cards.new()
    page.goto(desk.url + "/programme")
    keyboard = Keyboard(page)
    keyboard.scan(f"HTTP://192.168.4.1:8000/P/{token}")
    expect(page.locator("body")).to_have_attribute("data-screen", "card")
    assert not log_of(desk, "scan")
    shifts.begin_at_touchscreen(desk.kiosk, "telescope")
    keyboard.now += 3
    keyboard.scan(f"HTTP://192.168.4.1:8000/P/{token}")
    expect(page.locator("body")).to_have_attribute("data-screen", "stamped")
    expect(page.locator("[data-result]")).to_have_attribute("data-result", "stamped")
    scan = log_of(desk, "scan")[0]
    assert (scan.source, scan.station) == ("scanner", "telescope")
    keyboard.now += 3
    keyboard.scan("HTTPS://EXAMPLE.ORG/SOMETHING/ELSE")
    expect(page.locator("main")).to_contain_text("不是本次活动的卡")


def test_a_visitor_s_card_has_the_same_code_on_every_look_and_shows_its_stamps(desk, new_page, come):
    page = new_page()
    page.goto(desk.url + "/check-in")
    page.get_by_text("教师", exact=True).tap()
    page.get_by_text("18～59岁", exact=True).tap()
    page.locator("form[action^='/check-in'] button").first.tap()
    page.get_by_role("link", name="我的集章卡").tap()
    expect(page.locator("body")).to_have_attribute("data-screen", "card")
    token = page.get_attribute("[data-token]", "data-token")
    assert re.fullmatch(r"[0-9A-Z]{24}", token)
    phone = come("hands-on")
    Keyboard(phone).scan(token)
    expect(answer(phone)).to_have_attribute("data-answer", "stamped")
    page.goto(f"{desk.url}/P/{token}")
    expect(page.locator("[data-stamped]")).to_have_count(1)
    assert len(log_of(desk, "check_in")) == 1, "who has checked in is not counted again"


def test_counting_by_hand_and_other_pages_of_a_phone_break_no_rule(desk, come):
    page = come("lecture")
    page.goto(desk.phone_url + "/volunteer/count")
    assert violations(page) == []
    page.get_by_role("button", name="+10").tap()
    expect(page.locator("[role=status]")).to_contain_text("10")
    assert [one.party_size for one in log_of(desk, "tally")] == [10]
