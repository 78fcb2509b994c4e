"""A note from a phone: two photos, one of them left out because of a child; seen in the list, corrected; nothing typed
is lost when the kiosk does not answer."""

import io
import threading
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from kiosk.actions.notes import notes_of
from kiosk.actions.periods import period_of
from tests.browser.staff import Desk, open_desk, sign_in_elsewhere
from tests.browser.waiting import wait_in
from tests.waiting import PATIENCE
from tests.web.photographed import SECRET, photo, with_place

PHONE = (390, 844)
HEIC = b"\x00\x00\x00\x24ftypheic" + bytes(60_000)


@pytest.fixture
def desk(serve) -> Desk:
    return open_desk(serve)


@pytest.fixture
def phone(new_page, desk) -> Page:
    page = new_page(PHONE)
    sign_in_elsewhere(page, desk)
    return page


def choose(page: Page, *photos: bytes) -> None:
    files = [{"name": f"{uuid4()}.jpg", "mimeType": "image/jpeg", "buffer": one} for one in photos]
    page.set_input_files(".photo-choose input[type=file]", files)


def kept(desk: Desk) -> list:
    return notes_of(desk.kiosk.log, desk.kiosk.event, period_of(desk.kiosk.log, desk.kiosk.pack))


def test_a_note_with_two_photos_of_which_one_is_left_out_is_seen_and_corrected(phone, desk):
    asked = []
    phone.on("request", lambda one: asked.append(one.url) if "/coming/" in one.url else None)
    phone.get_by_role("link", name="工作记录", exact=True).click()
    phone.get_by_role("link", name="写工作记录").click()
    phone.get_by_label("是什么活动？").select_option(label="走访慰问")
    phone.get_by_label("标题").fill("走访退休老专家")
    phone.get_by_label("活动情况").fill("送上节日问候。")
    phone.get_by_label("总人数").fill("12")
    choose(phone, with_place(6, (3000, 1500)), photo("blue"))
    cards = phone.locator(".photo-card")
    expect(cards).to_have_count(2)
    expect(cards.nth(0).locator("canvas")).to_be_visible()
    assert asked == [], "nothing leaves the phone before the question is answered"
    cards.nth(0).get_by_label("没有孩子，或认不出是谁").check()
    expect(cards.nth(0)).to_have_attribute("data-state", "ready")
    cards.nth(0).get_by_label("说明").fill("合影")
    cards.nth(1).get_by_label("不确定").check()
    expect(cards.nth(1).locator(".photo-told")).to_contain_text("为保护孩子")
    assert all(cards.nth(0).get_attribute("data-photo") in url for url in asked)
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator("[data-note]")).to_be_visible()
    expect(phone.locator("[data-left='1']")).to_contain_text("没有放进来")
    (note,) = kept(desk)
    (one,) = note.note.photos
    content = desk.kiosk.log.notes.photo(one.digest)
    image = Image.open(io.BytesIO(content))
    assert image.size == (1000, 2000) and SECRET.encode() not in content
    assert list(desk.kiosk.data.glob("photos-coming/*")) == []
    phone.get_by_role("link", name="全部工作记录").click()
    shown = phone.locator(".note-thumbs img")
    expect(shown).to_have_count(1)
    expect(shown).not_to_have_js_property("naturalWidth", 0)
    phone.get_by_role("link", name="走访退休老专家").click()
    phone.get_by_role("link", name="修改").click()
    phone.get_by_label("总人数").fill("13")
    choose(phone, photo("green"))
    cards.nth(1).get_by_label("监护人已同意").check()
    phone.get_by_role("button", name="保存").click()  # waits for the photo by itself
    expect(phone.get_by_text("13 人参加")).to_be_visible()
    (corrected,) = kept(desk)
    assert (corrected.replaces, [one.child for one in corrected.note.photos]) == (note.id, ["none", "agreed"])


def test_a_photo_that_was_chosen_before_the_script_came_is_there(phone, desk):
    held = []
    phone.route("**/js/notes.js*", lambda route: held.append(route))
    phone.goto(desk.elsewhere + "/notes/new", wait_until="commit")
    choose(phone, photo())
    wait_in(phone, lambda: held)
    held[0].continue_()
    expect(phone.locator(".photo-card")).to_have_count(1)


def test_nothing_typed_is_lost_when_the_kiosk_does_not_answer(phone, desk, watched):
    watched.expected.append("ERR_FAILED")
    phone.goto(desk.elsewhere + "/notes/new")
    phone.get_by_label("是什么活动？").select_option(label="座谈会")
    phone.get_by_label("标题").fill("座谈")
    choose(phone, photo())
    phone.locator(".photo-card").get_by_label("没有孩子，或认不出是谁").check()
    expect(phone.locator(".photo-card")).to_have_attribute("data-state", "ready")
    told = phone.locator(".save-told")
    phone.route("**/staff/notes", lambda route: route.abort())
    phone.get_by_role("button", name="保存").click()
    expect(told).to_contain_text("没有记上")
    phone.unroute("**/staff/notes")
    desk.kiosk.sessions.__init__()  # as after a restart
    phone.get_by_role("button", name="保存").click()
    expect(told).to_contain_text("退出登录")
    other = phone.context.new_page()
    sign_in_elsewhere(other, desk)
    expect(phone.get_by_label("标题")).to_have_value("座谈")
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator("[data-note]")).to_be_visible()
    assert len(kept(desk)[0].note.photos) == 1


def test_a_photo_that_the_browser_cannot_read_is_explained(phone, desk):
    phone.goto(desk.elsewhere + "/notes/new")
    choose(phone, HEIC)
    card = phone.locator(".photo-card")
    card.get_by_label("没有孩子，或认不出是谁").check()
    expect(card.locator(".photo-told")).to_contain_text("HEIC")


def test_a_photo_refused_while_saving_waits_is_told_and_the_note_is_saved_without_it_at_the_next_tap(
    phone, desk, monkeypatch
):
    phone.goto(desk.elsewhere + "/notes/new")
    phone.get_by_label("是什么活动？").select_option(label="座谈会")
    phone.get_by_label("标题").fill("座谈")
    go_on, take = threading.Event(), desk.kiosk.photos.take
    monkeypatch.setattr(desk.kiosk.photos, "take", lambda *piece: go_on.wait(PATIENCE) and take(*piece))
    choose(phone, HEIC, photo())
    cards, told = phone.locator(".photo-card"), phone.locator(".save-told")
    for card in cards.all():
        card.get_by_label("没有孩子，或认不出是谁").check()
        expect(card).to_have_attribute("data-state", "sending")
    save = phone.get_by_role("button", name="保存")
    save.click()
    expect(told).to_contain_text("传完就保存")
    go_on.set()
    expect(told).to_contain_text("还没有保存")
    expect(told).to_be_in_viewport()
    expect(cards.nth(0).locator(".photo-told")).to_contain_text("HEIC")
    expect(cards.nth(1)).to_have_attribute("data-state", "ready")
    assert kept(desk) == []
    save.click()
    expect(phone.locator("[data-note]")).to_be_visible()
    assert len(kept(desk)[0].note.photos) == 1
