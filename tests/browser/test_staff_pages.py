"""Every page and state of the staff's desk, in both languages: nothing overflows, is cut off or hard to hit on the
touchscreen, a laptop or a phone, and no rule for people who hear or touch a page is broken."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from kiosk.exports.chart import TALL
from tests.browser.conftest import Watched
from tests.browser.eyes import ELSEWHERE, layout, violations
from tests.browser.served import SIZES
from tests.browser.staff_pages import PAGES, Visits

PHONE, LAPTOP = (360, 740), (1366, 768)
SMALLEST_KEY = 64
LOCALES = ("zh", "en")


@pytest.fixture(scope="module")
def _visit(browser, serve) -> Iterator[tuple[Callable[..., Page], Watched]]:
    watched = Watched()
    with Visits(browser, serve, watched.listen_to) as visits:
        yield visits.visit, watched


@pytest.fixture
def visit(_visit) -> Iterator[Callable[..., Page]]:
    visit, watched = _visit
    watched.complaints.clear()
    watched.asked.clear()
    yield visit
    # The page of a file that is being made may be left while it looks how far that is.
    watched.check()


def sizes_of(name: str, all_of_them: bool) -> list[tuple[int, int]]:
    if "touchscreen" in PAGES[name][0]:
        return SIZES if all_of_them else [SIZES[0], SIZES[-1]]
    return [PHONE, LAPTOP, *SIZES] if all_of_them else [PHONE, LAPTOP]


def faults(page: Page, sizes: list[tuple[int, int]]) -> list[str]:
    found = []
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width}×{height}: {fault}" for fault in layout(page, ELSEWHERE, letters=0)[0]]
        # What is hit in a hurry at the touchscreen.
        for key in page.locator("button:is(.key, .stop)").all():
            box = key.bounding_box()
            if box and min(box["width"], box["height"]) < SMALLEST_KEY:
                found.append(f"{width}×{height}: small key {key.inner_text()} {box}")
    return found


# Thousands of words: looked through for half a minute.
LONG_PAGES = ("review sheet",)


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.long) if n in LONG_PAGES else n for n in PAGES])
def test_a_page_fits_and_breaks_no_rule(visit, name):
    sizes = sizes_of(name, False)
    page = visit(name, "zh", sizes[0])
    assert (faults(page, sizes), violations(page)) == ([], [])


@pytest.mark.parametrize("name", ["pin", "day", "preflight", "stop", "display", "entry", "secrets", "summary"])
def test_a_page_with_many_words_fits_in_english(visit, name):
    sizes = sizes_of(name, False)
    assert faults(visit(name, "en", sizes[0]), sizes) == []


@pytest.mark.long
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_size_and_breaks_no_rule(visit, name, locale):
    sizes = sizes_of(name, True)
    page = visit(name, locale, sizes[0])
    assert (faults(page, sizes), violations(page)) == ([], [])


@pytest.mark.long
@pytest.mark.parametrize("name", ["day", "entries", "pin", "secrets"])
def test_a_page_breaks_no_rule_on_a_phone(visit, name):
    assert violations(visit(name, "en", PHONE)) == []


def test_pin_and_sign_in_need_no_scrolling_at_the_touchscreen(visit):
    for name in ("pin", "sign-in at the touchscreen"):
        for size in SIZES:
            page = visit(name, "en", size)
            assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0, (name, size)


def test_nothing_recorded_is_told_in_red_and_on_every_page(visit):
    red = "rgb(138, 44, 27)"
    told = visit("day failing", "zh").locator(".trust")
    assert told.evaluate("one => getComputedStyle(one).backgroundColor") == red
    expect(told).to_contain_text("现在无法记录")
    expect(told).to_contain_text("disk is full")
    assert told.bounding_box()["y"] < 200
    alarm = visit("entries failing", "zh").locator(".alarm")
    assert alarm.evaluate("one => getComputedStyle(one).backgroundColor") == red
    assert (
        visit("day degraded", "zh").locator(".trust").evaluate("one => getComputedStyle(one).backgroundColor")
        == "rgb(244, 168, 54)"
    )
    assert visit("entries", "zh").locator(".alarm").count() == 0


def test_an_unanswered_stop_is_asked_for_before_anything_else_to_tap(visit):
    page = visit("day empty", "zh", SIZES[0])
    ask = page.get_by_role("link", name="选择今天的站点").bounding_box()
    assert ask["y"] + ask["height"] < SIZES[0][1]
    assert page.locator(".where-asked").count() == 1
    assert visit("day at the touchscreen", "zh").locator(".where-asked").count() == 0


def test_bars_are_as_long_as_the_numbers_they_stand_for(visit):
    page = visit("day", "zh")
    rows = page.locator("[data-counts=visitor_type] tr").evaluate_all(
        """rows => rows.map(row => [Number(row.querySelector('b').textContent),
            row.querySelector('rect').getBBox().width / row.querySelector('svg').clientWidth])"""
    )
    full = int(page.locator("[data-figure=visits]").inner_text())
    assert max(count for count, _ in rows) == 156  # 3 × (1 + 11 + 40)
    assert [share for _, share in rows] == pytest.approx([count / full for count, _ in rows], abs=0.01)
    columns = page.locator("[data-counts=hour] rect").evaluate_all("all => all.map(one => one.getBBox().height)")
    assert max(columns) == TALL, "the busiest hour fills the chart"


def test_voided_entries_are_struck_out(visit):
    page = visit("entries", "zh")
    line = "one => getComputedStyle(one).textDecorationLine"
    assert page.locator("tr.voided .e-said").first.evaluate(line) == "line-through"
    assert page.locator("tr:not(.voided) .e-said").first.evaluate(line) == "none"


def test_numbers_and_times_stand_on_one_line(visit):
    page = visit("entries", "en")
    for part in (".e-seq", ".e-time", ".e-what", ".e-people"):
        heights = page.locator(f"tr:not(.voided) {part}").evaluate_all(
            """all => all.map(one => {
                const words = document.createRange();
                words.selectNodeContents(one);
                return words.getBoundingClientRect().height;
            })"""
        )
        assert max(heights) < 30, part


def test_on_a_phone_an_entry_is_a_card_that_shows_everything(visit):
    page = visit("entries", "zh", PHONE)
    row = page.locator("tr[data-kind=check_in]").nth(4)
    for part in (".e-seq", ".e-time", ".e-what", ".e-people", ".e-said", ".e-from", ".row-link"):
        box = row.locator(part).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0], part
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
