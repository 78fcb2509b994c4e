"""Coming on duty by a code and going off: what becomes of a phone and of the scans that it still has."""

import re

import pytest

from kiosk.actions import shifts
from kiosk.actions.stamp import Read, stamp
from kiosk.domain.cards import short_code
from kiosk.domain.entry import mint_id
from tests.web.conftest import set_up
from tests.web.page import Volunteer
from tests.web.volunteers.rows import kinds, row


def test_a_code_on_the_staff_s_page_lets_one_phone_join_and_opening_it_uses_nothing_up(app, staff, kiosk, entries):
    page = staff.press(staff.get("/staff/volunteers"), "科普讲座", 200)
    address = page.carries("data-code")[0]
    assert re.fullmatch(r"HTTP://KIOSK\.EXAMPLE/J/[0-9A-Z]{16}", address)
    path = address[len("HTTP://KIOSK.EXAMPLE") :]
    phone, other = Volunteer(app, "10.0.0.31"), Volunteer(app, "10.0.0.32")
    for one in (phone, other, phone):
        page = one.get(path)
        assert "科普讲座" in page.text
    assert kinds(kiosk, entries) == []
    assert "kiosk_volunteer" not in str(phone.client._cookies)
    assert phone.press(page, "上岗").carries("data-screen") == ["volunteer-scan"]
    assert other.post("/volunteer/join", [("id", mint_id()), ("code", path[3:])], 404).status == 404
    assert kinds(kiosk, entries) == ["shift"]
    assert "1 号机" in staff.get("/staff/volunteers").text


def test_nobody_who_is_not_on_duty_records_anything(app, kiosk, entries):
    token = kiosk.cards.new()
    for stranger in (Volunteer(app, "10.0.0.50"), Volunteer(app)):
        assert stranger.get("/volunteer", 403).text
        answer = stranger.send(row(token), status=403)
        assert answer["over"] is True
        assert [one["result"] for one in answer["answers"]] == ["refused"]
        stranger.post(f"/P/{token}/stamp", [("id", mint_id())], 403)
        stranger.post("/volunteer/code", [("id", mint_id()), ("code", short_code(token))], 403)
        stranger.post("/volunteer/count", [("id", mint_id()), ("people", "1")], 403)
    assert kinds(kiosk, entries) == []
    assert kiosk.log.refusals.newest(9) == [], "strangers cannot fill what is kept for staff"


def test_going_off_duty_ends_the_shift(come, kiosk, entries, clock):
    phone = come("lecture")
    clock.forward(3_600_000)
    assert "已离岗" in phone.post("/volunteer/leave", []).text
    phone.get("/volunteer", 403)
    end = entries(kiosk)[-1]
    assert (end.kind, end.details, end.actor) == ("shift_end", {"seconds": 3600, "revoked": False}, "volunteer")


def test_a_phone_whose_shift_was_revoked_gets_its_queue_refused_and_kept_for_staff(come, staff, kiosk, entries):
    phone, tokens = come("hands-on"), [kiosk.cards.new() for _ in range(3)]
    phone.send(row(tokens[0]))
    page = staff.get("/staff/volunteers")
    address, fields = page.form("停用")
    staff.post(address, fields)
    answer = phone.send(row(tokens[1], age_ms=60_000), row(tokens[2]), status=403)
    assert (answer["over"], [one["result"] for one in answer["answers"]]) == (True, ["refused", "refused"])
    assert kinds(kiosk, entries).count("scan") == 1
    kept = kiosk.log.refusals.newest(9)
    assert [(one.details["why"], one.subject) for one in kept] == [("over", tokens[2][:8]), ("over", tokens[1][:8])]
    assert kept[1].details["age_ms"] == 60_000
    page = staff.get("/staff/refusals")
    assert "已离岗，没有记上" in page.text
    assert tokens[1][:8] in page.text
    assert tokens[1][:12] not in page.html


def test_a_phone_that_joins_another_booth_ends_its_shift_and_what_that_left_is_refused_and_kept(come, kiosk, entries):
    phone, token = come("hands-on"), kiosk.cards.new()
    first = shifts.shift_lines(kiosk)[0].id
    page = phone.get(f"/J/{shifts.invite(kiosk, 'telescope')}")
    phone.press(page, "上岗")
    assert [line.station for line in shifts.shift_lines(kiosk) if line.ended is None] == ["telescope"]
    late, now = phone.send(row(token, shift=first), row(token))["answers"]
    assert (late["result"], now["result"]) == ("refused", "stamped")
    assert [one.station for one in entries(kiosk) if one.kind == "scan"] == ["telescope"]
    refusal = kiosk.log.refusals.newest(1)[0]
    assert (refusal.details["why"], refusal.details["shift"], refusal.subject) == ("over", first, token[:8])


def test_a_phone_that_lost_its_cookie_gets_its_queue_refused_and_kept(come, app, kiosk):
    come("hands-on")
    shift, token = shifts.shift_lines(kiosk)[0].id, kiosk.cards.new()
    lost = Volunteer(app, "10.0.0.31")
    for said in (shift, mint_id(), "x", 7, None):
        assert lost.send(row(token, shift=said), status=403)["answers"][0]["result"] == "refused"
    assert [(one.details["shift"], one.subject) for one in kiosk.log.refusals.newest(9)] == [(shift, token[:8])]


def test_a_form_sent_twice_joins_once(app, kiosk):
    phone = Volunteer(app, "10.0.0.31")
    address, fields = phone.get(f"/J/{shifts.invite(kiosk, 'lecture')}").form("上岗")
    for answer_comes in (False, True, True):
        phone.post(address, fields)
        if not answer_comes:
            phone.client.delete_cookie("kiosk_volunteer")
    assert [(line.number, line.ended) for line in shifts.shift_lines(kiosk)] == [(1, None)]


@pytest.mark.parametrize("how", ["camera", "code"])
def test_what_a_phone_off_duty_sends_by_a_form_is_kept_for_staff(come, kiosk, how):
    phone, token = come("hands-on"), kiosk.cards.new()
    page = phone.get(f"/P/{token}")
    shifts.end_shift(kiosk, shifts.shift_lines(kiosk)[0].id, actor="staff", revoked=True)
    address, fields = page.form("盖章")
    if how == "code":
        address, fields = "/volunteer/code", [("id", mint_id()), ("code", short_code(token))]
    phone.post(address, fields, 403)
    (kept,) = kiosk.log.refusals.newest(9)
    assert (kept.details["why"], kept.details["how"]) == ("over", how)


def test_a_phone_that_opens_a_card_is_told_that_it_is_off_duty_until_it_scans_no_more(come, kiosk):
    phone, token = come("hands-on"), kiosk.cards.new()
    shifts.end_shift(kiosk, shifts.shift_lines(kiosk)[0].id, actor="staff", revoked=True)
    for _ in range(2):
        page = phone.get(f"/P/{token}", 403)
        assert page.carries("data-screen") == ["volunteer-over"]
    assert phone.press(page, "这部手机不再扫卡").carries("data-screen") == ["card"]
    assert phone.get(f"/P/{token}").carries("data-screen") == ["card"]


def test_staff_see_all_of_a_revoked_queue_and_whose_it_was(come, staff, kiosk):
    shifts.begin_at_touchscreen(kiosk, "telescope")
    own = shifts.touchscreen_shift(kiosk)
    stamp(kiosk, own, Read(mint_id(), "x", "scanner"))
    assert "触摸屏 · 天文望远镜" in staff.get("/staff/refusals").text
    phone, tokens = come("hands-on"), [kiosk.cards.new() for _ in range(230)]
    shifts.end_shift(kiosk, shifts.shift_lines(kiosk)[0].id, actor="staff", revoked=True)
    phone.send(row(kiosk.cards.new(), age_ms=2 * 86_400_000), status=403)
    assert "5月28日 08:00 扫的" in staff.get("/staff/refusals").text
    for at in range(0, 230, 40):
        phone.send(*(row(token, age_ms=3_600_000) for token in tokens[at : at + 40]), status=403)
    page, seen = staff.get("/staff/refusals"), ""
    assert "2 号机 · 动手做实验" in page.text and "07:00 扫的" in page.text
    while True:
        seen += page.text
        if "更早的" not in page.text:
            break
        page = staff.tap(page, "更早的")
    assert sum(token[:8] in seen for token in tokens) == 230


def test_what_nobody_could_keep_stays_on_the_phone(come, kiosk, monkeypatch):
    phone, scan = come("hands-on"), row(kiosk.cards.new())
    shifts.end_shift(kiosk, shifts.shift_lines(kiosk)[0].id, actor="staff", revoked=True)
    with monkeypatch.context() as full:
        full.setattr(kiosk.log.refusals, "add", lambda *_: False)
        assert phone.send(scan, status=403)["answers"][0]["result"] == "waiting"
    assert phone.send(scan, status=403)["answers"][0]["result"] == "refused"
    assert len(kiosk.log.refusals.newest(9)) == 1


def test_the_cookie_of_a_phone_is_nothing_at_another_kiosk(come, open_at, tmp_path, booths_pack):
    phone = come("hands-on")
    other = open_at(tmp_path / "other", booths_pack)
    name, value = "kiosk_volunteer", phone.client.get_cookie("kiosk_volunteer").value
    stranger = Volunteer(set_up(other), "10.0.0.31")
    stranger.client.set_cookie(name, value)
    stranger.get("/volunteer", 403)


def test_staff_read_what_volunteers_did_in_words(come, staff, kiosk, entries):
    phone, token = come("hands-on"), kiosk.cards.new(45)
    phone.open("/volunteer/undo", method="POST", data={"entry": phone.send(row(token))["answers"][0]["undo"]})
    phone.post("/volunteer/count", [("id", mint_id()), ("less", "3"), ("who", "teacher"), ("reason", "数重了")])
    said = {one.kind: staff.get(f"/staff/entries/{one.id}").text for one in entries(kiosk)}
    assert "动手做实验" in said["shift"]
    assert f"动手做实验 · 卡 {token[:8]} · 45 人" in said["scan"]
    assert "由志愿者撤销" in said["scan"]
    assert "−3 · 教师" in said["tally_less"]
    assert "数重了" in said["tally_less"]
    assert f"卡 {token[:8]}" in staff.get("/staff/entries").text
