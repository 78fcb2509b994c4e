"""Keeping copies of the log: back up, verify, restore. A live file is never copied byte by byte."""

import glob
import time
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.actions.progress import Progress
from kiosk.domain.entry import entry_faults, entry_from_row
from kiosk.domain.errors import N_, FileUnusable
from kiosk.storage.copies import adopt, copy_whole, sweep_unfinished
from kiosk.storage.database import FILE_NAME, Database
from kiosk.storage.folder import ServeLock, prepare_folder
from kiosk.storage.log import Log
from kiosk.storage.logfile import open_existing
from kiosk.storage.schema import fault_in

MOST_FAULTS = 100


def back_up(data: Path, target: Path | None = None, progress: Progress | None = None) -> Path:
    """Write a checked copy of the live log and return where; by default a dated name in the data folder.

    Raises `FileUnusable`; an existing file is not overwritten.
    """
    prepare_folder(data)
    source = open_existing(data)
    if target is None:
        shelf = data / "backups"
        try:
            shelf.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise FileUnusable(N_("%(path)s cannot be written: %(cause)s."), path=shelf, cause=error.strerror) from None
        target, alike = shelf / time.strftime("kiosk-%Y%m%d-%H%M%S.db"), "kiosk-*.db"
    else:
        alike = glob.escape(target.name)
    if target.exists():
        raise FileUnusable(N_("%(path)s exists already; nothing was written."), path=target)
    sweep_unfinished(target.parent, alike)
    copy_whole(source, target, progress)
    return target


def restore(source: Path, data: Path, progress: Progress | None = None) -> Path | None:
    """Make the copy at `source` the log of `data` and return where the log that was there went, None if none was.

    Raises `FileUnusable` for a file that is no sound log, `DataFolderUnusable` while a kiosk serves from there.
    """
    prepare_folder(data)
    lock = ServeLock(data)
    try:
        return adopt(source, data, progress)
    finally:
        lock.release()


@dataclass
class Verdict:
    """What `verify` found: how many entries of how many devices, and the first faults in plain words."""

    path: Path
    entries: int = 0
    devices: dict[str, int] = field(default_factory=dict)  # device id: last seq
    faults: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.faults


def verify(data: Path, copy: Path | None = None, progress: Progress | None = None) -> Verdict:
    """Read every entry of the log in `data`, or of a copy, and return what is wrong with it.

    Looked at: the file, its guards, every digest, the sequence of each device, every void, every note with its photos,
    every version of the summary. Raises `FileUnusable` when there is no such file.
    """
    if copy is None:
        prepare_folder(data)
        path = data / FILE_NAME
    else:
        path = copy
    if not path.is_file():
        raise FileUnusable(N_("There is no file %(path)s."), path=path)
    verdict = Verdict(path)
    if copy is not None and Path(f"{copy}-wal").exists():
        verdict.faults.append("a journal lies beside it, which may hold entries; restore it into a folder of its own")
        return verdict
    database = Database(path, frozen=copy is not None)
    try:
        if progress:
            progress(0, 1)
        if fault := fault_in(database.read(), "integrity_check"):
            verdict.faults.append(fault)
            return verdict
        _verify_entries(database, verdict, progress)
    except Exception as error:  # a damaged file can fail in any way while it is read
        verdict.faults.append(f"cannot be read to the end: {error}")
    finally:
        database.close()
    return verdict


def _verify_entries(database: Database, verdict: Verdict, progress: Progress | None) -> None:
    log = Log(database, now=None)
    total = log.count()
    corrections: set[str] = set()
    voids: list[tuple[str, str]] = []
    for row in log.rows():
        entry = entry_from_row(row)
        verdict.entries += 1
        place = f"{entry.device} {entry.seq} ({entry.id})"
        expected = verdict.devices.get(entry.device, 0) + 1
        faults = entry_faults(entry)
        if entry.seq != expected:
            faults.append(f"follows {expected - 1}: entries are missing")
        if entry.kind == "note":
            faults += log.notes.faults(entry)
        if entry.kind == "summary":
            faults += log.summaries.faults(entry)
        verdict.devices[entry.device] = entry.seq
        if entry.voids is not None:
            voids.append((entry.voids, place))
            corrections.add(entry.id)
        verdict.faults += [f"{place}: {fault}" for fault in faults]
        if len(verdict.faults) > MOST_FAULTS:
            verdict.faults.append("further faults are not listed")
            return
        if progress and verdict.entries % 2_000 == 0:
            progress(verdict.entries, max(total, verdict.entries))
    verdict.faults += log.notes.faults_of_tables() + log.summaries.faults_of_table()
    for target, place in voids:
        if target in corrections:
            verdict.faults.append(f"{place}: voids a correction")
        elif log.entry(target) is None:
            verdict.faults.append(f"{place}: voids {target}, which is not in the log")
    if progress:
        progress(verdict.entries, verdict.entries)
