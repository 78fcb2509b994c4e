"""Signing off what is on screen, and the sheet on which it is reviewed."""

import pytest

from kiosk.domain.errors import Sentence
from kiosk.domain.event import ROLES
from kiosk.web.locale import say
from tests.web.editions import chinese_only, other_title
from tests.web.page import Visitor, words
from tests.web.sending import put_up
from tests.zipped import edition

# Signing off


def test_nothing_signed_off_is_said_calmly_and_another_version_plainly(staff, desk, kiosk, pack_folder, entries):
    for page in (staff.get("/staff"), staff.get("/staff/pack"), desk.get("/staff")):
        assert page.carries("data-signed-off") == ["never"]
    page = staff.press(staff.get("/staff/pack"), "已完成纸面签审")
    assert page.carries("data-signed-off") == ["this"]
    assert staff.get("/staff").carries("data-signed-off") == []
    signed = kiosk.pack
    put_up(staff, edition(pack_folder, other_title))
    for page in (staff.get("/staff"), staff.get("/staff/pack"), desk.get("/staff")):
        assert page.carries("data-signed-off") == ["another"]
        assert signed.code in page.text
        assert kiosk.pack.code in page.text
    staff.press(staff.get("/staff/pack"), "换回")
    assert staff.get("/staff").carries("data-signed-off") == []
    assert [one.kind for one in entries(kiosk)] == ["sign_off", "pack", "pack"]
    assert "内容签审" in staff.get("/staff/entries").text
    assert Visitor(staff.app).open("/healthz").json["status"] == "ok"


def test_a_restart_remembers_what_was_signed_off(staff, kiosk, open_at):
    staff.press(staff.get("/staff/pack"), "已完成纸面签审")
    staff.post("/staff/pack/sign-off", [("digest", kiosk.pack.digest)])
    assert kiosk.log.size()[0] == 1
    kiosk.close()
    again = open_at(kiosk.data)
    assert again.signed_off == again.pack.digest


@pytest.mark.parametrize("digest", ["", "0" * 16, "../.."])
def test_what_is_not_on_screen_cannot_be_signed_off(staff, kiosk, digest):
    staff.post("/staff/pack/sign-off", [("digest", digest)], 400)
    assert kiosk.signed_off is None


# The review sheet


def test_the_review_sheet_has_the_version_and_lines_for_three(staff, kiosk):
    page = staff.get("/staff/pack/review")
    assert page.carries("data-pack-code") == [kiosk.pack.code]
    assert kiosk.event.title["zh"] in page.text
    for line in ("初审", "复审", "终审", "签名"):
        assert line in page.text
    numbers = int(page.carries("data-texts")[0])
    assert numbers > 500
    assert f"共 {numbers} 条文字" in page.text


def test_the_review_sheet_says_what_organisers_do_in_the_words_of_the_screens(staff, kiosk):
    rows = [[words(cell) for cell in row] for row in staff.get("/staff/pack/review").all("tr")]
    said = [row[2] for row in rows if row[1].endswith("角色")]
    assert said == [say(Sentence(ROLES[one.role]), "zh") for one in kiosk.event.organisers]


def test_the_review_sheet_says_where_the_summary_goes_and_until_when(staff):
    text = staff.get("/staff/pack/review").text
    for said in ("总结报送", "市属学会、协会、研究会", "呼和浩特市科学技术局生产力促进中心", "2018年6月5日"):
        assert said in text, said
    assert "Productivity Promotion Centre of the Hohhot Science and Technology Bureau" in text


def test_the_review_sheet_of_one_language_has_one_column(staff, pack_folder):
    put_up(staff, edition(pack_folder, chinese_only))
    page = staff.get("/staff/pack/review")
    assert page.carries("colspan")[0] == "1"


def test_the_touchscreen_shows_the_version_small(at_kiosk, kiosk):
    assert kiosk.pack.code in at_kiosk.get("/about").text


def test_with_the_pin_the_sheet_can_be_read(desk, kiosk):
    assert kiosk.pack.code in desk.get("/staff/pack/review").title
