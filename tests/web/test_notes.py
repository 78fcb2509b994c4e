"""Notes on the staff's pages: written, read, corrected, voided; photos with children left out; hostile ones refused."""

import hashlib
import io
import shutil
import threading
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from PIL import Image

from kiosk.actions import photo_work, photos_coming
from kiosk.actions.backup import verify
from kiosk.actions.notes import notes_of
from kiosk.actions.periods import period_of
from kiosk.domain.errors import NotRecorded
from kiosk.web.staff.notes import TO_CHOOSE
from tests.waiting import PATIENCE
from tests.web.page import Visitor
from tests.web.photographed import SECRET, claims, photo, saved, send_photo, send_piece, with_place


class Here:
    """Stands for the child process: does the same work in a thread of this one."""

    def __init__(self, arguments, _environment, ended):
        def work():
            photo_work.make_ready(Path(arguments[1]), Path(arguments[3]))
            ended(self)

        threading.Thread(target=work).start()

    def kill(self) -> None:
        """It is over soon."""


@pytest.fixture
def in_a_process() -> None:
    """For tests of the process in which a photo is worked on; the others would wait a second for each photo."""


@pytest.fixture(autouse=True)
def _photos_are_worked_on_here(request, monkeypatch):
    if "in_a_process" not in request.fixturenames:
        monkeypatch.setattr(photos_coming, "Child", Here)


TITLE = "走访慰问退休科技工作者"


def fields(**changes: str) -> list[tuple[str, str]]:
    good = {"id": str(uuid4()), "about": "visit", "day": "2027-05-29", "title": TITLE, "people": "12"}
    return [(name, value) for name, value in {**good, **changes}.items() if value is not None]


def with_photo(ref: str, child: str = "none", caption: str = "") -> list[tuple[str, str]]:
    return [("photo", ref), (f"child.{ref}", child), (f"caption.{ref}", caption)]


def kept(kiosk) -> list:
    return notes_of(kiosk.log, kiosk.event, period_of(kiosk.log, kiosk.pack))


def photos_kept(kiosk) -> int:
    return kiosk.database.read().execute("SELECT count(*) FROM note_photos").get


# Writing and reading


def test_a_note_is_written_read_corrected_and_voided(staff, kiosk):
    page = staff.tap(staff.get("/staff/notes"), "写工作记录")
    (form,) = [one for one in page.forms() if one.action == "/staff/notes"]
    new_id = dict(form.fields)["id"]
    assert dict(form.fields)["day"] == "2027-05-30"  # today, where the kiosk is
    said = fields(id=new_id, text="第一段\n\n第二段", **{"people.science_worker": "8", "people.guest": "4"})
    page = staff.post("/staff/notes", said)
    assert page.carries("data-note") == [new_id]
    assert (page.heading, "工作记录已保存" in page.text) == (TITLE, True)
    assert "走访慰问 · 2027年5月29日 · 12 人参加" in page.text
    assert "科技工作者 8领导、嘉宾 4" in page.text
    page = staff.tap(page, "修改")
    (form,) = [one for one in page.forms() if one.action == "/staff/notes"]
    assert dict(form.fields)["replaces"] == new_id
    assert dict(form.fields)["people.science_worker"] == "8"
    second = dict(form.fields)["id"]
    page = staff.post("/staff/notes", fields(id=second, replaces=new_id, title="座谈", about="round_table"))
    assert staff.get("/staff/notes").carries("data-note") == [second]
    assert "较早的一版" in staff.get(f"/staff/notes/{new_id}").text
    assert staff.open(f"/staff/notes/{new_id}/correct").headers["Location"].endswith(f"/staff/notes/{second}")
    page = staff.post(f"/staff/notes/{second}/void", [("reason", "写错了")])
    assert page.carries("data-note") == []
    assert "已作废" in staff.get(f"/staff/notes/{second}").text
    assert [entry.kind for entry in entries_of(kiosk)] == ["note", "note", "void"]
    assert verify(kiosk.data).faults == []


def entries_of(kiosk) -> list:
    from kiosk.domain.entry import entry_from_row

    return [entry_from_row(row) for row in kiosk.log.rows()]


def test_notes_stand_by_day_the_newest_first_and_in_the_entries_in_words(staff, kiosk):
    for day in ("2027-05-28", "2027-05-30", "2027-05-29"):
        staff.post("/staff/notes", fields(day=day, title=f"记录{day}"))
    page = staff.get("/staff/notes?lang=en")
    assert [one.get("id") for one in page.all("h2")] == ["day-2027-05-30", "day-2027-05-29", "day-2027-05-28"]
    assert [str(one.note.day) for one in kept(kiosk)] == ["2027-05-28", "2027-05-29", "2027-05-30"]
    assert "走访慰问 · 2027年5月29日 · 记录2027-05-29" in staff.get("/staff/entries").text
    entry = kept(kiosk)[0].entry
    page = staff.get(f"/staff/entries/{entry.id}")
    assert f"/staff/notes/{entry.id}" in [href for _, href in page.links()]


def test_the_people_of_a_note_are_in_no_figure(staff, kiosk, clock):
    staff.post("/staff/notes", fields(people="5000"))
    report = kiosk.tally.report(clock.now())
    assert (report.whole.visits, report.whole.check_ins, report.whole.by_hand.people) == (0, 0, 0)


def test_a_voided_entry_takes_its_note_out_of_the_list(staff, kiosk):
    staff.post("/staff/notes", fields())
    (one,) = kept(kiosk)
    staff.post(f"/staff/entries/{one.id}/void", [("reason", "重复")])
    assert kept(kiosk) == []


def test_who_voids_a_note_hides_the_photos_of_every_version(staff, kiosk):
    ref = send_photo(staff, photo())
    staff.post("/staff/notes", [*fields(), *with_photo(ref)])
    (first,) = kept(kiosk)
    digest = first.note.photos[0].digest
    staff.post("/staff/notes", [*fields(id=str(uuid4()), replaces=first.id, title="改了一个字"), *with_photo(digest)])
    (second,) = kept(kiosk)
    assert digest in staff.get(f"/staff/notes/{first.id}").html
    staff.post(f"/staff/notes/{second.id}/void", [("reason", "照片不宜展示")])
    for one in (first, second):
        page = staff.get(f"/staff/notes/{one.id}")
        assert digest not in page.html and "照片不宜展示" in page.text


def test_an_earlier_version_is_not_voided_for_the_note(staff, kiosk):
    staff.post("/staff/notes", fields())
    (first,) = kept(kiosk)
    staff.post("/staff/notes", fields(id=str(uuid4()), replaces=first.id, title="新的一版"))
    for address in (f"/staff/notes/{first.id}/void", f"/staff/entries/{first.id}/void"):
        assert "已有更正" in staff.post(address, [("reason", "写错了")], 403).text
    assert [form.action for form in staff.get(f"/staff/entries/{first.id}").forms()] == ["/staff/sign-out"]
    assert [one.note.title for one in kept(kiosk)] == ["新的一版"]


def test_a_photo_with_a_second_picture_in_its_file_is_taken(staff, kiosk):
    image, content = Image.new("RGB", (640, 480), "red"), io.BytesIO()
    image.save(content, "MPO", save_all=True, append_images=[Image.new("RGB", (320, 240), "blue")])
    staff.post("/staff/notes", [*fields(), *with_photo(send_photo(staff, content.getvalue()))])
    (photo_of_it,) = kept(kiosk)[0].note.photos
    with Image.open(io.BytesIO(kiosk.log.notes.photo(photo_of_it.digest))) as shown:
        assert (shown.format, shown.size, shown.getpixel((9, 9))[0] > 200) == ("JPEG", (640, 480), True)


def test_voiding_a_note_needs_a_reason(staff, kiosk):
    staff.post("/staff/notes", fields())
    for reason in ("", "x" * 501):
        page = staff.post(f"/staff/notes/{kept(kiosk)[0].id}/void", [("own", reason)], 400)
        assert "原因" in page.text
    assert len(kept(kiosk)) == 1


# Faults: nothing typed is lost


def test_every_fault_is_told_and_the_form_comes_back_as_it_was(staff, kiosk):
    said = fields(day="someday", text="很长的正文\n第二行", people="10", **{"people.pupil": "11", "about": "group"})
    page = staff.post("/staff/notes", said, 400)
    assert "请按“年-月-日”填写活动日期" in page.text and "11 人，多于总数 10 人" in page.text
    (form,) = [one for one in page.forms() if one.action == "/staff/notes"]
    there = dict(form.fields)
    assert (there["title"], there["people"], there["people.pupil"]) == (TITLE, "10", "11")
    assert there["id"] == dict(said)["id"]
    assert page.all("textarea")[0].text == "很长的正文\n第二行"
    assert "很长的正文" in page.html and kept(kiosk) == []
    assert [one.get("value") for one in page.all("option") if one.get("selected") is not None] == ["group"]


def test_what_cannot_be_recorded_is_told_and_comes_back(staff, kiosk, monkeypatch):
    ref = send_photo(staff, photo())
    said = fields(text="要留住的话") + with_photo(ref)

    def fails(*_):
        raise NotRecorded("FullError: database or disk is full")

    with monkeypatch.context() as full:
        full.setattr(kiosk.log, "append_with", fails)
        page = staff.post("/staff/notes", said, 503)
    assert "没有记上" in page.text and "disk is full" in page.text
    assert page.carries("data-photo")[0] == ref and "要留住的话" in page.html
    staff.post("/staff/notes", said)
    assert len(kept(kiosk)[0].note.photos) == 1


def test_a_form_without_its_number_gets_one(staff, kiosk):
    page = staff.post("/staff/notes", fields(id="7"), 400)
    (form,) = [one for one in page.forms() if one.action == "/staff/notes"]
    staff.post("/staff/notes", [*form.fields, ("about", "visit")])
    assert kept(kiosk)[0].note.title == TITLE


def test_sent_again_it_is_the_same_note_and_changed_it_is_asked_about(staff, kiosk):
    ref = send_photo(staff, photo())
    said = fields() + with_photo(ref, caption="合影")
    first = staff.post("/staff/notes", said)
    assert staff.post("/staff/notes", said).carries("data-note") == first.carries("data-note")
    assert kiosk.log.size()[0] == 1
    page = staff.post("/staff/notes", [*said, ("text", "后来加的")], 409)
    assert "先前已经保存过" in page.text and "后来加的" in page.html
    (form,) = [one for one in page.forms() if one.action == "/staff/notes"]
    there = dict(form.fields)
    assert there["replaces"] == dict(said)["id"] and there["id"] != dict(said)["id"]
    again = [(name, there.get(name, value)) for name, value in said]
    staff.post("/staff/notes", [*again, ("replaces", there["replaces"]), ("text", "后来加的")])
    (one,) = kept(kiosk)
    assert one.note.text == "后来加的"


def test_of_two_who_correct_a_note_the_second_is_told_and_keeps_the_words(staff, kiosk):
    staff.post("/staff/notes", fields())
    first = kept(kiosk)[0].id
    staff.post("/staff/notes", fields(replaces=first, title="甲改的"))
    page = staff.post("/staff/notes", fields(replaces=first, title="乙改的"), 409)
    assert "已有人修改过" in page.text and "乙改的" in page.html
    assert [one.note.title for one in kept(kiosk)] == ["甲改的"]
    assert kiosk.log.size()[0] == 2, "an entry that was refused must leave nothing"
    staff.post(f"/staff/notes/{kept(kiosk)[0].id}/void", [("reason", "重复")])
    staff.post("/staff/notes", fields(replaces=first), 409)
    assert verify(kiosk.data).faults == []


def test_hostile_words_stay_words(staff, kiosk):
    said = fields(title="<script>alert(1)</script>\u202e=1+1\x00", text='"><img src=x onerror=alert(1)>\n@SUM(A1)')
    page = staff.post("/staff/notes", said)
    assert page.heading == "<script>alert(1)</script>=1+1"
    for address in ("/staff/notes", "/staff/entries", f"/staff/notes/{dict(said)['id']}/correct"):
        assert "alert(1)" in staff.get(address).html
    export = staff.open("/staff/log.csv")
    assert export.status_code in (200, 303)


def test_ten_megabytes_of_text_are_refused_before_they_are_read(staff, kiosk):
    answer = staff.open("/staff/notes", "POST", data=urlencode(fields(text="x" * 10_000_000)).encode())
    assert answer.status_code == 413
    assert kept(kiosk) == []


# Photos


@pytest.mark.usefixtures("in_a_process")
def test_a_photo_is_kept_without_its_place_upright_and_once(staff, kiosk):
    given = with_place(orientation=6)
    assert SECRET.encode() in given
    refs = [send_photo(staff, given), send_photo(staff, given, "agreed")]
    page = staff.post("/staff/notes", fields() + with_photo(refs[0], caption="合影") + with_photo(refs[1], "agreed"))
    (one,) = kept(kiosk)[0].note.photos
    assert (one.caption, one.child) == ("合影", "none")
    assert photos_kept(kiosk) == 1
    answer = staff.open(f"/staff/notes/photos/{one.digest}.jpg")
    assert hashlib.sha256(answer.data).hexdigest() == one.digest
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    for content in (answer.data, staff.open(f"/staff/notes/photos/{one.digest}.jpg?small=1").data):
        image = Image.open(io.BytesIO(content))
        assert image.height > image.width and dict(image.getexif()) == {}
        assert SECRET.encode() not in content and b"Exif" not in content
    assert not (kiosk.data / "photos-coming" / refs[0]).exists()
    assert "没有孩子，或认不出是谁" in page.text


def test_only_photos_without_a_child_or_with_consent_are_taken_in(staff, kiosk):
    for child in ("nobody_asked", "unsure", "", "NONE"):
        content = photo()
        answer = send_piece(staff, str(uuid4()), 0, len(content), content, child)
        assert (answer.status_code, "监护人" in answer.json["error"]) == (400, True)
    assert list(kiosk.data.glob("photos-coming/*")) == []


def test_a_photo_about_which_staff_change_their_mind_is_left_out_and_gone(staff, kiosk):
    said = fields() + with_photo(send_photo(staff, photo("blue")))
    for child in ("nobody_asked", "unsure", "", "what?"):
        said += with_photo(send_photo(staff, photo("red")), child)
    page = staff.post("/staff/notes", said)
    assert page.carries("data-left") == ["4"]
    assert "为保护孩子，有 4 张照片没有放进来" in page.text
    assert (len(kept(kiosk)[0].note.photos), photos_kept(kiosk)) == (1, 1)
    assert list(kiosk.data.glob("photos-coming/*")) == []


def test_a_correction_keeps_leaves_out_and_adds_photos(staff, kiosk):
    refs = [send_photo(staff, photo(colour)) for colour in ("red", "blue")]
    staff.post("/staff/notes", fields() + with_photo(refs[0]) + with_photo(refs[1]))
    first = kept(kiosk)[0]
    red, blue = [one.digest for one in first.note.photos]
    assert staff.get(f"/staff/notes/{first.id}/correct").carries("data-photo") == [red, blue, "new"]
    green = send_photo(staff, photo("green"))
    said = [*with_photo(red), (f"out.{red}", "1"), *with_photo(blue, caption="蓝"), *with_photo(green, "agreed")]
    staff.post("/staff/notes", fields(replaces=first.id) + said)
    (one,) = kept(kiosk)
    assert [photo.caption for photo in one.note.photos] == ["蓝", ""]
    assert one.note.photos[0].digest == blue
    # Not by its digest alone.
    page = staff.post("/staff/notes", fields() + with_photo(red), 400)
    assert "照片还没传到，或已经不在了" in page.text


def test_a_note_has_at_most_six_photos(staff, kiosk):
    refs = [str(uuid4()) for _ in range(7)]
    page = staff.post("/staff/notes", fields() + [one for ref in refs for one in with_photo(ref)], 400)
    assert "还没传到" in page.text or "最多放 6 张" in page.text


HOSTILE = {
    "a PNG that claims four gigapixels": claims(65_000, 65_000),
    "a PNG of a few kilobytes that unpacks to 180 MB": claims(7_700, 7_700, bytes(7_700 * 3 + 1) * 7_700),
    "a JPEG cut off": photo(size=(1200, 900))[:-3000],
    "a head alone": b"\xff\xd8\xff",
    "a PNG without anything": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "a WebP that is none": b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(30),
}


@pytest.mark.usefixtures("in_a_process")
def test_a_bomb_is_refused_by_its_process_and_told_why(staff):
    ref = send_photo(staff, HOSTILE["a PNG of a few kilobytes that unpacks to 180 MB"])
    assert "像素太多" in staff.open(f"/staff/notes/coming/{ref}").json["error"]


def test_hostile_photos_are_refused_with_a_sentence_and_the_next_one_is_taken(staff, kiosk):
    for name, content in HOSTILE.items():
        ref = send_photo(staff, content)
        told = staff.open(f"/staff/notes/coming/{ref}").json
        assert told["state"] == "refused" and told["error"], name
        assert staff.open(f"/staff/notes/coming/{ref}.jpg").status_code == 404
    page = staff.post("/staff/notes", fields() + with_photo(ref), 400)
    assert "照片还没传到" in page.text
    assert staff.open(f"/staff/notes/coming/{send_photo(staff, photo())}").json["state"] == "ready"


def test_what_is_no_photo_is_refused_with_its_first_piece(staff, kiosk):
    heic = b"\x00\x00\x00\x24ftypheic"
    for begin in (heic, b"GIF89a", b"PK\x03\x04", b"<svg onload='alert(1)'/>", b"MZ"):
        answer = send_piece(staff, str(uuid4()), 0, 10_000_000, begin + bytes(90))
        assert (answer.status_code, ("HEIC" if begin == heic else "JPEG") in answer.json["error"]) == (400, True)
    assert list(kiosk.data.glob("photos-coming/*")) == []


def test_of_a_file_that_is_two_things_only_the_picture_stays(staff, kiosk):
    ref = send_photo(staff, photo() + b"PK\x03\x04<script>alert('zip')</script>")
    staff.post("/staff/notes", fields() + with_photo(ref))
    content = staff.open(f"/staff/notes/photos/{kept(kiosk)[0].note.photos[0].digest}.jpg").data
    assert b"script" not in content and b"PK\x03\x04" not in content


def test_a_large_photo_is_a_megabyte_at_most(staff, kiosk):
    noise = Image.effect_noise((2600, 2000), 120).convert("RGB")
    ref = send_photo(staff, saved(noise, "JPEG", quality=92))
    ready = kiosk.photos.ready(ref)[1]
    assert len(ready.large) <= 1_000_000
    assert max(Image.open(io.BytesIO(ready.large)).size) <= 2000


# On the way


def test_a_connection_cut_on_the_way_goes_on_where_it_was(staff, kiosk):
    noise = saved(Image.effect_noise((500, 500), 90), "PNG")
    content, ref = noise + bytes(max(0, 120_000 - len(noise))), str(uuid4())
    send_piece(staff, ref, 0, len(content), content[:40_000])
    assert send_piece(staff, ref, 80_000, len(content), content[80_000:100_000]).status_code == 400
    assert send_piece(staff, ref, 0, len(content), content[:40_000]).json["received"] == 40_000
    assert staff.open(f"/staff/notes/coming/{ref}").json["state"] == "arriving"
    at = 40_000
    while at < len(content):
        at = send_piece(staff, ref, at, len(content), content[at : at + 48_000]).json["received"]
    assert kiosk.photos.get(ref).over.wait(PATIENCE)
    assert kiosk.photos.ready(ref)


def test_photos_on_the_way_are_bounded_and_gone_after_a_restart(staff, kiosk, open_at, monkeypatch):
    monkeypatch.setattr(photos_coming, "MOST_WAITING", 2)
    refs = [str(uuid4()) for _ in range(3)]
    begun = [send_piece(staff, ref, 0, 90_000, photo()[:1000]).status_code for ref in refs]
    assert begun == [200, 200, 429]
    kiosk.photos.get(refs[0]).seen -= photos_coming.GONE_AFTER_SECONDS + 1
    assert send_piece(staff, refs[2], 0, 90_000, photo()[:1000]).status_code == 200
    assert kiosk.photos.get(refs[0]) is None
    assert send_piece(staff, str(uuid4()), 0, 20 << 20, photo()[:1000]).status_code == 400
    left = kiosk.data / "photos-coming" / "left"
    kiosk.close()
    left.mkdir(parents=True)
    open_at(kiosk.data)
    assert not left.exists()


def test_a_full_disk_takes_no_photo(staff, kiosk, monkeypatch):
    monkeypatch.setattr(photos_coming, "free_bytes", lambda _: 1000)
    answer = send_piece(staff, str(uuid4()), 0, 1000, photo()[:1000])
    assert (answer.status_code, "剩余空间太少" in answer.json["error"]) == (507, True)


def test_a_photo_that_cannot_be_written_on_is_forgotten(staff, kiosk):
    ref = str(uuid4())
    send_piece(staff, ref, 0, 90_000, photo()[:1000])
    shutil.rmtree(kiosk.photos.get(ref).folder)
    assert send_piece(staff, ref, 1000, 90_000, bytes(1000)).status_code == 507
    assert kiosk.photos.get(ref) is None


@pytest.mark.usefixtures("in_a_process")
def test_discarding_a_photo_that_is_worked_on_ends_the_work(staff, kiosk):
    noise = saved(Image.effect_noise((3000, 3000), 120).convert("RGB"), "JPEG", quality=60)
    ref, at = str(uuid4()), 0
    while at < len(noise):
        at = send_piece(staff, ref, at, len(noise), noise[at : at + 48_000]).json["received"]
    coming = kiosk.photos.get(ref)
    staff.open(f"/staff/notes/coming/{ref}/discard", "POST")
    assert coming.over.wait(PATIENCE)
    assert kiosk.photos.get(ref) is None and not coming.folder.exists()
    assert send_photo(staff, photo())


# Who may


def test_at_the_touchscreen_everything_is_chosen_and_no_photo_taken(desk, kiosk):
    page = desk.get("/staff/notes/new")
    assert page.all("textarea") == [] and "触摸屏上不能" in page.text
    assert not [one for one in page.all("input") if one.get("type") in ("text", "file")]
    desk.post("/staff/notes", fields(title="", about="group", people=str(TO_CHOOSE[-1])))
    assert kept(kiosk)[0].note.people == 1000
    assert desk.get("/staff/notes").all("h3")
    desk.post(f"/staff/notes/coming/{uuid4()}?at=0&of=9&child=none", [], 403)


def test_strangers_see_and_write_nothing(app, staff, kiosk):
    ref = send_photo(staff, photo())
    staff.post("/staff/notes", fields() + with_photo(ref))
    (one,) = kept(kiosk)
    stranger = Visitor(app, "10.0.0.9")
    for address in ("", "/new", f"/{one.id}", f"/{one.id}/correct", f"/photos/{one.note.photos[0].digest}.jpg"):
        assert stranger.open(f"/staff/notes{address}").status_code == 303
    for address in ("", f"/{one.id}/void", f"/coming/{uuid4()}?at=0&of=9&child=none"):
        assert stranger.open(f"/staff/notes{address}", "POST", data=b"x").status_code == 303
    assert kiosk.log.size()[0] == 1


def test_what_is_not_there_is_told(staff):
    for address in (f"/{uuid4()}", f"/{uuid4()}/correct", "/photos/nothing.jpg", f"/coming/{uuid4()}"):
        assert staff.open(f"/staff/notes{address}").status_code == 404
