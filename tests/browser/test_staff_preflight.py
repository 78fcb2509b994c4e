"""The morning in a real browser: check and set the clock on a phone, at the touchscreen, and without a script."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.served import AS_A_TOUCHSCREEN
from tests.browser.staff import Desk, open_desk, sign_in_at_touchscreen, sign_in_elsewhere

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def desk(serve) -> Desk:
    """A kiosk that does not know the time."""
    one = open_desk(serve)
    one.clock.trust = "unknown"
    return one


@pytest.fixture
def new_page(browser: Browser) -> Iterator:
    contexts = []

    def make(**settings) -> Page:
        contexts.append(browser.new_context(**{**AS_A_TOUCHSCREEN, **settings}))
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


def in_view(page: Page, selector: str) -> bool:
    box = page.locator(selector).bounding_box()
    return box["y"] + box["height"] <= page.viewport_size["height"]


def test_a_morning_on_a_phone(desk, new_page):
    page = new_page(viewport=PHONE)
    sign_in_elsewhere(page, desk)
    page.get_by_role("link", name="开始检查").tap()
    page.get_by_role("button", name="开始检查").tap()
    verdict = page.locator("[data-verdict]")
    expect(verdict).to_have_attribute("data-verdict", "look")
    assert in_view(page, "[data-verdict]")
    clock = page.locator("[data-check=clock]")
    expect(clock).to_have_attribute("data-state", "look")
    before = time.time() * 1000
    page.get_by_role("button", name="按这部手机校准").tap()
    expect(clock).to_have_attribute("data-state", "ready")
    said = desk.kiosk.log.last("anchor", None).details["wall_ms"]
    assert before - 2_000 <= said <= time.time() * 1000 + 2_000
    desk.kiosk.signed_off = desk.kiosk.pack.digest
    page.get_by_role("button", name="再检查一遍").tap()
    expect(verdict).to_have_attribute("data-verdict", "ready")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    # On paper there are the verdict and its parts, and nothing to press.
    page.emulate_media(media="print")
    expect(verdict).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("检查"))).to_have_count(0)


def test_a_morning_at_the_touchscreen(desk, new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    sign_in_at_touchscreen(page, desk)
    page.get_by_role("navigation").get_by_role("link", name="开场检查").tap()
    page.get_by_role("button", name="开始检查").tap()
    expect(page.locator("[data-verdict]")).to_have_attribute("data-verdict", "look")
    # Its own clock is the one in doubt.
    expect(page.get_by_role("button", name="按这部手机校准")).to_be_hidden()
    page.get_by_label("日期").fill("2027-05-31")
    page.get_by_label("时间").fill("09:30")
    page.get_by_role("button", name="校准时钟").tap()
    expect(page.locator("[data-check=clock]")).to_have_attribute("data-state", "ready")
    assert desk.kiosk.clock.now().clock == "staff"


def test_a_morning_without_a_script(desk, new_page):
    page = new_page(viewport=PHONE, java_script_enabled=False)
    sign_in_elsewhere(page, desk)
    page.goto(desk.elsewhere + "/preflight")
    page.get_by_role("button", name="开始检查").click()
    expect(page.locator("[data-verdict]")).to_have_attribute("data-verdict", "look")
    expect(page.get_by_role("button", name="按这部手机校准")).to_be_hidden()
    page.get_by_label("日期").fill("2027-05-31")
    page.get_by_label("时间").fill("09:30")
    page.get_by_role("button", name="校准时钟").click()
    expect(page.locator("[data-check=clock]")).to_have_attribute("data-state", "ready")
