"""What a log file must be: written by a safe SQLite, with our settings, migrations and guards.

Knows tables and triggers by name only; what is in them belongs to `log`.
"""

from pathlib import Path

import apsw

from kiosk.domain.errors import N_, LogDamaged

MIGRATIONS = Path(__file__).with_name("migrations")

# Two connections that write or checkpoint at the same moment can corrupt a WAL database in SQLite 3.7.0 to 3.51.2,
# and in 3.52.0, which was withdrawn (https://sqlite.org/wal.html#walresetbug). Fixed in these:
_FIXED = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
_WITHDRAWN = (3, 52, 0)

# Without these a file is no log of ours, whatever else it holds.
_NEEDED = frozenset(
    {
        "entries",
        "refusals",
        "device",
        "entries_are_not_updated",
        "entries_are_not_deleted",
        "entries_are_not_replaced",
    }
)

_SETTINGS = """
PRAGMA busy_timeout = 5000;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA recursive_triggers = ON;
PRAGMA trusted_schema = OFF;
PRAGMA mmap_size = 0;
PRAGMA cache_size = -1024;
"""


def set_up(connection: apsw.Connection) -> None:
    """Give a new connection the settings that everything here relies on."""
    # Read to the end: `execute` stops at the first row, and the first of these returns one.
    connection.execute(_SETTINGS).fetchall()


def is_safe_sqlite(version: str) -> bool:
    """Return whether that SQLite version is free of the WAL-reset bug."""
    number = tuple(int(part) for part in version.split(".")[:3])
    if number == _WITHDRAWN:
        return False
    return number >= _FIXED[-1] or any(number[:2] == fixed[:2] and number >= fixed for fixed in _FIXED)


def sqlite_version() -> str:
    """Return the version of the SQLite that the log is kept with."""
    return apsw.sqlite_lib_version()


def refuse_unsafe_sqlite() -> None:
    """Raise `LogDamaged` if this program would open the log with a SQLite that can damage it."""
    if not is_safe_sqlite(sqlite_version()):
        raise LogDamaged(
            N_("SQLite %(version)s can damage the log (WAL-reset bug); use the pinned apsw."), version=sqlite_version()
        )


def migrations() -> list[tuple[int, str]]:
    """Return (number, SQL) of every migration, in order."""
    return [(int(path.name[:4]), path.read_text()) for path in sorted(MIGRATIONS.glob("[0-9]*.sql"))]


def apply_migrations(connection: apsw.Connection, in_transaction: bool = False) -> None:
    """Bring a file up to date, each migration whole or not at all. Raises `LogDamaged` for one from a newer version."""
    known = migrations()
    done = connection.pragma("user_version")
    if done > known[-1][0]:
        raise too_new(done, known[-1][0])
    for number, script in known:
        if number <= done:
            continue
        if in_transaction:
            connection.execute(script).fetchall()
            connection.pragma("user_version", number)
        else:
            with connection:
                connection.execute(script).fetchall()
                connection.pragma("user_version", number)


def too_new(found: int, known: int) -> LogDamaged:
    """Return the error for a file whose format number is larger than any known here."""
    return LogDamaged(
        N_("This log was written by a newer version of the kiosk (format %(found)s, known up to %(known)s)."),
        found=found,
        known=known,
    )


def fault_in(connection: apsw.Connection, check: str, needed: frozenset[str] = _NEEDED) -> str | None:
    """Return what `check` (`quick_check`, `integrity_check`) finds, or that the log's tables or guards are missing."""
    found = connection.execute(f"PRAGMA {check}(1)").get
    if found != "ok":
        return str(found)
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
    missing = sorted(needed - there)
    return f"the log's {', '.join(missing)} is not there" if missing else None


def faults_of_rows(
    connection: apsw.Connection, table: str, kind: str, guards: frozenset[str], since_format: int
) -> list[str]:
    """Return what is wrong with a table whose rows entries of a kind name, as short English phrases: guards that are
    gone, rows that no entry names. Nothing in a file from before the format that brought it.
    """
    if connection.pragma("user_version") < since_format:
        return []
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
    found = [f"the log's {name} is not there" for name in sorted(guards - there)]
    named = f"SELECT 1 FROM entries WHERE entries.id = {table}.id AND kind = ?"
    alone = connection.execute(f"SELECT id FROM {table} WHERE NOT EXISTS ({named})", (kind,))
    return found + [f"{kind} {row[0]} has no entry" for row in alone]
