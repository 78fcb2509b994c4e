"""The log as files, made in the background."""

import csv
import io
import json
import subprocess
import sys

import openpyxl
import pytest

from kiosk.actions import exports_asked
from kiosk.actions.child import Child
from kiosk.web.staff import files
from tests.waiting import PATIENCE
from tests.web.conftest import PASSWORD, check_in
from tests.web.page import Staff


def test_the_whole_log_as_every_kind_of_file(staff, at_kiosk, form):
    made = [check_in(at_kiosk, form) for _ in range(3)]
    staff.post(f"/staff/entries/{made[0]}/void", [("own", "=1+1")])
    answer = staff.log_as("csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=hohhot-2018-20270530-0800-4.csv"
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row["id"] for row in rows][:3] == made
    assert rows[3]["voids"] == made[0]
    assert not rows[3]["reason"].startswith("=")
    lines = [json.loads(line) for line in staff.log_as("ndjson").get_data().splitlines()]
    assert [line["id"] for line in lines] == [row["id"] for row in rows]
    sheet = openpyxl.load_workbook(io.BytesIO(staff.log_as("xlsx").get_data())).worksheets[-1]
    assert sheet.max_row == 5
    assert "教师" in str(list(sheet.values)[1])


def test_a_file_is_made_once_until_the_log_has_more_to_say(staff, at_kiosk, form, kiosk, monkeypatch):
    begun = []
    child = exports_asked.Child

    def counted(*arguments):
        begun.append(arguments)
        return child(*arguments)

    monkeypatch.setattr(exports_asked, "Child", counted)
    staff.log_as("csv")
    staff.log_as("csv")
    assert len(begun) == 1
    check_in(at_kiosk, form)
    assert len(staff.log_as("csv").get_data().splitlines()) == 2
    assert len(begun) == 2


class Slow:
    """A child that is at work until the test lets it end."""

    def __init__(self, _arguments, _environment, ended):
        self.done, self.total, self.failure, self._ended = 0, 0, "", ended

    def end(self, failure: str = "") -> None:
        self.failure = failure
        self._ended(self)

    def stop(self) -> None:
        pass


@pytest.fixture
def slow(monkeypatch):
    monkeypatch.setattr(exports_asked, "Child", Slow)
    monkeypatch.setattr(files, "WAIT_SECONDS", 0)


def test_a_long_file_shows_how_far_it_is(staff, at_kiosk, form, kiosk, slow):
    for _ in range(4):
        check_in(at_kiosk, form)
    page = staff.post("/staff/files", [("format", "csv")])
    child = kiosk.exports.asked("csv").child
    child.done, child.total = 1, 4
    assert page.carries("data-progress") == ["/staff/files/csv/progress"]
    assert staff.open("/staff/files/csv/progress").json == {"over": False, "percent": 25}
    assert staff.open("/staff/log.csv").headers["Location"] == "/staff/files/csv"
    kiosk.exports.asked("csv").path.write_text("id\n")
    child.end()
    assert staff.open("/staff/files/csv/progress").json == {"over": True, "percent": 100}
    page = staff.get("/staff/files/csv")
    assert page.link("保存文件") == "/staff/files/csv/download"
    assert staff.open("/staff/files/csv/download").get_data() == b"id\n"


def test_one_child_is_at_work_at_a_time(staff, kiosk, slow):
    for format in ("csv", "xlsx"):
        staff.post("/staff/files", [("format", format)])
    assert kiosk.exports.asked("xlsx").child is None
    kiosk.exports.asked("csv").child.end()
    assert kiosk.exports.asked("xlsx").child is not None


def test_a_file_that_failed_says_why_and_can_be_made_anew(staff, kiosk, slow):
    staff.post("/staff/files", [("format", "csv")])
    kiosk.exports.asked("csv").child.end("No space left on device")
    page = staff.get("/staff/files/csv")
    assert "No space left on device" in page.text
    page = staff.press(page, "重新生成")
    assert page.carries("data-progress")


def test_a_file_that_would_leave_no_room_for_recording_is_refused(staff, kiosk, monkeypatch):
    monkeypatch.setattr(exports_asked, "free_bytes", lambda _: 60 << 20)
    assert "存储空间不够" in staff.get("/staff/log.csv", 507).text
    assert "存储空间不够" in staff.post("/staff/files", [("format", "xlsx")], 507).text


def test_what_a_killed_child_left_is_removed(staff, kiosk, slow):
    staff.post("/staff/files", [("format", "csv")])
    folder = kiosk.exports.folder
    for name in (".log.csv.x7.part", "log.csv", "log.xlsx"):
        (folder / name).write_text("half")
    kiosk.exports.asked("csv").child.end("exit status -9")
    assert [path.name for path in folder.iterdir()] == ["log.xlsx"]


def test_a_file_that_someone_removed_is_made_anew(staff, kiosk):
    staff.log_as("csv")
    kiosk.exports.asked("csv").path.unlink()
    assert staff.log_as("csv").status_code == 200


def test_entries_that_came_while_a_file_was_begun_are_said_to_be_in_it(staff, at_kiosk, form, kiosk, slow):
    staff.post("/staff/files", [("format", "csv")])
    check_in(at_kiosk, form)
    child = kiosk.exports.asked("csv").child
    child.done = child.total = 1
    child.end()
    page = staff.get("/staff/files/csv")
    assert "1" in page.text
    assert "又有了新的记录" not in page.text


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("import sys; sys.stderr.write('a warning\\n' * 20_000); print('7 7')", ""),
        ("import sys; print('1 7'); sys.stderr.write('a line\\n' * 20_000 + 'why\\n'); sys.exit(2)", "why"),
        ("import os; os.write(2, b'\\xff\\n'); raise SystemExit(2)", "\N{REPLACEMENT CHARACTER}"),
        ("import os; os.kill(os.getpid(), 9)", "exit status -9"),
    ],
)
def test_a_child_that_says_much_or_strange_things_comes_to_an_end(monkeypatch, code, failure):
    begin = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda _, **values: begin([sys.executable, "-c", code], **values))
    ended = []
    child = Child([], {}, ended.append)
    assert child.wait(PATIENCE)
    assert ended == [child]
    assert child.failure == failure


def test_entries_that_came_since_are_mentioned(staff, at_kiosk, form):
    staff.log_as("csv")
    check_in(at_kiosk, form)
    assert "又有了新的记录" in staff.get("/staff/files/csv").text


def test_nothing_of_an_earlier_run_is_taken_for_a_file(kiosk, open_at):
    folder = kiosk.data / "exports"
    folder.mkdir()
    (folder / "log.csv").write_text("half")
    kiosk.close()
    open_at(kiosk.data)
    assert not folder.exists()


@pytest.mark.parametrize("path", ["/staff/log.pdf", "/staff/files/pdf", "/staff/files/csv/progress"])
def test_other_files_are_not_there(staff, path):
    assert staff.open(path).status_code in (303, 404)
    staff.post("/staff/files", [("format", "pdf")], 400)


@pytest.mark.parametrize("path", ["", "/progress", "/download"])
def test_pictures_that_were_asked_for_are_no_file_of_the_log(staff, kiosk, slow, path):
    kiosk.exports.ask_pictures("zh", 20, kiosk.pack.digest)
    staff.get(f"/staff/files/pictures-zh{path}", 404)


def test_at_the_touchscreen_nothing_can_be_saved_and_the_page_says_so(app, secrets_set):
    someone = Staff(app)
    someone.sign_in(PASSWORD)
    assert "触摸屏上不能保存文件" in someone.get("/staff/files").text
