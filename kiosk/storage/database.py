"""The SQLite file: created, checked, migrated, opened and copied so that what was acknowledged survives a power cut.

Knows nothing of entries beyond the migrations. Every connection in the product is made here, by one library that
carries its own SQLite: two libraries of different versions must not open a live file.
"""

import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from kiosk.domain.errors import N_, DataFolderUnusable, FileUnusable, LogDamaged

FILE_NAME = "kiosk.db"
MIGRATIONS = Path(__file__).with_name("migrations")

# Two connections that write or checkpoint at the same moment can corrupt a WAL database in SQLite 3.7.0 to 3.51.2,
# and in 3.52.0, which was withdrawn (https://sqlite.org/wal.html#walresetbug). Fixed in these:
_FIXED = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
_WITHDRAWN = (3, 52, 0)

# Without these a file is no log of ours, whatever else it holds.
_NEEDED = {
    "entries",
    "refusals",
    "device",
    "entries_are_not_updated",
    "entries_are_not_deleted",
    "entries_are_not_replaced",
}

_PRAGMAS = """
PRAGMA busy_timeout = 5000;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA recursive_triggers = ON;
PRAGMA trusted_schema = OFF;
PRAGMA mmap_size = 0;
PRAGMA cache_size = -1024;
"""


def is_safe_sqlite(version: str) -> bool:
    """Return whether that SQLite version is free of the WAL-reset bug."""
    number = tuple(int(part) for part in version.split(".")[:3])
    if number == _WITHDRAWN:
        return False
    return number >= _FIXED[-1] or any(number[:2] == fixed[:2] and number >= fixed for fixed in _FIXED)


def sqlite_version() -> str:
    """Return the version of the SQLite that the log is kept with."""
    return apsw.sqlite_lib_version()


def sync_path(path: Path) -> None:
    """Make a file's content, or a folder's list of names, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def prepare_folder(folder: Path) -> Path:
    """Return the data folder, made if it was missing. Raises `DataFolderUnusable` if this user can't keep a log there.

    A file made by another user (root, mostly) would lock the kiosk's own user out later, so only the owner may.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = folder.stat().st_uid
    except OSError as error:
        raise DataFolderUnusable(
            N_("The data folder %(folder)s cannot be made: %(cause)s."), folder=folder, cause=error.strerror
        ) from None
    if owner != os.geteuid():
        raise DataFolderUnusable(
            N_("The data folder %(folder)s belongs to another user (number %(owner)s); run as that user."),
            folder=folder,
            owner=owner,
        )
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise DataFolderUnusable(N_("The data folder %(folder)s cannot be written."), folder=folder)
    return folder


class ServeLock:
    """Held by the one process that serves from a data folder; given back by the system when that process ends."""

    def __init__(self, folder: Path):
        import fcntl

        path = folder / "serve.lock"
        try:
            self._file = path.open("a+")
        except OSError as error:
            raise DataFolderUnusable(
                N_("The data folder %(folder)s cannot be written: %(cause)s."), folder=folder, cause=error.strerror
            ) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise DataFolderUnusable(
                N_("The data folder %(folder)s is already in use by a running kiosk."), folder=folder
            ) from None

    def release(self) -> None:
        self._file.close()


def migrations() -> list[tuple[int, str]]:
    """Return (number, SQL) of every migration, in order."""
    return [(int(path.name[:4]), path.read_text()) for path in sorted(MIGRATIONS.glob("[0-9]*.sql"))]


class Database:
    """One file. `write` is for one transaction at a time; `read` gives each thread a connection of its own.

    A `frozen` one is a copy nobody writes to, perhaps on a read-only stick: nothing is made beside it.
    """

    def __init__(self, path: Path, *, frozen: bool = False):
        self.path, self.frozen = path, frozen
        self._local = threading.local()
        self._write_lock = threading.Lock()
        self._writer: apsw.Connection | None = None
        self._identity: tuple[int, int] | None = None

    def connect(self, *, read_only: bool = False) -> apsw.Connection:
        """Return a new connection to the existing file."""
        if self.frozen:
            flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
            connection = apsw.Connection(self.path.resolve().as_uri() + "?immutable=1", flags=flags)
        else:
            flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE
            connection = apsw.Connection(str(self.path), flags=flags)
        connection.execute(_PRAGMAS)
        connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        return connection

    def read(self) -> apsw.Connection:
        """Return this thread's reading connection."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self.connect(read_only=True)
        return connection

    @contextmanager
    def write(self) -> Iterator[apsw.Connection]:
        """Give one durable transaction: committed and synced when the block ends, rolled back if anything raises.

        After a failure the connection is made anew, so that a disk that works again is used again.
        """
        with self._write_lock:
            if self._writer is None:
                self._writer = self.connect()
                self._identity = self._on_disk()
            elif self._on_disk() != self._identity:
                # Written to a file that nobody can find again, an entry would be lost while the visitor is thanked.
                self._drop_writer()
                raise apsw.CantOpenError("the log file was moved away")
            writer = self._writer
            try:
                writer.execute("BEGIN IMMEDIATE")
                yield writer
                writer.execute("COMMIT")
            except BaseException as error:
                with suppress(apsw.Error):
                    if writer.in_transaction:
                        writer.execute("ROLLBACK")
                if isinstance(error, apsw.Error) and not isinstance(error, apsw.ConstraintError):
                    self._drop_writer()
                raise

    def _on_disk(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self.path)
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _drop_writer(self) -> None:
        with suppress(apsw.Error):
            if self._writer:
                self._writer.close(True)
        self._writer = None

    def close(self) -> None:
        """Close the writing connection and this thread's reading one."""
        with self._write_lock:
            self._drop_writer()
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close(True)
            del self._local.connection

    def bytes_on_disk(self) -> int:
        """Return the size of the file and of what is not yet folded into it."""
        total = 0
        for suffix in ("", "-wal"):
            with suppress(OSError):
                total += os.stat(str(self.path) + suffix).st_size
        return total


def open_database(folder: Path) -> tuple[Database, Path | None]:
    """Return the database of a data folder, made or migrated as needed, and where a damaged one was set aside.

    Raises `LogDamaged` when this program's SQLite is unsafe or the file comes from a newer version.
    """
    _refuse_unsafe_sqlite()
    path = folder / FILE_NAME
    set_aside = None
    if path.exists() and (fault := damage(path)):
        set_aside = set_database_aside(folder, "damaged")
        (set_aside / "why.txt").write_text(fault + "\n")
    try:
        if not path.exists():
            if any(Path(f"{path}{suffix}").exists() for suffix in ("-wal", "-shm")):
                # SQLite would replay a journal left by another file into the new one.
                set_aside = set_database_aside(folder, "orphaned")
            provision(path)
        database = Database(path)
        _migrate(database)
    except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.IOError, apsw.FullError, OSError) as error:
        raise DataFolderUnusable(
            N_("The data folder %(folder)s cannot be written: %(cause)s."), folder=folder, cause=error
        ) from None
    return database, set_aside


def open_existing(folder: Path) -> Database:
    """Return the log of a data folder for a command beside the running kiosk: nothing is moved, made or migrated.

    Raises `FileUnusable` when there is none, `LogDamaged` when this program and the file do not fit.
    """
    _refuse_unsafe_sqlite()
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
        raise _too_new(found, known)
    if found < known:
        raise LogDamaged(N_("This log was written by an older version; start the kiosk once to bring it up to date."))
    return database


def _refuse_unsafe_sqlite() -> None:
    if not is_safe_sqlite(sqlite_version()):
        raise LogDamaged(
            N_("SQLite %(version)s can damage the log (WAL-reset bug); use the pinned apsw."), version=sqlite_version()
        )


def _too_new(found: int, known: int) -> LogDamaged:
    return LogDamaged(
        N_("This log was written by a newer version of the kiosk (format %(found)s, known up to %(known)s)."),
        found=found,
        known=known,
    )


def damage(path: Path) -> str | None:
    """Return what SQLite finds wrong with the file, None if it is sound.

    Raises `DataFolderUnusable` when the file cannot be read at all: that is no damage, and nothing may be moved.
    """
    connection = None
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        connection.execute(_PRAGMAS)
        return fault_in(connection, "quick_check")
    except (apsw.CorruptError, apsw.NotADBError) as error:
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
    # The main file last: until it has gone, a crash leaves a database that is looked at again.
    for suffix in ("-shm", "-wal", ""):
        with suppress(FileNotFoundError):
            os.rename(folder / (FILE_NAME + suffix), target / (FILE_NAME + suffix))
    sync_path(target)
    sync_path(folder)
    return target


def provision(path: Path) -> None:
    """Create an empty log at `path`, with a device id of its own, whole and synced before its name appears.

    A new WAL database that was not first closed and synced lost its content in half the simulated power cuts.
    """
    fresh = _fresh(path)
    connection = apsw.Connection(str(fresh), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    try:
        connection.execute(_PRAGMAS)
        _apply(connection)
        connection.execute("INSERT INTO device (id, minted_ms) VALUES (?, ?)", _new_device())
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close(True)
    os.chmod(fresh, 0o600)
    publish(fresh, path)


def publish(fresh: Path, path: Path) -> None:
    """Give a finished file its name, so that after a power cut it is there whole or not at all."""
    sync_path(fresh)
    os.replace(fresh, path)
    sync_path(path.parent)


def _migrate(database: Database) -> None:
    with database.write() as connection:
        _apply(connection, in_transaction=True)


def _apply(connection: apsw.Connection, in_transaction: bool = False) -> None:
    known = migrations()
    done = connection.pragma("user_version")
    if done > known[-1][0]:
        raise _too_new(done, known[-1][0])
    for number, script in known:
        if number <= done:
            continue
        if in_transaction:
            connection.execute(script)
            connection.pragma("user_version", number)
        else:
            with connection:
                connection.execute(script)
                connection.pragma("user_version", number)


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
                    progress(min(fresh.stat().st_size, total), total)
                return False

            connection.set_progress_handler(report, 200_000)
        connection.execute("VACUUM INTO ?", (str(fresh),))
        os.chmod(fresh, 0o600)
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


def fault_in(connection: apsw.Connection, check: str) -> str | None:
    """Return what `check` (`quick_check`, `integrity_check`) finds, or that the log's tables or guards are missing."""
    found = connection.execute(f"PRAGMA {check}(1)").get
    if found != "ok":
        return str(found)
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
    missing = sorted(_NEEDED - there)
    return f"the log's {', '.join(missing)} is not there" if missing else None


def adopt(source: Path, folder: Path) -> Path | None:
    """Make a copy of the log at `source` the log of `folder`, with a new device id; return where the old one went.

    The copy's own entries keep their device: what is recorded from now on is told apart from what the device that
    made the copy may have recorded since. Raises `FileUnusable`, and changes nothing then.
    """
    if fault := check_copy(source):
        raise FileUnusable(N_("%(path)s is not a sound copy of a log: %(cause)s."), path=source, cause=fault)
    path = folder / FILE_NAME
    fresh = _fresh(path)
    try:
        shutil.copyfile(source, fresh)
        os.chmod(fresh, 0o600)
        connection = apsw.Connection(str(fresh), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            connection.execute(_PRAGMAS)
            _apply(connection)
            connection.execute("UPDATE device SET id = ?, minted_ms = ?", _new_device())
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close(True)
        old = set_database_aside(folder, "replaced") if path.exists() else None
        publish(fresh, path)
    except (apsw.Error, OSError) as error:
        raise FileUnusable(N_("%(path)s cannot be restored: %(cause)s."), path=source, cause=error) from None
    return old


def _fresh(path: Path) -> Path:
    """Return the name under which a file is made before it gets `path`, with nothing left there from last time."""
    fresh = path.with_name(path.name + ".new")
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(str(fresh) + suffix).unlink(missing_ok=True)
    return fresh


def _new_device() -> tuple[str, int]:
    return str(uuid.uuid4()), time.time_ns() // 1_000_000
