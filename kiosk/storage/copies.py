"""Copies of the log: made while it is in use, checked, and made the log again."""

import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import apsw

from kiosk.domain.errors import N_, FileUnusable
from kiosk.storage.database import FILE_NAME, Database
from kiosk.storage.folder import publish
from kiosk.storage.logfile import damage, fresh_file, is_anything, new_device, set_database_aside
from kiosk.storage.machine import is_alive
from kiosk.storage.schema import apply_migrations, fault_in, set_up

_UNFINISHED = re.compile(r"\..+\.(?P<pid>[1-9][0-9]{0,6})\.new(?:-journal)?", re.ASCII)


def sweep_unfinished(folder: Path, names: str) -> None:
    """Remove what processes that were ended left of copies they wrote into a folder; `names`: a pattern of the copies'.

    What a process writes that is still there stays.
    """
    with suppress(OSError):
        for left in folder.glob(f".{names}.*.new*"):
            found = _UNFINISHED.fullmatch(left.name)
            if found and not is_alive(int(found["pid"])):
                left.unlink(missing_ok=True)


def copy_whole(database: Database, target: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Write a compact, checked copy of the database to `target` while it is in use; whole or not at all.

    `progress(done, total)` gets bytes. Raises `FileUnusable`.
    """
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    connection = None
    try:
        fresh.unlink(missing_ok=True)
        connection = database.connect(read_only=True)
        total = database.bytes_on_disk()
        if progress:

            def report() -> bool:
                with suppress(OSError):
                    progress(min(fresh.stat().st_size, total), 2 * total)
                return False

            connection.set_progress_handler(report, 200_000)
        connection.execute("VACUUM INTO ?", (str(fresh),))
        os.chmod(fresh, 0o600)
        if progress:
            progress(total, 2 * total)  # checking takes about as long as writing
        fault = check_copy(fresh)
        if fault:
            raise FileUnusable(N_("The copy %(path)s is not sound: %(cause)s."), path=target, cause=fault)
        publish(fresh, target)
        if progress:
            progress(total, total)
    except (apsw.Error, OSError) as error:
        raise FileUnusable(N_("%(path)s cannot be written: %(cause)s."), path=target, cause=error) from None
    finally:
        if connection is not None:
            connection.close(True)
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def check_copy(path: Path) -> str | None:
    """Return what is wrong with a database file that nobody else has open, None if it is sound. Changes nothing."""
    if not path.is_file():
        return "there is no such file"
    connection = None
    try:
        connection = Database(path, frozen=True).connect()
        return fault_in(connection, "integrity_check")
    except apsw.Error as error:
        return str(error)
    finally:
        if connection is not None:
            connection.close(True)


def adopt(source: Path, folder: Path, progress: Callable[[int, int], None] | None = None) -> Path | None:
    """Make a copy of the log at `source` the log of `folder`, with a new device id; return where the old one went.

    The copy's own entries keep their device: what is recorded from now on is told apart from what the device that
    made the copy may have recorded since. Raises `FileUnusable`, and changes nothing then.
    """
    path = folder / FILE_NAME
    fresh = fresh_file(path)
    journal = Path(f"{source}-wal")
    try:
        if not source.is_file():
            raise FileUnusable(N_("There is no file %(path)s."), path=source)
        _copy(source, fresh, progress)
        os.chmod(fresh, 0o600)
        if journal.exists():
            # A log that was set aside has its newest entries there; opening the two together brings them in.
            shutil.copyfile(journal, f"{fresh}-wal")
        if fault := damage(fresh):
            raise FileUnusable(N_("%(path)s is not a sound copy of a log: %(cause)s."), path=source, cause=fault)
        connection = apsw.Connection(str(fresh), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            set_up(connection)
            if fault := fault_in(connection, "integrity_check"):
                raise FileUnusable(N_("%(path)s is not a sound copy of a log: %(cause)s."), path=source, cause=fault)
            apply_migrations(connection)
            connection.execute("UPDATE device SET id = ?, minted_ms = ?", new_device())
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close(True)
        old = set_database_aside(folder, "replaced") if is_anything(folder) else None
        publish(fresh, path)
        if progress:
            progress(1, 1)
    except (apsw.Error, OSError) as error:
        raise FileUnusable(N_("%(path)s cannot be restored: %(cause)s."), path=source, cause=error) from None
    finally:
        # Half a copy must not take the room that the log needs.
        fresh_file(path)
    return old


def _copy(source: Path, target: Path, progress: Callable[[int, int], None] | None) -> None:
    """Copy a file. Checking it afterwards takes about as long, so what is copied counts for half."""
    total, done = source.stat().st_size, 0
    with source.open("rb") as read, target.open("wb") as write:
        while chunk := read.read(1 << 20):
            write.write(chunk)
            done += len(chunk)
            if progress:
                progress(done, 2 * max(total, done))
