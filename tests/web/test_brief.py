"""The daily brief on the page of the evening: its text to copy, its picture, and who gets them."""

import io
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from kiosk.actions.exports_asked import BRIEF, Asked, Exports
from kiosk.actions.open_day import choose_stop
from kiosk.domain.entry import mint_id
from kiosk.web.staff import brief as view
from tests.storage.evening import close_event
from tests.storage.test_notes import note
from tests.storage.test_notes import write as write_note
from tests.web.conftest import PASSWORD
from tests.web.test_closing import DAY, asked  # noqa: F401 - a fixture

PICTURE = "/staff/closing/brief.png"
LATE = SimpleNamespace(wait=lambda seconds: False)  # a picture that takes longer than anyone waits


def brief(page) -> str:
    (box,) = [one for one in page.all("textarea") if one.get("id") == "brief-text"]
    assert box.get("readonly") is not None
    return box.text


def visits(kiosk, count: int) -> None:
    kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch", party_size=count))


@pytest.fixture
def closed(kiosk, asked, staff):  # noqa: F811
    """A kiosk whose day was closed with five visits, and the page of someone with a laptop."""
    choose_stop(kiosk, "saihan")
    visits(kiosk, 5)
    staff.post(DAY, [])
    return kiosk


def test_there_is_no_brief_before_the_day_is_closed(staff, kiosk):
    assert "当日简报" not in staff.get(DAY).text
    assert staff.open(PICTURE).status_code == 404
    assert kiosk.exports.asked(BRIEF) is None


def test_the_brief_of_a_closed_day_stands_ready_to_be_copied(staff, closed):
    page = staff.get(DAY)
    text = brief(page)
    title, theme = closed.event.title["zh"], closed.event.theme.text
    assert text == (f"5月30日，{title}在赛罕区设有现场，当日累计参与5人次（设备记录）。活动以“{theme}”为主题。")
    assert f"共 {len(text)} 个字符，不超过 300 个" in page.text
    assert page.link("分享图片").startswith(PICTURE)


def test_it_is_of_the_frozen_figures_and_not_of_what_came_since(staff, closed):
    visits(closed, 7)
    assert "参与5人次" in brief(staff.get(DAY))
    staff.post(DAY, [])
    assert "参与12人次" in brief(staff.get(DAY))


def test_what_staff_wrote_down_of_that_day_is_in_it(staff, closed):
    event = closed.event.id
    write_note(closed.log, note(title="走访基层科技工作者"), event=event)
    write_note(closed.log, note(title="前一天的事", day=date(2027, 5, 29)), event=event)
    text = brief(staff.get(DAY))
    assert text.endswith("当日另有以下工作：走访基层科技工作者。")


def test_it_is_in_chinese_whatever_language_the_page_is_in(staff, closed):
    assert brief(staff.get(f"{DAY}?lang=en")) == brief(staff.get(DAY))


def test_in_a_pack_without_chinese_it_is_in_english(kiosk, asked, staff, monkeypatch):  # noqa: F811
    event = kiosk.event.model_copy(update={"locales": ("en",)})
    visits(kiosk, 1)
    staff.post(DAY, [])
    shown = SimpleNamespace(log=kiosk.log, event=event, pack=replace(kiosk.pack, event=event), exports=kiosk.exports)
    monkeypatch.setattr(view, "this_kiosk", lambda: shown)
    assert brief(staff.get(f"{DAY}?lang=en")).startswith("30 May: National Science")


def test_a_day_that_no_clock_knew_asks_for_its_date(staff, kiosk, asked, clock):  # noqa: F811
    clock.trust = "unknown"
    visits(kiosk, 5)
    staff.post(DAY, [])
    page = staff.get(DAY)
    assert brief(page).startswith(kiosk.event.title["zh"]) and "本场累计参与5人次" in brief(page)
    assert "请自己补上日期" in page.text


def test_who_came_before_the_clock_was_set_is_told_of(staff, kiosk, asked, clock):  # noqa: F811
    clock.trust = "unknown"
    visits(kiosk, 200)
    clock.forward(600_000)
    clock.trust = "staff"
    visits(kiosk, 5)
    staff.post(DAY, [])
    page = staff.get(DAY)
    assert "参与5人次（设备记录）。以上数字未包括校准时间之前的200人次。" in brief(page)
    assert page.carries("data-undated") == ["200"]
    clock.forward(86_400_000)
    staff.sign_in(PASSWORD)
    visits(kiosk, 7)
    staff.post(DAY, [])
    assert "校准时间" not in brief(staff.get(DAY)), "told beside the day before"


def test_today_is_closed_as_today_however_it_is_named(staff, kiosk, asked):  # noqa: F811
    visits(kiosk, 5)
    staff.post(DAY, [("day", "2027-05-30")])
    assert kiosk.display.state == "closed" and "参与5人次" in brief(staff.get(DAY))


def test_at_the_touchscreen_there_is_nothing_to_copy_to(desk, kiosk, asked):  # noqa: F811
    visits(kiosk, 5)
    desk.post(DAY, [])
    page = desk.get(DAY)
    assert "参与5人次" in brief(page)
    assert "在手机或笔记本电脑上打开本页" in page.text
    assert PICTURE not in page.html


def test_the_picture_is_drawn_by_a_child_and_kept(staff, closed, monkeypatch):
    monkeypatch.setattr(closed.exports, "ask_brief", partial(Exports.ask_brief, closed.exports))
    monkeypatch.setattr("kiosk.web.staff.brief.WAIT_SECONDS", 60)
    answer = staff.open(PICTURE)
    assert (answer.status_code, answer.mimetype) == (200, "image/png"), closed.exports.asked(BRIEF).failure
    assert Image.open(io.BytesIO(answer.data)).size == (1080, 1920)
    first = closed.exports.asked(BRIEF)
    assert staff.open(PICTURE).data == answer.data
    assert closed.exports.asked(BRIEF) is first
    visits(closed, 7)
    staff.post(DAY, [])
    assert staff.open(PICTURE).data != answer.data


def test_it_is_still_there_after_the_event_was_closed(staff, closed, monkeypatch):
    text = brief(staff.get(DAY))
    close_event(closed)
    assert brief(staff.get(DAY)) == text
    asked_for = []
    monkeypatch.setattr(closed.exports, "ask_brief", lambda entry_id, *_: asked_for.append(entry_id) or LATE)
    assert staff.open(PICTURE).status_code == 303, "not a page that is not there"
    assert asked_for == [closed.log.last("day_closed", closed.event.id).id]


def test_of_two_days_closed_on_one_evening_both_have_their_brief(staff, closed, clock, monkeypatch):
    clock.forward(86_400_000)
    staff.sign_in(PASSWORD)
    visits(closed, 2)
    clock.forward(86_400_000)
    staff.sign_in(PASSWORD)
    visits(closed, 3)
    staff.post(DAY, [])
    assert "参与3人次" in brief(staff.get(DAY))
    page = staff.press(staff.get(DAY), "结束5月31日（2 人次）")
    assert "当日简报：2027年5月31日" in page.text and "5月31日，" in brief(page) and "参与2人次" in brief(page)
    other = staff.tap(page, "当日简报：2027年6月1日")
    assert "参与3人次" in brief(other)
    asked_for = []
    monkeypatch.setattr(closed.exports, "ask_brief", lambda entry_id, *_: asked_for.append(entry_id) or LATE)
    answer = staff.open(other.link("分享图片"))
    assert answer.headers["Location"] == f"{DAY}?day=2027-06-01#brief"
    assert closed.log.entry(asked_for[0]).details["day"] == "2027-06-01"
    assert "参与2人次" in brief(staff.tap(other, "当日简报：2027年5月31日"))
    assert staff.open(f"{PICTURE}?day=2027-05-29").status_code == 404


def test_a_picture_that_cannot_be_drawn_is_told_on_the_page(staff, closed, monkeypatch):
    failed = Asked(BRIEF, Path("nowhere"), 1, failure="没有中文字库", language="zh")
    failed.over.set()
    monkeypatch.setattr(closed.exports, "ask_brief", lambda *_: failed)
    closed.exports._asked[BRIEF] = failed
    answer = staff.open(PICTURE)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{DAY}#brief")
    assert "图片没有做成：没有中文字库" in staff.get(DAY).text


def test_a_picture_that_takes_its_time_is_waited_for_on_the_page(staff, closed, monkeypatch):
    waiting = Asked(BRIEF, Path("nowhere"), 1)
    monkeypatch.setattr(waiting, "wait", lambda seconds: False)
    monkeypatch.setattr(closed.exports, "ask_brief", lambda *_: waiting)
    closed.exports._asked[BRIEF] = waiting
    assert staff.open(PICTURE).status_code == 303
    page = staff.get(DAY)
    assert "图片正在制作" in page.text
    assert page.link("好了吗").startswith(PICTURE)


def test_only_staff_get_it(laptop, kiosk):
    assert laptop.open(PICTURE).status_code == 303
    assert kiosk.exports.asked(BRIEF) is None
