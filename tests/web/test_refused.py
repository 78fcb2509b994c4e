"""What was refused and why, as staff are told."""

from tests.web.conftest import check_in
from tests.web.page import Visitor


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
