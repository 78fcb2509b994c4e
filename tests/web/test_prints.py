"""Sheets for paper and pictures to share: who gets them, what they hold, and what is told when they cannot be made."""

import io
import zipfile

import pytest

from kiosk.actions import exports_asked
from tests.web.conftest import PASSWORD, set_up
from tests.web.page import Staff
from tests.web.test_staff_files import Slow

SHEETS = ("poster", "scientists", "scientists/tu-youyou", "codes")


@pytest.mark.parametrize("path", ["/staff/prints", *(f"/staff/prints/{one}" for one in SHEETS)])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_staff_get_the_sheets_in_the_language_they_ask_for(staff, laptop, path, locale):
    page = staff.get(f"{path}?lang={locale}")
    assert page.heading
    assert "{{" not in page.html
    assert Staff(laptop.app, "10.0.0.99").open(path).status_code == 303


def test_the_posters_hold_what_the_pack_says(staff, kiosk):
    page = staff.get("/staff/prints/poster")
    event = kiosk.event
    said = page.text.replace(" ", "")
    assert event.theme.text in said
    for words in (event.title, event.dates.when, *(one.name for one in event.organisers)):
        assert words["zh"] in page.text
    assert [one.title["zh"] for one in event.programme if one.title["zh"] not in page.text] == []
    english = staff.get("/staff/prints/poster?lang=en").text
    assert event.theme.description["en"] in english
    assert event.theme.text in english.replace(" ", "")


def test_each_scientist_has_a_sheet(staff, kiosk):
    page = staff.get("/staff/prints/scientists")
    sheets = [one for one in page.all("article")]
    assert len(sheets) == len(kiosk.pack.scientists) == 19
    person = kiosk.pack.scientist("wu-wenjun")
    alone = staff.get("/staff/prints/scientists/wu-wenjun")
    for words in (person.pinyin, person.did["zh"], person.quotation.text, person.quotation.source["zh"], person.link):
        assert words in alone.text
    assert alone.carries("data-code") == [person.link]
    assert "1919–2017" in alone.text
    staff.get("/staff/prints/scientists/nobody", 404)


def test_paper_carries_the_kiosks_own_address_only_where_it_is_public(kiosk, secrets_set):
    for public_url, codes in (
        (None, []),
        ("https://kiosk.example.org", ["https://kiosk.example.org/scientists/li-bo"]),
    ):
        someone = Staff(set_up(kiosk, host="192.0.2.10", public_url=public_url), "10.0.0.20")
        someone.sign_in(PASSWORD)
        page = someone.get("/staff/prints/scientists/li-bo?text=large")
        assert page.carries("data-code") == codes
        poster = someone.get("/staff/prints/poster?lang=en").carries("data-code")
        assert poster == (["https://kiosk.example.org/?lang=en"] if public_url else [])


def test_the_code_sheet_says_what_has_no_code_and_how_long_codes_hold(kiosk, secrets_set):
    someone = Staff(set_up(kiosk, host="192.0.2.10"), "10.0.0.20")
    someone.sign_in(PASSWORD)
    page = someone.get("/staff/prints/codes")
    assert page.carries("data-code") == [f"http://192.0.2.10:8000{path}" for path in ("/", "/scientists", "/quiz")]
    assert "自治区公民科学素质知识网络大赛" in page.text
    assert "换了网络要重新打印" in page.html
    nowhere = Staff(set_up(kiosk, host="127.0.0.1"), "10.0.0.20")
    nowhere.sign_in(PASSWORD)
    page = nowhere.get("/staff/prints/codes")
    assert page.carries("data-code") == []
    assert "目前没有可以打印的二维码" in page.text


def test_at_the_touchscreen_sheets_can_be_looked_at_and_pictures_are_for_the_password(desk):
    assert "触摸屏上不能打印" in desk.get("/staff/prints").text
    assert "分享图片" not in desk.get("/staff/prints").text
    page = desk.get("/staff/prints/poster")
    assert "触摸屏上不能打印" in page.html
    assert page.carries("data-print") == []
    for path in ("/staff/pictures", "/staff/pictures/all.zip", "/staff/pictures/progress"):
        desk.get(path, 403)
    desk.post("/staff/pictures", [], 403)


@pytest.fixture
def slow(monkeypatch):
    begun = []

    class Noted(Slow):
        def __init__(self, arguments, environment, ended):
            super().__init__(arguments, environment, ended)
            begun.append((arguments, environment))

    monkeypatch.setattr(exports_asked, "Child", Noted)
    return begun


def filled(asked) -> None:
    with zipfile.ZipFile(asked.path, "w") as together:
        for name in ("hohhot-2018-share.png", "hohhot-2018-tu-youyou.png"):
            together.writestr(name, b"\x89PNG " + name.encode())


def test_pictures_are_made_by_a_child_and_saved_one_by_one_or_together(staff, kiosk, slow):
    page = staff.press(staff.get("/staff/pictures"), "生成图片")
    ((arguments, environment),) = slow
    assert arguments[:3] == ["share-pictures", "--lang", "zh"]
    assert environment["LC_ALL"] == "zh_CN.UTF-8"
    assert page.carries("data-progress") == ["/staff/pictures/progress"]
    asked = kiosk.exports.asked_pictures("zh")
    asked.child.done, asked.child.total = 5, 20
    assert staff.open("/staff/pictures/progress").json == {"over": False, "percent": 25}
    filled(asked)
    asked.child.end()
    page = staff.get("/staff/pictures")
    answer = staff.open(page.link("全部保存"))
    assert "hohhot-2018-pictures-zh.zip" in answer.headers["Content-Disposition"]
    assert len(zipfile.ZipFile(io.BytesIO(answer.get_data())).namelist()) == 2
    one = staff.open(page.link("屠呦呦"))
    assert one.get_data() == b"\x89PNG hohhot-2018-tu-youyou.png"
    assert one.content_type == "image/png"
    assert staff.open("/staff/pictures/other.png").status_code == 404
    # Asked for again, they are there; in another language they are others.
    staff.post("/staff/pictures", [])
    assert len(slow) == 1
    assert "生成" not in " ".join(page.ways())
    staff.post("/staff/pictures?lang=en", [])
    assert slow[1][0][:3] == ["share-pictures", "--lang", "en"]


def test_pictures_of_an_earlier_pack_are_said_to_be_old(staff, kiosk, slow):
    staff.post("/staff/pictures", [])
    asked = kiosk.exports.asked_pictures("zh")
    filled(asked)
    asked.child.end()
    asked.made_from = "0123456789abcdef"
    page = staff.get("/staff/pictures")
    assert "活动包有了改动" in page.text
    staff.press(page, "重新生成图片")
    assert len(slow) == 2


def test_a_failure_is_told_calmly_and_can_be_tried_again(staff, kiosk, slow):
    staff.post("/staff/pictures", [])
    kiosk.exports.asked_pictures("zh").child.end("生成分享图片需要中文字库")
    page = staff.get("/staff/pictures")
    assert "需要中文字库" in page.text
    assert staff.open("/staff/pictures/progress").json["over"] is True
    assert staff.open("/staff/pictures/all.zip").status_code == 303
    assert staff.press(page, "重新生成图片").carries("data-progress")


def test_pictures_that_someone_removed_are_not_shown(staff, kiosk, slow):
    staff.post("/staff/pictures", [])
    asked = kiosk.exports.asked_pictures("zh")
    filled(asked)
    asked.child.end()
    asked.path.unlink()
    assert staff.get("/staff/pictures").form("生成图片")
    assert staff.open("/staff/pictures/all.zip").status_code == 303
    assert staff.open("/staff/pictures/hohhot-2018-share.png").status_code == 404


@pytest.mark.long
def test_real_pictures_come_out_of_a_real_child(staff, kiosk):
    staff.post("/staff/pictures", [])
    assert kiosk.exports.asked_pictures("zh").wait(240)
    with zipfile.ZipFile(io.BytesIO(staff.open("/staff/pictures/all.zip").get_data())) as together:
        assert len(together.namelist()) == 20
        assert all(together.read(name).startswith(b"\x89PNG") for name in together.namelist())
