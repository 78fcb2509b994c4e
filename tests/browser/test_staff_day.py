"""A day of the staff in a real browser: at the touchscreen with the PIN, on a laptop with the password."""

import csv
import io
import re

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.served import SIZES
from tests.browser.staff import (
    PASSWORD,
    PIN,
    Desk,
    open_desk,
    sign_in_at_touchscreen,
    sign_in_elsewhere,
    tap_pin,
)
from tests.browser.staff_pages import in_state
from tests.browser.test_visit import check_in
from tests.browser.waiting import wait_in

LAPTOP = {"has_touch": False}
CORNER = (1240, 40)
ON_A_LINK = (1225, 65)  # in the same corner, where a page has its way for groups


@pytest.fixture(scope="module")
def own_desk(serve) -> Desk:
    return open_desk(serve)


@pytest.fixture
def desk(own_desk) -> Desk:
    """A kiosk whose guesses are all given back, and where nobody is signed in yet."""
    own_desk.new_secrets()
    own_desk.kiosk.stop, own_desk.kiosk.stop_is_chosen = None, False
    return own_desk


def figure(page: Page, name: str) -> str:
    return page.locator(f"[data-figure='{name}']").inner_text()


def count(page: Page, table: str, words: str) -> str:
    return page.locator(f"[data-counts='{table}'] tr", has_text=words).locator("b").text_content()


def middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def save(page: Page, words: str) -> bytes:
    page.get_by_role("link", name="下载", exact=True).click()
    page.get_by_role("button", name=words).click()
    link = page.get_by_role("link", name="保存文件")
    link.wait_for()
    with page.expect_download() as download:
        link.click()
    return download.value.path().read_bytes()


def test_the_whole_day(new_page, serve):
    desk = open_desk(serve)
    screen = new_page()
    screen.goto(desk.served.url + "/")

    # Before doors open: a long press on the corner, the PIN, where the kiosk stands.
    screen.mouse.move(*CORNER)
    screen.mouse.down()
    screen.wait_for_url("**/staff/pin")
    screen.mouse.up()
    tap_pin(screen, PIN[:4])
    expect(screen.locator(".dots .on")).to_have_count(4)
    tap_pin(screen, PIN[4:])
    screen.get_by_role("link", name="选择今天的站点").tap()
    screen.get_by_role("button", name="回民区").tap()
    expect(screen.locator(".where-stop")).to_have_text("回民区")
    screen.get_by_role("button", name="退出登录").tap()
    screen.wait_for_url(desk.served.url + "/")

    entry_id = check_in(screen, "zh")

    # Elsewhere: the visit is counted, looked at, and taken out of the figures.
    laptop = new_page((1366, 768), **LAPTOP)
    sign_in_elsewhere(laptop, desk)
    assert (figure(laptop, "visits"), figure(laptop, "check-ins")) == ("1", "1")
    assert count(laptop, "stop", "回民区") == "1"
    assert count(laptop, "hour", "08:00") == "1"
    assert count(laptop, "visitor_type", "教师") == "1"
    laptop.locator(f"[data-entry-id='{entry_id}']").get_by_role("link").click()
    expect(laptop.locator(".facts")).to_contain_text("玉泉区")
    laptop.get_by_role("button", name="重复签到").click()
    expect(laptop.locator(".told-voided")).to_contain_text("重复签到")
    assert laptop.get_by_role("button", name="重复签到").count() == 0
    laptop.get_by_role("link", name="今日", exact=True).click()
    assert (figure(laptop, "visits"), figure(laptop, "whole-visits")) == ("0", "0")
    expect(laptop.locator(f"tr.voided[data-entry-id='{entry_id}']")).to_contain_text("已作废")

    # The files: the opening, the check-in, the correction.
    rows = list(csv.DictReader(io.StringIO(save(laptop, "CSV").decode("utf-8-sig"))))
    assert [row["kind"] for row in rows] == ["opening", "check_in", "void"]
    assert (rows[1]["id"], rows[1]["stop"], rows[2]["voids"]) == (entry_id, "huimin", entry_id)
    sheet = openpyxl.load_workbook(io.BytesIO(save(laptop, "XLSX"))).worksheets[-1]
    assert sheet.max_row == 4
    assert entry_id in [cell.value for cell in list(sheet.rows)[3]]

    # A new PIN, told once; the old one is of no use from now on.
    laptop.get_by_role("link", name="密码与 PIN 码").click()
    laptop.get_by_role("button", name="设置新的 PIN 码").click()
    new_pin = laptop.locator(".secret").inner_text()
    assert re.fullmatch("[0-9]{6}", new_pin)
    assert new_pin != PIN
    laptop.get_by_role("link", name="密码与 PIN 码").click()
    assert new_pin not in laptop.content()
    screen.goto(desk.touchscreen)
    tap_pin(screen, PIN)
    expect(screen.get_by_role("alert")).to_have_text("PIN 码不对。")
    tap_pin(screen, new_pin)
    expect(screen.locator("body")).to_have_attribute("data-screen", "staff-day")

    # A new password: everyone who came in with the old one is out.
    colleague = new_page((390, 844))
    sign_in_elsewhere(colleague, desk)
    for field in ("#new", "#again"):
        laptop.locator(field).fill("a-much-better-one")
    laptop.get_by_role("button", name="修改密码").click()
    expect(laptop.get_by_role("status")).to_contain_text("密码已修改")
    colleague.reload()
    expect(colleague.locator("#password")).to_be_visible()
    colleague.locator("#password").fill(PASSWORD)
    colleague.get_by_role("button", name="登录").tap()
    expect(colleague.get_by_role("alert")).to_have_text("密码不对。")
    sign_in_elsewhere(laptop, desk, "a-much-better-one")


# Leaving


def test_left_signed_in_the_touchscreen_goes_home_and_asks_again(new_page, desk):
    page = new_page()
    page.clock.install()
    sign_in_at_touchscreen(page, desk)
    page.clock.fast_forward(80_000)
    page.locator("h1").tap()
    page.clock.fast_forward(80_000)
    assert page.url == desk.touchscreen, "a touch keeps it"
    page.clock.fast_forward(15_000)
    page.wait_for_url(desk.served.url + "/")
    page.goto(desk.touchscreen)
    page.wait_for_url("**/staff/pin?**")


def test_signing_out_takes_a_while_and_the_page_s_own_questions_do_not_call_it_off(new_page, desk):
    page, held = new_page(), []
    page.route("**/sign-out", lambda route: held.append(route))
    sign_in_at_touchscreen(page, desk)
    page.locator(".live-now button").wait_for()
    # The kiosk has ended the session; its answer is still on the way.
    page.locator(".sign-out").evaluate("form => form.requestSubmit()")
    page.context.clear_cookies()
    with page.expect_response(lambda response: "/staff/pin?" in response.url):
        pass
    page.wait_for_timeout(300)
    held[0].fulfill(status=303, headers={"Location": "/"})
    page.wait_for_url(desk.served.url + "/")


def test_left_at_the_pin_the_touchscreen_goes_home(new_page, desk):
    page = new_page()
    page.clock.install()
    page.goto(desk.touchscreen + "/pin")
    page.clock.fast_forward(50_000)
    assert page.url.endswith("/staff/pin")
    page.clock.fast_forward(15_000)
    page.wait_for_url(desk.served.url + "/")


def test_a_laptop_is_not_sent_away(new_page, desk):
    page = new_page((1366, 768), **LAPTOP)
    page.clock.install()
    sign_in_elsewhere(page, desk)
    page.clock.fast_forward(600_000)
    assert page.url == desk.elsewhere


# The corner


@pytest.mark.parametrize(
    ("at", "then"),
    [
        pytest.param(CORNER, lambda page: (page.clock.run_for(2_500), page.mouse.up()), id="short"),
        pytest.param((640, 300), lambda page: None, id="elsewhere"),
        pytest.param((40, 40), lambda page: None, id="the other corner"),
        pytest.param(CORNER, lambda page: page.mouse.move(1160, 60), id="sliding"),
    ],
)
def test_another_press_opens_nothing(new_page, desk, at, then):
    page = new_page(has_touch=False)
    page.clock.install()
    page.goto(desk.served.url + "/")
    page.mouse.move(*at)
    page.mouse.down()
    then(page)
    page.clock.run_for(6_000)
    page.mouse.up()
    page.wait_for_timeout(200)
    assert "/staff" not in page.url


def test_a_long_touch_opens_the_pad(new_page, desk):
    page = new_page()
    page.clock.install()
    page.goto(desk.served.url + "/")
    touches = page.context.new_cdp_session(page)
    points = [{"x": CORNER[0], "y": CORNER[1]}]
    touches.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
    page.clock.run_for(3_000)
    page.wait_for_url("**/staff/pin")


def test_lifting_after_a_long_press_follows_no_link_under_it(new_page, desk):
    page = new_page(has_touch=False)
    page.clock.install()
    page.goto(desk.served.url + "/check-in")
    under = page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('a')?.className", list(ON_A_LINK))
    assert "group-door" in under, "a visitor's link lies in the corner"
    waiting = []
    page.route("**/staff/pin", lambda route: waiting.append(route))  # a kiosk that takes its time
    page.mouse.move(*ON_A_LINK)
    page.mouse.down()
    page.clock.run_for(3_000)
    wait_in(page, lambda: waiting)
    page.mouse.up()
    page.wait_for_timeout(300)
    page.unroute("**/staff/pin")  # lets it go on
    page.wait_for_url("**/staff/pin")


def test_a_tap_on_a_visitors_link_in_the_corner_follows_it(new_page, desk):
    page = new_page()
    page.goto(desk.served.url + "/check-in")
    page.touchscreen.tap(*ON_A_LINK)
    page.wait_for_url("**/check-in/group?**")


def test_a_phone_has_no_such_corner(new_page, desk):
    page = new_page(has_touch=False)
    page.clock.install()
    page.goto(desk.served.phone_url + "/")
    page.mouse.move(*CORNER)
    page.mouse.down()
    page.clock.run_for(6_000)
    page.wait_for_timeout(200)
    assert "/staff" not in page.url


# The PIN


def test_a_wrong_pin_is_told_and_too_many_say_how_long_to_wait(new_page, desk):
    page = new_page(SIZES[0])
    page.goto(desk.touchscreen + "/pin")
    for _ in range(5):
        tap_pin(page, "111119")
        expect(page.get_by_role("alert")).to_have_text("PIN 码不对。")
        expect(page.locator("#pin")).to_have_value("")
        expect(page.locator(".dots .on")).to_have_count(0)
        page.goto(desk.touchscreen + "/pin")
    tap_pin(page)
    expect(page.get_by_role("alert")).to_have_text(re.compile("请等 [0-9]+ 秒后再试"))
    desk.clock.forward(61_000)
    tap_pin(page)
    expect(page.locator("body")).to_have_attribute("data-screen", "staff-day")


def test_the_pad_erases_types_and_takes_no_more_than_it_shows(new_page, desk):
    page = new_page()
    page.goto(desk.touchscreen + "/pin")
    tap_pin(page, "123")
    page.get_by_role("button", name="退格").tap()
    expect(page.locator("#pin")).to_have_value("12")
    expect(page.locator(".dots .on")).to_have_count(2)
    page.keyboard.type("a3")
    expect(page.locator("#pin")).to_have_value("123")
    assert page.locator("#pin").get_attribute("type") == "password"
    assert page.locator("#pin").evaluate("one => one.inputMode") == "none", "no keyboard slides over the pad"


def test_without_scripts_the_pin_is_typed(new_page, desk):
    page = new_page(java_script_enabled=False)
    page.goto(desk.touchscreen + "/pin")
    assert page.locator("[data-key]:visible").count() == 0, "no key that does nothing"
    page.locator("#pin").fill(PIN)
    page.get_by_role("button", name="确定").tap()
    expect(page.locator("body")).to_have_attribute("data-screen", "staff-day")


# Correcting, choosing


def test_a_reason_in_ones_own_words_is_the_one_recorded(new_page, desk):
    entry_id = desk.check_in(3)
    page = new_page((1366, 768), **LAPTOP)
    sign_in_elsewhere(page, desk)
    page.goto(f"{desk.elsewhere}/entries/{entry_id}")
    page.locator("#own").press("Enter")
    assert desk.kiosk.log.void_of(entry_id) is None, "no reason, no correction"
    page.locator("#own").fill("老师说只来了两位")
    page.locator("#own").press("Enter")
    expect(page.locator(".told-voided")).to_contain_text("老师说只来了两位")
    assert desk.kiosk.log.void_of(entry_id).reason == "老师说只来了两位"


def test_two_taps_on_a_stop_choose_once(new_page, desk):
    page = new_page()
    sign_in_at_touchscreen(page, desk)
    page.goto(desk.touchscreen + "/stop")
    sent = []

    def hold(route):  # a kiosk that takes its time
        sent.append(route) if route.request.method == "POST" else route.continue_()

    page.route("**/staff/stop", hold)
    at = middle(page.get_by_role("button", name="武川县"))
    for _ in range(2):
        page.mouse.click(*at)
        page.wait_for_timeout(250)
    wait_in(page, lambda: sent)
    assert len(sent) == 1
    sent[0].continue_()
    expect(page.locator(".where-stop")).to_have_text("武川县")
    expect(page.locator("[data-kind=opening] .e-said").first).to_have_text("武川县")


# Files


def test_a_file_being_made_shows_how_far_it_is_until_it_is_there(new_page, desk):
    page = new_page((1366, 768), **LAPTOP)
    sign_in_elsewhere(page, desk)
    with in_state(desk, "file making"):
        page.goto(desk.elsewhere + "/files/csv")
        expect(page.locator("[data-percent]")).to_have_text("60")
        asked = desk.kiosk.exports._asked["csv"]
        asked.child.done = 54_000
        expect(page.locator("[data-percent]")).to_have_text("90")
        assert page.locator("progress").evaluate("one => one.value") == 90
        asked.is_ready = True
        expect(page.get_by_role("link", name="保存文件")).to_be_visible()


def test_without_scripts_a_link_asks_whether_the_file_is_there(new_page, desk):
    page = new_page((1366, 768), has_touch=False, java_script_enabled=False)
    sign_in_elsewhere(page, desk)
    with in_state(desk, "file making"):
        page.goto(desk.elsewhere + "/files/csv")
        page.get_by_role("link", name="好了吗").click()
        expect(page.locator("progress")).to_be_visible()
        desk.kiosk.exports._asked["csv"].is_ready = True
        page.get_by_role("link", name="好了吗").click()
        expect(page.get_by_role("link", name="保存文件")).to_be_visible()


def test_a_page_of_the_staff_weighs_little(new_page, desk):
    page = new_page()
    sizes = {}
    page.on("response", lambda response: sizes.update({response.url: len(response.body())}))
    page.goto(desk.touchscreen + "/pin", wait_until="networkidle")
    assert sum(size for url, size in sizes.items() if "staff.css" in url) <= 18_000
    assert sum(sizes.values()) <= 40_000, sizes
