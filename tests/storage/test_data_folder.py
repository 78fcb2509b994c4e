"""The data folder: whose it is, who serves from it, what every connection to the log is set to, and a clean stop."""

import os
import signal

import pytest

from kiosk.actions.kiosk import open_kiosk, open_log
from kiosk.domain.errors import DataFolderUnusable, FileUnusable, NotRecorded
from kiosk.storage.database import FILE_NAME, Database
from kiosk.storage.folder import ServeLock, prepare_folder
from kiosk.storage.logfile import open_database, open_existing
from tests.conftest import SHIPPED
from tests.storage.logbook import NOBODY, OpenLog, as_nobody, assert_sound, draft, run_victim

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")

SETTINGS = {
    "busy_timeout": 5000,
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "mmap_size": 0,
    "cache_size": -1024,
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("read_only", [False, True], ids=["writing", "reading"])
def test_every_connection_is_set_as_it_must_be(log, setting, read_only):
    connection = log.database.connect(read_only=read_only)
    try:
        assert connection.pragma(setting) == SETTINGS[setting]
    finally:
        connection.close()


def test_the_log_has_a_journal_that_survives_power_cuts(log):
    assert log.database.read().pragma("journal_mode") == "wal"


def test_a_copy_put_in_place_by_hand_gets_a_journal_that_survives_power_cuts(log, folder, tmp_path, open_log):
    """A backup has SQLite's own kind of journal, which lost acknowledged entries in half the simulated cuts."""
    said = log.append(draft()).entry
    log.close()
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    connection = Database(folder / FILE_NAME).connect(read_only=True)
    connection.execute("VACUUM INTO ?", (str(other / FILE_NAME),))
    connection.close()
    again = open_log(other)
    again.append(draft())
    assert again.entry(said.id) == said
    assert again.database.read().pragma("journal_mode") == "wal"


def test_after_a_clean_stop_the_file_alone_is_the_whole_log(log, folder, tmp_path):
    """Someone will copy kiosk.db from a stopped kiosk and leave the journal beside it behind."""
    recorded = [log.append(draft()).entry.id for _ in range(5)]
    log.close()
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    (other / FILE_NAME).write_bytes((folder / FILE_NAME).read_bytes())
    assert_sound(other, recorded, log.device)


def test_makes_a_missing_data_folder_for_its_owner_alone(tmp_path):
    made = prepare_folder(tmp_path / "a" / "b")
    assert made.stat().st_mode & 0o777 == 0o700
    database, set_aside = open_database(made)
    database.close()
    assert set_aside is None
    assert (made / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_refuses_a_data_folder_that_is_a_file(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(DataFolderUnusable):
        prepare_folder(tmp_path / "data")


@ROOT_ONLY
def test_refuses_another_users_data_folder_and_makes_nothing_in_it(folder):
    os.chown(folder, NOBODY, NOBODY)
    with pytest.raises(DataFolderUnusable):
        open_kiosk(folder, SHIPPED)
    with pytest.raises(DataFolderUnusable):
        open_log(folder)
    assert list(folder.iterdir()) == []


@ROOT_ONLY
def test_refuses_roots_data_folder_to_another_user(open_folder):
    data = open_folder / "data"
    OpenLog(data).close()
    data.chmod(0o777)
    assert as_nobody(lambda: prepare_folder(data)).startswith("DataFolderUnusable")


@ROOT_ONLY
def test_refuses_a_data_folder_that_is_read_only(open_folder):
    data = open_folder / "data"
    data.mkdir()
    os.chown(data, NOBODY, NOBODY)
    data.chmod(0o500)
    assert as_nobody(lambda: prepare_folder(data)).startswith("DataFolderUnusable")
    assert as_nobody(lambda: ServeLock(data)).startswith("DataFolderUnusable")
    assert as_nobody(lambda: open_database(data)).startswith("DataFolderUnusable")
    assert list(data.iterdir()) == []


@ROOT_ONLY
def test_nothing_is_recorded_in_a_log_that_turned_read_only_and_it_is_not_moved(open_folder):
    data = open_folder / "data"
    data.mkdir(mode=0o700)
    log = OpenLog(data)
    said = log.append(draft())
    log.close()
    for path in (data, *data.iterdir()):
        os.chown(path, NOBODY, NOBODY)
        path.chmod(0o500 if path == data else 0o400)
    assert as_nobody(lambda: OpenLog(data).append(draft())).startswith(("NotRecorded", "DataFolderUnusable"))
    assert [path for path in data.iterdir() if path.is_dir()] == []
    for path in (data, *data.iterdir()):
        os.chown(path, 0, 0)
        path.chmod(0o700 if path == data else 0o600)
    assert_sound(data, [said.entry.id], log.device)


@ROOT_ONLY
def test_the_owner_without_any_rights_besides_can_record(open_folder):
    data = open_folder / "data"
    data.mkdir(mode=0o700)
    os.chown(data, NOBODY, NOBODY)
    said = draft()

    def act():
        log = OpenLog(prepare_folder(data))
        return log.append(said).entry.seq

    assert as_nobody(act) == "1"


def test_a_second_kiosk_on_a_data_folder_is_refused_and_leaves_the_first_alone(open_at, folder):
    first = open_at(folder)
    with pytest.raises(DataFolderUnusable):
        open_at(folder)
    assert first.log.append(draft()).fresh
    first.close()
    assert open_at(folder).log.count() == 1


def test_the_lock_of_a_killed_kiosk_is_free(folder):
    holder = run_victim("hold", folder)
    assert holder.stdout.readline()
    with pytest.raises(DataFolderUnusable):
        ServeLock(folder)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    ServeLock(folder).release()


def test_a_kiosk_that_does_not_open_gives_the_lock_back(folder, tmp_path):
    (folder / FILE_NAME).mkdir()
    with pytest.raises(DataFolderUnusable):
        open_kiosk(folder, SHIPPED)
    ServeLock(folder).release()


def test_a_command_beside_the_kiosk_sees_and_records_in_the_same_log(open_at, folder):
    kiosk = open_at(folder)
    said = kiosk.log.append(draft()).entry
    beside = open_log(folder)
    assert beside.entry(said.id) == said
    assert beside.append(draft()).entry.seq == 2
    assert kiosk.log.append(draft()).entry.seq == 3
    beside._database.close()


def test_a_command_makes_no_log_where_none_is(folder):
    with pytest.raises(FileUnusable):
        open_existing(folder)
    assert list(folder.iterdir()) == []


def test_nothing_is_recorded_into_a_log_whose_file_was_exchanged(log, folder, tmp_path):
    """Whoever puts another file there must start the kiosk again: this one answers for the file it opened."""
    log.append(draft())
    other = OpenLog(tmp_path / "other")
    other.close()
    os.replace(tmp_path / "other" / FILE_NAME, folder / FILE_NAME)
    for _ in range(2):
        with pytest.raises(NotRecorded):
            log.append(draft())
    assert not log.can_record()
