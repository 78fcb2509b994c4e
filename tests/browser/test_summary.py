"""The official summary in a browser, on a laptop and a phone: written, saved, handed in as files that are really made,
printed; nothing typed is lost whatever the kiosk answers.
"""

import io
import re
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from kiosk.actions.summary import write_summary
from kiosk.domain.entry import mint_id
from kiosk.domain.summary import QUANTITIES
from tests.browser.eyes import ELSEWHERE, layout, violations
from tests.browser.staff import Desk, fill, open_desk, sign_in_elsewhere
from tests.browser.waiting import wait_in

LAPTOP, PHONE = (1280, 800), (390, 844)
A4 = (595, 842)  # points
OFFICE = "呼和浩特市科学技术协会办公室"


@pytest.fixture
def desk(serve) -> Desk:
    return open_desk(serve)


@pytest.fixture(params=[LAPTOP, PHONE], ids=["laptop", "phone"])
def page(request, new_page, desk) -> Page:
    page = new_page(request.param)
    sign_in_elsewhere(page, desk)
    return page


def kept(desk: Desk) -> list:
    return desk.kiosk.log.summaries.each(desk.kiosk.event.id, ("",))


def looks_right(page: Page) -> None:
    page.wait_for_load_state()  # its styles may not be there yet
    assert (layout(page, ELSEWHERE, letters=0)[0], violations(page)) == ([], [])


def lacks(page: Page) -> int:
    return int(page.locator("[data-lacks]").get_attribute("data-lacks"))


def save(page: Page) -> None:
    page.get_by_role("button", name="保存").click()


def on_paper(page: Page) -> tuple[set[tuple[int, int]], list[str]]:
    """Return how large the printed pages are, and the text of each without spaces, in the order of reading."""
    with pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)) as sheet:
        sizes = {(round(one.get_width()), round(one.get_height())) for one in sheet}
        return sizes, ["".join(one.get_textpage().get_text_range().split()) for one in sheet]


def test_the_summary_is_written_handed_in_and_printed(page, desk):
    desk.check_in(45, district={"saihan": 40, "xincheng": 5})
    page.get_by_role("link", name="活动总结", exact=True).click()
    before = lacks(page)
    looks_right(page)
    page.get_by_role("link", name="典型经验").click()
    expect(page.get_by_label("典型经验", exact=True)).to_be_in_viewport()
    page.get_by_label("典型经验", exact=True).fill("科普大篷车进社区，做法可复制、可推广。")
    page.get_by_label("主送单位").fill(OFFICE)
    page.get_by_label("署名单位").fill("新城区科学技术协会")
    page.get_by_label("成文日期").fill("2027-06-04")
    page.get_by_label("展板").fill("42")
    page.get_by_label("科技工作者座谈会").check()
    expect(page.locator("[data-text=results] .of-itself")).to_contain_text("共有45人次参与")
    save(page)
    expect(page.get_by_role("status")).to_have_text("总结已保存。")
    assert lacks(page) == before - 7  # the title too: who signs it stands in it
    (version,) = kept(desk)
    assert (version.summary.recipient, version.summary.activities) == (OFFICE, ("symposium",))
    looks_right(page)

    desk.check_in(3)
    page.goto(desk.elsewhere + "/summary")
    changed = page.locator(".changes tbody tr")
    expect(changed.filter(has_text="参与人次（设备记录）")).to_contain_text("48")
    expect(page.get_by_label("典型经验", exact=True)).to_have_value("科普大篷车进社区，做法可复制、可推广。")

    files = {}
    for name, ending in ((re.compile("^总结文档"), "docx"), (re.compile("^报送材料包"), "zip")):
        page.goto(desk.elsewhere + "/summary")
        page.get_by_role("button", name=name).click()
        expect(page.get_by_text("文件已做好")).to_be_visible()
        looks_right(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="保存文件").click()
        assert download.value.suggested_filename == f"hohhot-2018-总结.{ending}"
        files[ending] = Path(download.value.path()).read_bytes()
    words = zipfile.ZipFile(io.BytesIO(files["docx"])).read("word/document.xml").decode()
    assert "科普大篷车进社区" in words and "48" in words and OFFICE in words
    package = zipfile.ZipFile(io.BytesIO(files["zip"]))
    assert {"活动总结.docx", "统计表.xlsx", "统计口径.txt", "SHA256SUMS"} <= set(package.namelist())
    assert package.read("活动总结.docx") == files["docx"]

    page.goto(desk.elsewhere + "/summary")
    page.get_by_role("link", name="查看全文、打印").click()
    page.wait_for_load_state()
    looks_right(page)
    sizes, texts = on_paper(page)
    assert sizes == {A4}
    printed = "".join(texts)
    shown = page.locator(".paper").inner_text()
    for line in filter(None, map(str.strip, shown.replace("\t", "\n").split("\n"))):
        assert "".join(line.split()) in printed, line
    assert "打印" not in printed and "—1—" in printed
    assert not page.locator(".tools").is_hidden()
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.get_by_role("button", name="打印").click()
    assert page.title() == "printed"


def test_nothing_typed_is_lost_when_the_kiosk_does_not_answer(page, desk, watched):
    watched.expected.append("ERR_FAILED")
    page.goto(desk.elsewhere + "/summary")
    box, told = page.get_by_label("下一步打算"), page.locator(".save-told")
    box.fill("要留住的话")
    page.route("**/staff/summary", lambda route: route.abort())
    save(page)
    expect(told).to_contain_text("没有记上")
    page.unroute("**/staff/summary")
    desk.kiosk.sessions.__init__()  # as after a restart
    save(page)
    expect(told).to_contain_text("退出登录")
    other = page.context.new_page()
    sign_in_elsewhere(other, desk)
    expect(box).to_have_value("要留住的话")
    save(page)
    expect(page.get_by_role("status")).to_have_text("总结已保存。")
    assert [one.summary.texts for one in kept(desk)] == [{"plans": "要留住的话"}]


def test_who_saves_second_sees_both_and_saves_on_top(page, desk, watched):
    watched.expected.append("ERR_FAILED")
    page.goto(desk.elsewhere + "/summary")
    page.get_by_label("意见建议").fill("我的建议")
    page.get_by_label("展板").fill("很多")
    write_summary(desk.kiosk, {"id": mint_id(), "begun_by": "", "text.advice": "别人的建议"}, source="staff")
    save(page)
    expect(page.get_by_role("alert").first).to_contain_text("0 到 9999999")
    expect(page.locator("[data-refused]")).to_be_focused()
    looks_right(page)
    page.get_by_label("展板").fill("4")
    page.route("**/staff/summary", lambda route: route.abort())
    save(page)
    expect(page.locator(".save-told")).to_contain_text("没有记上")
    page.unroute("**/staff/summary")
    save(page)
    expect(page.get_by_role("alert").first).to_contain_text("刚才已有人保存了总结")
    expect(page.locator("[data-other='text.advice']")).to_contain_text("别人的建议")
    expect(page.get_by_label("意见建议")).to_have_value("我的建议")
    looks_right(page)
    page.get_by_role("button", name="保存我写的").click()
    expect(page.get_by_role("status")).to_have_text("总结已保存。")
    assert [one.summary.texts["advice"] for one in kept(desk)] == ["我的建议", "别人的建议"]


def test_words_that_are_not_saved_are_asked_about_before_the_page_is_left(new_page, desk):
    page = new_page(LAPTOP)
    sign_in_elsewhere(page, desk)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto(desk.elsewhere + "/summary")
    away = page.locator(".desk-pages").get_by_role("link", name="工作记录", exact=True)
    away.click()
    expect(page.locator("body")).to_have_attribute("data-screen", "staff-notes")
    assert asked == [], "nothing was typed"
    page.goto(desk.elsewhere + "/summary")
    page.get_by_label("下一步打算").click()
    page.keyboard.type("话")
    away.click(no_wait_after=True)
    wait_in(page, lambda: asked)
    assert asked == ["beforeunload"]
    expect(page.get_by_label("下一步打算")).to_have_value("话")


def test_without_script_everything_works(new_page, desk, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    sign_in_elsewhere(page, desk)
    page.goto(desk.elsewhere + "/summary")
    for name in QUANTITIES:
        page.locator(f"[name='quantity.{name}']").fill("0")
    page.get_by_label("典型经验", exact=True).fill("经验")
    save(page)
    expect(page.get_by_role("status")).to_have_text("总结已保存。")
    assert kept(desk)[0].summary.quantities == dict.fromkeys(QUANTITIES, 0)
    context.close()


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_header_stands_in_as_many_lines_as_without_the_summary(new_page, desk, locale):
    page = new_page(LAPTOP)
    sign_in_elsewhere(page, desk)
    page.goto(desk.elsewhere + ("?lang=en" if locale == "en" else ""))
    tall = "document.querySelector('.desk').offsetHeight"
    with_it = page.evaluate(tall)
    page.locator(".desk-pages a[href*='/summary']").evaluate("one => one.remove()")
    assert page.evaluate(tall) == with_it
    if locale == "zh":
        assert with_it < 80


def test_many_words_and_numbers_print_whole(new_page, desk):
    fill(desk)
    page = new_page(LAPTOP)
    sign_in_elsewhere(page, desk)
    page.goto(desk.elsewhere + "/summary/print")
    for image in page.locator("img").all():
        expect(image).to_have_js_property("complete", True)
        expect(image).not_to_have_js_property("naturalWidth", 0)
    _, texts = on_paper(page)
    marks = [at for at, text in enumerate(texts) if re.match("(—[0-9]+—)?附件[12]", text)]
    assert len(marks) == 2, f"{texts}: each attachment begins a page"
    page.locator(".paper .title").first.evaluate("one => { one.innerHTML += '<b class=whole>党的十九大</b>' }")
    assert page.locator(".whole").evaluate("one => getComputedStyle(one).textWrapMode") == "nowrap"
    page.evaluate("document.querySelector('.end').before(document.createElement('p'))")
    filler = page.locator("p:has(+ .end)")
    for lines in range(1, 23, 3):
        # Wherever the end of the text falls, name and date stay together, and something of the text with them.
        filler.evaluate("(one, lines) => { one.textContent = '字'.repeat(28 * lines - 3) }", lines)
        signed = next(text for text in on_paper(page)[1] if "附件：" in text)
        assert "新城区科学技术协会" in signed and "2027年6月4日" in signed, lines
        assert "四、意见建议" in signed, lines
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('.paper').scrollWidth <= document.querySelector('.paper').clientWidth")
