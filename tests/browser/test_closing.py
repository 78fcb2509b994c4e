"""The evening with a phone: the day closed with one tap, and on the last day the copy taken home, proven, and the event
closed. In Chromium over plain HTTP, where a page has no cryptography of its own.
"""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.eyes import ELSEWHERE, layout, violations
from tests.browser.staff import Desk, open_desk, sign_in_elsewhere

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "locale": "zh-CN", "reduced_motion": "reduce"}
PATIENCE = 60_000


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
    expect(phone.get_by_text("今天已结束，数据都已保存好")).to_be_visible(timeout=PATIENCE)
    expect(phone.locator("[data-figure='visits']")).to_have_text("45")
    assert desk.kiosk.display.state == "closed"
    looks_right(phone)

    phone.get_by_role("link", name="结束活动").tap()
    phone.get_by_role("button", name="制作备份").tap()
    expect(phone.get_by_text("已做好")).to_be_visible(timeout=PATIENCE)
    looks_right(phone)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="下载备份").tap()
    saved = Path(download.value.path()).rename(tmp_path / download.value.suggested_filename)
    whole = saved.read_bytes()

    # Another file first: one that lost its end on the way.
    saved.write_bytes(whole[:-1])
    phone.locator("#downloaded").set_input_files(saved)
    expect(phone.get_by_role("alert").filter(has_text="校验码与这份备份不符")).to_be_visible(timeout=PATIENCE)
    assert phone.get_by_role("button", name="结束本次活动").count() == 0
    saved.write_bytes(whole)
    phone.locator("#downloaded").set_input_files(saved)
    expect(phone.get_by_text("已核实：下载的一份，由浏览器读取核对")).to_be_visible(timeout=PATIENCE)
    phone.get_by_role("button", name="结束本次活动").tap()
    expect(phone.get_by_role("status").filter(has_text="数据从零开始")).to_be_visible()
    looks_right(phone)
    assert desk.kiosk.tally.report(desk.clock.now()).whole.visits == 0
    expect(phone.locator("[data-closed] > b").first).to_have_text("45 人次")


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
