"""The log file of a data folder: made before first use, checked at every start, set aside when damaged."""

import os
import time
import uuid
from contextlib import suppress
from pathlib import Path

import apsw

from kiosk.domain.errors import N_, DataFolderUnusable, FileUnusable, LogDamaged
from kiosk.storage.database import FILE_NAME, SUFFIXES, Database
from kiosk.storage.folder import publish, sync_path
from kiosk.storage.machine import free_bytes
from kiosk.storage.schema import apply_migrations, fault_in, migrations, refuse_unsafe_sqlite, set_up, too_new

_RESERVE_BYTES = 64 * 1024
_LITTLE_SPACE_BYTES = 1024 * 1024


def open_database(folder: Path) -> tuple[Database, Path | None]:
    """Return the database of a data folder, made or migrated as needed, and where a damaged one lies set aside.

    Raises `LogDamaged` when this program's SQLite is unsafe or the file comes from a newer version.
    """
    refuse_unsafe_sqlite()
    reserve = folder / "reserve"
    try:
        opened = _open(folder)
    except DataFolderUnusable:
        if (free_bytes(folder) or 0) > _LITTLE_SPACE_BYTES or not reserve.exists():
            raise
        # On a full disk there is no room for the index beside the journal, without which nothing can even be read:
        # what was put by for this is given up, once.
        with suppress(OSError):
            reserve.unlink()
        return _open(folder)
    with suppress(OSError):
        if not reserve.exists():
            reserve.write_bytes(os.urandom(_RESERVE_BYTES))
    return opened


def _open(folder: Path) -> tuple[Database, Path | None]:
    path, interrupted = folder / FILE_NAME, None
    try:
        if path.exists() and (fault := damage(path)):
            aside = set_database_aside(folder, "damaged")
            with suppress(OSError):
                (aside / "why.txt").write_text(fault + "\n")
        if not path.exists():
            if is_anything(folder):
                # SQLite would replay a journal left by another file into the new one.
                set_database_aside(folder, "orphaned")
            # A restore that was cut off after it set the old log aside must not pass without a word.
            interrupted = _newest(folder, "replaced")
            provision(path)
        database = Database(path)
        _migrate(database)
    except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.IOError, apsw.FullError, apsw.BusyError, OSError) as error:
        raise DataFolderUnusable(
            N_("The data folder %(folder)s cannot be written to: %(cause)s."), folder=folder, cause=error
        ) from None
    return database, newest_set_aside(folder) or interrupted


def open_existing(folder: Path) -> Database:
    """Return the log of a data folder for a command beside the running kiosk: nothing is moved, made or migrated.

    Raises `FileUnusable` when there is none, `LogDamaged` when this program and the file do not fit.
    """
    refuse_unsafe_sqlite()
    path = folder / FILE_NAME
    if not path.is_file():
        raise FileUnusable(N_("There is no log in %(folder)s yet."), folder=folder)
    database = Database(path)
    known = migrations()[-1][0]
    try:
        found = database.read().pragma("user_version")
    except apsw.Error as error:
        raise LogDamaged(N_("The log %(path)s cannot be read: %(cause)s."), path=path, cause=error) from None
    if found > known:
        raise too_new(found, known)
    if found < known:
        raise LogDamaged(N_("This log was written by an older version; start the kiosk once to bring it up to date."))
    return database


def damage(path: Path) -> str | None:
    """Return what SQLite finds wrong with the file, None if it is sound.

    Raises `DataFolderUnusable` when the file cannot be read at all: that is no damage, and nothing may be moved.
    """
    if path.is_file() and not path.stat().st_size:
        # SQLite would delete the journal beside an empty file.
        return "the file is empty"
    connection = None
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        # Looking must not change anything: no journal is folded into a file that may have to be set aside.
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        set_up(connection)
        if connection.pragma("user_version") > migrations()[-1][0]:
            return fault_in(connection, "quick_check", needed=frozenset())
        return fault_in(connection, "quick_check")
    except (apsw.CorruptError, apsw.NotADBError, apsw.SQLError) as error:
        return str(error)
    except apsw.Error as error:
        raise DataFolderUnusable(N_("The log %(path)s cannot be read: %(cause)s."), path=path, cause=error) from None
    finally:
        if connection is not None:
            connection.close(True)


def set_database_aside(folder: Path, why: str) -> Path:
    """Move the database's files into a new folder beside it and return that folder. Nothing is overwritten."""
    for number in range(1, 1000):
        target = folder / f"{why}-{number:03d}"
        with suppress(FileExistsError):
            target.mkdir(mode=0o700)
            break
    else:
        raise DataFolderUnusable(N_("The data folder %(folder)s holds too many old logs."), folder=folder)
    # The main file first: without it, what a crash leaves is no log that would go on without its newest entries.
    for suffix in SUFFIXES:
        with suppress(FileNotFoundError):
            os.rename(folder / (FILE_NAME + suffix), target / (FILE_NAME + suffix))
    sync_path(target)
    sync_path(folder)
    return target


def newest_set_aside(folder: Path) -> Path | None:
    """Return the newest folder with a damaged or orphaned log, None when staff have moved all of them away.

    Told at every start: whoever was there at the first one may not be who looks after the log.
    """
    return _newest(folder, "damaged", "orphaned")


def _newest(folder: Path, *whys: str) -> Path | None:
    found = [path for why in whys for path in folder.glob(f"{why}-[0-9][0-9][0-9]") if is_anything(path)]
    return max(found, key=lambda path: (path.stat().st_mtime_ns, path.name), default=None)


def is_anything(folder: Path) -> bool:
    """Return whether any file of a database is there, be it a journal whose log is gone."""
    return any((folder / (FILE_NAME + suffix)).exists() for suffix in SUFFIXES)


def provision(path: Path) -> None:
    """Create an empty log at `path`, with a device id of its own, whole and synced before its name appears.

    A new WAL database that was not first closed and synced lost its content in half the simulated power cuts.
    """
    fresh = fresh_file(path)
    connection = apsw.Connection(str(fresh), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    try:
        set_up(connection)
        apply_migrations(connection)
        connection.execute("INSERT INTO device (id, minted_ms) VALUES (?, ?)", new_device())
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close(True)
    os.chmod(fresh, 0o600)
    publish(fresh, path)


def _migrate(database: Database) -> None:
    with database.write() as connection:
        apply_migrations(connection, in_transaction=True)


def fresh_file(path: Path) -> Path:
    """Return the name under which a file is made before it gets `path`, with nothing left there from last time."""
    fresh = path.with_name(path.name + ".new")
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(str(fresh) + suffix).unlink(missing_ok=True)
    return fresh


def new_device() -> tuple[str, int]:
    """Return a new device id and when it was minted, in milliseconds of whatever the clock says."""
    return str(uuid.uuid4()), time.time_ns() // 1_000_000
