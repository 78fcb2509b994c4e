"""Which SQLite keeps the log: only one without the bug that can corrupt a journal, and the library's own."""

import apsw
import pytest

from kiosk.domain.errors import LogDamaged
from kiosk.storage import schema
from kiosk.storage.logfile import open_database, open_existing
from kiosk.storage.schema import is_safe_sqlite, sqlite_version
from tests.storage.logbook import draft


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ("3.7.0", False),
        ("3.40.1", False),
        ("3.44.5", False),
        ("3.44.6", True),
        ("3.45.0", False),
        ("3.46.0", False),
        ("3.50.6", False),
        ("3.50.7", True),
        ("3.51.0", False),
        ("3.51.2", False),
        ("3.51.3", True),
        ("3.52.0", False),
        ("3.52.1", True),
        ("3.53.0", True),
        ("3.54.1", True),
        ("4.0.0", True),
    ],
)
def test_knows_the_versions_without_the_bug(version, safe):
    assert is_safe_sqlite(version) is safe


def test_the_log_is_kept_by_the_librarys_own_safe_sqlite(log):
    assert apsw.using_amalgamation
    assert is_safe_sqlite(sqlite_version())
    assert log.database.read().execute("SELECT sqlite_version()").get == sqlite_version()


@pytest.mark.parametrize("opening", [open_database, open_existing])
def test_refuses_an_unsafe_sqlite_before_it_touches_anything(folder, monkeypatch, opening):
    monkeypatch.setattr(schema, "sqlite_version", lambda: "3.40.1")
    with pytest.raises(LogDamaged, match=r"3\.40\.1"):
        opening(folder)
    assert list(folder.iterdir()) == []


def test_refuses_an_unsafe_sqlite_for_a_log_that_is_there(log, folder, monkeypatch, open_log):
    log.append(draft())
    log.close()
    monkeypatch.setattr(schema, "sqlite_version", lambda: "3.51.2")
    with pytest.raises(LogDamaged):
        open_log()
    monkeypatch.undo()
    assert open_log().count() == 1
