"""The staff's pages of the evening: closing the day, switching off, closing the event; who may, and what is said."""

import hashlib
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from kiosk.actions import close_event as events
from kiosk.actions.correct import void
from kiosk.actions.export import export
from kiosk.actions.exports_asked import BRIEF, CLOSE_DAY, FINAL_COPY, TO_STICK, Asked
from kiosk.cli.log import headings
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import NotRecorded
from kiosk.storage.copies_kept import CopyShelf
from kiosk.storage.sticks import Stick
from kiosk.web.locale import translations
from kiosk.web.staff import closing as view
from tests.storage.evening import close, close_event, copied, final
from tests.storage.test_notes import note
from tests.storage.test_notes import write as write_note
from tests.waiting import PATIENCE
from tests.web.conftest import PASSWORD, PIN, check_in, set_up
from tests.web.figures import figure
from tests.web.page import Staff, Visitor

DAY, EVENT, OFF = "/staff/closing", "/staff/closing/event", "/staff/closing/switch-off"


@pytest.fixture
def asked(kiosk, monkeypatch) -> list:
    """What pages ask a child process for, instead of it."""
    found = []

    def ask(name: str, arguments: tuple, language: str) -> Asked:
        found.append((name, arguments, language))
        return Asked(name, Path("nowhere"), 0)

    def ask_brief(*_) -> Asked:
        picture = Asked(BRIEF, Path("nowhere"), 1)
        picture.over.set()
        return picture

    monkeypatch.setattr(kiosk.exports, "ask_closing", ask)
    monkeypatch.setattr(kiosk.exports, "ask_brief", ask_brief)
    return found


def done(kiosk, name: str, failure: str = "") -> None:
    """Let the work that a page asked for be over."""
    kiosk.exports._asked[name] = Asked(name, Path("nowhere"), 0, failure=failure, is_ready=not failure)


# The day


def test_one_tap_closes_the_day_with_a_real_child(desk, at_kiosk, kiosk, form):
    check_in(at_kiosk, form, party_size="7")
    page = desk.tap(desk.get("/staff"), "收尾")
    assert "7 人次" in page.text
    page = desk.press(page, "结束今天")
    assert kiosk.exports.asked(CLOSE_DAY).wait(PATIENCE), kiosk.exports.asked(CLOSE_DAY).failure
    page = desk.get(DAY)
    assert "今天已结束，数据都已保存好" in page.text
    assert figure(page, "visits") == 7
    assert "尚缺" not in page.text
    (copy,) = CopyShelf(kiosk.data).all()
    assert copy.entry == kiosk.log.last("day_closed", kiosk.event.id).id
    assert "今天的活动" in at_kiosk.get("/").text
    assert desk.open(f"{DAY}/progress").get_json() == {"percent": 100, "over": True}


def test_what_came_later_is_told_and_closing_again_counts_it(desk, kiosk, asked):
    log = kiosk.log
    log.append(kiosk.draft(mint_id(), "check_in", "touch", party_size=5))
    desk.post(DAY, [])
    log.append(kiosk.draft(mint_id(), "check_in", "phone", party_size=3))
    page = desk.get(DAY)
    assert page.carries("data-since") == ["3"]
    assert "之后又有 3 人次，没有计入结束时的数据" in page.text
    assert figure(page, "visits") == 5
    desk.press(page, "补做")
    assert figure(desk.get(DAY), "visits") == 8
    assert [one[0] for one in asked] == [CLOSE_DAY, CLOSE_DAY]
    assert asked[-1][1] == ("close-day", "--entry", log.last("day_closed", kiosk.event.id).id)


def test_a_failed_copy_is_told_with_what_to_do_and_recording_stays_open(desk, kiosk, asked):
    desk.post(DAY, [])
    done(kiosk, CLOSE_DAY, "空间不足")
    page = desk.get(DAY)
    assert "备份没有做成：空间不足" in page.text and "请先腾出空间再试" in page.text
    assert "数据都已保存好" not in page.text
    assert desk.press(page, "补做").status == 200
    kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch"))


def test_a_failure_is_over_once_a_command_has_finished_the_copy(desk, kiosk, asked):
    desk.post(DAY, [])
    done(kiosk, CLOSE_DAY, "空间不足")
    assert "备份没有做成" in desk.get(DAY).text
    copied(kiosk, kiosk.log.last("day_closed", kiosk.event.id).id)
    page = desk.get(DAY)
    assert "今天已结束，数据都已保存好" in page.text
    assert "备份没有做成" not in page.text and "补做" not in page.ways()


def test_a_day_that_was_not_closed_before_midnight_is_closed_with_a_button_of_its_own(desk, kiosk, asked, clock):
    kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch", party_size=40))
    clock.forward(16 * 3_600_000 + 600_000)  # ten past midnight
    desk.type_pin(PIN)
    page = desk.get(DAY)
    assert "5月30日尚未收尾" in page.text
    page = desk.press(page, "结束5月30日（40 人次）")
    entry = kiosk.log.last("day_closed", kiosk.event.id)
    assert (entry.details["day"], entry.details["figures"]["visits"]) == ("2027-05-30", 40)
    assert kiosk.display.state == "running"
    assert asked == [(CLOSE_DAY, ("close-day", "--entry", entry.id), "zh")]
    assert "5月30日尚未收尾" not in page.text and "结束今天" in page.ways()
    assert "5月30日已结束，但备份还没有全部做好" in page.text
    desk.press(page, "补做")
    assert kiosk.log.last("day_closed", kiosk.event.id).id == entry.id
    copied(kiosk, entry.id)
    page = desk.get(DAY)
    assert "5月30日已结束，数据都已保存好" in page.text and "补做" not in page.ways()
    page = desk.press(page, "结束今天")
    assert "5月30日已结束，数据都已保存好" in page.text
    assert kiosk.display.state == "closed"


def test_no_earlier_day_is_offered_where_today_is_not_known(desk, kiosk, asked, clock):
    kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch", party_size=40))
    clock.wall_ms += 86_400_000
    assert "5月30日尚未收尾" in desk.get(DAY).text
    clock.trust = "unknown"
    assert "尚未收尾" not in desk.get(DAY).text


def test_a_form_that_names_no_day_to_close_closes_none(desk, kiosk, asked):
    assert "本次活动在 2027-05-29 没有数据" in desk.post(DAY, [("day", "2027-05-29")], 400).text
    for nonsense in ("", "yesterday", "20270530"):
        assert desk.open(DAY, method="POST", data={"day": nonsense}).status_code == 400
    assert kiosk.log.last("day_closed", kiosk.event.id) is None and asked == []


def test_a_day_whose_event_was_closed_after_it_is_closed(desk, kiosk, asked):
    kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch", party_size=40))
    close(kiosk)
    entry = kiosk.log.last("day_closed", kiosk.event.id)
    copied(kiosk, entry.id)
    close_event(kiosk)
    page = desk.get(DAY)
    assert "今天已结束，数据都已保存好" in page.text and "结束今天" not in page.ways()
    assert "本次活动已于今天结束：40 人次" in page.text
    assert figure(page, "visits") == 40
    desk.post(DAY, [])
    assert kiosk.log.last("day_closed", kiosk.event.id).id == entry.id, "there is nothing new to freeze"


def test_what_came_after_the_event_was_closed_is_closed_as_a_day_of_the_next(desk, kiosk, asked):
    kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch", party_size=40))
    close(kiosk)
    close_event(kiosk)
    kiosk.log.append(kiosk.draft(mint_id(), "check_in", "phone", party_size=3))
    page = desk.get(DAY)
    assert "本次活动已于今天结束：40 人次" in page.text and "2027年5月30日：3 人次" in page.text
    desk.press(page, "结束今天")
    assert figure(desk.get(DAY), "visits") == 3


def test_a_closing_of_the_event_that_is_taken_back_or_of_yesterday_is_not_told(desk, kiosk, asked, clock):
    kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch", party_size=40))
    closing = close_event(kiosk)
    assert "本次活动已于今天结束" in desk.get(DAY).text
    clock.wall_ms += 86_400_000
    assert "本次活动已于今天结束" not in desk.get(DAY).text
    clock.wall_ms -= 86_400_000
    void(kiosk.log, closing, reason="a mistake", actor="staff", source="staff")
    assert "本次活动已于今天结束" not in desk.get(DAY).text


def test_after_a_power_cut_the_page_says_what_is_missing(desk, kiosk, asked, open_at):
    desk.post(DAY, [])
    kiosk.close()
    again = Staff(set_up(open_at(kiosk.data)))
    again.type_pin(PIN)
    page = again.get(DAY)
    assert "今天已结束，但备份还没有全部做好" in page.text and "上次没有做完就中断了" in page.text
    assert page.text.count("尚缺") == 4
    assert page.form("补做")


def test_where_nothing_can_be_recorded_nothing_is_closed(desk, kiosk, asked, monkeypatch):
    def fails(draft):
        raise NotRecorded("disk full")

    monkeypatch.setattr(kiosk.log, "append", fails)
    page = desk.post(DAY, [], 503)
    assert "现在记不上，所以没有结束：disk full" in page.text
    assert kiosk.display.state == "running" and asked == []


def test_closed_days_and_events_have_words_among_the_entries(desk, kiosk, asked):
    kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch", party_size=5))
    desk.post(DAY, [])
    page = desk.get("/staff/entries?kind=day_closed")
    assert "2027年5月30日：5 人次" in page.text
    entry = kiosk.log.last("day_closed", kiosk.event.id)
    assert "5 人次" in desk.get(f"/staff/entries/{entry.id}").text


# Switching off


def test_without_a_helper_the_page_says_how_else(desk):
    assert "本机不能从这个页面关机" in desk.get(DAY).text
    page = desk.get(OFF)
    assert "本机不能从这个页面关机" in page.text and "立即关机" not in page.ways()
    desk.post(OFF, [], 503)


@pytest.fixture
def switchable(kiosk, tmp_path, secrets_set) -> tuple[Staff, Path]:
    request = tmp_path / "run" / "request"
    request.parent.mkdir()
    someone = Staff(set_up(kiosk, switch_off=request))
    someone.type_pin(PIN)
    return someone, request


def test_switching_off_is_asked_for_twice_and_leaves_a_request(switchable, kiosk):
    someone, request = switchable
    page = someone.tap(someone.get(DAY), "关机")
    assert "还没有做“结束今天”" in page.text
    assert not request.exists()
    page = someone.press(page, "立即关机", 200)
    assert "等指示灯不再闪烁后再拔电源" in page.text
    assert request.read_bytes() == b"" and list(request.parent.iterdir()) == [request]


def test_a_day_and_its_event_that_are_both_closed_have_their_copy(switchable, kiosk):
    someone, _ = switchable
    close(kiosk)
    copied(kiosk, kiosk.log.last("day_closed", kiosk.event.id).id)
    close_event(kiosk)
    page = someone.get(OFF)
    assert "还没有做“结束今天”" not in page.text and page.form("立即关机")


def test_nothing_is_switched_off_while_the_copy_is_being_made(switchable, kiosk):
    someone, request = switchable
    kiosk.exports._asked[CLOSE_DAY] = Asked(CLOSE_DAY, Path("nowhere"), 0)
    assert "备份还没有做完" in someone.post(OFF, [], 409).text
    assert not request.exists()


def test_a_visitor_switches_nothing_off(kiosk, switchable, at_kiosk, app):
    _, request = switchable
    stranger = Visitor(set_up(kiosk, switch_off=request))
    assert stranger.open(OFF, method="POST").status_code == 303
    assert not request.exists()


# The event


def test_the_pin_closes_no_event_and_opens_none(desk, kiosk, staff):
    assert desk.open(EVENT).status_code == 403
    assert desk.open(EVENT, method="POST", data={"name": "event-1", "id": mint_id()}).status_code == 403
    assert "结束活动" not in desk.get(DAY).text
    draft = kiosk.draft(mint_id(), "event_closed", "staff", details={"through": {}})
    closed = kiosk.log.append(draft).entry
    assert "作废" not in " ".join(desk.get(f"/staff/entries/{closed.id}").ways())
    assert desk.open(f"/staff/entries/{closed.id}/void", method="POST", data={"reason": "x"}).status_code == 403
    page = staff.press(staff.get(f"/staff/entries/{closed.id}"), "测试")
    assert "这次结束已撤销" in page.text


def test_from_the_copy_over_the_download_to_zero(staff, kiosk, at_kiosk, form):
    check_in(at_kiosk, form, party_size="7")
    page = staff.tap(staff.get(DAY), "结束活动")
    page = staff.press(page, "制作备份")
    assert kiosk.exports.asked(FINAL_COPY).wait(PATIENCE), kiosk.exports.asked(FINAL_COPY).failure
    page = staff.get(EVENT)
    assert "已做好：1 条记录" in page.text and "结束本次活动" not in page.ways()
    response = staff.open(page.link("下载备份"))
    archive = zipfile.ZipFile(io.BytesIO(response.data))
    assert "这里是本机记录的全部内容" in archive.read("README.txt").decode()
    assert "It holds no visitor’s name" in archive.read("README.txt").decode()
    # Whoever tells the checksum has read the file: nothing that the kiosk says gives it away.
    sha256 = hashlib.sha256(response.data).hexdigest()
    assert sha256[:8] not in page.html + str(response.headers) and sha256[-8:] not in page.html
    name = dict(page.form("比对")[1])["name"]
    page = staff.post(f"{EVENT}/check", [("name", name), ("whole", "0" * 64)], 400)
    assert "校验码与这份备份不符" in page.text and "结束本次活动" not in page.ways()
    page = staff.post(f"{EVENT}/check", [("name", name), ("first", sha256[:8]), ("last", sha256[-8:].upper())])
    assert "已核实：下载的一份，校验码由人工输入" in page.text
    page = staff.press(page, "结束本次活动")
    assert "数据从零开始" in page.text
    assert "7 人次" in page.text and sha256[:8] in page.text
    assert figure(staff.get("/staff"), "visits") == 0
    assert "7 人次" in staff.get("/staff/figures").text
    assert "7 人次" in staff.get("/staff/entries?kind=event_closed").text
    assert kiosk.log.size()[0] == 2


def test_notes_of_an_event_that_was_closed_are_not_in_the_list_of_the_next(desk, kiosk):
    write_note(kiosk.log, note(title="走访老科技工作者"), content={}, event=kiosk.event.id)
    assert "走访老科技工作者" in desk.get("/staff/notes").text
    through = kiosk.log.through(kiosk.log.size()[0])
    closed = mint_id()
    kiosk.log.append(kiosk.draft(closed, "event_closed", "staff", details={"through": through}))
    page = desk.get("/staff/notes")
    assert "走访老科技工作者" in page.text, "until the next one begins"
    assert "走访老科技工作者" not in desk.tap(page, "正在进行的一次").text
    assert "走访老科技工作者" not in desk.get(f"/staff/notes?of={closed}").text


def test_the_copy_of_a_later_closing_is_made_after_the_one_under_way(kiosk):
    exports = kiosk.exports
    exports._working = object()  # something else, so that both wait
    first = exports.ask_closing(CLOSE_DAY, ("close-day", "--entry", "a"), "zh")
    assert exports.ask_closing(CLOSE_DAY, ("close-day", "--entry", "a"), "zh") is first
    second = exports.ask_closing(CLOSE_DAY, ("close-day", "--entry", "b"), "zh")
    assert second is not first and exports.asked(CLOSE_DAY) is second
    assert exports._waiting == [first, second]
    exports._working, exports._waiting = None, []


def test_a_form_from_before_closes_nothing_new(staff, kiosk):
    copy = final(kiosk)
    assert "还没有核实" in staff.post(EVENT, [("name", copy.name), ("id", mint_id())], 400).text
    assert "已经不在了" in staff.post(EVENT, [("name", "event-9/../x"), ("id", mint_id())], 400).text
    assert staff.post(EVENT, [("name", copy.name), ("id", "x")], 400)
    for hostile in ("../../kiosk.db", "event-00000000/..", "", "day-2027-05-30-00000001"):
        assert "已经不在了" in staff.post(f"{EVENT}/check", [("name", hostile), ("whole", "0" * 64)], 400).text
    assert staff.open(f"{EVENT}/..%2f..%2fkiosk.zip").status_code == 404


def test_a_stick_is_offered_copied_to_by_a_child_and_nowhere_else(staff, kiosk, asked, monkeypatch):
    final(kiosk)
    there = Stick(Path("/media/pi/BLUE"), True, 4_000_000_000)
    locked = Stick(Path("/media/pi/RED"), False, None)
    monkeypatch.setattr(view, "sticks", lambda: [there, locked])
    page = staff.get(EVENT)
    assert "剩余 4000 MB" in page.text and "没有权限写入" in page.text
    staff.press(page, "复制到“BLUE”")
    assert asked[-1][:2] == (TO_STICK, ("final-copy", "--name", "event-00000000", "--to", "/media/pi/BLUE"))
    for elsewhere in ("/etc", "/media/pi/RED", ""):
        assert "找不到那个 U 盘" in staff.post(f"{EVENT}/stick", [("stick", elsewhere)], 400).text
    done(kiosk, TO_STICK, "Input/output error")
    assert "没有存进 U 盘：Input/output error" in staff.get(EVENT).text


def test_at_the_touchscreen_with_the_password_only_sticks_are_offered(app, kiosk, secrets_set):
    final(kiosk)
    someone = Staff(app)
    someone.sign_in(PASSWORD)
    page = someone.get(EVENT)
    assert "不能保存文件" in page.text or "触摸屏" in page.text
    assert "下载备份" not in page.ways() and "没有插 U 盘" in page.text


def test_a_copy_that_was_cut_off_can_be_finished(staff, kiosk):
    copy = final(kiosk)
    del copy.steps["zip"]
    CopyShelf(kiosk.data).note(copy)
    page = staff.get(EVENT)
    assert "上次没有做完就中断了" in page.text and page.text.count("尚缺") == 1
    assert staff.open(f"{EVENT}/{copy.name}.zip").status_code == 404
    assert events.final_copy(kiosk).is_whole is False
    assert page.form("制作备份")


def test_in_the_workbook_only_what_came_after_the_closing_counts(kiosk, tmp_path, at_kiosk, form):
    for size in ("7", "2"):
        check_in(at_kiosk, form, party_size=size)
    through = kiosk.log.through(kiosk.log.size()[0])
    kiosk.log.append(kiosk.draft(mint_id(), "event_closed", "staff", details={"through": through}))
    check_in(at_kiosk, form, party_size="4")
    assert kiosk.tally.report(kiosk.clock.now()).whole.visits == 4
    chinese = translations("zh").gettext
    export(kiosk.log, tmp_path / "log.xlsx", format="xlsx", pack=kiosk.pack, heading=headings(), say=chinese)
    rows = openpyxl.load_workbook(tmp_path / "log.xlsx")["原始记录"].iter_rows(values_only=True)
    at = next(rows).index("计入人次")
    assert [row[at] for row in rows] == [None, None, None, 4]
