"""Counting by hand, where people have no cards."""

import pytest

from kiosk.domain.entry import mint_id
from tests.web.volunteers.rows import kinds


def test_counting_by_hand_is_kept_apart_from_what_the_kiosk_records(come, kiosk, entries, staff):
    phone = come("lecture")
    page = phone.tap(phone.get("/volunteer/count"), "教师")
    page = phone.press(page, "+1")
    page = phone.press(page, "+10")
    assert "这部手机已计 11 人次" in page.text
    ids = mint_id(), mint_id()
    phone.post("/volunteer/count", [("id", ids[0]), ("people", "-3"), ("who", ""), ("reason", "数重了")])
    phone.post("/volunteer/count", [("id", ids[1]), ("people", "-3"), ("reason", "")], 400)
    figures = kiosk.tally.report(kiosk.clock.now()).whole
    assert (figures.visits, figures.by_hand.people, dict(figures.by_hand.by_station)) == (0, 8, {"lecture": 8})
    assert figures.by_hand.by_answer["visitor_type"]["teacher"] == 11
    day = staff.get("/staff").text
    assert "工作人员登记（人次）" in day
    assert kinds(kiosk, entries).count("tally") == 2


@pytest.mark.parametrize("people", ["", "0", "201", "-201", "1e3", "١", "+-3", "--3", "9" * 400, "1.5"])
def test_a_count_that_makes_no_sense_is_refused(come, people, kiosk, entries):
    phone = come("lecture")
    phone.post("/volunteer/count", [("id", mint_id()), ("people", people), ("reason", "x")], 400)
    assert kinds(kiosk, entries) == ["shift"]


def test_a_double_tap_is_one_count_and_staff_can_count_too(come, staff, kiosk):
    form = [("id", mint_id()), ("people", "10"), ("who", "")]
    phone = come("lecture")
    for _ in range(2):
        phone.post("/volunteer/count", form)
    staff.post("/staff/volunteers/count", [("id", mint_id()), ("people", "50"), ("who", "teacher"), ("station", "")])
    staff.post("/staff/volunteers/count", [("id", mint_id()), ("people", "x"), ("who", ""), ("station", "")], 400)
    by_hand = kiosk.tally.report(kiosk.clock.now()).whole.by_hand
    assert (by_hand.people, dict(by_hand.by_station)) == (60, {"lecture": 10, None: 50})
