"""The staff's pages: where the kiosk stands, today's figures, the entries, voiding, what was refused, and files."""

import csv
import io
import json
import subprocess
import sys
import threading
import time
from dataclasses import replace
from uuid import uuid4

import openpyxl
import pytest

from kiosk.actions import exports_asked
from kiosk.actions.child import Child
from kiosk.actions.open_day import choose_stop
from kiosk.domain.entry import mint_id
from kiosk.domain.statistics import FEWEST_TELLING
from kiosk.web.staff import files
from tests.playing import play
from tests.web.conftest import PASSWORD, PIN, set_up
from tests.web.page import Staff, Visitor, words


def figure(page, name: str) -> int:
    (found,) = [one for one in page.tree.iter("dd") if one.get("data-figure") == name]
    return int(words(found))


def table(page, name: str) -> dict[str, int]:
    (found,) = [one for one in page.tree.iter() if one.get("data-counts") == name]
    rows = [row for row in found.iter("tr") if next(row.iter("th")).get("scope") == "row"]
    return {words(next(row.iter("th"))): int(words(list(row.iter("td"))[-1])) for row in rows}


def shares(page, name: str) -> dict[str, str]:
    (found,) = [one for one in page.tree.iter() if one.get("data-shares") == name]
    rows = [row for row in found.iter("tr") if next(row.iter("th")).get("scope") == "row"]
    return {words(next(row.iter("th"))): words(list(row.iter("td"))[-1]) for row in rows}


def check_in(at_kiosk: Visitor, form, **changes) -> str:
    fields = form(**changes)
    at_kiosk.post("/check-in", fields)
    return dict(fields)["id"]


# Where the kiosk stands


def test_the_stop_is_asked_for_until_it_is_chosen_and_again_after_a_restart(desk, kiosk, open_at, app):
    page = desk.get("/staff")
    assert "还没有选择站点" in page.text
    page = desk.press(desk.tap(page, "选择今天的站点"), "托克托县")
    assert "还没有选择站点" not in page.text
    assert kiosk.stop == "togtoh"
    kiosk.close()
    again = Staff(set_up(open_at(kiosk.data)))
    assert "还没有选择站点" in again.type_pin(PIN).text


def test_entries_carry_the_stop_from_then_on(desk, at_kiosk, kiosk, form, entries):
    check_in(at_kiosk, form)
    desk.post("/staff/stop", [("stop", "wuchuan")])
    check_in(at_kiosk, form, party_size="7")
    desk.post("/staff/stop", [("stop", "elsewhere")])
    check_in(at_kiosk, form)
    assert [(one.kind, one.stop) for one in entries(kiosk)] == [
        ("check_in", None),
        ("opening", None),
        ("check_in", "wuchuan"),
        ("opening", "wuchuan"),
        ("check_in", None),
    ]
    assert [one.details["stop"] for one in entries(kiosk) if one.kind == "opening"] == ["wuchuan", None]
    assert table(desk.get("/staff"), "stop") == {"武川县": 7, "其他地点或未选站点": 2}


def test_of_two_who_choose_at_once_the_last_in_the_log_holds(kiosk, monkeypatch):
    append = kiosk.log.append
    other = threading.Thread(target=choose_stop, args=(kiosk, "togtoh"))

    def append_and_pause(draft):
        recorded = append(draft)
        if draft.details["stop"] == "wuchuan":
            other.start()
            other.join(0.3)
        return recorded

    monkeypatch.setattr(kiosk.log, "append", append_and_pause)
    choose_stop(kiosk, "wuchuan")
    other.join()
    assert kiosk.stop == kiosk.log.lookup.newest(1).lines[0].entry.details["stop"] == "togtoh"


@pytest.mark.parametrize("stop", ["", "atlantis", "武川县", "wuchuan "])
def test_a_stop_that_the_pack_does_not_know_is_refused(desk, kiosk, entries, stop):
    desk.post("/staff/stop", [("stop", stop)], 400)
    assert kiosk.stop is None
    assert entries(kiosk) == []


def test_a_pack_without_stops_asks_for_none(tmp_path, open_at, pack_folder):
    file = pack_folder / "event.toml"
    text = file.read_text(encoding="utf-8")
    begin, end = text.index("[[stops]]"), text.index("[quiz]")
    file.write_text(text[:begin] + text[end:], encoding="utf-8")
    kiosk = open_at(tmp_path / "stopless", pack_folder)
    kiosk.accounts.put_secret("pin", PIN, made=True)
    page = Staff(set_up(kiosk)).type_pin(PIN)
    assert "站点" not in page.text


# Figures


def test_the_quiz_is_counted_by_audience_topic_and_question(staff, kiosk, clock):
    for _ in range(FEWEST_TELLING):
        play(kiosk, "adult", is_right=False)
    play(kiosk, "adult", turn=1)
    play(kiosk)
    play(kiosk, "farmer_herder", upto=2)
    page = staff.get("/staff")
    assert figure(page, "quiz-rounds") == 7
    assert "6 人次答完 7 轮，另有 1 轮开始后没有答完" in page.text
    assert table(page, "quiz-audience") == {"小学生": 0, "中学生": 0, "成年人": 6, "农牧民": 0, "都来一点": 1}
    assert table(page, "quiz-players") == {"小学生": 0, "中学生": 0, "成年人": 5, "农牧民": 0, "都来一点": 1}
    quiz = kiosk.tally.report(clock.now()).whole.quiz
    topics = {topic.id: topic.label["zh"] for topic in kiosk.event.quiz.topics}
    expected = {topics[one]: f"{marks.share:.0%} {marks.right}/{marks.asked}" for one, marks in quiz.by_topic.items()}
    assert shares(page, "quiz-topic") == expected
    every = staff.get(page.link("各题的答题情况"))
    rows, few = (
        {} if one not in every.carries("data-shares") else shares(every, one) for one in ("quiz-question", "quiz-few")
    )
    assert len(rows) + len(few) == len(quiz.by_question)
    for found in (rows, few):
        percents = [int(one.split("%")[0]) for one in found.values()]
        assert percents == sorted(percents)
    assert "还没有人答完一轮" in staff.get("/staff/quiz?day=2027-05-01").text
    staff.get("/staff/quiz?day=never", 404)


def test_a_round_that_staff_void_counts_no_more(staff, kiosk, clock):
    gone = play(kiosk, "adult").entry_id
    page = staff.get(f"/staff/entries/{gone}")
    assert "成年人 · 5题对5题" in page.text
    staff.post(f"/staff/entries/{gone}/void", [("reason", "试用")])
    quiz = kiosk.tally.report(clock.now()).whole.quiz
    assert (quiz.rounds, quiz.players, quiz.begun, quiz.left) == (0, 0, 0, 0)
    assert not any(marks.asked for marks in quiz.by_question.values())


def test_today_is_counted_by_hour_and_by_every_answer(desk, at_kiosk, form, clock):
    check_in(at_kiosk, form, district=None)
    clock.forward(2 * 3_600_000 - 60_000)
    desk.type_pin(PIN)
    check_in(at_kiosk, form, party_size="3", **{"visitor_type": None, "visitor_type.retired": "2"})
    page = desk.get("/staff")
    assert [figure(page, one) for one in ("visits", "check-ins", "quiz-rounds", "whole-visits")] == [4, 2, 0, 4]
    assert table(page, "hour") == {"08:00": 1, "09:00": 3}
    who = {words: count for words, count in table(page, "visitor_type").items() if count}
    assert who == {"教师": 1, "退休人员": 2, "未填": 1}
    assert {words: count for words, count in table(page, "district").items() if count} == {"赛罕区": 3, "未填": 1}


def test_yesterday_counts_in_the_whole_only(desk, at_kiosk, form, clock):
    check_in(at_kiosk, form)
    clock.forward(86_400_000)
    desk.type_pin(PIN)
    page = desk.get("/staff")
    assert (figure(page, "visits"), figure(page, "whole-visits")) == (0, 1)


def test_on_the_morning_after_every_day_and_the_whole_are_a_tap_away(desk, at_kiosk, form, clock):
    check_in(at_kiosk, form)
    clock.forward(86_400_000)
    check_in(at_kiosk, form, party_size="5", visitor_type="retired")
    clock.forward(86_400_000)
    desk.type_pin(PIN)
    page = desk.tap(desk.get("/staff"), "2027年5月31日")
    assert (page.heading, figure(page, "visits")) == ("2027年5月31日", 5)
    assert table(page, "visitor_type")["退休人员"] == 5
    page = desk.tap(page, "整个活动")
    assert figure(page, "visits") == 6
    assert table(page, "visitor_type")["教师"] == 1
    page = desk.get("/staff/figures?day=2027-05-01")
    assert "那天没有人签到" in page.text
    for nonsense in ("", "yesterday", "2027-13-01", "٢٠٢٧-05-01"):
        desk.get(f"/staff/figures?day={nonsense}", 404)


def test_where_the_date_is_not_known_figures_are_since_switching_on(desk, at_kiosk, form, clock):
    check_in(at_kiosk, form)
    clock.trust, clock.boot = "unknown", "77777777-2222-3333-4444-555555555555"
    check_in(at_kiosk, form, party_size="5")
    page = desk.get("/staff")
    assert page.heading == "本次开机以来"
    assert (figure(page, "visits"), figure(page, "whole-visits")) == (5, 6)
    assert table(page, "hour") == {"时间不详": 5}


def test_a_kiosk_that_cannot_record_says_so_first(desk, kiosk, monkeypatch):
    kiosk.log.failure = "FullError: database or disk is full"
    monkeypatch.setattr(kiosk.log, "can_record", lambda: False)
    page = desk.get("/staff")
    assert "现在无法记录" in page.text
    assert "写入失败：FullError" in page.text


# Entries


def test_an_entry_is_voided_with_a_reason_and_counts_no_more(staff, at_kiosk, form, kiosk):
    wrong, right = check_in(at_kiosk, form, party_size="9"), check_in(at_kiosk, form)
    page = staff.get("/staff")
    assert figure(page, "visits") == 10
    assert page.carries("data-entry-id") == [right, wrong]
    page = staff.press(staff.get(f"/staff/entries/{wrong}"), "小朋友点着玩")
    assert "已作废" in page.text
    assert "小朋友点着玩" in page.text
    assert figure(staff.get("/staff"), "visits") == 1
    correction = kiosk.log.void_of(wrong)
    assert (correction.actor, correction.source, correction.reason) == ("staff", "staff", "小朋友点着玩")
    assert [form.action for form in staff.get(f"/staff/entries/{wrong}").forms()] == ["/staff/sign-out"]


def test_a_reason_of_ones_own_is_kept_word_for_word(staff, at_kiosk, form, kiosk):
    entry_id = check_in(at_kiosk, form)
    hostile = "<script>alert(1)</script> =1+1 “引号”"
    page = staff.post(f"/staff/entries/{entry_id}/void", [("own", hostile)])
    assert hostile in page.text
    assert kiosk.log.void_of(entry_id).reason == hostile


@pytest.mark.parametrize("own", ["", "   ", "很" * 501])
def test_without_a_reason_nothing_is_voided_and_what_was_typed_is_still_there(staff, at_kiosk, form, kiosk, own):
    entry_id = check_in(at_kiosk, form)
    page = staff.post(f"/staff/entries/{entry_id}/void", [("own", own)], 400)
    assert "原因" in page.text
    assert own in page.carries("value")
    assert kiosk.log.void_of(entry_id) is None


def test_voiding_twice_leaves_the_first_reason(staff, at_kiosk, form, entries, kiosk):
    entry_id = check_in(at_kiosk, form)
    staff.post(f"/staff/entries/{entry_id}/void", [("own", "first")])
    staff.post(f"/staff/entries/{entry_id}/void", [("own", "second")])
    assert [one.reason for one in entries(kiosk)] == [None, "first"]


def test_a_correction_cannot_be_voided_and_an_unknown_entry_is_not_there(staff, at_kiosk, form, kiosk):
    entry_id = check_in(at_kiosk, form)
    at_kiosk.post(f"/check-in/{entry_id}/undo", [])
    correction = kiosk.log.void_of(entry_id).id
    assert "由观众本人撤销" in staff.get(f"/staff/entries/{correction}").text
    staff.post(f"/staff/entries/{correction}/void", [("own", "no")], 403)
    staff.post(f"/staff/entries/{uuid4()}/void", [("own", "no")], 404)
    staff.get(f"/staff/entries/{uuid4()}", 404)


def test_older_entries_are_a_tap_away_and_none_is_left_out(staff, at_kiosk, form):
    made = [check_in(at_kiosk, form) for _ in range(53)]
    page = staff.get("/staff/entries")
    seen = page.carries("data-entry-id")
    assert len(seen) == 50
    page = staff.tap(page, "更早的")
    seen += page.carries("data-entry-id")
    assert seen == made[::-1]
    assert "更早的" not in page.text


@pytest.mark.parametrize("before", ["0", "-7", "x", "9" * 20, "-" + "9" * 20, "9" * 5000])
def test_a_place_that_is_none_shows_the_newest(staff, at_kiosk, form, before):
    entry_id = check_in(at_kiosk, form)
    assert entry_id in staff.get(f"/staff/entries?before={before}").carries("data-entry-id")


def test_an_entry_of_another_event_is_shown_by_its_ids(staff, kiosk):
    fair = kiosk.draft(mint_id(), "check_in", "touch", answers={"visitor_type": {"teacher": 1}, "mood": {"sunny": 1}})
    kiosk.log.append(replace(fair, event="fair", stop="market"))
    text = staff.get(f"/staff/entries/{fair.id}").text
    assert all(word in text for word in ("teacher", "sunny", "market"))


def test_numbers_of_a_party_are_said(staff, at_kiosk, form):
    entry_id = check_in(at_kiosk, form, party_size="46")
    assert "教师 ×46" in staff.get(f"/staff/entries/{entry_id}").text


# What was refused


def test_what_was_refused_is_told_with_its_reason(staff, at_kiosk, form, app):
    fields = form()
    at_kiosk.post("/check-in", fields)
    at_kiosk.post("/check-in", [*fields, ("age_band", "adult")], 409)
    at_kiosk.post("/check-in", form(visitor_type="martian"), 400)
    Visitor(app, "10.0.0.9").post("/check-in", form(), 403)
    page = staff.get("/staff/refusals")
    assert page.carries("data-what") == ["not_allowed", "invalid", "conflict"]
    assert "以第一次为准" in page.text
    staff.tap(page, "相关记录")


def test_a_flood_of_refusals_writes_one_every_ten_seconds(at_kiosk, form, kiosk, clock):
    for _ in range(20):
        at_kiosk.open("/check-in", "POST", data={"id": "no"})
    assert len(kiosk.log.refusals.newest(100)) == 1
    clock.forward(10_000)
    at_kiosk.open("/check-in", "POST", data={"id": "no"})
    assert len(kiosk.log.refusals.newest(100)) == 2


def test_taking_back_too_late_is_no_refused_check_in(at_kiosk, form, kiosk, clock):
    entry_id = check_in(at_kiosk, form)
    clock.forward(61_000)
    at_kiosk.post(f"/check-in/{entry_id}/undo", [], 403)
    assert kiosk.log.refusals.newest(5) == []


def test_a_refusal_of_a_kind_that_nobody_foresaw_is_shown_all_the_same(staff, kiosk):
    kiosk.log.refusals.add("forged_card", None, {}, "scanner")
    assert "forged_card" in staff.get("/staff/refusals").text


# Files


def finished(staff: Staff, format: str):
    """Return the answer that holds the whole log."""
    end = time.monotonic() + 30
    while (answer := staff.open(f"/staff/log.{format}")).status_code != 200:
        assert time.monotonic() < end, answer.get_data(as_text=True)
    return answer


def test_the_whole_log_as_every_kind_of_file(staff, at_kiosk, form):
    made = [check_in(at_kiosk, form) for _ in range(3)]
    staff.post(f"/staff/entries/{made[0]}/void", [("own", "=1+1")])
    answer = finished(staff, "csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=hohhot-2018-20270530-0800-4.csv"
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row["id"] for row in rows][:3] == made
    assert rows[3]["voids"] == made[0]
    assert not rows[3]["reason"].startswith("=")
    lines = [json.loads(line) for line in finished(staff, "ndjson").get_data().splitlines()]
    assert [line["id"] for line in lines] == [row["id"] for row in rows]
    sheet = openpyxl.load_workbook(io.BytesIO(finished(staff, "xlsx").get_data())).worksheets[-1]
    assert sheet.max_row == 5
    assert "教师" in str(list(sheet.values)[1])


def test_a_file_is_made_once_until_the_log_has_more_to_say(staff, at_kiosk, form, kiosk, monkeypatch):
    begun = []
    child = exports_asked.Child

    def counted(*arguments):
        begun.append(arguments)
        return child(*arguments)

    monkeypatch.setattr(exports_asked, "Child", counted)
    finished(staff, "csv")
    finished(staff, "csv")
    assert len(begun) == 1
    check_in(at_kiosk, form)
    assert len(finished(staff, "csv").get_data().splitlines()) == 2
    assert len(begun) == 2


class Slow:
    """A child that is at work until the test lets it end."""

    def __init__(self, _arguments, _environment, ended):
        self.done, self.total, self.failure, self._ended = 0, 0, "", ended

    def end(self, failure: str = "") -> None:
        self.failure = failure
        self._ended(self)

    def stop(self) -> None:
        pass


@pytest.fixture
def slow(monkeypatch):
    monkeypatch.setattr(exports_asked, "Child", Slow)
    monkeypatch.setattr(files, "WAIT_SECONDS", 0)


def test_a_long_file_shows_how_far_it_is(staff, at_kiosk, form, kiosk, slow):
    for _ in range(4):
        check_in(at_kiosk, form)
    page = staff.post("/staff/files", [("format", "csv")])
    child = kiosk.exports.asked("csv").child
    child.done, child.total = 1, 4
    assert page.carries("data-progress") == ["/staff/files/csv/progress"]
    assert staff.open("/staff/files/csv/progress").json == {"over": False, "percent": 25}
    assert staff.open("/staff/log.csv").headers["Location"] == "/staff/files/csv"
    kiosk.exports.asked("csv").path.write_text("id\n")
    child.end()
    assert staff.open("/staff/files/csv/progress").json == {"over": True, "percent": 100}
    page = staff.get("/staff/files/csv")
    assert page.link("保存文件") == "/staff/files/csv/download"
    assert staff.open("/staff/files/csv/download").get_data() == b"id\n"


def test_one_child_is_at_work_at_a_time(staff, kiosk, slow):
    for format in ("csv", "xlsx"):
        staff.post("/staff/files", [("format", format)])
    assert kiosk.exports.asked("xlsx").child is None
    kiosk.exports.asked("csv").child.end()
    assert kiosk.exports.asked("xlsx").child is not None


def test_a_file_that_failed_says_why_and_can_be_made_anew(staff, kiosk, slow):
    staff.post("/staff/files", [("format", "csv")])
    kiosk.exports.asked("csv").child.end("No space left on device")
    page = staff.get("/staff/files/csv")
    assert "No space left on device" in page.text
    page = staff.press(page, "重新生成")
    assert page.carries("data-progress")


def test_a_file_that_would_leave_no_room_for_recording_is_refused(staff, kiosk, monkeypatch):
    monkeypatch.setattr(exports_asked, "free_bytes", lambda _: 60 << 20)
    assert "存储空间不够" in staff.get("/staff/log.csv", 507).text
    assert "存储空间不够" in staff.post("/staff/files", [("format", "xlsx")], 507).text


def test_what_a_killed_child_left_is_removed(staff, kiosk, slow):
    staff.post("/staff/files", [("format", "csv")])
    folder = kiosk.exports.folder
    for name in (".log.csv.x7.part", "log.csv", "log.xlsx"):
        (folder / name).write_text("half")
    kiosk.exports.asked("csv").child.end("exit status -9")
    assert [path.name for path in folder.iterdir()] == ["log.xlsx"]


def test_a_file_that_someone_removed_is_made_anew(staff, kiosk):
    finished(staff, "csv")
    kiosk.exports.asked("csv").path.unlink()
    assert finished(staff, "csv").status_code == 200


def test_entries_that_came_while_a_file_was_begun_are_said_to_be_in_it(staff, at_kiosk, form, kiosk, slow):
    staff.post("/staff/files", [("format", "csv")])
    check_in(at_kiosk, form)
    child = kiosk.exports.asked("csv").child
    child.done = child.total = 1
    child.end()
    page = staff.get("/staff/files/csv")
    assert "1" in page.text
    assert "又有了新的记录" not in page.text


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("import sys; sys.stderr.write('a warning\\n' * 20_000); print('7 7')", ""),
        ("import sys; print('1 7'); sys.stderr.write('a line\\n' * 20_000 + 'why\\n'); sys.exit(2)", "why"),
        ("import os; os.write(2, b'\\xff\\n'); raise SystemExit(2)", "\N{REPLACEMENT CHARACTER}"),
        ("import os; os.kill(os.getpid(), 9)", "exit status -9"),
    ],
)
def test_a_child_that_says_much_or_strange_things_comes_to_an_end(monkeypatch, code, failure):
    begin = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda _, **values: begin([sys.executable, "-c", code], **values))
    ended = []
    child = Child([], {}, ended.append)
    assert child.wait(10)
    assert ended == [child]
    assert child.failure == failure


def test_entries_that_came_since_are_mentioned(staff, at_kiosk, form):
    finished(staff, "csv")
    check_in(at_kiosk, form)
    assert "又有了新的记录" in staff.get("/staff/files/csv").text


def test_nothing_of_an_earlier_run_is_taken_for_a_file(kiosk, open_at):
    folder = kiosk.data / "exports"
    folder.mkdir()
    (folder / "log.csv").write_text("half")
    kiosk.close()
    open_at(kiosk.data)
    assert not folder.exists()


@pytest.mark.parametrize("path", ["/staff/log.pdf", "/staff/files/pdf", "/staff/files/csv/progress"])
def test_other_files_are_not_there(staff, path):
    assert staff.open(path).status_code in (303, 404)
    staff.post("/staff/files", [("format", "pdf")], 400)


@pytest.mark.parametrize("path", ["", "/progress", "/download"])
def test_pictures_that_were_asked_for_are_no_file_of_the_log(staff, kiosk, slow, path):
    kiosk.exports.ask_pictures("zh", 20, kiosk.pack.digest)
    staff.get(f"/staff/files/pictures-zh{path}", 404)


def test_at_the_touchscreen_nothing_can_be_saved_and_the_page_says_so(app, secrets_set):
    someone = Staff(app)
    someone.sign_in(PASSWORD)
    assert "触摸屏上不能保存文件" in someone.get("/staff/files").text
