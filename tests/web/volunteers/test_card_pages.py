"""Cards as they are offered after check-in, looked at, and made for paper."""

import pytest

from kiosk.domain.cards import short_code, spaced
from tests.waiting import PATIENCE
from tests.web.conftest import PIN, set_up
from tests.web.page import Staff, Visitor, Volunteer
from tests.web.volunteers.rows import row


def test_without_the_key_a_card_is_not_called_a_stranger_s(app, kiosk):
    token, kiosk.key = kiosk.cards.new(), None
    assert "集章卡暂时无法识别" in Volunteer(app, "10.0.0.60").get(f"/P/{token}", 403).text


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
