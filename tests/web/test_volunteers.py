"""Volunteers on duty: joining by a code, scanning in every way, what the kiosk answers, and what staff see of it."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable

import pytest

from kiosk.actions import shifts
from kiosk.actions.display import change_display
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.stamp import Read, stamp
from kiosk.domain.cards import short_code, spaced
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import NotRecorded
from tests.waiting import PATIENCE
from tests.web.conftest import PASSWORD, PIN, set_up
from tests.web.page import Staff, Visitor, Volunteer


@pytest.fixture
def kiosk(open_at: Callable[..., Kiosk], tmp_path, booths_pack) -> Kiosk:
    return open_at(tmp_path / "data", booths_pack)


@pytest.fixture
def app(kiosk: Kiosk):
    return set_up(kiosk, public_url="http://kiosk.example")


@pytest.fixture
def staff(app, secrets_set) -> Staff:
    someone = Staff(app, "10.0.0.20")
    someone.sign_in(PASSWORD)
    return someone


@pytest.fixture
def come(app, kiosk) -> Callable[[str], Volunteer]:
    """Return a function that lets a phone come on duty at a booth."""

    def come_on_duty(station: str, address: str = "10.0.0.31", locale: str = "zh") -> Volunteer:
        phone = Volunteer(app, address, locale)
        page = phone.get(f"/J/{shifts.invite(kiosk, station)}" + ("?lang=en" if locale == "en" else ""))
        phone.press(page, "上岗" if locale == "zh" else "Go on duty")
        return phone

    return come_on_duty


def row(read: str, way: str = "camera", **more) -> dict:
    return {"id": mint_id(), "read": read, "how": way, "age_ms": 0, **more}


def kinds(kiosk: Kiosk, entries) -> list[str]:
    return [one.kind for one in entries(kiosk) if one.kind not in ("opening", "display")]


# ---- Coming on duty --------------------------------------------------------------------------------------------------


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


# ---- Ways to scan ----------------------------------------------------------------------------------------------------


def test_the_scanner_page_s_answers_are_words_to_be_told_from_afar(come, kiosk, clock):
    phone, token = come("hands-on"), kiosk.cards.new()
    first, again, foreign = phone.send(row(f"HTTP://KIOSK.EXAMPLE/P/{token}"), row(token), row("http://x/y"))["answers"]
    assert (first["result"], first["words"], first["more"]) == ("stamped", "盖章成功", "已盖 1 枚，盖满 3 枚就集齐")
    assert first["undo"]
    assert first["undo_ms"] > 110_000
    assert (again["result"], again["words"]) == ("already", "这里 08:00 已盖过章")
    assert (foreign["result"], foreign["words"]) == ("unknown", "不是本次活动的卡")
    clock.trust = "unknown"
    assert phone.send(row(kiosk.cards.new()))["answers"][0]["words"] == "盖章成功"


def test_every_way_ends_in_the_same_stamp(come, kiosk, entries):
    phone, tokens = come("hands-on"), [kiosk.cards.new() for _ in range(4)]
    phone.send(row(tokens[0]), row(tokens[1], "scanner"))
    page = phone.get("/volunteer")
    address, fields = page.form("盖章")
    fields = [(name, spaced(short_code(tokens[2])) if name == "code" else value) for name, value in fields]
    assert "盖章成功" in phone.post(address, fields).text
    page = phone.get(f"/P/{tokens[3]}")
    assert "盖章成功" in phone.press(page, "盖章").text
    scans = [one for one in entries(kiosk) if one.kind == "scan"]
    assert [one.source for one in scans] == ["camera", "scanner", "phone", "camera"]
    assert [one.subject for one in scans] == [token[:8] for token in tokens]


def test_what_a_form_was_told_is_told_again_on_reload_and_only_what_is_true(come, kiosk, entries):
    phone, other, token = come("hands-on"), come("lecture"), kiosk.cards.new()
    stamped = phone.post(f"/P/{token}/stamp", [("id", mint_id())])
    already = phone.post(f"/P/{token}/stamp", [("id", mint_id())])
    unknown = phone.post("/volunteer/code", [("id", mint_id()), ("code", "0" * 12)])
    for page, words in ((stamped, "盖章成功"), (already, "08:00 已盖过章"), (unknown, "不是本次活动的卡")):
        assert words in phone.get(page.address).text
    assert kinds(kiosk, entries).count("scan") == 1
    for address in (
        stamped.address.replace("stamped", "undone"),
        stamped.address.replace("stamped", "nonsense"),
        f"/volunteer?result=stamped&entry={mint_id()}",
        "/volunteer?result=stamped&entry=x",
    ):
        assert "盖章成功" not in phone.get(address).text
    assert "盖章成功" not in other.get(stamped.address).text


def test_opening_a_card_records_nothing_whoever_opens_it(come, app, kiosk, entries, at_kiosk):
    token = kiosk.cards.new()
    phone, visitor = come("hands-on"), Visitor(app, "10.0.0.60")
    before = kinds(kiosk, entries)
    for one in (phone, visitor, at_kiosk):
        one.get(f"/P/{token}")
        one.open(f"/P/{token}", method="HEAD")
    assert kinds(kiosk, entries) == before


def test_one_bad_row_never_blocks_the_rest(come, kiosk):
    phone, token = come("hands-on"), kiosk.cards.new()
    rows = [{}, {"id": 7}, row("x" * 5000), row(token, "telepathy"), {"id": "a", "read": None}, row(token)]
    results = [one["result"] for one in phone.send(*rows)["answers"]]
    assert results == ["refused", "refused", "unknown", "refused", "refused", "stamped"]


def test_a_card_that_is_none_of_ours_is_refused_and_kept_however_it_was_read(come, kiosk):
    phone = come("hands-on")
    page = phone.get("/P/NONSENSE")
    assert "不是本次活动的卡" in phone.press(page, "盖章").text
    refusal = kiosk.log.refusals.newest(1)[0]
    assert (refusal.details["why"], refusal.details["how"]) == ("unknown", "camera")


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


def test_half_a_letter_for_a_shift_keeps_no_other_scan(come, kiosk):
    odd, good = row(kiosk.cards.new(), shift="\ud800"), row(kiosk.cards.new())
    assert [one["result"] for one in come("hands-on").send(odd, good)["answers"]] == ["refused", "stamped"]


def test_nothing_a_stranger_sends_breaks_the_kiosk(app, kiosk):
    stranger = Volunteer(app, "10.0.0.50")
    stranger.client.set_cookie("kiosk_volunteer", f"{mint_id()}.é")
    for path in ("/volunteer", f"/P/{kiosk.cards.new()}"):
        assert stranger.open(path).status_code in (200, 403)
    deep = stranger.open("/volunteer/scans", method="POST", data="[" * 30_000, content_type="application/json")
    assert deep.status_code == 403


def test_without_the_key_what_a_phone_keeps_waits(come, kiosk):
    phone, scan = come("hands-on"), row(kiosk.cards.new())
    key, kiosk.key = kiosk.key, None
    assert phone.open("/volunteer/scans", method="POST", json={"scans": [scan]}).status_code == 503
    kiosk.key = key
    assert phone.send(scan)["answers"][0]["result"] == "stamped"


def test_that_a_card_is_full_is_told_once(come, kiosk):
    token = kiosk.cards.new()
    phones = [come(one) for one in ("hands-on", "lecture", "telescope")]
    for phone in phones:
        phone.send(row(token))
    again = phones[2].send(row(token))["answers"][0]
    assert (again["result"], again["complete"]) == ("already", False)
    assert "集齐了！" not in phones[2].post(f"/P/{token}/stamp", [("id", mint_id())]).text


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"scans": 7}', b'{"scans": [7]}', b"\xff", b'{"scans": null}'])
def test_what_is_no_list_of_scans_is_refused(come, body):
    phone = come("hands-on")
    answer = phone.open("/volunteer/scans", method="POST", data=body, content_type="application/json")
    assert answer.status_code == 400


def test_three_hundred_scans_sent_twice_in_another_order_are_three_hundred(come, kiosk, entries):
    phone = come("hands-on")
    rows = [row(kiosk.cards.new(), age_ms=5_000) for _ in range(300)]
    for _ in range(2):
        random.Random(3).shuffle(rows)
        for at in range(0, 300, 40):
            answers = phone.send(*rows[at : at + 40])["answers"]
            assert {one["result"] for one in answers} == {"stamped"}
    assert kinds(kiosk, entries).count("scan") == 300
    assert phone.send()["counts"] == {"scans": 300, "people": 300}


def test_what_is_not_durable_waits_on_the_phone(come, kiosk, monkeypatch):
    phone, scan = come("hands-on"), row(kiosk.cards.new())
    append = kiosk.log.append_each
    monkeypatch.setattr(kiosk.log, "append_each", lambda *drafts, **_: [NotRecorded("disk full") for _ in drafts])
    assert phone.send(scan)["answers"][0]["result"] == "waiting"
    page = phone.post(f"/P/{kiosk.cards.new()}/stamp", [("id", mint_id())], 503)
    assert "没有记上" in page.text
    monkeypatch.setattr(kiosk.log, "append_each", append)
    assert phone.send(scan)["answers"][0]["result"] == "stamped"


def test_an_answer_that_is_lost_on_the_way_is_got_by_asking_again(come, kiosk, entries):
    phone, scan = come("hands-on"), row(kiosk.cards.new())
    lost = phone.send(scan)
    again = phone.send(scan)
    assert lost["answers"][0]["undo"] == again["answers"][0]["undo"]
    assert again["answers"][0]["result"] == "stamped"
    assert kinds(kiosk, entries).count("scan") == 1


def test_guesses_at_short_codes_run_out_and_a_scan_still_counts(come, kiosk):
    phone = come("hands-on")
    answers = [phone.send(row("000000000000", "code"))["answers"][0] for _ in range(14)]
    assert [one["result"] for one in answers] == ["unknown"] * 10 + ["refused"] * 4
    assert "半分钟" in answers[-1]["more"]
    assert phone.send(row(kiosk.cards.new()))["answers"][0]["result"] == "stamped"


def test_right_codes_typed_offline_among_wrong_ones_are_all_stamped_in_time(come, kiosk, clock):
    phone = come("hands-on")
    rows = [row(short_code(kiosk.cards.new()), "code", age_ms=60_000) for _ in range(40)]
    for at in range(24, 40):
        rows[at]["read"] = "0" * 11 + "ABCDEFGHJKMNPQRS"[at - 24]
    results, left = Counter(), rows[::-1]
    for _ in range(9):
        answers = {one["id"]: one["result"] for one in phone.send(*left)["answers"]} if left else {}
        results.update(result for result in answers.values() if result != "waiting")
        left = [one for one in left if answers[one["id"]] == "waiting"]
        clock.forward(31_000)
    assert results == {"stamped": 24, "unknown": 16}
    assert {one.details["why"] for one in kiosk.log.refusals.newest(99)} == {"unknown"}


def test_a_scan_that_waited_is_told_by_when_it_was_made(come, app, kiosk, clock):
    phone, other, token = come("hands-on"), come("hands-on", "10.0.0.32"), kiosk.cards.new()
    clock.forward(4 * 3_600_000)
    phone.send(row(token, age_ms=3 * 3_600_000))
    assert "09:00" in other.send(row(token))["answers"][0]["words"]
    assert "09:00" in Volunteer(app, "10.0.0.60").get(f"/P/{token}").text


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


def test_without_the_key_a_card_is_not_called_a_stranger_s(app, kiosk):
    token, kiosk.key = kiosk.cards.new(), None
    assert "集章卡暂时无法识别" in Volunteer(app, "10.0.0.60").get(f"/P/{token}", 403).text


def test_mutated_tokens_are_no_cards_and_break_nothing(come, kiosk, entries):
    """A thousand through the door of the web; a hundred thousand in tests/unit/test_cards.py."""
    phone, chance, token = come("advice"), random.Random(4), kiosk.cards.new()
    for _ in range(25):
        rows = []
        for _ in range(40):
            at = chance.randrange(24)
            other = chance.choice([one for one in "0123456789ABCDEFGHJKMNPQRSTVWXYZ?/\0é" if one != token[at]])
            rows.append(row(token[:at] + other + token[at + 1 :]))
        assert {one["result"] for one in phone.send(*rows)["answers"]} == {"unknown"}
    assert kinds(kiosk, entries) == ["shift"]


def test_undo_and_souvenir_from_the_page(come, kiosk, entries):
    token = kiosk.cards.new()
    phones = [come(one) for one in ("hands-on", "lecture", "telescope")]
    answers = [phone.send(row(token))["answers"][0] for phone in phones]
    assert [one["complete"] for one in answers] == [False, False, True]
    assert answers[2]["souvenir"] == token[:8]
    page = phones[2].post("/volunteer/souvenir", [("card", token[:8])], 200, headers={"Accept": "text/html"})
    assert "纪念品已发" in page.text
    asked = {"headers": {"Accept": "application/json"}}
    again = phones[2].open("/volunteer/souvenir", method="POST", data={"card": token[:8]}, **asked).get_json()
    assert (again["ok"], again["words"]) == (False, "这张卡已领过纪念品。")
    undone = phones[0].open("/volunteer/undo", method="POST", data={"entry": answers[0]["undo"]}, **asked).get_json()
    assert (undone["ok"], undone["words"], undone["kiosk"]) == (True, "已撤销", kiosk.log.device)
    assert phones[1].open("/volunteer/undo", method="POST", data={"entry": "x"}, **asked).get_json()["ok"] is False
    phones[0].post("/volunteer/souvenir", [("card", "nonsense")], 400)
    assert kinds(kiosk, entries).count("souvenir") == 1


def test_souvenirs_that_are_gone_are_not_promised(come, staff, kiosk):
    staff.press(staff.get("/staff/volunteers"), "纪念品已发完")
    token = kiosk.cards.new()
    last = [come(one).send(row(token))["answers"][0] for one in ("hands-on", "lecture", "telescope")][-1]
    assert (last["complete"], last["souvenir"]) == (True, None)
    assert "纪念品已发完" in Visitor(staff.app, "10.0.0.60").get(f"/P/{token}").text


# ---- The touchscreen's own scanner -----------------------------------------------------------------------------------


def test_the_touchscreen_s_scanner_stamps_once_staff_gave_it_a_booth(staff, at_kiosk, kiosk, entries):
    token = kiosk.cards.new()
    assert "我的集章卡" in at_kiosk.post(f"/P/{token}/scan", [("id", mint_id())]).text
    assert not any(one.kind == "scan" for one in entries(kiosk))
    address = next(form.action for form in staff.get("/staff/volunteers").forms() if "touchscreen" in form.action)
    staff.post(address, [("station", "telescope")])
    assert "天文望远镜" in at_kiosk.post(f"/P/{token}/scan", [("id", mint_id())], 200).text
    assert "不是本次活动的卡" in at_kiosk.post("/P/NONSENSE/scan", [("id", mint_id())], 200).text
    Visitor(staff.app, "10.0.0.60").post(f"/P/{token}/scan", [("id", mint_id())], 403)
    at_kiosk.post(f"/P/{token}/stamp", [("id", mint_id())], 403)
    assert at_kiosk.get(f"/P/{token}").forms() == [], "a visitor's finger stamps nothing"
    scan = next(one for one in entries(kiosk) if one.kind == "scan")
    assert (scan.source, scan.station) == ("scanner", "telescope")
    staff.press(staff.get("/staff/volunteers"), "全部离岗")
    at_kiosk.post(f"/P/{token}/scan", [("id", mint_id())])
    assert sum(one.kind == "scan" for one in entries(kiosk)) == 1


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


# ---- Cards -----------------------------------------------------------------------------------------------------------


def test_after_check_in_the_screen_offers_a_card_that_is_always_the_same(at_kiosk, kiosk, come, form):
    page = at_kiosk.post("/check-in", form())
    card = at_kiosk.tap(page, "我的集章卡")
    token = card.carries("data-token")[0]
    assert spaced(short_code(token)) in card.text
    assert at_kiosk.tap(at_kiosk.get(page.address), "我的集章卡").carries("data-token") == [token]
    come("hands-on").send(row(token))
    again = at_kiosk.get(f"/P/{token}").text
    assert "已盖 1 枚，盖满 3 枚就集齐" in again
    assert "动手做实验" in again
    assert kiosk.tally.report(kiosk.clock.now()).whole.visits == 1


def test_a_check_in_of_a_while_ago_gives_no_card_away(at_kiosk, form, clock):
    page = at_kiosk.post("/check-in", form())
    clock.forward(600_001)
    assert "我的集章卡" not in at_kiosk.get(page.address).text


def test_a_card_of_no_event_has_a_page_that_says_so(at_kiosk):
    for path in ("/P/ABC", "/P/" + "0" * 24, "/P/" + "é" * 24, "/P/" + "A" * 300):
        assert "不是本次活动的卡" in at_kiosk.get(path, 404).text


def test_without_booths_there_are_no_cards(open_at, tmp_path, booths_pack, form):
    file = booths_pack / "event.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("[[stations]]")] + text[text.index("[feedback]") :], encoding="utf-8")
    kiosk = open_at(tmp_path / "no-booths", booths_pack)
    at_kiosk = Visitor(set_up(kiosk))
    assert "我的集章卡" not in at_kiosk.post("/check-in", form()).text
    at_kiosk.get("/P/" + "0" * 24, 404)


# ---- Counting by hand ------------------------------------------------------------------------------------------------


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


# ---- Other sites, other languages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/volunteer/scans", "/volunteer/leave", "/volunteer/count", "/volunteer/undo"])
def test_another_site_s_page_makes_a_phone_do_nothing(come, path, kiosk, entries):
    phone = come("lecture")
    answer = phone.open(path, method="POST", data={}, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert kinds(kiosk, entries) == ["shift"]


def test_volunteers_are_told_in_english_too(come, kiosk):
    phone = come("hands-on", locale="en")
    answer = phone.open("/volunteer/scans?lang=en", method="POST", json={"scans": [row(kiosk.cards.new())]}).get_json()
    assert answer["answers"][0]["words"] == "Stamped"
    assert "My stamp card" in Visitor(phone.app, "10.0.0.60", "en").get(f"/P/{kiosk.cards.new()}?lang=en").html


def test_the_answer_is_json_with_the_kiosk_s_own_number(come, kiosk):
    phone = come("hands-on")
    answer = phone.open("/volunteer/scans", method="POST", json={"scans": []})
    assert answer.content_type == "application/json"
    assert json.loads(answer.get_data())["kiosk"] == kiosk.log.device


def test_only_the_scanner_page_may_run_webassembly(come):
    phone = come("hands-on")
    for path, may in (("/volunteer", True), ("/volunteer/count", False), ("/", False)):
        assert ("wasm-unsafe-eval" in phone.open(path).headers["Content-Security-Policy"]) is may


# ---- Cards on paper --------------------------------------------------------------------------------------------------


def test_staff_make_new_cards_on_a_page_and_each_time_they_are_others(staff, kiosk, monkeypatch):
    monkeypatch.setenv("KIOSK_EVENT", str(kiosk.folder))
    seen = set()
    for group in ("", "45"):
        address, fields = staff.get("/staff/prints/cards").form("制作新卡")
        given = [*fields, ("sheets", "1"), ("group", group)]
        staff.post(address, given)
        asked = kiosk.exports.asked("cards")
        assert asked.wait(PATIENCE), asked.failure
        page = staff.get("/staff/prints/cards")
        assert "8 张卡已做好" in page.text
        answer = staff.open("/staff/prints/cards.pdf")
        assert (answer.status_code, answer.content_type) == (200, "application/pdf")
        seen.add(answer.get_data())
    assert len(seen) == 2
    assert all(one.startswith(b"%PDF-") for one in seen)


@pytest.mark.parametrize(("sheets", "group"), [("2", ""), ("x", ""), ("1", "1"), ("1", "201"), ("1", "x"), ("1", "-3")])
def test_cards_that_make_no_sense_are_not_made(staff, kiosk, sheets, group):
    staff.post("/staff/prints/cards", [("sheets", sheets), ("group", group)], 400)
    assert kiosk.exports.asked("cards") is None


def test_the_pin_is_not_enough_to_take_cards_away(app, secrets_set):
    desk = Staff(app)
    desk.type_pin(PIN)
    desk.get("/staff/prints/cards", 403)
    assert "请在电脑上用密码登录" in desk.get("/staff/volunteers").text


def test_the_touchscreen_s_scanner_works_while_the_screen_is_for_check_in_only(staff, at_kiosk, kiosk):
    change_display(kiosk, mode="queue")
    token = kiosk.cards.new()
    assert "我的集章卡" in at_kiosk.get(f"/P/{token}").text
    shifts.begin_at_touchscreen(kiosk, "telescope")
    assert "盖章成功" in at_kiosk.post(f"/P/{token}/scan", [("id", mint_id())], 200).text
