"""Copies of the log: whole and checked while the kiosk records, refused when in the way, restored or not at all."""

import os
import signal
import threading

import apsw
import pytest

from kiosk.actions.backup import back_up, restore, verify
from kiosk.domain.errors import DataFolderUnusable, FileUnusable, KioskError, LogDamaged
from kiosk.storage import copies
from kiosk.storage.copies import copy_whole
from kiosk.storage.database import FILE_NAME, Database
from kiosk.storage.schema import migrations
from tests.storage.logbook import assert_sound, bytes_of, draft, raw, run_victim
from tests.waiting import PATIENCE


def _ids(path) -> list[str]:
    connection = Database(path, frozen=True).connect()
    try:
        return [row[0] for row in connection.execute("SELECT id FROM entries ORDER BY seq")]
    finally:
        connection.close()


def test_a_copy_made_while_entries_are_recorded_is_a_sound_beginning_of_the_log(log, folder, tmp_path):
    going, stop = threading.Event(), threading.Event()
    acknowledged = [log.append(draft()).entry.id for _ in range(20)]

    def work():
        while not stop.is_set():
            acknowledged.append(log.append(draft(details={"text": "字" * 200})).entry.id)
            if len(acknowledged) > 40:
                going.set()

    worker = threading.Thread(target=work)
    worker.start()
    assert going.wait(PATIENCE)
    copies = []
    for number in range(5):
        known = len(acknowledged)
        copies.append((known, back_up(folder, tmp_path / f"copy-{number}.db")))
    stop.set()
    worker.join()
    for known, copy in copies:
        verdict = verify(folder, copy)
        assert verdict.faults == []
        ids = _ids(copy)
        assert len(ids) >= known
        assert ids == acknowledged[: len(ids)]
        assert copy.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"data", *(copy.name for _, copy in copies)}


def test_a_copy_has_by_default_a_dated_name_in_the_data_folder(log, folder):
    log.append(draft())
    copy = back_up(folder)
    assert copy.parent == folder / "backups"
    assert len(_ids(copy)) == 1
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def test_refuses_to_write_over_a_file(log, folder, tmp_path):
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(FileUnusable):
        back_up(folder, target)
    assert target.read_text() == "precious"


@pytest.mark.parametrize("target", ["missing/copy.db", "data/kiosk.db/copy.db"])
def test_refuses_a_target_that_cannot_be_and_leaves_nothing(log, folder, tmp_path, target):
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(FileUnusable):
        copy_whole(log.database, tmp_path / target)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_copy_that_is_not_sound_is_not_given_its_name(log, folder, tmp_path):
    log.append(draft())
    connection = raw(folder)
    connection.execute("DROP TRIGGER entries_are_not_deleted")
    connection.close()
    with pytest.raises(FileUnusable):
        back_up(folder, tmp_path / "copy.db")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_tells_how_far_a_copy_has_come(log, folder, tmp_path):
    log.append(draft())
    told = []
    back_up(folder, tmp_path / "copy.db", lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0


def _dies_while_writing(folder, target=None) -> None:
    child = os.fork()
    if child == 0:
        copies.check_copy = lambda path: os._exit(9)
        back_up(folder, target)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_what_a_backup_that_was_killed_left_goes_with_the_next_one(log, folder, tmp_path):
    log.append(draft())
    shelf = folder / "backups"
    _dies_while_writing(folder)
    (left,) = shelf.iterdir()
    shelf.joinpath(f"{left.name}-journal").write_bytes(b"half")
    copy = back_up(folder)
    assert [path.name for path in shelf.iterdir()] == [copy.name]
    target = tmp_path / "copy[1].db"
    _dies_while_writing(folder, target)
    back_up(folder, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == [target.name, "data"]


def test_what_another_backup_is_writing_and_what_is_none_of_ours_stays(log, folder):
    shelf = folder / "backups"
    shelf.mkdir()
    others = [f".kiosk-20270530-180000.db.{os.getppid()}.new", ".kiosk-own.db.new", ".photos.9999999.new"]
    for name in others:
        shelf.joinpath(name).write_bytes(b"half")
    copy = back_up(folder)
    assert sorted(path.name for path in shelf.iterdir()) == sorted([copy.name, *others])


def test_makes_no_copy_of_a_log_that_is_not_there(folder, tmp_path):
    with pytest.raises(FileUnusable):
        back_up(folder, tmp_path / "copy.db")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


# Restoring


@pytest.fixture
def copied(log, folder, tmp_path):
    """A copy of three entries; the log went on to five and was stopped."""
    kept = [log.append(draft()).entry for _ in range(3)]
    copy = back_up(folder, tmp_path / "copy.db")
    later = [log.append(draft()).entry for _ in range(2)]
    log.close()
    return copy, kept, later


def test_restores_the_entries_under_a_new_device_and_sets_the_old_log_aside(copied, log, folder, open_log):
    copy, kept, later = copied
    before, copy_bytes = bytes_of(folder, FILE_NAME, FILE_NAME + "-wal"), copy.read_bytes()
    old = restore(copy, folder)
    assert old.parent == folder
    assert bytes_of(old, FILE_NAME, FILE_NAME + "-wal") == before
    assert copy.read_bytes() == copy_bytes
    again = open_log()
    assert again.entries() == kept
    assert again.device != log.device
    first = again.append(draft()).entry
    assert (first.device, first.seq) == (again.device, 1)
    assert again.append(draft(id=later[0].id)).fresh
    assert again.database.read().pragma("journal_mode") == "wal"
    again.close()
    assert_sound(folder, [one.id for one in kept])


def test_what_a_restore_set_aside_can_itself_be_restored_with_every_entry(copied, folder, open_log):
    copy, kept, later = copied
    old = restore(copy, folder)
    restore(old / FILE_NAME, folder)
    assert open_log().entries() == kept + later


def test_a_copy_with_a_journal_beside_it_is_verified_with_it_or_refused(copied, log, folder):
    """The file alone would pass as sound and lack the newest entries."""
    copy, kept, later = copied
    old = restore(copy, folder)
    try:
        verdict = verify(folder, old / FILE_NAME)
    except FileUnusable:
        return
    assert not verdict.is_sound or verdict.entries == len(kept + later)


def test_restores_into_an_empty_folder(copied, tmp_path, open_log):
    copy, kept, _ = copied
    assert restore(copy, tmp_path / "other") is None
    assert open_log(tmp_path / "other").entries() == kept


def test_a_restore_is_not_spoiled_by_a_journal_that_was_left_alone(copied, folder, open_log):
    """SQLite replays any journal beside a file into it, whichever file it came from."""
    copy, kept, _ = copied
    connection = raw(folder)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    victim = run_victim("append", folder, 1)
    for _ in range(40):
        victim.stdout.readline()
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    journal = (folder / (FILE_NAME + "-wal")).read_bytes()
    assert journal
    (folder / FILE_NAME).unlink()
    (folder / (FILE_NAME + "-shm")).unlink(missing_ok=True)
    restore(copy, folder)
    again = open_log()
    assert again.entries() == kept
    again.close()
    assert_sound(folder, [one.id for one in kept])
    assert journal in [path.read_bytes() for path in folder.glob(f"*/{FILE_NAME}-wal")]


def test_refuses_to_restore_while_a_kiosk_serves(copied, folder, open_at):
    copy, kept, later = copied
    kiosk = open_at(folder)
    with pytest.raises(DataFolderUnusable):
        restore(copy, folder)
    assert kiosk.log.count() == len(kept + later)
    assert kiosk.log.append(draft()).fresh


def _spoil(copy, how: str) -> None:
    if how == "missing":
        copy.unlink()
    elif how == "text":
        copy.write_text("not a log")
    elif how == "cut short":
        os.truncate(copy, copy.stat().st_size - 8_192)
    elif how == "no guards":
        connection = apsw.Connection(str(copy))
        connection.execute("DROP TRIGGER entries_are_not_updated")
        connection.close()
    elif how == "empty":
        copy.write_bytes(b"")
    elif how == "newer":
        connection = apsw.Connection(str(copy))
        connection.pragma("user_version", migrations()[-1][0] + 1)
        connection.close()


@pytest.mark.parametrize("how", ["missing", "text", "cut short", "no guards", "empty", "newer"])
def test_refuses_a_copy_that_is_no_sound_log_and_changes_nothing(copied, folder, how):
    copy, _, _ = copied
    _spoil(copy, how)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(LogDamaged if how == "newer" else FileUnusable) as caught:
        restore(copy, folder)
    assert isinstance(caught.value, KioskError)
    (folder / "serve.lock").unlink()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("survived", range(8))
def test_a_restore_that_is_killed_leaves_the_old_log_the_new_one_or_says_what_it_set_aside(
    copied, folder, open_log, survived
):
    """A child process ends itself, without any clean-up, after so many changes of names."""
    copy, kept, later = copied
    child = os.fork()
    if child == 0:
        left = [survived]

        def dies(call):
            def instead(*words, **more):
                if left[0] == 0:
                    os._exit(9)
                left[0] -= 1
                return call(*words, **more)

            return instead

        for name in ("rename", "replace", "link"):
            setattr(os, name, dies(getattr(os, name)))
        restore(copy, folder)
        os._exit(0)
    os.waitpid(child, 0)
    log = open_log()
    found = log.entries()
    assert found in (kept + later, kept) or (not found and log.set_aside is not None), f"{len(found)} entries"
    log.append(draft())
    log.close()
    assert_sound(folder, [one.id for one in found])
