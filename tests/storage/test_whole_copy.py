"""Copies that are read back: their parts, power cuts between them, a full disk, two at once, and other logs' copies."""

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kiosk.actions import close_day as days
from kiosk.actions import close_event as events
from kiosk.actions import whole_copy
from kiosk.actions.backup import Verdict, restore, verify
from kiosk.domain import closing
from kiosk.domain.closing import STEPS
from kiosk.domain.errors import FileUnusable
from kiosk.storage.copies_kept import NOTE, CopyShelf
from tests.storage.evening import close_event, copied, final, late, prove
from tests.storage.logbook import PROJECT
from tests.storage.test_tally import come


def test_a_copy_holds_every_entry_in_all_its_parts_and_says_their_checksums(kiosk):
    for size in (1, 2, 3):
        come(kiosk, size)
    entry = days.close_day(kiosk)
    told = []
    copy = copied(kiosk, entry.id, lambda done, total: told.append((done, total)))
    folder = kiosk.data / "backups" / copy.name
    assert verify(kiosk.data, folder / "kiosk.db").entries == copy.entries == 5
    with (folder / "log.csv").open(encoding="utf-8-sig", newline="") as file:
        assert entry.id in [row["id"] for row in csv.DictReader(file)]
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.count("OK") == 3
    assert told == sorted(told) and told[-1][0] <= told[-1][1]
    assert not days.day_closed(kiosk, kiosk.tally.report(kiosk.clock.now())).missing
    mode = {file.stat().st_mode & 0o077 for file in [folder, *folder.iterdir()]}
    assert mode == {0}


KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.storage import copies_kept
note, left = copies_kept.CopyShelf.note, [int(sys.argv.pop(1))]
def noted(self, copy):
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    note(self, copy)
copies_kept.CopyShelf.note = noted
from kiosk.cli import main
main(["close-day", "--entry", sys.argv[1]])
"""


@pytest.mark.parametrize("notes", [3, *(pytest.param(one, marks=pytest.mark.long) for one in (0, 1, 2, 4))])
def test_a_power_cut_between_steps_leaves_what_was_done_and_it_goes_on_from_there(kiosk, open_at, notes):
    come(kiosk, 5)
    entry = days.close_day(kiosk)
    environment = {**os.environ, "KIOSK_DATA": str(kiosk.data), "LC_ALL": "C.UTF-8"}
    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(notes), entry.id], cwd=PROJECT, env=environment, capture_output=True
    )
    assert died.returncode == -signal.SIGKILL
    kiosk.close()
    kiosk = open_at(kiosk.data)
    seen = days.day_closed(kiosk, kiosk.tally.report(kiosk.clock.now()))
    assert seen.entry.id == entry.id
    # The first note is written before the first part gets its name.
    assert seen.missing == list(STEPS["day"][max(notes - 1, 0) :])
    late(kiosk)
    copied(kiosk, entry.id)
    seen = days.day_closed(kiosk, kiosk.tally.report(kiosk.clock.now()))
    assert seen.missing == []
    assert [one.name for one in CopyShelf(kiosk.data).all()] == os.listdir(kiosk.data / "backups")


def test_a_part_that_changed_on_the_disk_is_noticed_and_made_again(kiosk):
    come(kiosk)
    entry = days.close_day(kiosk)
    table = kiosk.data / "backups" / copied(kiosk, entry.id).name / "log.csv"
    before = table.read_bytes()
    table.write_bytes(before[:-5])
    copied(kiosk, entry.id)
    assert table.read_bytes() == before


def test_a_table_that_lost_a_line_on_its_way_to_the_disk_is_not_called_done(kiosk, monkeypatch):
    come(kiosk)
    come(kiosk)
    entry = days.close_day(kiosk)
    export = whole_copy.export

    def loses_a_line(log, target, **said):
        count = export(log, target, **said)
        if target.suffix == ".csv":
            target.write_bytes(b"".join(target.read_bytes().splitlines(True)[:-1]))
        return count

    monkeypatch.setattr(whole_copy, "export", loses_a_line)
    with pytest.raises(FileUnusable, match=r"log\.csv has 3 rows read back, and the log has 4 entries"):
        copied(kiosk, entry.id)
    seen = days.day_closed(kiosk, kiosk.tally.report(kiosk.clock.now()))
    assert seen.missing == ["csv", "xlsx", "sums"]


def test_a_disk_that_fills_up_is_told_and_recording_goes_on(small_disk, open_at, monkeypatch):
    kiosk = open_at(small_disk.folder / "data")
    come(kiosk, 5)
    entry = days.close_day(kiosk)
    with pytest.raises(FileUnusable, match="too little room"):
        copied(kiosk, entry.id)
    monkeypatch.setattr(whole_copy, "LITTLE_SPACE_BYTES", -(1 << 30))
    small_disk.fill(leave=40_000)
    with pytest.raises(FileUnusable, match="cannot be written"):
        copied(kiosk, entry.id)
    assert days.day_closed(kiosk, kiosk.tally.report(kiosk.clock.now())).missing
    small_disk.empty()
    late(kiosk)
    assert copied(kiosk, entry.id).is_whole(STEPS["day"])


def test_where_room_is_short_older_copies_go_and_the_newest_stays(kiosk, monkeypatch):
    names = []
    for _ in range(3):
        late(kiosk)
        names.append(copied(kiosk, days.close_day(kiosk).id).name)
    shelf = CopyShelf(kiosk.data)
    monkeypatch.setattr(whole_copy, "free_bytes", lambda _: 0)
    with pytest.raises(FileUnusable, match="too little room"):
        whole_copy.make_room(kiosk.data, kiosk.log, "day")
    assert [one.name for one in shelf.all()] == names[-1:]


def test_only_so_many_copies_are_kept_and_backups_of_ones_own_are_left_alone(kiosk, monkeypatch):
    monkeypatch.setattr(whole_copy, "_KEPT", {"day": 2, "event": 1})
    own = kiosk.data / "backups" / "kiosk-20270530-180000.db"
    own.parent.mkdir()
    own.write_bytes(b"by hand")
    names = []
    for _ in range(4):
        late(kiosk)
        names.append(copied(kiosk, days.close_day(kiosk).id).name)
    assert [one.name for one in CopyShelf(kiosk.data).all()] == names[-2:]
    assert own.exists()


# Copies of another log


def before_a_restore(kiosk, open_at, visits: int):
    """Return the kiosk after its log was replaced by one with fewer entries; the copies of the longer one lie there."""
    early = kiosk.data.with_name("early")
    come(kiosk)
    restore(kiosk.data / "backups" / final(kiosk).name / "kiosk.db", early)
    shutil.rmtree(kiosk.data / "backups")
    for _ in range(visits):
        late(kiosk)
    copied(kiosk, days.close_day(kiosk).id)
    prove(kiosk, final(kiosk))
    kiosk.close()
    restore(early / "kiosk.db", kiosk.data)
    return open_at(kiosk.data)


def test_after_a_restore_copies_of_the_longer_log_neither_count_nor_push_out_the_new_ones(kiosk, open_at, monkeypatch):
    monkeypatch.setattr(whole_copy, "_KEPT", {"day": 1, "event": 1})
    kiosk = before_a_restore(kiosk, open_at, 9)
    foreign = {one.name for one in CopyShelf(kiosk.data).all()}
    assert len(foreign) == 2 and events.final_copy(kiosk) is None
    late(kiosk)
    copied(kiosk, days.close_day(kiosk).id)
    close_event(kiosk)
    seen = {one.name for one in CopyShelf(kiosk.data).all()}
    assert foreign < seen and len(seen) == 4
    assert events.final_copy(kiosk).is_closed


def test_a_copy_of_another_log_with_just_as_many_entries_is_neither_taken_for_ones_own_nor_written_over(kiosk, open_at):
    kiosk = before_a_restore(kiosk, open_at, 1)
    there = {one.name: one for one in CopyShelf(kiosk.data).all()}
    while kiosk.log.size()[0] < max(one.entries for one in there.values()):
        come(kiosk)
    copy = final(kiosk)
    assert copy.name not in there and copy.proof is None
    assert kiosk.log.last_position(copy.through) == copy.entries
    for name, before in there.items():
        assert CopyShelf(kiosk.data).read(name) == before
        for said in before.steps.values():
            path = kiosk.data / "backups" / name / said["file"]
            assert hashlib.sha256(path.read_bytes()).hexdigest() == said["sha256"]


def test_where_room_is_short_a_copy_of_another_log_stays(kiosk, open_at, monkeypatch):
    kiosk = before_a_restore(kiosk, open_at, 9)
    foreign = {one.name for one in CopyShelf(kiosk.data).all()}
    monkeypatch.setattr(whole_copy, "free_bytes", lambda _: 0)
    with pytest.raises(FileUnusable, match="too little room"):
        whole_copy.make_room(kiosk.data, kiosk.log, "day")
    assert {one.name for one in CopyShelf(kiosk.data).all()} == foreign


# Several at once, and what was cut off


def test_two_who_make_the_same_copy_make_one_after_the_other(kiosk, monkeypatch):
    come(kiosk)
    entry = days.close_day(kiosk)
    made, export = [], whole_copy.export

    def slowly(log, target, **said):
        made.append(target.name)
        time.sleep(0.2)
        return export(log, target, **said)

    monkeypatch.setattr(whole_copy, "export", slowly)
    both = [threading.Thread(target=copied, args=(kiosk, entry.id)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(made) == ["log.csv", "log.xlsx"]
    assert CopyShelf(kiosk.data).all()[0].is_whole(STEPS["day"])


def test_a_copy_that_is_being_made_is_not_cleared_away_by_another_one(kiosk):
    shelf = CopyShelf(kiosk.data)
    with shelf.held("day-2027-05-29-00000001") as folder:
        (folder / ".kiosk.db.1.new").write_bytes(b"half")
        come(kiosk)
        final(kiosk)
        assert (folder / ".kiosk.db.1.new").exists()
    final(kiosk)
    assert not folder.exists()


def test_what_was_left_half_written_takes_no_room_for_ever(kiosk):
    come(kiosk)
    entry = days.close_day(kiosk)
    folder = kiosk.data / "backups" / copied(kiosk, entry.id).name
    (folder / ".log.xlsx.abc.part").write_bytes(b"half")
    (folder / ".log.xlsx.abc.scratch").mkdir()
    (folder / ".log.xlsx.abc.scratch" / "sheet").write_bytes(b"half")
    copied(kiosk, entry.id)
    assert [one.name for one in folder.iterdir() if one.name.startswith(".")] == []


def test_what_is_there_of_a_copy_needs_no_room_again(kiosk, monkeypatch):
    come(kiosk)
    entry = days.close_day(kiosk)
    copy = copied(kiosk, entry.id)
    (kiosk.data / "backups" / copy.name / "log.xlsx").unlink()
    log_bytes = kiosk.log.bytes_on_disk()
    there = CopyShelf(kiosk.data).bytes_of(copy.name)
    needed = closing.room_needed("day", log_bytes) + whole_copy.LITTLE_SPACE_BYTES
    monkeypatch.setattr(whole_copy, "free_bytes", lambda _: needed - there)
    assert copied(kiosk, entry.id).is_whole(STEPS["day"])
    monkeypatch.setattr(whole_copy, "free_bytes", lambda _: needed - there - 1)
    (kiosk.data / "backups" / copy.name / "log.xlsx").unlink()
    with pytest.raises(FileUnusable, match="too little room"):
        copied(kiosk, entry.id)


def test_a_copy_that_is_not_sound_is_not_given_its_name(kiosk, monkeypatch):
    come(kiosk)
    entry = days.close_day(kiosk)
    monkeypatch.setattr(whole_copy, "verify", lambda _, path, progress: Verdict(path, faults=["entries are missing"]))
    with pytest.raises(FileUnusable, match="entries are missing"):
        copied(kiosk, entry.id)
    shelf = CopyShelf(kiosk.data)
    (left,) = shelf.strays()
    assert not (shelf.folder(left) / "kiosk.db").exists()
    monkeypatch.undo()
    assert copied(kiosk, entry.id).name == left
    assert shelf.strays() == []


def test_a_removal_that_is_cut_off_leaves_no_half_for_ever(kiosk, monkeypatch):
    monkeypatch.setattr(whole_copy, "_KEPT", {"day": 1, "event": 1})
    late(kiosk)
    first = copied(kiosk, days.close_day(kiosk).id)
    shelf = CopyShelf(kiosk.data)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        shelf.remove(first.name)
    assert shelf.all() == [] and len(os.listdir(shelf.path)) == 1
    late(kiosk)
    second = copied(kiosk, days.close_day(kiosk).id)
    assert os.listdir(shelf.path) == [second.name]


# What nobody can read


def _bad_sector(note: Path) -> None:
    note.write_bytes(bytes(512) + note.read_bytes()[512:])


def _gone(note: Path) -> None:
    note.unlink()


@pytest.mark.parametrize("spoil", [_bad_sector, _gone])
def test_a_copy_whose_note_cannot_be_read_is_neither_removed_nor_written_over(kiosk, monkeypatch, spoil):
    late(kiosk)
    entry = days.close_day(kiosk)
    folder = kiosk.data / "backups" / copied(kiosk, entry.id).name
    spoil(folder / NOTE)
    before = {one: one.read_bytes() for one in folder.iterdir()}
    copied(kiosk, entry.id)
    late(kiosk)
    copied(kiosk, days.close_day(kiosk).id)
    monkeypatch.setattr(whole_copy, "free_bytes", lambda _: 0)
    with pytest.raises(FileUnusable, match="too little room"):
        whole_copy.make_room(kiosk.data, kiosk.log, "day")
    assert {one: one.read_bytes() for one in folder.iterdir()} == before


def test_a_note_of_a_newer_version_is_read_as_far_as_it_is_known(kiosk):
    late(kiosk)
    copy = copied(kiosk, days.close_day(kiosk).id)
    shelf = CopyShelf(kiosk.data)
    note = shelf.folder(copy.name) / NOTE
    note.write_text(json.dumps({**json.loads(note.read_text()), "made_by": "2.0"}))
    assert shelf.read(copy.name) == copy
    note.write_text("[]")
    assert shelf.read(copy.name) is None


def test_what_staff_put_among_the_copies_stays(kiosk):
    own = kiosk.data / "backups" / "day-1" / "photos.zip"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"photos")
    late(kiosk)
    copied(kiosk, days.close_day(kiosk).id)
    final(kiosk)
    assert own.read_bytes() == b"photos"
