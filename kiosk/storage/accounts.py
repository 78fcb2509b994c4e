"""The staff's secrets as hashes, the guesses left, and the machines that signed in before, in a file beside the log.

Not in the log's file, so that no copy of the log carries a secret. Must not decide who may do what.
"""

import hashlib
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import apsw
from werkzeug.security import check_password_hash, generate_password_hash

from kiosk.domain.budget import Budget
from kiosk.domain.errors import N_, FileUnusable
from kiosk.domain.secret import Kind
from kiosk.storage.folder import identity, publish
from kiosk.storage.schema import set_up

FILE_NAME = "accounts.db"

# What a person chose can be guessed offline, so trying one costs 32 MB and a tenth of a second; what the kiosk made
# from 79 random bits cannot. No hash protects six digits from someone who holds the card.
_CHOSEN, _MADE = "scrypt:32768:8:1", "scrypt:1024:8:1"

_ALL_OUT = (
    ("DELETE FROM machines", ()),
    ("UPDATE secrets SET version = hex(randomblob(8)) WHERE kind = 'pin'", ()),
)

MOST_GUESSERS = 1_000
MOST_MACHINES = 100

_TABLES = """
CREATE TABLE secrets (kind TEXT PRIMARY KEY, hash TEXT NOT NULL, version TEXT NOT NULL) STRICT;
CREATE TABLE guesses (who TEXT PRIMARY KEY, remaining REAL NOT NULL, at_ms INTEGER NOT NULL, boot TEXT NOT NULL) STRICT;
CREATE TABLE machines (position INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE salt (salt BLOB NOT NULL) STRICT;
"""
_SALT = "INSERT INTO salt VALUES (?);"


@dataclass(frozen=True)
class Secret:
    """A stored secret; `version` changes with it, and ends what was begun under the earlier one."""

    hash: str
    version: str

    def is_(self, text: str) -> bool:
        """Return whether `text` is this secret."""
        return check_password_hash(self.hash, text)


class Accounts:
    """One file. Any thread may call any method, and a command beside the running kiosk too."""

    def __init__(self, folder: Path):
        self.path = folder / FILE_NAME
        self._lock = threading.Lock()
        # What the disk would not take: on a full one guesses are counted all the same, until the next start.
        self._unsaved: dict[str, Budget | None] = {}
        self.failure: str | None = None  # why nobody can sign in, None when they can
        try:
            self._open()
        except (apsw.NotADBError, apsw.CorruptError, apsw.SQLError):
            # Kept beside, so that nothing is lost by it; the secrets are made anew.
            with suppress(OSError):
                self.path.replace(self.path.with_name(FILE_NAME + ".damaged"))
            self._open_or_do_without()
        except (apsw.Error, OSError):
            self._open_or_do_without()

    def _open_or_do_without(self) -> None:
        """Open the file, or an empty one in memory: a full disk is no reason not to serve visitors."""
        try:
            self._open()
        except (apsw.Error, OSError) as error:
            self.failure = f"{type(error).__name__}: {error}"
            connection = apsw.Connection(":memory:")
            connection.execute(_TABLES + _SALT, (secrets.token_bytes(16),)).fetchall()
            self._use(connection)

    def _open(self) -> None:
        if not self.path.exists():
            fresh = self.path.with_name(FILE_NAME + ".new")
            fresh.unlink(missing_ok=True)
            connection = apsw.Connection(str(fresh))
            with connection:
                connection.execute(_TABLES + _SALT, (secrets.token_bytes(16),)).fetchall()
            connection.close()
            fresh.chmod(0o600)
            # The journal of one that was taken away would be played back into this one.
            self.path.with_name(FILE_NAME + "-journal").unlink(missing_ok=True)
            publish(fresh, self.path)
        self._use(self._connect())

    def _connect(self) -> apsw.Connection:
        connection = apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READWRITE)
        set_up(connection)
        # A rollback journal: a file so small and quiet gains nothing from a write-ahead one. EXTRA, because FULL can
        # lose the last change to a power cut there.
        connection.pragma("synchronous", "EXTRA")
        connection.execute("SELECT count(*) FROM secrets, guesses, machines, salt").fetchall()
        return connection

    def _use(self, connection: apsw.Connection) -> None:
        self._connection, self._identity = connection, identity(self.path)
        self._salt: bytes = connection.execute("SELECT salt FROM salt").get

    @contextmanager
    def _connected(self) -> Iterator[apsw.Connection]:
        """Give the connection, to one thread at a time: to the file that is there now, if a command put another there.

        Raises `FileUnusable` for what goes wrong meanwhile.
        """
        with self._lock:
            try:
                if identity(self.path) not in (None, self._identity):
                    fresh = self._connect()
                    self._connection.close(True)
                    self._use(fresh)
                    self.failure = None
                yield self._connection
            except (apsw.Error, OSError) as error:
                # The name alone: strangers who try to sign in read it too.
                raise FileUnusable(
                    N_("%(path)s cannot be read or written: %(cause)s."), path=FILE_NAME, cause=error
                ) from None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close(True)

    # Secrets

    def secret(self, kind: Kind) -> Secret | None:
        """Return the secret of that kind, None if there is none yet."""
        with self._connected() as connection:
            row = connection.execute("SELECT hash, version FROM secrets WHERE kind = ?", (kind,)).fetchone()
        return Secret(*row) if row else None

    def put_secret(self, kind: Kind, text: str, *, made: bool = False) -> None:
        """Make `text` the secret of that kind; `made`: the kiosk made it. All guesses are given back.

        Raises `FileUnusable` if it could not be made durable; the earlier one holds then.
        """
        hashed = generate_password_hash(text, method=_MADE if made else _CHOSEN)
        self._write(
            ("INSERT OR REPLACE INTO secrets VALUES (?, ?, ?)", (kind, hashed, secrets.token_hex(8))),
            ("DELETE FROM guesses", ()),
            # Whoever knew the earlier password is a stranger again, and who came in by the PIN is signed out too.
            *(_ALL_OUT if kind == "password" else ()),
        )
        self._unsaved.clear()

    # Guesses

    def name_for(self, address: str) -> str:
        """Return what stands for a machine's address in the table of guesses: no address is kept."""
        return hashlib.blake2s(address.encode(), key=self._salt, digest_size=8).hexdigest()

    def budget(self, who: str) -> Budget | None:
        """Return what `who` had left when it was last asked about, None for someone new."""
        with self._connected() as connection:
            if who in self._unsaved:
                return self._unsaved[who]
            row = connection.execute("SELECT remaining, at_ms, boot FROM guesses WHERE who = ?", (who,)).fetchone()
        return Budget(*row) if row else None

    def put_budgets(self, budgets: dict[str, Budget | None]) -> None:
        """Keep what is left, durable before it returns; None forgets. Where the disk is full, until the next start."""
        statements = []
        for who, budget in budgets.items():
            statements.append(("DELETE FROM guesses WHERE who = ?", (who,)))
            if budget:
                values = (who, budget.left, budget.at_ms, budget.boot)
                statements.append(("INSERT INTO guesses VALUES (?, ?, ?, ?)", values))
        # The longest quiet go first; rowids grow with every change.
        statements.append(
            (
                "DELETE FROM guesses WHERE rowid <= (SELECT max(rowid) FROM guesses) - ?",
                (MOST_GUESSERS,),
            )
        )
        try:
            self._write(*statements)
            for who in budgets:
                self._unsaved.pop(who, None)
        except FileUnusable:
            self._unsaved |= budgets

    # Machines that signed in before

    def know_machine(self, earlier: str = "") -> str:
        """Return a token by which a machine that has just signed in is known again.

        `earlier`: the one it has. It keeps that, or one laptop signing in all day would make all others strangers.
        """
        token = secrets.token_urlsafe(24)
        with suppress(FileUnusable):
            if earlier and self.knows_machine(earlier):
                token = earlier
            self._write(
                ("DELETE FROM machines WHERE token = ?", (_digest(token),)),
                ("INSERT INTO machines (token) VALUES (?)", (_digest(token),)),
                ("DELETE FROM machines WHERE position <= (SELECT max(position) FROM machines) - ?", (MOST_MACHINES,)),
            )
        return token

    def knows_machine(self, token: str) -> bool:
        """Return whether that token was given to a machine here, under the present password."""
        with self._connected() as connection:
            found = connection.execute("SELECT 1 FROM machines WHERE token = ?", (_digest(token),)).get
        return found is not None

    def _write(self, *statements: tuple[str, tuple]) -> None:
        with self._connected() as connection:
            if self.failure:  # what goes into memory would be gone at the next start
                raise FileUnusable(N_("%(path)s cannot be written: %(cause)s."), path=self.path, cause=self.failure)
            connection.execute("BEGIN IMMEDIATE")
            try:
                for sql, values in statements:
                    connection.execute(sql, values)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
