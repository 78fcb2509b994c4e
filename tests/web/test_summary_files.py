"""The official summary to take away, as a file and on paper, and what its pages say while a large log is counted."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.actions.exports_asked import Asked, summary_name
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import LogUnreadable
from kiosk.web.staff import summary as pages
from kiosk.web.staff.summary_files import TYPES, made_from
from tests.storage.evening import close_without_copy
from tests.waiting import wait_for
from tests.web.summaries import OFFICE, check_in, fields, newest, of_form, text_of

# Of a large log


@pytest.fixture
def slow(kiosk, monkeypatch):
    """Make the log of a closed event a large one: a part of it is counted with each release of what this gives."""
    check_in(kiosk, 12)
    check_in(kiosk, 30)
    close_without_copy(kiosk)
    go_on, cells = threading.Semaphore(0), kiosk.log.cells
    monkeypatch.setattr("kiosk.actions.tally._AT_ONCE", 1)
    monkeypatch.setattr(pages, "WAIT_SECONDS", 0.01)

    end = kiosk.log.begins_after(kiosk.event.id)

    def when_told(event, stretch):
        if stretch.after < end:
            assert threading.current_thread().name == "counting", "it is counted while somebody waits for a page"
            go_on.acquire()
        return cells(event, stretch)

    monkeypatch.setattr(kiosk.log, "cells", when_told)
    yield go_on
    go_on.release(100)


def told(staff) -> dict:
    return staff.open("/staff/summary/counted").json


def until(staff, wanted: int) -> None:
    wait_for(lambda: told(staff)["percent"] == wanted)


def test_while_a_large_event_is_counted_the_page_tells_how_far_it_is(staff, kiosk, slow):
    for path in ("/staff/summary", "/staff/summary/print", "/staff/summary?told=saved"):
        page = staff.get(path)
        assert "正在统计数字" in page.text and page.carries("data-progress") == ["/staff/summary/counted"]
        assert staff.tap(page, "好了吗？").carries("data-progress"), "without script it is a link"
    assert told(staff) == {"percent": 0, "over": False}
    slow.release()
    until(staff, 50)
    slow.release(100)
    until(staff, 100)
    assert told(staff)["over"]
    page = staff.get("/staff/summary")
    assert "活动共有42人次参与" in page.text and not page.carries("data-progress")
    assert "活动共有42人次参与" in staff.get("/staff/summary/print").text


def test_a_log_that_cannot_be_read_is_told_instead_of_counted_for_ever(staff, kiosk, slow, monkeypatch):
    staff.get("/staff/summary")

    def cannot(*_):
        time.sleep(0.1)  # longer than a page waits
        raise LogUnreadable("disk I/O error")

    monkeypatch.setattr(kiosk.log, "cells", cannot)
    slow.release(100)
    until(staff, 100)
    assert told(staff) == told(staff) == {"percent": 100, "over": True}
    page = staff.get("/staff/summary", 503)
    assert not page.carries("data-progress")


def test_what_is_saved_meanwhile_stays_typed_and_can_be_saved_afterwards(staff, kiosk, slow):
    form = fields(**{"text.experience": "写了很久的话"})
    page = staff.post("/staff/summary", form, 503)
    assert "数字还在统计" in page.text and text_of(page, "experience") == "写了很久的话"
    assert newest(kiosk) is None and of_form(page)["id"] == dict(form)["id"]
    slow.release(100)
    until(staff, 100)
    assert "总结已保存" in staff.post("/staff/summary", list({**of_form(page), "text.experience": "好"}.items())).text
    assert newest(kiosk).numbers["visits"] == 42


def test_a_file_is_asked_for_without_counting_anything(staff, kiosk, slow, monkeypatch):
    monkeypatch.setattr(kiosk.exports, "ask_summary", lambda *given: ready(kiosk, "docx", kiosk.data))
    page = staff.post("/staff/summary/file", [("format", "docx"), ("begun_by", "")])
    assert "正在统计数字" in page.text
    slow.release(100)
    until(staff, 100)
    assert "文件已做好" in staff.get("/staff/summary/file/docx?of=").text


# Files and paper


def ready(kiosk, format: str, tmp_path: Path, made_from: str = "") -> Asked:
    path = tmp_path / f"summary.{format}"
    path.write_bytes(b"PK\x03\x04 as made")
    asked = Asked(summary_name(format), path, kiosk.log.size()[0], is_ready=True, made_from=made_from)
    kiosk.exports._asked[summary_name(format)] = asked
    return asked


@pytest.mark.parametrize("format", ["docx", "zip"])
def test_a_file_is_asked_for_watched_and_downloaded(staff, kiosk, tmp_path, monkeypatch, format):
    wanted = []

    def ask(*given):
        wanted.append(given)
        asked = Asked(summary_name(format), tmp_path / "nothing", 4)
        kiosk.exports._asked[summary_name(format)] = asked

    monkeypatch.setattr(kiosk.exports, "ask_summary", ask)
    page = staff.press(staff.get("/staff/summary"), "总结文档" if format == "docx" else "报送材料包")
    assert "正在生成" in page.text and page.carries("data-progress") == [f"/staff/summary/file/{format}/progress"]
    ((said_format, made_from, begun_by, language),) = wanted
    assert (said_format, begun_by, language) == (format, "", "zh") and kiosk.pack.digest in made_from
    ready(kiosk, format, tmp_path, made_from)
    assert staff.open(f"/staff/summary/file/{format}/progress").json == {"percent": 100, "over": True}
    page = staff.get(f"/staff/summary/file/{format}?of=")
    assert "文件已做好" in page.text and "又有变动" not in page.text
    answer = staff.open(page.link("保存文件"))
    assert answer.data == b"PK\x03\x04 as made"
    name = "filename*=UTF-8''hohhot-2018-%E6%80%BB%E7%BB%93." + format
    assert name in answer.headers["Content-Disposition"]
    assert answer.mimetype == TYPES[format]


def test_a_file_is_another_one_after_each_thing_that_it_rests_on_changed(staff, kiosk, app, monkeypatch):
    def rests_on() -> str:
        with app.test_request_context("/"):
            kiosk.screen.hold()
            now = pages.now_of(None)
            counted.append(made_from(now.period))
            with monkeypatch.context() as patch:
                patch.setattr(kiosk.log, "size", lambda: (7, 7))
                return made_from(now.period)

    counted = []
    seen = [rests_on()]
    check_in(kiosk)
    assert rests_on() == seen[0] and counted[1] != counted[0], "each entry tells"
    # All else tells by itself, whatever the number of entries.
    closed: list[str] = []
    for change in (
        lambda: staff.post("/staff/summary", fields()),
        lambda: closed.append(close_without_copy(kiosk)),
        lambda: staff.post("/staff/summary", fields(begun_by=closed[0])),
        lambda: monkeypatch.setattr(type(kiosk), "pack", replace(kiosk.pack, digest="0" * 16)),
    ):
        change()
        seen.append(rests_on())
    assert len(set(seen)) == len(seen)


def test_a_file_of_an_event_that_is_over_stays_good_while_the_next_one_runs(staff, kiosk, app):
    def rests_on() -> str:
        with app.test_request_context("/"):
            kiosk.screen.hold()
            return made_from(pages.now_of("").period)

    noted = {"id": mint_id(), "about": "visit", "day": "2027-05-30", "title": "走访慰问", "people": "12"}
    staff.post("/staff/notes", noted.items())
    check_in(kiosk)
    close_without_copy(kiosk)
    before = rests_on()
    check_in(kiosk)
    staff.post("/staff/notes", {**noted, "id": mint_id(), "day": "2027-05-31"}.items())
    assert rests_on() == before
    staff.post("/staff/notes", {**noted, "id": mint_id(), "replaces": noted["id"], "people": "13"}.items())
    assert rests_on() != before, "a note is corrected however late"


def test_a_file_that_is_not_there_leads_back(staff, kiosk):
    for path in ("docx", "zip", "file/docx", "file/zip"):
        assert staff.open(f"/staff/summary/{path}").headers["Location"].startswith("/staff/summary")
    assert staff.open("/staff/summary/file/zip/progress").status_code == 404
    staff.post("/staff/summary/file", [("format", "exe")], 400)
    staff.get("/staff/summary/pdf", 404)


def test_the_sheet_for_paper_has_the_whole_document(staff, kiosk):
    check_in(kiosk, 45, district={"saihan": 40, "xincheng": 5}, visitor_type={"teacher": 45})
    said = {"text.experience": "甲\n乙", "day": "2027-06-04", "quantity.panels": "20"}
    staff.post("/staff/summary", fields(**said))
    page = staff.get("/staff/summary/print")
    for words in ("一、开展情况", "二、工作成效", "三、典型经验", "四、意见建议", f"{OFFICE}：", "2027年6月4日"):
        assert words in page.text
    for words in ("新城区科学技术协会", "附件：1.活动情况统计表", "附件2", "统计口径说明", "共有45人次参与"):
        assert words in page.text
    assert page.carries("data-print") == [""]
    bars = [float(one.get("width").rstrip("%")) for one in page.all("{http://www.w3.org/2000/svg}rect")]
    assert bars == pytest.approx([100, 12.5]), "赛罕区 40, 新城区 5"


def test_the_title_on_paper_keeps_whole_what_the_theme_does(staff, kiosk):
    staff.post("/staff/summary", fields(title="迎接党的十九大和弘扬中国科学家精神活动总结"))
    whole = [one.text for one in staff.get("/staff/summary/print").all("*") if one.get("class") == "whole"]
    assert whole == ["党的十九大", "中国科学家精神"]


def test_the_evening_leads_to_the_summary_once_the_day_is_closed(staff, kiosk, monkeypatch):
    assert "写活动总结" not in [name for name, _ in staff.get("/staff/closing").links()]
    monkeypatch.setattr(kiosk.exports, "ask_closing", lambda *_: None)
    check_in(kiosk)
    page = staff.post("/staff/closing", [])
    assert page.link("写活动总结") == "/staff/summary"
