"""The day as staff see it: where the kiosk stands, and the figures."""

import threading

import pytest

from kiosk.actions.open_day import choose_stop
from kiosk.domain.statistics import FEWEST_TELLING
from tests.playing import play
from tests.web.conftest import PIN, check_in, set_up
from tests.web.figures import figure, shares, table
from tests.web.page import Staff

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
    for nonsense in ("", "yesterday", "2027-13-01", "٢٠٢٧-05-01", "20270501", "2027-W17-6", "1999-12-31"):
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
