"""Another pack sent in pieces and checked, while the screen stays as it is."""

import shutil
from uuid import uuid4

import pytest

from kiosk.actions import incoming
from kiosk.web.access import WRITES
from tests.conftest import SHIPPED
from tests.waiting import PATIENCE
from tests.web.conftest import set_up
from tests.web.editions import OTHER, TITLE, other_title
from tests.web.page import Visitor
from tests.web.sending import put_up, send, send_piece
from tests.web.spoiled import TU, edit, png, write
from tests.zipped import edition, zip_of

# In pieces


def test_a_pack_is_sent_checked_put_up_and_taken_back(staff, at_kiosk, kiosk, pack_folder, entries):
    assert TITLE in at_kiosk.get("/").title + at_kiosk.get("/").html
    before = kiosk.pack
    send(staff, edition(pack_folder, other_title))
    assert OTHER not in at_kiosk.get("/about").html, "sent is not put on screen"
    page = staff.get("/staff/pack/new")
    assert "短标题" in page.text
    assert "changed" in page.carries("data-differs")
    page = staff.press(page, "换上")
    assert "新的活动包已换上" in page.text
    assert OTHER in at_kiosk.get("/about").html
    new = kiosk.pack
    assert new.digest != before.digest
    page = staff.press(page, "换回安装时")
    assert "已换回" in page.text
    assert TITLE in at_kiosk.get("/about").html
    assert OTHER not in at_kiosk.get("/about").html
    page = staff.press(page, f"换回版本 {new.code}")
    assert OTHER in at_kiosk.get("/about").html
    told = [(one.kind, one.actor, one.details["digest"], one.details["before"]) for one in entries(kiosk)]
    assert told == [
        ("pack", "staff", new.digest, before.digest),
        ("pack", "staff", before.digest, new.digest),
        ("pack", "staff", new.digest, before.digest),
    ]
    assert "更换活动包" in staff.get("/staff/entries").text


def test_a_restart_shows_what_was_put_up(staff, kiosk, open_at, pack_folder):
    put_up(staff, edition(pack_folder, other_title))
    digest = kiosk.pack.digest
    kiosk.close()
    again = open_at(kiosk.data)
    assert (again.pack.digest, again.swap_fault) == (digest, None)
    assert OTHER in Visitor(set_up(again)).get("/").html


def test_pieces_come_in_order_and_a_second_time_changes_nothing(staff, kiosk):
    content, upload = zip_of(), str(uuid4())
    first, second = content[:40_000], content[40_000:80_000]
    assert send_piece(staff, upload, 0, len(content), first).json == {"received": 40_000}
    assert send_piece(staff, upload, 0, len(content), first).json == {"received": 40_000}
    for at, piece in ((50_000, second), (39_999, second), (-1, first)):
        answer = send_piece(staff, upload, at, len(content), piece)
        assert (answer.status_code, list(answer.json)) == (400, ["error"])
    assert send_piece(staff, upload, 40_000, len(content) + 1, second).status_code == 400
    for at in range(40_000, len(content), 40_000):
        piece = content[at : at + 40_000]
        if at + len(piece) == len(content):
            assert send_piece(staff, upload, at, len(content), piece + b"x").status_code == 400
        assert send_piece(staff, upload, at, len(content), piece).json == {"received": at + len(piece)}
    assert kiosk.incoming.arrival.over.wait(PATIENCE)
    assert kiosk.incoming.arrival.state == "sound"


@pytest.mark.parametrize(
    ("query", "piece", "status"),
    [
        ("?at=0&of=0", b"x", 400),
        ("?at=0&of=-5", b"x", 400),
        ("?at=0", b"x", 400),
        ("", b"x", 404),
        ("?at=zero&of=9", b"x", 404),
        ("?at=0&of=" + "9" * 5_000, b"x", 400),
        ("?at=0&of=33554433", b"x", 400),
        ("?at=0&of=9", b"", 400),
        ("?at=0&of=60000", b"x" * 49_153, 400),
    ],
)
def test_a_piece_that_makes_no_sense_is_refused(staff, kiosk, query, piece, status):
    answer = staff.open(f"/staff/pack/pieces/{uuid4()}{query}", "POST", data=piece)
    assert (answer.status_code, "error" in answer.json) == (status, True)
    assert kiosk.incoming.arrival is None or kiosk.incoming.arrival.received == 0


def test_a_piece_larger_than_any_body_is_refused(staff):
    assert staff.open(f"/staff/pack/pieces/{uuid4()}?at=0&of=99999", "POST", data=b"x" * 70_000).status_code == 413


def test_an_upload_of_another_name_is_not_mixed_in(staff, kiosk, monkeypatch):
    content, upload = zip_of(), str(uuid4())
    send_piece(staff, upload, 0, len(content), content[:30_000])
    assert send_piece(staff, str(uuid4()), 30_000, len(content), content[30_000:60_000]).status_code == 404
    assert send_piece(staff, str(uuid4()), 0, len(content), content[:30_000]).status_code == 403, "one at a time"
    assert kiosk.incoming.arrival.received == 30_000
    monkeypatch.setattr(incoming, "GONE_AFTER_SECONDS", 0)
    assert send_piece(staff, str(uuid4()), 0, len(content), content[:10]).json == {"received": 10}
    assert len(list((kiosk.data / "uploads").iterdir())) == 1, "nothing is left of the first"


def test_what_is_on_its_way_can_be_put_aside(staff, kiosk):
    content = zip_of()
    send_piece(staff, str(uuid4()), 0, len(content), content[:30_000])
    page = staff.get("/staff/pack")
    assert "正在传送" in page.text
    staff.press(page, "不用这个")
    assert kiosk.incoming.arrival is None
    assert list((kiosk.data / "uploads").iterdir()) == []


def test_without_room_nothing_is_begun(staff, kiosk, monkeypatch):
    monkeypatch.setattr(incoming, "free_bytes", lambda folder: 100 << 20)
    answer = send_piece(staff, str(uuid4()), 0, 1_000, b"x")
    assert answer.status_code == 507
    assert "空间不足" in answer.json["error"]
    assert kiosk.incoming.arrival is None


def test_a_pack_that_cannot_be_written_on_is_forgotten(staff, kiosk):
    upload = str(uuid4())
    send_piece(staff, upload, 0, 1_000, b"x" * 10)
    shutil.rmtree(kiosk.incoming.arrival.folder)
    assert send_piece(staff, upload, 10, 1_000, b"x" * 10).status_code == 507
    assert kiosk.incoming.arrival is None


def test_staff_send_hundreds_of_pieces_and_strangers_still_may_not(app, staff):
    content, upload = bytes(10_000), str(uuid4())
    for at in range(WRITES.at_once + 40):
        assert send_piece(staff, upload, at, len(content), b"\0").status_code == 200
    stranger = Visitor(app, "10.0.0.9")
    statuses = [
        stranger.open(f"/staff/pack/pieces/{uuid4()}?at=0&of=9", "POST", data=b"x").status_code
        for _ in range(WRITES.at_once + 10)
    ]
    assert statuses == [303] * WRITES.at_once + [429] * 10
    forged = Visitor(app, "10.0.0.8")
    forged.client.set_cookie("kiosk_staff", "not-a-session", domain="localhost")
    statuses = [forged.open("/staff/stop", "POST", data=b"x").status_code for _ in range(WRITES.at_once + 1)]
    assert statuses[-1] == 429, "a cookie alone makes nobody staff"


# Refused


def test_a_refused_pack_is_told_with_every_reason_and_the_screen_stays(staff, at_kiosk, kiosk, pack_folder):
    for spoil in (
        edit(TU, ', en = "Tu Youyou" }', " }"),
        edit("event.toml", "\n[theme]", '\ncolour = "red"\n[theme]'),
        write("pictures/x.png", png(9, 9)),
    ):
        spoil(pack_folder)
    before = kiosk.pack.digest
    send(staff, zip_of(pack_folder, **{"../evil.toml": "x", "pictures/inner.zip": b"PK"}))
    page = staff.get("/staff/pack/new")
    files = page.carries("data-fault")
    assert sorted(files) == ["../evil.toml", "event.toml", "pictures/inner.zip", "pictures/x.png", TU]
    for reason in ("原因共 5 条", "不认识的键", "文件名指向活动包以外", "压缩包里的压缩包", "colour"):
        assert reason in page.text, page.text
    assert "换上" not in [name for form in page.forms() for name, _ in form.buttons]
    staff.post("/staff/pack/new", [("digest", before)], 404)
    assert kiosk.pack.digest == before
    page = staff.press(page, "另传一个")
    assert kiosk.incoming.arrival is None


def test_what_is_no_zip_is_refused(staff):
    send(staff, b"not a zip at all" * 100)
    assert "不是 zip 文件" in staff.get("/staff/pack/new").text
    assert "not a zip" in staff.get("/staff/pack/new?lang=en").text


def test_a_check_that_dies_says_so(staff, kiosk, monkeypatch):
    monkeypatch.setattr(incoming, "read_verdict", lambda folder: None)
    send(staff, zip_of())
    assert "未能检查" in staff.get("/staff/pack/new").text


def test_the_very_same_pack_is_said_to_be_there(staff):
    send(staff, zip_of(SHIPPED, top="hohhot/"))
    page = staff.get("/staff/pack/new")
    assert "正是这个版本" in page.text
    assert "看得见的内容没有变化" in page.text


def test_progress_is_told(staff, kiosk):
    assert staff.open("/staff/pack/new/progress").status_code == 404
    assert staff.open("/staff/pack/new").headers["Location"] == "/staff/pack"
    send(staff, zip_of())
    assert staff.open("/staff/pack/new/progress").json == {"over": True, "percent": 100}
