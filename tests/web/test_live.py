"""The staff's first page while the day goes on: one snapshot for all who look, bursts, and what visitors are told."""

import threading

import apsw
import pytest

from kiosk.actions import live
from kiosk.actions.correct import void
from kiosk.domain.burst import FEWEST
from kiosk.domain.entry import mint_id
from tests.storage.evening import close_event
from tests.web.conftest import PASSWORD, PIN
from tests.web.figures import figure, table
from tests.web.page import Staff, parse, words

SENTENCE = "签到暂时记不上"


@pytest.fixture
def looks(monkeypatch) -> "Looks":
    return Looks(monkeypatch)


class Looks:
    """The clock by which a snapshot grows old, moved by the test."""

    def __init__(self, monkeypatch):
        self.ms = live.boottime_ms()
        monkeypatch.setattr(live, "boottime_ms", lambda: self.ms)

    def later(self) -> None:
        self.ms += live.LASTS_MS


def ask(staff, seen: str = "", **said) -> tuple[int, str]:
    query = {"seen": seen, **said}
    answer = staff.client.get("/staff/live", query_string=query, environ_base={"REMOTE_ADDR": staff.address})
    return answer.status_code, answer.text


def version(html: str) -> str:
    tree, _ = parse(html)
    return next(one.get("data-version") for one in tree.iter() if one.get("data-version"))


def play(kiosk, clock, count: int, gap_ms: int = 3_000, source: str = "touch", **answers) -> list[str]:
    ids = []
    for _ in range(count):
        clock.forward(gap_ms)
        ids.append(mint_id())
        said = answers or {"visitor_type": {"primary_pupil": 1}}
        kiosk.log.append(kiosk.draft(ids[-1], "check_in", source, answers=said))
    return ids


def told_bursts(page) -> list[str]:
    return [one.get("data-burst") for one in page.tree.iter("section") if one.get("data-burst")]


# The snapshot


def test_what_changes_is_told_and_nothing_where_nothing_did(staff, kiosk, clock, looks):
    shown = version(staff.get("/staff").html)
    assert ask(staff, shown) == (204, "")
    looks.later()
    assert ask(staff, shown) == (204, "")
    play(kiosk, clock, 2, 60_000)
    looks.later()
    status, html = ask(staff, shown)
    assert status == 200
    assert version(html) != shown
    tree, _ = parse(html)
    assert next(words(one) for one in tree.iter("dd") if one.get("data-figure") == "visits") == "2"
    assert sum(one.get("data-kind") == "check_in" for one in tree.iter("tr")) == 2
    assert ask(staff, version(html)) == (204, "")


def test_what_is_asked_for_is_what_the_page_shows(staff, kiosk, clock):
    play(kiosk, clock, 3)
    page = staff.get("/staff")
    tree, _ = parse(ask(staff)[1])
    parts = {one.get("data-live"): words(one) for one in tree.iter() if one.get("data-live")}
    assert set(parts) == {"as-of", "trust", "bursts", "figures", "newest", "refused"}
    assert parts == {one.get("data-live"): words(one) for one in page.tree.iter() if one.get("data-live")}


def test_however_many_look_the_log_is_read_once(staff, app, kiosk, clock, looks, monkeypatch):
    reports = []
    report = kiosk.tally.report
    monkeypatch.setattr(kiosk.tally, "report", lambda *said: reports.append(said) or report(*said))
    others = [Staff(app, f"10.0.1.{number}") for number in range(5)]
    for one in others:
        one.sign_in(PASSWORD)
    reports.clear()
    play(kiosk, clock, 1)
    looks.later()
    threads = [threading.Thread(target=ask, args=(one,)) for one in [*others, staff] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == 1


def test_another_language_is_another_page(staff):
    assert "The kiosk is recording" not in ask(staff)[1]
    assert "The kiosk is recording" in ask(staff, lang="en")[1]


def test_looking_by_itself_keeps_nobody_signed_in(staff, laptop, kiosk, clock):
    assert ask(staff)[0] == 200
    clock.forward(14 * 60_000)
    assert ask(staff)[0] == 200
    clock.forward(2 * 60_000)
    assert ask(staff)[0] == 303


def test_strangers_are_told_nothing(at_kiosk, laptop):
    assert ask(laptop)[0] == 303
    assert ask(at_kiosk)[0] == 303


def test_a_failing_disk_is_told_at_the_next_look(staff, kiosk, looks):
    shown = version(staff.get("/staff").html)
    kiosk.log.failure, kiosk.log.can_record = "FullError: database or disk is full", lambda: False
    looks.later()
    status, html = ask(staff, shown)
    assert status == 200
    assert "trust-failing" in html
    assert 'role="alert"' in html


# Bursts


def test_playing_children_are_pointed_out_and_voided_at_one_tap(desk, kiosk, clock, entries):
    family = play(kiosk, clock, 2, visitor_type={"teacher": 1})
    played = play(kiosk, clock, FEWEST + 1)
    page = desk.get("/staff")
    assert told_bursts(page) == [played[0]]
    assert f"{3 * FEWEST} 秒内有 {FEWEST + 1} 次一模一样的签到" in page.text
    assert "小学生" in page.text
    assert figure(page, "visits") == FEWEST + 3
    page = desk.press(page, f"是点着玩：{FEWEST + 1} 次都作废")
    assert told_bursts(page) == []
    assert figure(page, "visits") == 2
    voids = [one for one in entries(kiosk) if one.kind == "void"]
    assert sorted(one.voids for one in voids) == sorted(played)
    assert {(one.reason, one.actor, one.source) for one in voids} == {("burst", "staff", "staff")}
    assert not {one.voids for one in voids} & set(family)
    assert "重复点按" in desk.get(f"/staff/entries/{played[0]}").text


def test_only_what_staff_saw_is_voided(desk, kiosk, clock, entries):
    seen = play(kiosk, clock, FEWEST)
    page = desk.get("/staff")
    later = play(kiosk, clock, 2)
    desk.press(page, f"是点着玩：{FEWEST} 次都作废")
    assert sorted(one.voids for one in entries(kiosk) if one.kind == "void") == sorted(seen)
    assert figure(desk.get("/staff"), "visits") == len(later)


def test_pressed_twice_voids_once(desk, kiosk, clock, entries):
    played = play(kiosk, clock, FEWEST)
    fields = [("last", played[-1])]
    desk.post(f"/staff/bursts/{played[0]}/void", fields)
    page = desk.post(f"/staff/bursts/{played[0]}/void", fields)
    assert "这些签到先前已作废，本次没有改动。" in page.text
    assert sum(one.kind == "void" for one in entries(kiosk)) == FEWEST


def test_what_another_one_kept_or_changed_meanwhile_is_not_voided_and_not_said_to_be(desk, kiosk, clock, entries):
    played = play(kiosk, clock, FEWEST + 1)
    page = desk.get("/staff")
    desk.post(f"/staff/entries/{played[0]}/void", [("reason", "重复签到")])
    page = desk.press(page, f"是点着玩：{FEWEST + 1} 次都作废")
    assert "提示的签到在您查看之后有变化" in page.text
    assert told_bursts(page) == [played[1]]
    desk.press(page, "确有其人：保留")
    page = desk.press(page, f"是点着玩：{FEWEST} 次都作废")
    assert "提示的签到在您查看之后有变化" in page.text
    assert [one.voids for one in entries(kiosk) if one.kind == "void"] == [played[0]]


def test_a_class_is_kept(desk, kiosk, clock):
    play(kiosk, clock, FEWEST)
    page = desk.press(desk.get("/staff"), "确有其人：保留")
    assert told_bursts(page) == []
    assert figure(page, "visits") == FEWEST
    play(kiosk, clock, 1)
    assert told_bursts(desk.get("/staff")) == []


def test_phones_that_check_in_alike_are_no_burst(desk, kiosk, clock):
    play(kiosk, clock, 2 * FEWEST, source="phone")
    assert told_bursts(desk.get("/staff")) == []


def test_voided_one_by_one_a_burst_is_none_any_more(desk, kiosk, clock):
    played = play(kiosk, clock, FEWEST)
    assert told_bursts(desk.get("/staff")) == [played[0]]
    desk.post(f"/staff/entries/{played[2]}/void", [("reason", "重复签到")])
    assert told_bursts(desk.get("/staff")) == []


def test_what_was_voided_is_noticed_however_much_came_since_the_last_look(kiosk, clock, monkeypatch):
    monkeypatch.setattr(live, "_REMEMBERED", 2 * FEWEST)
    seen = live.Live(kiosk)
    played = play(kiosk, clock, FEWEST)
    assert [one.id for one in seen.snapshot().bursts] == [played[0]]
    for one in played:
        void(kiosk.log, one, reason="重复签到", actor="staff", source="staff")
    play(kiosk, clock, 3 * FEWEST, source="phone")
    assert seen.snapshot(at_most_ms=0).bursts == []


def test_of_a_closed_event_nothing_is_pointed_out_until_it_is_opened_again(desk, kiosk, clock):
    before = play(kiosk, clock, FEWEST)
    assert told_bursts(desk.get("/staff")) == [before[0]]
    closed = close_event(kiosk)
    assert told_bursts(desk.get("/staff")) == []
    after = play(kiosk, clock, FEWEST, 4_000)
    assert told_bursts(desk.get("/staff")) == [after[0]]
    void(kiosk.log, closed, reason="点错了", actor="staff", source="staff")
    assert told_bursts(desk.get("/staff")) == [before[0]]


def test_a_burst_is_voided_whole_or_not_at_all(desk, kiosk, clock, entries, monkeypatch):
    played = play(kiosk, clock, FEWEST)
    page = desk.get("/staff")
    write = kiosk.database.write

    def full():
        raise apsw.FullError("database or disk is full")

    monkeypatch.setattr(kiosk.database, "write", full)
    desk.post(f"/staff/bursts/{played[0]}/void", [("last", played[-1])], 503)
    monkeypatch.setattr(kiosk.database, "write", write)
    assert [one.kind for one in entries(kiosk)] == ["check_in"] * FEWEST
    assert told_bursts(desk.get("/staff")) == told_bursts(page)


@pytest.mark.parametrize("last", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_what_is_no_burst_is_not_voided(desk, kiosk, clock, entries, last):
    played = play(kiosk, clock, FEWEST)
    desk.post(f"/staff/bursts/{played[0]}/void", [("last", last)], 404)
    desk.post(f"/staff/bursts/{mint_id()}/void", [("last", played[-1])], 404)
    assert not [one for one in entries(kiosk) if one.kind == "void"]


def test_bursts_of_before_a_restart_of_the_kiosk_are_found_again(kiosk, clock, open_at, app):
    played = play(kiosk, clock, FEWEST)
    again = live.Live(kiosk).snapshot()
    assert [one.id for one in again.bursts] == [played[0]]


# The hours


def test_the_hours_are_a_chart_and_its_table(desk, kiosk, clock):
    play(kiosk, clock, 2, 60_000)
    clock.forward(2 * 3_600_000)
    play(kiosk, clock, 1)
    page = desk.type_pin(PIN)
    assert table(page, "hour") == {"08:00": 2, "09:00": 0, "10:00": 1}
    (chart,) = [one for one in page.tree.iter() if one.get("class") == "columns"]
    assert chart.get("role") == "img"
    assert [one.text for one in chart.iter() if one.tag.endswith("text")] == ["2", "08", "09", "1", "10"]


# What visitors are told


def test_visitors_are_told_in_one_calm_sentence_that_nothing_is_recorded(at_kiosk, kiosk):
    assert SENTENCE not in at_kiosk.get("/").text
    before = at_kiosk.client.get("/display").json["version"]
    kiosk.log.failure, kiosk.log.can_record = "FullError: database or disk is full", lambda: False
    assert at_kiosk.get("/").text.count(SENTENCE) == 1
    assert SENTENCE in at_kiosk.get("/check-in").text
    assert SENTENCE not in at_kiosk.get("/scientists").text
    assert at_kiosk.client.get("/display").json["version"] != before, "screens at rest look again"
    kiosk.log.failure = None
    assert SENTENCE not in at_kiosk.get("/").text
    assert at_kiosk.client.get("/display").json["version"] == before
