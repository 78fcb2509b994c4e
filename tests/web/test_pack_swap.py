"""Another pack while the kiosk runs: sent in pieces, checked, put on screen, taken back, signed off; and who may."""

import shutil
import threading
import time
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.actions import incoming, swap_pack
from kiosk.actions.open_day import choose_stop
from kiosk.domain.errors import FileUnusable, InvalidInput, NotRecorded, Sentence, UnknownEntry
from kiosk.domain.event import ROLES
from kiosk.domain.quiz_round import Place
from kiosk.web.access import WRITES
from kiosk.web.locale import say
from tests.conftest import SHIPPED
from tests.playing import answers
from tests.web.conftest import PASSWORD, set_up
from tests.web.page import Staff, Visitor, words
from tests.web.sending import put_up, send, send_piece
from tests.web.spoiled import TU, edit, png, write
from tests.zipped import edition, zip_of

TITLE, OTHER = "2018年全国科技工作者日", "另一个版本的科技工作者日"
other_title = edit("event.toml", f'short_title = {{ zh = "{TITLE}"', f'short_title = {{ zh = "{OTHER}"')
other_event = edit("event.toml", 'id = "hohhot-2018"', 'id = "fair-2019"')
no_wuchuan = edit("event.toml", '[[stops]]\nid = "wuchuan"', '[[stops]]\nid = "wuchuan-2"')
phones = edit("event.toml", "phones = false", "phones = true")


def chinese_only(folder: Path) -> None:
    """Take English out of a pack, as a county would that has nobody to translate."""
    import re

    for file in [folder / "event.toml", *folder.glob("*/*.toml")]:
        text = file.read_text(encoding="utf-8")
        text = text.replace('locales = ["zh", "en"]', 'locales = ["zh"]')
        text = re.sub(r',\s*en = "(?:[^"\\]|\\.)*"', "", text)
        text = re.sub(r'\[theme\.description\]\nen = "(?:[^"\\]|\\.)*"\n', "", text)
        text = re.sub(r'\[quotation\.translation\]\nen = "(?:[^"\\]|\\.)*"\n', "", text)
        text = re.sub(r'translation = \{ en = "(?:[^"\\]|\\.)*" \}\n', "", text)
        file.write_text(text, encoding="utf-8")


# What is on screen


def test_the_page_says_what_is_on_screen_and_what_could_be_added(staff, kiosk):
    page = staff.get("/staff/pack")
    assert page.carries("data-pack-code") == [kiosk.pack.code]
    assert "活动16项，科学家19位" in page.text
    assert {"portrait", "activity_when", "activity_place", "channel", "source_address"} <= set(page.carries("data-gap"))
    assert "换回" not in page.text
    assert staff.get("/staff/pack?lang=en").heading == "Content pack"


def test_at_the_touchscreen_the_pin_shows_the_page_and_changes_nothing(desk, kiosk):
    page = desk.get("/staff/pack")
    assert "需要密码" in page.text
    assert [form.action for form in page.forms()] == ["/staff/sign-out"]
    for address in ("new", "new/discard", "return", "sign-off", f"pieces/{uuid4()}?at=0&of=9"):
        desk.post(f"/staff/pack/{address}", [("digest", kiosk.pack.digest)], 403)
    assert kiosk.log.size()[0] == 0


def test_at_the_touchscreen_no_file_is_asked_for(app, secrets_set):
    someone = Staff(app)
    someone.sign_in(PASSWORD)
    page = someone.get("/staff/pack")
    assert "触摸屏上不能选取文件" in page.text
    assert page.carries("data-piece") == []


def test_strangers_are_led_to_the_sign_in(app, secrets_set):
    stranger = Visitor(app, "10.0.0.9")
    for address in ("", "/new", "/review", "/new/progress"):
        assert stranger.open(f"/staff/pack{address}").status_code == 303
    for address in ("/new", "/new/discard", "/return", "/sign-off", f"/pieces/{uuid4()}?at=0&of=9"):
        assert stranger.open(f"/staff/pack{address}", "POST", data=b"x").status_code == 303
    assert app.extensions["kiosk"].incoming.arrival is None


# Sending


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
    assert kiosk.incoming.arrival.over.wait(60)
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


# Put on screen


def test_putting_up_twice_and_going_back_twice_is_the_same_as_once(staff, kiosk, pack_folder, entries):
    send(staff, edition(pack_folder, other_title))
    address, fields = staff.get("/staff/pack/new").form("换上")
    for _ in range(2):
        staff.post(address, fields)
    page = staff.get("/staff/pack")
    address, fields = page.form("换回")
    for _ in range(2):
        staff.post(address, fields)
    assert [one.kind for one in entries(kiosk)] == ["pack", "pack"]
    assert kiosk.screen.get().digest is None


def test_the_pack_that_the_kiosk_was_set_up_with_is_always_to_be_had(staff, kiosk, pack_folder):
    shipped = kiosk.pack.digest
    put_up(staff, edition(pack_folder, other_title))
    put_up(staff, edition(pack_folder, phones))
    staff.press(staff.get("/staff/pack"), "换回安装时")
    assert (kiosk.pack.digest, kiosk.screen.get().digest) == (shipped, None)


def test_a_return_to_what_is_not_there_is_refused(staff, kiosk):
    staff.post("/staff/pack/return", [("digest", "0" * 16)], 404)
    staff.post("/staff/pack/return", [("digest", "../../etc")], 404)
    assert kiosk.log.size()[0] == 0


def test_a_pack_before_that_was_spoiled_is_refused_with_its_faults(staff, kiosk, pack_folder, tmp_path):
    put_up(staff, edition(pack_folder, other_title))
    first = kiosk.pack
    put_up(staff, edition(pack_folder, phones))
    second = kiosk.pack
    (kiosk.data / "packs" / first.digest / TU).write_text("nothing")
    page = staff.press(staff.get("/staff/pack"), "换回", 409)
    assert TU in page.carries("data-fault")
    assert kiosk.pack is second


def test_what_cannot_be_recorded_is_not_put_up(staff, at_kiosk, kiosk, pack_folder, monkeypatch):
    send(staff, edition(pack_folder, other_title))

    def fails(draft):
        raise NotRecorded("disk")

    monkeypatch.setattr(kiosk.log, "append", fails)
    staff.press(staff.get("/staff/pack/new"), "换上", 503)
    assert TITLE in at_kiosk.get("/about").html
    assert not (kiosk.data / "pack-in-use").exists()


def test_what_cannot_be_written_is_not_put_up(staff, at_kiosk, kiosk, pack_folder, monkeypatch):
    send(staff, edition(pack_folder, other_title))

    def fails(*_):
        raise FileUnusable("%(path)s cannot be written: %(cause)s.", path="x", cause="full")

    monkeypatch.setattr("kiosk.storage.packs_in_use.write_choice", fails)
    staff.press(staff.get("/staff/pack/new"), "换上", 507)
    assert TITLE in at_kiosk.get("/about").html


def test_while_a_pack_is_put_up_its_files_are_nobody_elses(staff, kiosk, pack_folder, monkeypatch):
    send(staff, edition(pack_folder, other_title))
    page, arrival = staff.get("/staff/pack/new"), kiosk.incoming.arrival
    keep = swap_pack.packs_in_use.keep

    def meanwhile(*given):
        assert "正在换上" in staff.press(page, "不用这个", 403).text
        assert send_piece(staff, str(uuid4()), 0, 1_000, b"x").status_code == 403
        with pytest.raises(UnknownEntry), kiosk.incoming.claim(arrival.pack.digest):
            pass
        kiosk.incoming.close()
        assert (arrival.folder / "pack" / "event.toml").exists()
        keep(*given)

    monkeypatch.setattr(swap_pack.packs_in_use, "keep", meanwhile)
    staff.press(page, "换上")
    assert kiosk.pack.digest == arrival.pack.digest
    assert (kiosk.incoming.arrival, arrival.folder.exists()) == (None, False)


def test_a_pack_that_could_not_be_put_up_can_be_put_aside(staff, kiosk, pack_folder, monkeypatch):
    send(staff, edition(pack_folder, other_title))
    page = staff.get("/staff/pack/new")

    def fails(*_):
        raise FileUnusable("%(path)s cannot be written: %(cause)s.", path="x", cause="full")

    monkeypatch.setattr("kiosk.storage.packs_in_use.write_choice", fails)
    staff.press(page, "换上", 507)
    staff.press(page, "不用这个")
    assert kiosk.incoming.arrival is None


def test_another_events_pack_counts_by_itself_and_asks_for_the_stop(staff, at_kiosk, kiosk, pack_folder, form):
    at_kiosk.post("/check-in", form())
    choose_stop(kiosk, "wuchuan")
    send(staff, edition(pack_folder, other_event))
    page = staff.get("/staff/pack/new")
    assert "另一场活动" in page.text
    staff.press(page, "换上")
    assert (kiosk.stop, kiosk.stop_is_chosen) == (None, False)
    now = kiosk.clock.now()
    assert kiosk.tally.report(now).whole.visits == 0
    at_kiosk.post("/check-in", form())
    assert kiosk.tally.report(now).whole.visits == 1
    staff.press(staff.get("/staff/pack"), "换回")
    assert kiosk.tally.report(now).whole.visits == 1


def test_a_stop_of_the_pack_before_is_no_stop_of_the_one_that_came_meanwhile(staff, kiosk, pack_folder):
    kiosk.screen.hold()  # as a request does that began before
    other = threading.Thread(target=put_up, args=(staff, edition(pack_folder, no_wuchuan)))
    other.start()
    other.join()
    with pytest.raises(InvalidInput):
        choose_stop(kiosk, "wuchuan")
    assert kiosk.stop is None


def test_the_stop_stays_where_the_new_pack_knows_it(staff, kiosk, pack_folder):
    choose_stop(kiosk, "wuchuan")
    put_up(staff, edition(pack_folder, other_title))
    assert (kiosk.stop, kiosk.stop_is_chosen) == ("wuchuan", True)
    put_up(staff, edition(pack_folder, no_wuchuan))
    assert (kiosk.stop, kiosk.stop_is_chosen) == (None, False)


def test_languages_come_and_go_with_the_pack(staff, at_kiosk, kiosk, pack_folder):
    assert at_kiosk.get("/?lang=en").all("html")[0].get("lang") == "en"
    put_up(staff, edition(pack_folder, chinese_only))
    visitor = Visitor(staff.app, locale=None)
    for address in ("/", "/programme", "/scientists/tu-youyou", "/about", "/quiz", "/check-in", "/check-in/group"):
        answer = visitor.open(f"{address}?lang=en")
        assert answer.status_code == 200, address
        assert 'lang="zh-CN"' in answer.get_data(as_text=True)[:200], address
        assert "English" not in answer.get_data(as_text=True), address
    assert visitor.open("/check-in", "POST", data={"id": str(uuid4()), "party_size": "1"}).status_code == 303
    staff.press(staff.get("/staff/pack"), "换回")
    assert at_kiosk.get("/?lang=en").all("html")[0].get("lang") == "en"


def test_whether_phones_check_in_changes_at_once(staff, kiosk, pack_folder):
    phone = Visitor(staff.app, "10.0.0.7")
    assert phone.open("/check-in").status_code == 403
    put_up(staff, edition(pack_folder, phones))
    assert phone.open("/check-in").status_code == 200
    staff.press(staff.get("/staff/pack"), "换回")
    assert phone.open("/check-in").status_code == 403


def test_pictures_come_with_the_pack(staff, at_kiosk, pack_folder):
    line = 'picture = "pictures/code.png"'
    page = put_up(staff, edition(pack_folder, write("pictures/code.png", png(90, 90), line)))
    assert any("/pictures/code.png" in one for one in at_kiosk.get("/about").carries("src"))
    assert at_kiosk.open("/pictures/code.png").status_code == 200
    staff.press(page, "换回")
    assert at_kiosk.open("/pictures/code.png").status_code == 404


def with_code(folder: Path, side: int) -> bytes:
    """Return a pack with a picture of its own, from a folder that stays as it is."""
    import shutil

    fresh = Path(shutil.copytree(folder, folder.parent / f"code-{side}"))
    return edition(fresh, write("pictures/code.png", png(side, side), 'picture = "pictures/code.png"'))


def test_pictures_of_packs_that_are_gone_do_not_pile_up(staff, kiosk, pack_folder):
    shelf = kiosk.pictures.shelf
    send(staff, with_code(pack_folder, 80))
    assert len(shelf.names()) == 1
    swap_pack.put_aside(kiosk)
    assert (kiosk.incoming.arrival, len(shelf.names())) == (None, 0)
    for side, kept in ((90, 1), (100, 2), (110, 2)):
        put_up(staff, with_code(pack_folder, side))
        assert len(shelf.names()) == kept, "the one on screen, and the one before for the way back"
        assert kiosk.pictures.content("pictures/code.png", "code")


def test_going_back_keeps_the_pictures_of_a_pack_on_its_way(staff, at_kiosk, kiosk, pack_folder):
    put_up(staff, with_code(pack_folder, 90))
    put_up(staff, with_code(pack_folder, 100))
    send(staff, with_code(pack_folder, 110))
    staff.press(staff.get("/staff/pack"), "换回安装时")
    staff.press(staff.get("/staff/pack/new"), "换上")
    assert at_kiosk.open("/pictures/code.png").status_code == 200
    assert len(kiosk.pictures.shelf.names()) == 1


def test_the_table_for_the_office_has_the_words_of_the_pack_in_use(staff, at_kiosk, kiosk, pack_folder, form):
    import io

    import openpyxl

    put_up(staff, edition(pack_folder, edit("event.toml", '"教师"', '"人民教师"')))
    at_kiosk.post("/check-in", form())
    end = time.monotonic() + 30
    while (answer := staff.open("/staff/log.xlsx")).status_code != 200:
        assert time.monotonic() < end
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).worksheets[-1]
    assert "人民教师" in str(list(sheet.values))


def test_a_round_that_is_being_played_meets_no_questions_of_another_pack(staff, at_kiosk, pack_folder, kiosk):
    place = Place(str(uuid4()), 0)
    (_, first), *_ = answers(kiosk, place)
    at_kiosk.post(f"/quiz/{place.series}/0/1", [("answer", first)])
    fewer = edit("event.toml", "questions_per_round = [5, 10]", "questions_per_round = 1")
    put_up(staff, edition(pack_folder, fewer))
    for number in (1, 2):
        page = at_kiosk.get(f"/quiz/{place.series}/0/{number}?lang=en", 404)
        assert page.heading == "This round was cut short. Please start a new one."
    at_kiosk.post(f"/quiz/{place.series}/0/1", [("answer", first)], 404)
    fresh = Place(str(uuid4()), 0)
    (only,) = answers(kiosk, fresh)
    at_kiosk.post(f"/quiz/{fresh.series}/0/1", [("answer", only[1])])
    assert kiosk.log.entry(place.entry_id) is None
    assert kiosk.log.entry(fresh.entry_id).details["asked"] == 1


@pytest.mark.parametrize("swaps", [8, pytest.param(50, marks=pytest.mark.long)])
def test_swaps_while_visitors_look_break_no_page(staff, kiosk, pack_folder, swaps):
    """Requests end with the pack they began with; none meets half of another one."""
    put_up(staff, edition(pack_folder, other_title, other_event, chinese_only))
    first, second = kiosk.screen.get().digest, None
    over, wrong, seen = threading.Event(), [], set()

    def look() -> None:
        visitor = staff.app.test_client()
        addresses = ("/?lang=en", "/programme?lang=en&x=1", "/scientists/tu-youyou?lang=en&x=1", "/about?lang=en&x=1")
        while not over.is_set():
            for address in addresses:
                try:
                    answer = visitor.get(address)
                    text = answer.get_data(as_text=True)
                    if answer.status_code != 200 or (OTHER in text and 'lang="en"' in text[:300]):
                        wrong.append((address, answer.status_code))
                    seen.add(OTHER in text)
                except Exception as error:
                    wrong.append((address, error))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in range(swaps):
            fields = [("digest", second or "" if number % 2 == 0 else first)]
            assert staff.open("/staff/pack/return", "POST", data=dict(fields)).status_code == 303
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert seen == {True, False}
    assert kiosk.screen.get().digest == first


# Broken later


def test_a_pack_that_broke_in_the_data_folder_is_told_and_another_stands_in(staff, kiosk, open_at, pack_folder):
    put_up(staff, edition(pack_folder, other_title))
    (kiosk.data / "packs" / kiosk.pack.digest / "event.toml").write_text("nothing")
    kiosk.close()
    again = open_at(kiosk.data)
    assert again.screen.get().digest is None
    someone = Staff(set_up(again), "10.0.0.20")
    someone.sign_in(PASSWORD)
    assert Visitor(someone.app).open("/healthz").json["status"] == "degraded"
    page = someone.get("/staff/pack")
    assert "event.toml" in page.carries("data-fault")
    page = someone.press(page, "就用现在这个")
    assert page.carries("data-fault") == []
    again.close()
    assert open_at(kiosk.data).swap_fault is None


# Signing off


def test_nothing_signed_off_is_said_calmly_and_another_version_plainly(staff, desk, kiosk, pack_folder, entries):
    for page in (staff.get("/staff"), staff.get("/staff/pack"), desk.get("/staff")):
        assert page.carries("data-signed-off") == ["never"]
    page = staff.press(staff.get("/staff/pack"), "已完成纸面签审")
    assert page.carries("data-signed-off") == ["this"]
    assert staff.get("/staff").carries("data-signed-off") == []
    signed = kiosk.pack
    put_up(staff, edition(pack_folder, other_title))
    for page in (staff.get("/staff"), staff.get("/staff/pack"), desk.get("/staff")):
        assert page.carries("data-signed-off") == ["another"]
        assert signed.code in page.text
        assert kiosk.pack.code in page.text
    staff.press(staff.get("/staff/pack"), "换回")
    assert staff.get("/staff").carries("data-signed-off") == []
    assert [one.kind for one in entries(kiosk)] == ["sign_off", "pack", "pack"]
    assert "内容签审" in staff.get("/staff/entries").text
    assert Visitor(staff.app).open("/healthz").json["status"] == "ok"


def test_a_restart_remembers_what_was_signed_off(staff, kiosk, open_at):
    staff.press(staff.get("/staff/pack"), "已完成纸面签审")
    staff.post("/staff/pack/sign-off", [("digest", kiosk.pack.digest)])
    assert kiosk.log.size()[0] == 1
    kiosk.close()
    again = open_at(kiosk.data)
    assert again.signed_off == again.pack.digest


@pytest.mark.parametrize("digest", ["", "0" * 16, "../.."])
def test_what_is_not_on_screen_cannot_be_signed_off(staff, kiosk, digest):
    staff.post("/staff/pack/sign-off", [("digest", digest)], 400)
    assert kiosk.signed_off is None


# The review sheet


def test_the_review_sheet_has_the_version_and_lines_for_three(staff, kiosk):
    page = staff.get("/staff/pack/review")
    assert page.carries("data-pack-code") == [kiosk.pack.code]
    assert kiosk.event.title["zh"] in page.text
    for line in ("初审", "复审", "终审", "签名"):
        assert line in page.text
    numbers = int(page.carries("data-texts")[0])
    assert numbers > 500
    assert f"共 {numbers} 条文字" in page.text


def test_the_review_sheet_says_what_organisers_do_in_the_words_of_the_screens(staff, kiosk):
    rows = [[words(cell) for cell in row] for row in staff.get("/staff/pack/review").all("tr")]
    said = [row[2] for row in rows if row[1].endswith("角色")]
    assert said == [say(Sentence(ROLES[one.role]), "zh") for one in kiosk.event.organisers]


def test_the_review_sheet_says_where_the_summary_goes_and_until_when(staff):
    text = staff.get("/staff/pack/review").text
    for said in ("总结报送", "市属学会、协会、研究会", "呼和浩特市科学技术局生产力促进中心", "2018年6月5日"):
        assert said in text, said
    assert "Productivity Promotion Centre of the Hohhot Science and Technology Bureau" in text


def test_the_review_sheet_of_one_language_has_one_column(staff, pack_folder):
    put_up(staff, edition(pack_folder, chinese_only))
    page = staff.get("/staff/pack/review")
    assert page.carries("colspan")[0] == "1"


def test_the_touchscreen_shows_the_version_small(at_kiosk, kiosk):
    assert kiosk.pack.code in at_kiosk.get("/about").text


def test_with_the_pin_the_sheet_can_be_read(desk, kiosk):
    assert kiosk.pack.code in desk.get("/staff/pack/review").title
