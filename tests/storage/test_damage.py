"""A log file that is not what was written: it is set aside byte by byte, never overwritten, and a fresh log begins."""

import os
import random
import signal

import apsw
import pytest

from kiosk.actions.kiosk import open_log as open_log_beside
from kiosk.domain.errors import DataFolderUnusable, LogDamaged
from kiosk.storage.database import FILE_NAME
from kiosk.storage.logfile import open_database, set_database_aside
from kiosk.storage.schema import migrations
from tests.storage.logbook import OpenLog, assert_sound, bytes_of, draft, raw, run_victim

MAIN, JOURNAL = FILE_NAME, FILE_NAME + "-wal"


@pytest.fixture
def killed(folder):
    """A data folder whose kiosk was killed: some entries are in the file, the newest only in the journal beside it."""
    log = OpenLog(folder)
    recorded = [log.append(draft(details={"text": "字" * 900})).entry.id for _ in range(60)]
    log.close()
    connection = raw(folder)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    victim = run_victim("append", folder, 1)
    victim.stdout.readline()
    told = [victim.stdout.readline().strip() for _ in range(5)]
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    assert (folder / JOURNAL).stat().st_size > 4_096
    assert (folder / MAIN).stat().st_size > 100_000
    return recorded + told


def _overwrite(path, at: int, length: int, seed: int = 1) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(random.Random(seed).randbytes(length))


DAMAGES = {
    "header": lambda path: _overwrite(path, 0, 100),
    "first page": lambda path: _overwrite(path, 0, 4_096),
    "page in the middle": lambda path: _overwrite(path, 4_096 * 12, 4_096 * 3),
    "truncated": lambda path: path.open("r+b").truncate(path.stat().st_size // 2 // 4_096 * 4_096),
    "truncated within a page": lambda path: path.open("r+b").truncate(50_001),
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("These are not the entries you are looking for.\n" * 300),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("journal", [True, False], ids=["with its journal", "without a journal"])
def test_sets_a_damaged_log_aside_as_it_was_and_begins_a_fresh_one(killed, folder, open_log, damage, journal):
    device = raw_device(folder)
    if not journal:
        connection = raw(folder)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.close()
        for path in folder.glob(FILE_NAME + "-*"):
            path.unlink()
    DAMAGES[damage](folder / MAIN)
    before = bytes_of(folder, MAIN, JOURNAL)
    log = open_log()
    if log.set_aside is None:
        # The journal held every page that was damaged: then nothing may be missing.
        log.close()
        assert_sound(folder, killed, device)
        return
    assert log.set_aside.parent == folder
    assert bytes_of(log.set_aside, *before) == before
    assert (log.set_aside / "why.txt").read_text().strip()
    assert log.device != device
    assert log.append(draft()).entry.seq == 1
    assert log.count() == 1


def raw_device(folder) -> str:
    connection = raw(folder)
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    try:
        return connection.execute("SELECT id FROM device").get
    finally:
        connection.close()


@pytest.mark.parametrize("seed", range(40))
def test_a_few_wrong_bytes_in_the_header_never_stop_the_kiosk_or_cost_an_entry(folder, open_log, seed):
    """Either the log is what it was, or all of it is set aside: no start may end in a refusal or an empty screen."""
    log = open_log()
    recorded = [log.append(draft()).entry.id for _ in range(5)]
    log.close()
    connection = raw(folder)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    for path in folder.glob(FILE_NAME + "-*"):
        path.unlink()
    chance = random.Random(seed)
    # Not the version of our own format, at 60: that the log is from a newer program cannot be told from damage.
    _overwrite(folder / MAIN, chance.choice([*range(57), *range(64, 93)]), chance.choice([1, 2, 4]), seed)
    before = bytes_of(folder, MAIN)
    again = open_log()
    said = again.append(draft()).entry.id
    if again.set_aside is not None:
        assert bytes_of(again.set_aside, MAIN) == before
        recorded = []
    assert again.database.read().pragma("journal_mode") == "wal"
    again.close()
    assert_sound(folder, [*recorded, said])


def test_sets_another_programs_database_aside(folder, open_log):
    connection = apsw.Connection(str(folder / MAIN))
    connection.execute("CREATE TABLE songs (title); INSERT INTO songs VALUES ('one')")
    connection.close()
    before = bytes_of(folder, MAIN)
    log = open_log()
    assert bytes_of(log.set_aside, MAIN) == before
    assert "entries" in (log.set_aside / "why.txt").read_text()
    assert log.count() == 0


@pytest.mark.parametrize("guard", ["entries_are_not_updated", "entries_are_not_deleted", "entries_are_not_replaced"])
def test_sets_a_log_without_its_guards_aside(log, folder, open_log, guard):
    log.append(draft())
    log.close()
    connection = raw(folder)
    connection.execute(f"DROP TRIGGER {guard}")
    connection.close()
    again = open_log()
    assert guard in (again.set_aside / "why.txt").read_text()
    assert again.count() == 0


def test_what_was_set_aside_is_never_overwritten(folder, open_log):
    kept = {}
    for number in range(3):
        content = f"not a log, number {number}\n".encode() * 100
        (folder / MAIN).write_bytes(content)
        log = open_log()
        kept[log.set_aside] = content
        log.close()
        (folder / MAIN).unlink()
        (folder / JOURNAL).unlink(missing_ok=True)
        (folder / (FILE_NAME + "-shm")).unlink(missing_ok=True)
    assert len(kept) == 3
    assert {path: (path / MAIN).read_bytes() for path in kept} == kept


def test_a_journal_without_its_log_is_not_replayed_into_a_new_one(killed, folder, open_log):
    device = raw_device(folder)
    (folder / MAIN).unlink()
    before = bytes_of(folder, JOURNAL)
    log = open_log()
    assert log.count() == 0
    assert log.device != device
    assert bytes_of(log.set_aside, JOURNAL) == before
    log.append(draft())
    log.close()
    assert_sound(folder, [], log.device)


@pytest.mark.parametrize("survived", range(4))
def test_a_crash_while_a_log_is_set_aside_never_loses_entries_without_a_word(killed, folder, open_log, survived):
    """Parted from its journal, the file would open as a sound log that lacks the newest entries and counts anew."""

    class Crash(BaseException):
        pass

    done, rename = [], os.rename

    def crash(old, new):
        if len(done) == survived:
            raise Crash
        done.append(old)
        rename(old, new)

    (folder / (FILE_NAME + "-shm")).write_bytes(bytes(32_768))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("rename", "replace"):
            patch.setattr(os, name, crash)
        try:
            set_database_aside(folder, "damaged")
        except Crash:
            assert survived < 3
    log = open_log()
    if log.set_aside is None and survived < 3:
        assert {one.id for one in log.entries()} >= set(killed)
    else:
        assert log.count() == 0
    kept = {path.name for path in folder.glob("*/" + FILE_NAME + "*")} | {path.name for path in folder.iterdir()}
    assert {MAIN, JOURNAL} <= kept


def _with_version(folder, number: int) -> None:
    connection = raw(folder)
    connection.pragma("user_version", number)
    connection.close()


@pytest.mark.parametrize("renamed", [False, True], ids=["same names", "other names"])
def test_a_log_from_a_newer_version_is_refused_and_not_touched(log, folder, renamed):
    log.append(draft())
    log.close()
    _with_version(folder, migrations()[-1][0] + 1)
    if renamed:
        # A newer version may well have other guards; that is no damage.
        connection = raw(folder)
        connection.execute("DROP TRIGGER entries_are_not_replaced")
        connection.close()
    names = sorted(path.name for path in folder.iterdir())
    before = bytes_of(folder, MAIN, JOURNAL)
    with pytest.raises(LogDamaged):
        open_database(folder)
    assert {path.name for path in folder.iterdir()} - {FILE_NAME + "-shm", JOURNAL} == set(names) - {
        FILE_NAME + "-shm",
        JOURNAL,
    }
    after = bytes_of(folder, MAIN, JOURNAL)
    assert after[MAIN] == before[MAIN]
    assert after.get(JOURNAL) or not before.get(JOURNAL)
    with pytest.raises(LogDamaged):
        open_log_beside(folder)


def test_a_log_that_cannot_be_read_is_not_taken_for_damaged(folder):
    (folder / MAIN).mkdir()
    with pytest.raises(DataFolderUnusable):
        open_database(folder)
    assert [path.name for path in folder.iterdir()] == [MAIN]
