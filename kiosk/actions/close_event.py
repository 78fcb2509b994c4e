"""Closing the event: one file with everything, proven to exist elsewhere, and only then figures that begin anew.

Nothing is taken away: the log keeps every entry, and voiding the entry that closed the event brings its figures back.
"""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from kiosk.actions.kiosk import Kiosk
from kiosk.actions.office import Office
from kiosk.actions.progress import Progress
from kiosk.actions.tally import Tally
from kiosk.domain import clock, closing
from kiosk.domain.clock import Stamp
from kiosk.domain.closing import DAY_STEPS, STEPS
from kiosk.domain.entry import Entry
from kiosk.domain.errors import N_, FileUnusable, InvalidInput, NotAllowed
from kiosk.domain.event import Pack
from kiosk.domain.statistics import plain
from kiosk.storage.copies_kept import CopyKept, CopyShelf, checksum_on_disk
from kiosk.storage.folder import write_file
from kiosk.storage.log import Log
from kiosk.storage.lookup import Line
from kiosk.storage.sticks import copy_to

READ_ME = "README.txt"
PROVEN = ("browser", "typed", "stick")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class FinalCopy:
    """The newest copy of an event: its note, how many entries came since, and whether it closed the event already."""

    copy: CopyKept
    entries_since: int
    is_closed: bool

    @property
    def is_whole(self) -> bool:
        return self.copy.is_whole(STEPS["event"])


def make_final_copy(
    data: Path, log: Log, pack: Pack, office: Office, now: Stamp, readme: str, progress: Progress | None = None
) -> CopyKept:
    """Make the one file with the log, both tables and their checksums, read it back, and return its note.

    `readme` says in it what is what. One that was cut off goes on where nothing has arrived since. Raises
    `FileUnusable`, `LogUnreadable`.
    """
    # Here, since a kiosk that serves leaves this to a child, and the library for workbooks would slow its start.
    from kiosk.actions.whole_copy import at_work_on, copied_log, make_whole, tidy

    shelf, event, size = CopyShelf(data), pack.event, log.size()[0]

    def begun() -> CopyKept | None:
        """Return the copy of as much as the log holds now, whole or not."""
        return next((one for one in reversed(_copies(data, log, event.id)) if one.name.startswith(_named(size))), None)

    copy = begun() or CopyKept(shelf.free_name(_named(size)), "event", event.id)
    with at_work_on(data, log, copy) as folder:
        copy = begun() or copy  # another process may have made it meanwhile
        copy.wall_ms, copy.clock = now.wall_ms, now.clock
        make_whole(data, folder, copy, office, progress)
        of_copy = copied_log(folder)
        copy.figures = plain(Tally(of_copy, event).report(now).whole, by_question=False)
        if not _is_zip_sound(folder, copy):
            copy.proof = None
            copy.steps["zip"] = _zip(folder, copy, readme)
            shelf.note(copy)
    tidy(data, log, "event")
    if progress:
        progress(1, 1)
    return copy


def _named(size: int) -> str:
    return f"event-{size:08d}"


def _copies(data: Path, log: Log, event: str) -> list[CopyKept]:
    """Return the copies of an event that are of this log, the newest last."""
    return [
        one
        for one in CopyShelf(data).all()
        if (one.kind, one.event) == ("event", event) and one.is_of(log.last_position)
    ]


def _is_zip_sound(folder: Path, copy: CopyKept) -> bool:
    said = copy.steps.get("zip")
    path = folder / said["file"] if said else None
    return bool(path and path.is_file() and checksum_on_disk(path)[0] == said["sha256"])


def _zip(folder: Path, copy: CopyKept, readme: str) -> dict:
    path = folder / f"{copy.event}-{copy.entries:08d}.zip"
    names = [copy.steps[step]["file"] for step in DAY_STEPS]
    about = {"event": copy.event, "entries": copy.entries, "through": copy.through, "figures": copy.figures}

    def write(file) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(READ_ME, readme)
            archive.writestr("figures.json", json.dumps(about, ensure_ascii=False, indent=1) + "\n")
            for name in names:
                archive.write(folder / name, name)

    write_file(path, write)
    sha256, size = checksum_on_disk(path)
    _check_zip(path, folder, names)
    return {"file": path.name, "sha256": sha256, "bytes": size, "entries": copy.entries}


def _check_zip(path: Path, folder: Path, names: list[str]) -> None:
    """Read every part back out of the archive and compare it with the file it was made from."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in names:
                with archive.open(name) as packed, (folder / name).open("rb") as plain_file:
                    while chunk := plain_file.read(_CHUNK):
                        if packed.read(len(chunk)) != chunk:
                            raise zipfile.BadZipFile(name)
                    if packed.read(1):
                        raise zipfile.BadZipFile(name)
    except (OSError, zipfile.BadZipFile) as error:
        raise FileUnusable(N_("%(path)s cannot be read back: %(cause)s."), path=path.name, cause=error) from None


def final_copy(kiosk: Kiosk) -> FinalCopy | None:
    """Return the newest copy of the event on screen, None where none was begun. Raises `LogUnreadable`."""
    copies = _copies(kiosk.data, kiosk.log, kiosk.event.id)
    if not copies:
        return None
    copy = copies[-1]
    # `begins_after` is where the proven copy ends: a copy of no more than that has closed the event already.
    is_closed = bool(copy.entries) and copy.entries <= kiosk.log.begins_after(kiosk.event.id)
    return FinalCopy(copy, kiosk.log.size()[0] - copy.entries, is_closed)


def zip_of(data: Path, copy: CopyKept) -> Path | None:
    """Return where the one file of a whole copy lies."""
    said = copy.steps.get("zip")
    return CopyShelf(data).folder(copy.name) / said["file"] if said else None


def _whole(data: Path, event: str, name: str) -> CopyKept:
    copy = CopyShelf(data).read(name)
    if copy is None or copy.kind != "event" or copy.event != event or not copy.is_whole(STEPS["event"]):
        raise NotAllowed(N_("That copy is not here any more. Please look again."))
    return copy


def prove_by_checksum(data: Path, event: str, name: str, *, whole: str = "", first: str = "", last: str = "") -> None:
    """Note that the copy was read elsewhere, as the checksum tells: all of it, or the digits at both its ends.

    Raises `InvalidInput` where it is another one, `NotAllowed` for a copy that is not whole or gone, `FileUnusable`.
    """
    copy = _whole(data, event, name)
    if not closing.proves(copy.steps["zip"]["sha256"], whole, first, last):
        raise InvalidInput(
            N_("That is not the checksum of this copy. Choose the file you downloaded, or download it again.")
        )
    copy.proof = {"how": "browser" if whole else "typed", "sha256": copy.steps["zip"]["sha256"]}
    CopyShelf(data).note(copy)


def copy_to_stick(data: Path, event: str, name: str, folder: Path, progress: Progress | None = None) -> Path:
    """Copy the file to a folder elsewhere, read it back from there, note it, and return where it is.

    Raises `NotAllowed`, `FileUnusable`.
    """
    copy = _whole(data, event, name)
    sha256 = copy.steps["zip"]["sha256"]
    there = copy_to(zip_of(data, copy), folder, sha256, progress)
    copy.proof = {"how": "stick", "sha256": sha256}
    CopyShelf(data).note(copy)
    return there


def close_event(kiosk: Kiosk, name: str, entry_id: str) -> Entry:
    """Close the event on screen with a copy that was proven, and return the entry: figures begin after it from now on.

    What arrived after the copy was made counts for the next one. Sent again, it is the same entry. Raises `NotAllowed`
    where nothing is proven, `NotRecorded`, `LogUnreadable`.
    """
    with kiosk.opening:
        kiosk.screen.refresh()
        event = kiosk.event.id
        if there := kiosk.log.entry(entry_id):
            if there.kind != "event_closed" or there.event != event or kiosk.log.void_of(entry_id):
                raise NotAllowed(N_("This page is from before. Please look at it again, and close the event there."))
            return there
        copy = _whole(kiosk.data, event, name)
        sha256 = copy.steps["zip"]["sha256"]
        if not copy.proof or copy.proof.get("sha256") != sha256 or copy.proof.get("how") not in PROVEN:
            raise NotAllowed(N_("No copy elsewhere is proven yet, so the event stays open."))
        if kiosk.log.last_position(copy.through) != copy.entries:
            raise NotAllowed(N_("That copy is of another log than the one here. Please make a new one."))
        if copy.entries <= kiosk.log.begins_after(event):
            raise NotAllowed(N_("This event is closed already with that copy."))
        details = closing.event_details(copy.figures, copy.entries, copy.through, sha256, copy.proof["how"])
        draft = kiosk.draft(entry_id, "event_closed", "staff", actor="staff", details=details)
        return kiosk.log.append(draft).entry


def closed_events(kiosk: Kiosk) -> list[Line]:
    """Return the entries that closed the event on screen, the newest first. Raises `LogUnreadable`."""
    return kiosk.log.lookup.each("event_closed", kiosk.event.id)


def closed_today(kiosk: Kiosk) -> Entry | None:
    """Return the entry that closed the event on screen today, None where none did for good. Raises `LogUnreadable`."""
    last = next((line.entry for line in closed_events(kiosk) if not line.voided), None)
    is_today = last is not None and clock.is_same_day(last.stamp, kiosk.clock.now(), kiosk.event.zone)
    return last if is_today else None
