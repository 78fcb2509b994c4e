"""Scanning in every way, what the kiosk answers, and what makes nothing of it."""

import json
import random
from collections import Counter

import pytest

from kiosk.actions import shifts
from kiosk.actions.display import change_display
from kiosk.domain.cards import short_code, spaced
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import NotRecorded
from tests.web.page import Visitor, Volunteer
from tests.web.volunteers.rows import kinds, row


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


def test_the_touchscreen_s_scanner_works_while_the_screen_is_for_check_in_only(staff, at_kiosk, kiosk):
    change_display(kiosk, mode="queue")
    token = kiosk.cards.new()
    assert "我的集章卡" in at_kiosk.get(f"/P/{token}").text
    shifts.begin_at_touchscreen(kiosk, "telescope")
    assert "盖章成功" in at_kiosk.post(f"/P/{token}/scan", [("id", mint_id())], 200).text
