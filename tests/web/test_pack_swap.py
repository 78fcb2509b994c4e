"""Another pack while the kiosk runs: put on screen, taken back, broken later; and who may."""

import shutil
import threading
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.actions import swap_pack
from kiosk.actions.open_day import choose_stop
from kiosk.domain.errors import FileUnusable, InvalidInput, NotRecorded, UnknownEntry
from kiosk.domain.quiz_round import Place
from tests.playing import answers
from tests.web.conftest import PASSWORD, set_up
from tests.web.editions import OTHER, TITLE, chinese_only, no_wuchuan, other_event, other_title, phones
from tests.web.page import Staff, Visitor
from tests.web.sending import put_up, send, send_piece
from tests.web.spoiled import TU, edit, png, write
from tests.zipped import edition

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
    sheet = openpyxl.load_workbook(io.BytesIO(staff.log_as("xlsx").get_data())).worksheets[-1]
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
