"""A new pack from a laptop: sent by the page's script with its progress, put on screen, taken back, and the sheet."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staff import Desk, open_desk, sign_in_elsewhere
from tests.web.spoiled import edit, write
from tests.zipped import edition

OTHER = "另一个版本的科技工作者日"
other_title = edit("event.toml", 'short_title = { zh = "2018年全国科技工作者日"', f'short_title = {{ zh = "{OTHER}"')
LAPTOP = (1366, 768)


@pytest.fixture
def desk(serve) -> Desk:
    return open_desk(serve)


@pytest.fixture
def laptop(new_page, desk) -> Page:
    page = new_page(LAPTOP, has_touch=False)
    sign_in_elsewhere(page, desk)
    return page


def choose(page: Page, content: bytes) -> None:
    page.set_input_files("#zip", {"name": "pack.zip", "mimeType": "application/zip", "buffer": content})
    page.get_by_role("button", name="传送并检查").click()


def test_a_pack_is_sent_put_on_screen_and_taken_back(laptop, desk, pack_folder, new_page):
    pieces = []
    laptop.on("request", lambda one: pieces.append(one) if "/pieces/" in one.url else None)
    laptop.get_by_role("link", name="活动包").click()
    content = edition(pack_folder, other_title)
    choose(laptop, content)
    expect(laptop.get_by_role("button", name="换上")).to_be_visible()
    assert len(pieces) == -(-len(content) // 49_152)
    laptop.get_by_role("button", name="换上").click()
    expect(laptop.locator("[role=status]").first).to_contain_text("已换上")
    screen = new_page()
    screen.goto(desk.served.url + "/about")
    expect(screen.locator("body")).to_contain_text(desk.kiosk.pack.code)
    assert desk.kiosk.event.short_title["zh"] == OTHER
    laptop.get_by_role("button", name="换回").click()
    expect(laptop.locator("[role=status]").first).to_contain_text("换回")
    assert desk.kiosk.event.short_title["zh"] != OTHER


def test_how_much_is_sent_is_shown_and_a_hitch_on_the_way_is_tried_again(laptop, desk, pack_folder):
    import os

    write("pictures/noise.md", os.urandom(400_000))(pack_folder)
    laptop.goto(desk.elsewhere + "/pack")
    seen = []

    def meddle(route) -> None:
        seen.append(laptop.locator(".sending progress").evaluate("one => [one.hidden, one.value, one.max]"))
        if len(seen) in (3, 4, 6):
            route.fulfill(status=429, content_type="text/html", body="later")
        else:
            route.continue_()

    laptop.route("**/pieces/**", meddle)
    choose(laptop, edition(pack_folder, other_title))
    expect(laptop.get_by_role("button", name="换上")).to_be_visible()
    assert all(not hidden for hidden, _, _ in seen)
    values = [value for _, value, _ in seen]
    assert values == sorted(values)
    assert len(set(values)) > 5
    assert 0 < values[-1] < seen[-1][2]


def test_a_refused_pack_shows_every_reason(laptop, desk, pack_folder):
    laptop.goto(desk.elsewhere + "/pack")
    choose(laptop, edition(pack_folder, edit("event.toml", "\n[theme]", '\ncolour = "red"\n[theme]')))
    expect(laptop.locator("[data-fault='event.toml']")).to_contain_text("colour")
    laptop.get_by_role("button", name="另传一个").click()
    expect(laptop.locator("#zip")).to_be_visible()


def test_a_file_that_is_too_large_is_told_before_it_is_sent(laptop, desk, tmp_path):
    laptop.goto(desk.elsewhere + "/pack")
    with (tmp_path / "pack.zip").open("wb") as file:
        file.truncate(33 << 20)
    laptop.set_input_files("#zip", tmp_path / "pack.zip")
    laptop.get_by_role("button", name="传送并检查").click()
    expect(laptop.get_by_role("alert")).to_contain_text("文件太大")


def test_without_javascript_the_page_says_that_sending_needs_it(new_page, desk):
    page = new_page(LAPTOP, java_script_enabled=False)
    sign_in_elsewhere(page, desk)
    page.goto(desk.elsewhere + "/pack")
    expect(page.locator("noscript p", has_text="要用到 JavaScript")).to_be_visible()
    expect(page.locator("#zip")).to_be_hidden()


def test_the_review_sheet_prints_on_a4_with_nothing_cut(laptop, desk, tmp_path):
    laptop.goto(desk.elsewhere + "/pack/review")
    expect(laptop.get_by_role("button", name="打印")).to_be_visible()
    laptop.emulate_media(media="print")
    laptop.set_viewport_size({"width": 688, "height": 980})  # the width of A4 less its margins
    expect(laptop.get_by_role("button", name="打印")).to_be_hidden()
    cut = laptop.evaluate(
        "[...document.querySelectorAll('td, th')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    )
    assert cut == 0
    assert laptop.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sheet = laptop.pdf(prefer_css_page_size=True)
    assert sheet.count(b"/Type /Page\n") + sheet.count(b"/Type /Page/") > 10 or len(sheet) > 100_000
