"""Closing by the operator's commands: the same figures as on the page, a copy that is read back, counters at zero."""

import json
import subprocess
from pathlib import Path

import openpyxl
import pytest

from kiosk.actions import close_event as events
from kiosk.actions.close_day import close_day
from kiosk.domain.entry import mint_id
from kiosk.domain.statistics import plain
from kiosk.storage import machine, sticks
from kiosk.storage.copies_kept import CopyShelf


@pytest.fixture
def kiosk(kiosk, monkeypatch):
    """A kiosk with a morning in its log, for commands beside it."""
    monkeypatch.setenv("KIOSK_DATA", str(kiosk.data))
    for size in (1, 4, 40):
        kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch", party_size=size))
    return kiosk


def test_close_day_freezes_and_copies_and_leaves_the_screens_alone(kiosk, shell):
    said = shell("close-day", LC_ALL="zh_CN.UTF-8").output
    (copy,) = CopyShelf(kiosk.data).all()
    assert "今天已结束" in said and copy.name in said
    entry = kiosk.log.last("day_closed", kiosk.event.id)
    assert (copy.entry, copy.entries) == (entry.id, 4)
    assert kiosk.display.state == "running" and kiosk.log.last("display", kiosk.event.id) is None


def test_an_earlier_day_is_closed_by_its_name_and_then_there_is_a_brief_of_it(kiosk, shell, clock, monkeypatch):
    clock.forward(86_400_000)
    monkeypatch.setattr("kiosk.actions.kiosk.clock_of", lambda log: clock)
    assert "close-day --day 2027-05-30" in shell("brief", "--day", "2027-05-30", status=2).stderr
    said = shell("close-day", "--day", "2027-05-30").output
    (copy,) = CopyShelf(kiosk.data).all()
    assert said.startswith("2027-05-30 is closed: 4 entries are in ") and copy.name.startswith("day-2027-05-30-")
    assert "参与45人次" in shell("brief").stdout
    shell("close-day", "--day", "2027-05-30")
    assert len(kiosk.log.lookup.each("day_closed", kiosk.event.id)) == 1, "nothing has changed since"


@pytest.mark.parametrize(
    ("day", "said"), [("2027-05-29", "本次活动在 2027-05-29 没有数据"), ("yesterday", "yesterday"), ("", "日期")]
)
def test_a_day_that_cannot_be_closed_is_said_in_one_line(kiosk, shell, day, said):
    result = shell("close-day", "--day", day, LC_ALL="zh_CN.UTF-8", status=2)
    assert said in result.stderr
    assert kiosk.log.last("day_closed", kiosk.event.id) is None


def test_for_a_page_it_makes_the_copy_of_what_was_frozen_and_tells_how_far_it_is(kiosk, shell, monkeypatch):
    monkeypatch.setattr("kiosk.cli.telling.give_way", lambda: None)
    entry = close_day(kiosk)
    lines = shell("close-day", "--entry", entry.id, "--background").output.split("\n")[:-1]
    told = [tuple(map(int, line.split())) for line in lines]
    assert told and told == sorted(told) and all(done <= total for done, total in told)
    assert CopyShelf(kiosk.data).all()[0].entry == entry.id
    shell("close-day", "--entry", mint_id(), status=2)


def test_the_final_copy_goes_to_another_disk_and_then_the_figures_begin_at_zero(kiosk, shell, tmp_path, monkeypatch):
    before = json.loads(shell("stats", "--json").output)["whole"]
    assert before == plain(kiosk.tally.report(kiosk.clock.now()).whole)
    said = shell("final-copy").output
    (copy,) = CopyShelf(kiosk.data).all()
    path = events.zip_of(kiosk.data, copy)
    done = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True)
    assert f"SHA-256 {done.stdout.split()[0]}" in said
    assert "on the same disk" in shell("final-copy", "--to", tmp_path, status=2).output
    here = tmp_path.stat().st_dev
    elsewhere = [one for one in map(Path, ("/dev/shm", "/var/tmp")) if one.is_dir() and one.stat().st_dev != here]
    for other in elsewhere[:1]:
        monkeypatch.setattr(sticks, "is_in_memory", lambda folder: True)
        assert "switched off" in shell("final-copy", "--to", other, status=2).output
        monkeypatch.setattr(sticks, "is_in_memory", lambda folder: False)
        shell("final-copy", "--to", other)
        (other / path.name).unlink()
        assert CopyShelf(kiosk.data).read(copy.name).proof["how"] == "stick"
        events.close_event(kiosk, copy.name, mint_id())
        after = json.loads(shell("stats", "--json").output)["whole"]
        assert (after["visits"], after["check_ins"], before["visits"]) == (0, 0, 45)
        shell("export", "--format", "ndjson", "--output", tmp_path / "all")
        assert len((tmp_path / "all").read_text().splitlines()) == 4


def test_each_command_goes_by_the_clock_that_staff_set(kiosk, shell, tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "_is_synchronised", lambda: False)
    said_ms = 1_900_000_000_000  # 17 March 2030
    clock = machine.Clock()
    details = {"wall_ms": said_ms, "boot": clock.boot, "boottime_ms": machine.boottime_ms()}
    kiosk.log.append(kiosk.draft(mint_id(), "anchor", "staff", actor="staff", details=details))
    shell("close-day")
    assert kiosk.log.last("day_closed", kiosk.event.id).details["day"] == "2030-03-18"
    shell("final-copy")
    tables = [kiosk.data / "backups" / one.name / "log.xlsx" for one in CopyShelf(kiosk.data).all()]
    shell("export", "--format", "xlsx", "--labels", "--output", tmp_path / "log.xlsx")
    for path in (*tables, tmp_path / "log.xlsx"):
        texts = [str(cell) for row in openpyxl.load_workbook(path).worksheets[0].values for cell in row]
        assert any("2030" in text for text in texts), path
