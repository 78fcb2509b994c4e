"""The entries: chosen among by day, kind, stop, booth and source, and voided with a reason."""

from dataclasses import replace
from uuid import uuid4

import pytest

from kiosk.actions.open_day import choose_stop
from kiosk.domain.entry import mint_id
from tests.storage.evening import close_event
from tests.storage.test_notes import note
from tests.storage.test_notes import write as write_note
from tests.web.conftest import PASSWORD, check_in
from tests.web.figures import figure


def test_entries_are_chosen_by_day_kind_stop_booth_and_source(staff, kiosk, at_kiosk, form, clock):
    choose_stop(kiosk, "saihan")
    at_kiosk.post("/check-in", form())
    clock.forward(86_400_000)
    choose_stop(kiosk, "togtoh")
    at_kiosk.post("/check-in", form())
    staff.sign_in(PASSWORD)  # after a day

    def seen(query: str) -> list[str]:
        return staff.get(f"/staff/entries{query}").carries("data-kind")

    assert seen("") == ["check_in", "opening", "check_in", "opening"]
    assert seen("?kind=check_in") == ["check_in"] * 2
    assert seen("?day=2027-05-31") == ["check_in", "opening"]
    assert seen("?kind=check_in&stop=saihan") == ["check_in"]
    assert seen("?source=touch&day=2027-05-30") == ["check_in"]
    assert seen("?kind=quiz") == []
    assert "没有符合的记录" in staff.get("/staff/entries?kind=quiz").text
    for nonsense in ("?kind=x", "?day=yesterday", "?day=20270530", "?stop=%00", "?before=-1", "?station=x&source=y"):
        assert len(seen(nonsense)) == 4


def test_places_that_the_pack_has_no_longer_can_be_chosen(staff, kiosk):
    for stop, station in (("gone-stop", "gone-booth"), (None, None)):
        draft = kiosk.draft(mint_id(), "scan", "camera", station=station, subject="0000")
        kiosk.log.append(replace(draft, stop=stop))
        kiosk.log.append(replace(kiosk.draft(mint_id(), "check_in", "touch"), stop=stop))
    page = staff.get("/staff/entries?stop=gone-stop")
    assert page.carries("data-kind") == ["check_in", "scan"]
    assert "gone-stop（活动包中已撤销）" in page.text and "gone-booth（活动包中已撤销）" in page.text
    assert staff.get("/staff/entries?station=gone-booth").carries("data-kind") == ["scan"]


def test_what_was_chosen_stays_on_the_way_to_older_entries(staff, kiosk, at_kiosk, form):
    for _ in range(60):
        at_kiosk.post("/check-in", form())
    page = staff.get("/staff/entries?kind=check_in&source=touch")
    assert len(page.carries("data-entry-id")) == 50
    older = staff.tap(page, "更早的")
    assert len(older.carries("data-entry-id")) == 10
    assert older.carries("data-kind") == ["check_in"] * 10


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


def test_what_nobody_sees_in_a_reason_is_not_kept(staff, at_kiosk, form, kiosk):
    entry_id = check_in(at_kiosk, form)
    staff.post(f"/staff/entries/{entry_id}/void", [("own", "\x00\x01重复\x0b\ufffe\u202e签到")])
    assert kiosk.log.void_of(entry_id).reason == "重复 签到"


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


def test_voiding_what_a_closed_event_counts_says_that_its_figures_stay(staff, at_kiosk, form, kiosk):
    before, counted = check_in(at_kiosk, form), check_in(at_kiosk, form, party_size="40")
    staff.post(f"/staff/entries/{before}/void", [("own", "in time")])
    told = write_note(kiosk.log, note(title="走访"), event=kiosk.event.id).entry.id
    closing = close_event(kiosk)
    since = check_in(at_kiosk, form)
    page = staff.get(f"/staff/entries/{counted}")
    assert "所属活动已结束，数据以备份为准" in page.text and "不再计数" not in page.text
    assert f"/staff/entries/{closing}" in page.link("活动结束的记录")
    page = staff.press(page, "测试")
    assert "活动数据仍包括它" in page.text and "不计入任何数字" not in page.text
    assert "所属活动已结束，数据以备份为准" in page.text
    for entry_id in (before, told, since, closing):
        assert "所属活动已结束" not in staff.get(f"/staff/entries/{entry_id}").text
    assert "不计入任何数字" in staff.get(f"/staff/entries/{before}").text
    staff.post(f"/staff/entries/{closing}/void", [("own", "to correct a figure")])
    assert "不计入任何数字" in staff.get(f"/staff/entries/{counted}").text
    assert figure(staff.get("/staff"), "visits") == 1


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
