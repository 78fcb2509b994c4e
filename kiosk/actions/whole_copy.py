"""A whole copy of the log, each part of it read back from the disk: its file, the two tables made from that very file,
and their checksums. Each part that is there and sound is not made again, so a copy that was cut off goes on.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.actions.backup import verify
from kiosk.actions.export import export
from kiosk.actions.office import Office
from kiosk.actions.progress import Progress
from kiosk.domain import closing
from kiosk.domain.clock import Stamp
from kiosk.domain.closing import STEPS, Held
from kiosk.domain.errors import N_, FileUnusable
from kiosk.storage.copies import copy_whole
from kiosk.storage.copies_kept import CopyKept, CopyShelf, checksum_on_disk
from kiosk.storage.database import Database
from kiosk.storage.folder import LITTLE_SPACE_BYTES, publish, write_file
from kiosk.storage.log import Log
from kiosk.storage.logfile import open_existing
from kiosk.storage.machine import free_bytes

FILES = {"copy": "kiosk.db", "csv": "log.csv", "xlsx": "log.xlsx", "sums": "SHA256SUMS"}
_KEPT = {"day": closing.DAY_COPIES_KEPT, "event": closing.EVENT_COPIES_KEPT}
_PARTS = 1_000  # of a step, as progress tells it
_ROWS = (b"<row ", b"<row>")


@contextmanager
def at_work_on(data: Path, log: Log, copy: CopyKept) -> Iterator[Path]:
    """Give the folder of a copy to whoever makes it, to one at a time, with room for what is still to be made.

    What an earlier one left half written is gone. Raises `FileUnusable`, `LogUnreadable`.
    """
    shelf = CopyShelf(data)
    with shelf.held(copy.name) as folder:
        shelf.sweep(copy.name)
        make_room(data, log, copy.kind, copy.name)
        yield folder


def make_whole(data: Path, folder: Path, copy: CopyKept, office: Office, progress: Progress | None = None) -> CopyKept:
    """Make what a copy lacks and return it, whole, durable and read back: in its folder, within `at_work_on`.

    Raises `FileUnusable`, `LogUnreadable`.
    """
    shelf = CopyShelf(data)
    steps = STEPS[copy.kind]
    for at, step in enumerate(steps):
        if step == "zip":
            continue  # what is in it is for actions/close_event to say
        told = _told(progress, at, len(steps))
        if _is_sound(folder, copy, step):
            continue
        if step == "copy":
            # The tables are of that one file; another one has others.
            copy.steps.clear()
        copy.steps[step] = _MAKERS[step](data, folder, copy, office, told)
        shelf.note(copy)
    return copy


def make_room(data: Path, log: Log, kind: str, keep: str = "") -> None:
    """Find room for a copy: as far as there is too little, older ones go. Raises `FileUnusable` where that won't do.

    What is there already of the copy `keep`, which the room is for, need not find any.
    """
    shelf = CopyShelf(data)
    log_bytes = Database(data / "kiosk.db").bytes_on_disk()
    there = shelf.bytes_of(keep) if keep else 0
    needed = max(closing.room_needed(kind, log_bytes) - there, 0) + LITTLE_SPACE_BYTES
    shelf.clear()
    for name in [
        *superfluous(data, log, kind, 1),
        *superfluous(data, log, "event" if kind == "day" else "day", 1),
    ]:
        free = free_bytes(data)
        if free is None or free >= needed:
            return
        if name != keep:
            shelf.remove(name)
    free = free_bytes(data)
    if free is not None and free < needed:
        raise FileUnusable(
            N_("There is too little room here for the file: %(free)s MB are free, %(needed)s MB are needed."),
            free=free >> 20,
            needed=(needed >> 20) + 1,
        )


def tidy(data: Path, log: Log, kind: str) -> None:
    """Remove the copies that are too many, now that a newer one is whole."""
    shelf = CopyShelf(data)
    shelf.clear()
    for name in superfluous(data, log, kind, _KEPT[kind]):
        shelf.remove(name)


def superfluous(data: Path, log: Log, kind: str, kept: int) -> list[str]:
    """Return the copies of a kind that may go so that so many stay.

    Those of another log stay, however many: after a restore they may hold what nothing else does.
    """
    # By its kind first: a newer version may have one whose steps nobody knows here.
    copies = [one for one in CopyShelf(data).all() if one.kind == kind and one.is_of(log.last_position)]
    held = [Held(one.name, one.kind, one.entries, one.is_whole(STEPS[one.kind])) for one in copies]
    return closing.superfluous(held, kind, kept)


def copied_log(folder: Path, name: str = FILES["copy"]) -> Log:
    """Return the log in a copy, to be read."""
    return Log(Database(folder / name, frozen=True), now=None)


def _told(progress: Progress | None, at: int, steps: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, total: progress(_PARTS * at + _PARTS * min(done, total) // max(total, 1), _PARTS * steps)


def _is_sound(folder: Path, copy: CopyKept, step: str) -> bool:
    said = copy.steps.get(step)
    if not said or not (folder / said["file"]).is_file():
        return False
    return checksum_on_disk(folder / said["file"])[0] == said["sha256"]


def _step(path: Path, entries: int) -> dict:
    sha256, size = checksum_on_disk(path)
    return {"file": path.name, "sha256": sha256, "bytes": size, "entries": entries}


def _copy(data: Path, folder: Path, copy: CopyKept, _office: Office, progress: Progress | None) -> dict:
    path = folder / FILES["copy"]
    fresh = folder / f".{path.name}.part"
    source = open_existing(data)
    try:
        copy_whole(source, fresh, _half(progress, 0))
    finally:
        source.close()
    verdict = verify(data, fresh, _half(progress, 1))
    if not verdict.is_sound:
        raise FileUnusable(N_("The copy %(path)s is not sound: %(cause)s."), path=path, cause=verdict.faults[0])
    log = copied_log(folder, fresh.name)
    copy.entries = log.size()[0]
    copy.through = log.through(copy.entries)
    made = {**_step(fresh, verdict.entries), "file": path.name}
    # Noted before it has its name: without a note nobody could tell what it is, and it would lie there for ever.
    CopyShelf(data).note(copy)
    try:
        publish(fresh, path)
    except OSError as error:
        raise FileUnusable(
            N_("%(path)s cannot be written: %(cause)s."), path=path, cause=error.strerror or error
        ) from None
    return made


def _half(progress: Progress | None, which: int) -> Progress | None:
    """Tell of what is the first or the second half of a step."""
    return (lambda done, total: progress(which * total + min(done, total), 2 * total)) if progress else None


def _table(format: str) -> Callable[..., dict]:
    def make(data: Path, folder: Path, copy: CopyKept, office: Office, progress: Progress | None) -> dict:
        path = folder / FILES[format]
        count = export(
            copied_log(folder),
            path,
            format=format,
            pack=office.pack,
            labels=format == "xlsx" and office.pack is not None,
            heading=office.heading,
            say=office.say,
            now=Stamp(copy.wall_ms, "", 0, copy.clock),
            progress=progress,
        )
        made = _step(path, count)
        found = rows_in(path)
        # A workbook may have other sheets beside the log's, so it holds that many rows or more.
        is_all = found == count if format == "csv" else found >= count
        if not is_all or count != copy.steps["copy"]["entries"]:
            raise FileUnusable(
                N_("%(path)s has %(found)s rows read back, and the log has %(count)s entries."),
                path=path.name,
                found=found,
                count=copy.steps["copy"]["entries"],
            )
        return made

    return make


def rows_in(path: Path) -> int:
    """Return how many rows a table has below its headings, read back from the file. Raises `FileUnusable`."""
    try:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                return sum(1 for _ in csv.reader(file)) - 1
        with zipfile.ZipFile(path) as book:
            if fault := book.testzip():
                raise FileUnusable(N_("%(path)s cannot be read back: %(cause)s."), path=path, cause=fault)
            sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
            return sum(max(0, _rows_of(book.open(sheet)) - 1) for sheet in sheets)
    except (OSError, ValueError, csv.Error, zipfile.BadZipFile) as error:
        raise FileUnusable(N_("%(path)s cannot be read back: %(cause)s."), path=path, cause=error) from None


def _rows_of(sheet: io.BufferedIOBase) -> int:
    found, rest = 0, b""
    with sheet:
        while chunk := sheet.read(1 << 20):
            text = rest + chunk
            found += sum(text.count(mark) for mark in _ROWS)
            # Shorter than a mark, so that none is counted twice.
            rest = text[-(len(_ROWS[0]) - 1) :]
    return found


def _sums(_data: Path, folder: Path, copy: CopyKept, _office: Office, _progress: Progress | None) -> dict:
    path = folder / FILES["sums"]
    text = "".join(f"{copy.steps[step]['sha256']}  {copy.steps[step]['file']}\n" for step in ("copy", "csv", "xlsx"))
    write_file(path, lambda file: file.write(text.encode()))
    return _step(path, copy.entries)


_MAKERS = {"copy": _copy, "csv": _table("csv"), "xlsx": _table("xlsx"), "sums": _sums}
