"""A disk that is full for real: nothing is thanked for that was not kept, reading goes on, and so does recording as
soon as there is room. Also the same from the system calls up, and start and copies on a full disk."""

import shutil
import subprocess

import pytest

from kiosk.actions.backup import back_up, restore
from kiosk.actions.export import export
from kiosk.actions.health import health
from kiosk.domain.errors import DataFolderUnusable, FileUnusable, NotRecorded
from kiosk.storage.database import FILE_NAME
from tests.storage.logbook import OpenLog, assert_sound, draft, finish, run_victim

BIG = {"text": "字" * 1_000}


def _append_until_full(log: OpenLog) -> list[str]:
    """Return the ids recorded until the disk was full."""
    recorded = []
    for _ in range(2_000):
        said = draft(details=BIG)
        try:
            recorded.append(log.append(said).entry.id)
        except NotRecorded:
            assert log.entry(said.id) is None
            return recorded
    raise AssertionError("the disk never filled up")


def _use_up_what_is_left(log: OpenLog) -> None:
    """Where an entry no longer fits, a few trials still may."""
    assert not all(log.try_writing() for _ in range(60))


def test_records_nothing_on_a_full_disk_and_goes_on_when_there_is_room(small_disk, open_log):
    log = open_log(small_disk.folder / "data")
    small_disk.fill(leave=300_000)
    recorded = _append_until_full(log)
    assert len(recorded) > 10
    assert "FullError" in log.failure
    small_disk.fill()
    _use_up_what_is_left(log)
    with pytest.raises(NotRecorded):
        log.append(draft())
    assert not log.can_record()
    assert [entry.id for entry in log.entries()] == recorded
    small_disk.empty()
    assert log.can_record()
    assert log.failure is None
    recorded += [log.append(draft(details=BIG)).entry.id for _ in range(20)]
    log.close()
    assert_sound(log.folder, recorded, log.device)


def test_a_replay_is_answered_on_a_full_disk(small_disk, open_log):
    log = open_log(small_disk.folder / "data")
    said = draft()
    log.append(said)
    small_disk.fill()
    _append_until_full(log)
    again = log.append(said)
    assert (again.fresh, again.entry.id) == (False, said.id)
    small_disk.empty()


@pytest.mark.parametrize("emptied", [False, True], ids=["as it was stopped", "with nothing beside the log"])
def test_opens_and_shows_on_a_full_disk_and_records_when_there_is_room(small_disk, open_at, emptied):
    data = small_disk.folder / "data"
    kiosk = open_at(data)
    there = kiosk.log.append(draft(event=kiosk.event.id)).entry
    kiosk.close()
    if emptied:
        kiosk.database.write().__enter__()  # the last to close is a writer: nothing is left beside the log
        kiosk.database.close()
    small_disk.fill()
    kiosk = open_at(data)
    _append_until_full(kiosk.log)
    _use_up_what_is_left(kiosk.log)
    assert kiosk.log.entry(there.id) == there
    told = health(kiosk)
    assert (told["status"], told["recording"]) == ("failing", False)
    assert told["entries"] >= 1
    small_disk.empty()
    assert health(kiosk)["recording"] is True
    assert kiosk.log.append(draft()).fresh


def test_a_new_data_folder_on_a_full_disk_is_refused_in_words(small_disk, open_at):
    small_disk.fill()
    with pytest.raises(DataFolderUnusable):
        open_at(small_disk.folder / "data")
    small_disk.empty()
    assert open_at(small_disk.folder / "data").log.append(draft()).fresh


def test_a_damaged_log_on_a_full_disk_is_kept_and_the_refusal_is_in_words(small_disk, open_log):
    data = small_disk.folder / "data"
    open_log(data).close()
    for path in data.iterdir():
        path.unlink()
    (data / FILE_NAME).write_bytes(b"nothing that SQLite knows" * 400)
    kept = (data / FILE_NAME).read_bytes()
    small_disk.fill()
    with pytest.raises(DataFolderUnusable):
        open_log(data)
    assert kept in [path.read_bytes() for path in data.rglob(FILE_NAME)]
    small_disk.empty()
    assert open_log(data).append(draft()).fresh
    assert kept in [path.read_bytes() for path in data.rglob(f"damaged-*/{FILE_NAME}")]


def _log_of(folder, entries: int) -> OpenLog:
    log = OpenLog(folder)
    for _ in range(entries):
        log.append(draft(details=BIG))
    return log


def test_a_backup_that_does_not_fit_leaves_nothing(small_disk, folder):
    log = _log_of(folder, 100)
    log.close()
    small_disk.fill(leave=120_000)
    before = sorted(small_disk.folder.rglob("*"))
    with pytest.raises(FileUnusable):
        back_up(folder, small_disk.folder / "copy.db")
    assert sorted(small_disk.folder.rglob("*")) == before


def test_a_backup_folder_that_cannot_be_made_is_told_in_words(folder, open_log):
    open_log().append(draft())
    (folder / "backups").write_text("a file where the folder should be")
    with pytest.raises(FileUnusable):
        back_up(folder)


def test_a_restore_that_does_not_fit_changes_nothing_and_takes_no_room(small_disk, folder):
    large = _log_of(folder, 200)
    large.close()
    copy = back_up(folder, folder / "copy.db")
    small = OpenLog(small_disk.folder / "data")
    said = small.append(draft()).entry
    small.close()
    small_disk.fill(leave=150_000)
    before = sorted(path.name for path in small.folder.iterdir())
    with pytest.raises(FileUnusable):
        restore(copy, small.folder)
    assert set(path.name for path in small.folder.iterdir()) - {"serve.lock"} == set(before)
    again = OpenLog(small.folder)
    assert (again.device, again.append(draft()).entry.seq) == (small.device, said.seq + 1)
    again.close()


@pytest.mark.parametrize("format_", ["csv", "ndjson", "xlsx"])
def test_an_export_that_does_not_fit_leaves_nothing(small_disk, folder, open_log, format_):
    log = open_log()
    # Text that a workbook cannot pack away.
    for number in range(60):
        text = "".join(chr(0x4E00 + (number * 7919 + i * i * 31) % 20_000) for i in range(3_000))
        log.append(draft(details={"text": text}))
    small_disk.fill(leave=40_000)
    target = small_disk.folder / "log"
    before = sorted(small_disk.folder.iterdir())
    with pytest.raises(FileUnusable):
        export(log, target, format=format_)
    assert sorted(small_disk.folder.iterdir()) == before


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace; test_group_commit.py has the same through a shim")
@pytest.mark.parametrize(
    ("calls", "error"),
    [("pwrite64", "ENOSPC"), ("fdatasync,fsync", "EIO")],
    ids=["no room to write", "sync fails"],
)
def test_failing_system_calls_are_told_and_cost_nothing_that_was_acknowledged(folder, calls, error):
    log = OpenLog(folder)
    log.close()
    inject = ("-e", f"trace={calls}", "-e", f"inject={calls}:error={error}:when=60..75")
    before = ("strace", "-f", "-o", "/dev/null", *inject)
    victim = run_victim("append_until_told", folder, 80, before=before, stderr=subprocess.DEVNULL)
    lines = finish(victim, "go\n").splitlines()
    told = [line.split()[0] for line in lines[1:]]
    assert told[0] == told[-1] == "recorded"
    assert "not-recorded" in told
    assert_sound(folder, [line.split()[1] for line in lines if line.startswith("recorded")], log.device)
