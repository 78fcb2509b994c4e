"""What the storage tests say about a log in few words: drafts, a log on a folder, raw connections, what is in it.

Raw connections have default pragmas, as any other program would have them; never use one beside a live log unless
the test is about that.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import apsw

import kiosk
from kiosk.actions.backup import verify
from kiosk.domain.clock import Stamp
from kiosk.domain.entry import Draft, Entry, entry_from_row, mint_id
from kiosk.storage.database import FILE_NAME, Database
from kiosk.storage.log import Log
from kiosk.storage.logfile import open_database
from kiosk.storage.machine import Clock
from tests.waiting import PATIENCE

PROJECT = Path(__file__).resolve().parents[2]
KIOSK_ROOT = Path(kiosk.__file__).resolve().parents[1]
NOBODY = 65534


def draft(**changes) -> Draft:
    """Return the draft of a check-in, or of what `changes` make of it."""
    values = {"id": mint_id(), "kind": "check_in", "event": "fair", "source": "touch", "pack": "0" * 16, **changes}
    return Draft(**values)


def void_of(target: str, **changes) -> Draft:
    """Return the draft of a correction of the entry `target`."""
    return draft(kind="void", voids=target, actor="staff", reason="a test", **changes)


class OpenLog(Log):
    """A log that knows its database, so that a test can close it and look where a damaged one went."""

    def __init__(self, folder: Path, now: Callable[[], Stamp] | None = None):
        folder.mkdir(mode=0o700, exist_ok=True)
        self.folder = folder
        self.database, self.set_aside = open_database(folder)
        super().__init__(self.database, now or Clock().now)

    def close(self) -> None:
        self.database.close()

    def entries(self) -> list[Entry]:
        return [entry_from_row(row) for row in self.rows()]


def raw(folder: Path) -> apsw.Connection:
    """Return a connection as another program would make it."""
    return apsw.Connection(str(folder / FILE_NAME), flags=apsw.SQLITE_OPEN_READWRITE)


def refusals(folder: Path) -> list[tuple[str, str]]:
    """Return (what, subject) of everything refused, oldest first."""
    connection = Database(folder / FILE_NAME).connect(read_only=True)
    try:
        return connection.execute("SELECT what, subject FROM refusals ORDER BY position").fetchall()
    finally:
        connection.close()


def assert_sound(folder: Path, acknowledged: Iterable[str], device: str | None = None) -> None:
    """Assert that the log is whole, gapless per device, and holds every acknowledged entry once."""
    verdict = verify(folder)
    assert verdict.faults == []
    connection = Database(folder / FILE_NAME).connect(read_only=True)
    try:
        rows = connection.execute("SELECT device, seq, id FROM entries ORDER BY device, seq").fetchall()
        own = connection.execute("SELECT id FROM device").fetchall()
    finally:
        connection.close()
    ids = [row[2] for row in rows]
    assert len(ids) == len(set(ids))
    lost = set(acknowledged) - set(ids)
    assert not lost, f"{len(lost)} acknowledged entries are lost"
    for one in {row[0] for row in rows}:
        numbers = [row[1] for row in rows if row[0] == one]
        assert numbers == list(range(1, len(numbers) + 1))
    assert len(own) == 1
    if device is not None:
        assert own == [(device,)]


def bytes_of(folder: Path, *names: str) -> dict[str, bytes]:
    """Return the content of the files of those names that are there. Only for a log that this process has closed."""
    return {name: (folder / name).read_bytes() for name in names if (folder / name).exists()}


def run_victim(*words: object, **options) -> subprocess.Popen:
    """Start `tests.storage.victim` as a process of its own, which the caller kills or waits for."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, dict.fromkeys((KIOSK_ROOT, PROJECT))))}
    command = [*options.pop("before", ()), sys.executable, "-m", "tests.storage.victim", *map(str, words)]
    return subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options
    )


def finish(process: subprocess.Popen, send: str | None = None) -> str:
    """Return what the process printed, once it has ended well."""
    output, _ = process.communicate(send, timeout=PATIENCE)
    assert process.returncode == 0, output
    return output


def as_nobody(act: Callable[[], object]) -> str:
    """Return `repr` of what `act` returns, or the name of what it raises, done by a user without any rights.

    Only root can do that. The child shares the modules already read, so no path needs to be open to that user.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            said = repr(act())
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said
