"""The evening with a phone: the day closed with one tap, and on the last day the copy taken home, proven, and the event
closed. In Chromium over plain HTTP, where a page has no cryptography of its own.
"""

import hashlib
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.eyes import ELSEWHERE, layout, violations
from tests.browser.staff import Desk, open_desk, sign_in_elsewhere

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "locale": "zh-CN", "reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def desk(serve) -> Desk:
    return open_desk(serve)


@pytest.fixture
def phone(browser, desk) -> Page:
    desk.new_secrets()
    context = browser.new_context(**PHONE)
    page = context.new_page()
    sign_in_elsewhere(page, desk)
    yield page
    context.close()


def looks_right(page: Page) -> None:
    assert (layout(page, ELSEWHERE, letters=0)[0], violations(page)) == ([], [])


def test_an_evening_with_a_phone(desk, phone, tmp_path):
    for size in (1, 4, 40):
        desk.check_in(size)
    phone.get_by_role("link", name="收尾", exact=True).tap()
    phone.get_by_role("button", name="结束今天").tap()
    expect(phone.get_by_text("今天已结束，数据都已保存好")).to_be_visible()
    expect(phone.locator("[data-figure='visits']")).to_have_text("45")
    assert desk.kiosk.display.state == "closed"
    looks_right(phone)

    phone.get_by_role("link", name="结束活动").tap()
    phone.get_by_role("button", name="制作备份").tap()
    expect(phone.get_by_text("已做好")).to_be_visible()
    looks_right(phone)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="下载备份").tap()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    whole = saved.read_bytes()

    # Another file first: one that lost its end on the way.
    saved.write_bytes(whole[:-1])
    phone.locator("#downloaded").set_input_files(saved)
    expect(phone.get_by_role("alert").filter(has_text="校验码与这份备份不符")).to_be_visible()
    assert phone.get_by_role("button", name="结束本次活动").count() == 0
    saved.write_bytes(whole)
    phone.locator("#downloaded").set_input_files(saved)
    expect(phone.get_by_text("已核实：下载的一份，由浏览器读取核对")).to_be_visible()
    phone.get_by_role("button", name="结束本次活动").tap()
    expect(phone.get_by_role("status").filter(has_text="数据从零开始")).to_be_visible()
    looks_right(phone)
    assert desk.kiosk.tally.report(desk.clock.now()).whole.visits == 0
    expect(phone.locator("[data-closed] > b").first).to_have_text("45 人次")


def brief_on(page: Page, desk: Desk) -> str:
    """Close a day with a visit, and return its brief as the page shows it."""
    # Loopback is trusted with a clipboard even without https; another address is not.
    page.add_init_script("delete Navigator.prototype.clipboard")
    desk.check_in(3)
    page.goto(desk.elsewhere + "/closing")
    page.get_by_role("button", name=re.compile("结束今天|补做|重新结束")).tap()
    visits = desk.kiosk.tally.report(desk.clock.now()).of_day.visits
    box = page.get_by_role("textbox", name="当日简报")
    expect(box).to_have_value(re.compile(f"参与{visits}人次（设备记录）"))
    return box.input_value()


def test_the_brief_is_copied_with_one_tap_over_plain_http(desk, phone, monkeypatch):
    monkeypatch.setattr("kiosk.web.staff.brief.WAIT_SECONDS", 25)  # as long as a browser waits in these tests
    text = brief_on(phone, desk)
    expect(phone.get_by_text("今天已结束，数据都已保存好")).to_be_visible()
    phone.get_by_role("button", name="复制").tap()
    expect(phone.get_by_role("status").filter(has_text="已复制")).to_be_visible()
    looks_right(phone)
    # What a person would paste.
    phone.evaluate("document.body.append(Object.assign(document.createElement('textarea'), { id: 'paste' }))")
    phone.locator("#paste").focus()
    phone.keyboard.press("Control+V")
    assert phone.locator("#paste").input_value() == text

    phone.goto(desk.elsewhere + "/closing")
    with phone.expect_response(re.compile("brief.png")) as answer:
        phone.get_by_role("link", name="分享图片").tap()
    assert (answer.value.status, answer.value.headers["content-type"]) == (200, "image/png")


def test_a_browser_that_copies_nothing_leaves_the_text_selected(desk, phone):
    phone.add_init_script("document.execCommand = () => false")
    text = brief_on(phone, desk)
    expect(phone.get_by_text("今天已结束，数据都已保存好")).to_be_visible()
    phone.get_by_role("button", name="复制").tap()
    expect(phone.get_by_role("status").filter(has_text="文字已经选中")).to_be_visible()
    assert phone.evaluate("document.activeElement.value.slice(0, document.activeElement.selectionEnd)") == text
    looks_right(phone)


def test_without_script_the_brief_can_be_selected(browser, desk, phone):
    brief_on(phone, desk)
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    sign_in_elsewhere(page, desk)
    page.goto(desk.elsewhere + "/closing")
    box = page.get_by_role("textbox", name="当日简报")
    expect(box).not_to_be_editable()
    assert page.get_by_role("button", name="复制").count() == 0
    context.close()


def test_the_checksum_that_the_page_computes_is_everybodys(phone, desk, tmp_path):
    """At the borders of blocks and of pieces, where a slip would hide."""

    phone.goto(desk.elsewhere + "/closing/event")
    for size in (0, 1, 55, 56, 64, 119, (1 << 20) - 1, (1 << 20) + 1, 3_000_000):
        content = bytes(range(256)) * (size // 256) + bytes(size % 256)
        found = phone.evaluate(
            """async ([address, size]) => {
                const { Sha256 } = await import(address);
                const bytes = Uint8Array.from({ length: size }, (_, at) => at < size - (size % 256) ? at % 256 : 0);
                const sum = new Sha256();
                for (let at = 0; at < size; at += 777_777) sum.update(bytes.subarray(at, at + 777_777));
                return sum.hex();
            }""",
            ["/static/js/sha256.js", size],
        )
        assert found == hashlib.sha256(content).hexdigest(), size
