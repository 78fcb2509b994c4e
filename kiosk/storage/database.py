"""Connections to a log file: one that writes durable transactions, and one for each thread that reads.

Every connection of the running kiosk is made here, by one library that carries its own SQLite: two libraries of
different versions must not open a live file.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from kiosk.storage.folder import identity
from kiosk.storage.schema import set_up

FILE_NAME = "kiosk.db"
# The main file and what SQLite keeps beside it. One without the others is not the log.
SUFFIXES = ("", "-wal", "-shm")


class Database:
    """One file. `write` is for one transaction at a time; `read` gives each thread a connection of its own.

    A `frozen` one is a copy nobody writes to, perhaps on a read-only stick: nothing is made beside it.
    """

    def __init__(self, path: Path, *, frozen: bool = False):
        self.path, self.frozen = path, frozen
        self._local = threading.local()
        self._write_lock = threading.Lock()
        self._writer: apsw.Connection | None = None
        self._identity = identity(self.path)

    def connect(self, *, read_only: bool = False) -> apsw.Connection:
        """Return a new connection to the existing file."""
        if self.frozen:
            flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
            connection = apsw.Connection(self.path.resolve().as_uri() + "?immutable=1", flags=flags)
        else:
            flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE
            connection = apsw.Connection(str(self.path), flags=flags)
        set_up(connection)
        connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        # A plan must not depend on the values it is asked with: else SQLite makes the plans of many of our statements
        # anew at each use, which takes several times as long as running them.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        return connection

    def read(self) -> apsw.Connection:
        """Return this thread's reading connection."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self.connect(read_only=True)
        return connection

    def drop_reader(self) -> None:
        """Close this thread's reading connection; the next `read` makes a new one."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            del self._local.connection
            with suppress(apsw.Error):
                connection.close(True)

    @contextmanager
    def write(self) -> Iterator[apsw.Connection]:
        """Give one durable transaction: committed and synced when the block ends, rolled back if anything raises.

        After a failure the connection is made anew, so that a disk that works again is used again.
        """
        with self._write_lock:
            if identity(self.path) != self._identity:
                # Written to a file that nobody can find again, an entry would be lost while the visitor is thanked.
                self._drop_writer()
                raise apsw.CantOpenError("the log file was moved away")
            if self._writer is None:
                writer = self.connect()
                # A copy put in place by hand has SQLite's own journal, which loses acknowledged entries at power cuts.
                if writer.pragma("journal_mode") != "wal" and writer.pragma("journal_mode", "wal") != "wal":
                    writer.close(True)
                    raise apsw.CantOpenError("the log has no write-ahead journal")
                self._writer = writer
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

    def _drop_writer(self) -> None:
        with suppress(apsw.Error):
            if self._writer:
                self._writer.close(True)
        self._writer = None

    def close(self) -> None:
        """Close the writing connection and this thread's reading one."""
        self.drop_reader()
        with self._write_lock:
            with suppress(apsw.Error):
                # Fold the journal in, so that the file alone is the whole log, whoever else may still read it.
                if self._writer:
                    self._writer.pragma("wal_checkpoint", "TRUNCATE")
            # The last to close must be one that may remove the journal.
            self._drop_writer()

    def bytes_on_disk(self) -> int:
        """Return the size of the file and of what is not yet folded into it."""
        total = 0
        for suffix in ("", "-wal"):
            with suppress(OSError):
                total += os.stat(str(self.path) + suffix).st_size
        return total
