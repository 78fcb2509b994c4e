"""Closing the day: the screens say so, its figures are frozen as an entry, and a whole copy is made and read back.

The first two are done at once; the copy takes its time, so on a page it is for a child process (`kiosk close-day`). The
log stays open throughout: what arrives later is told beside the frozen figures, and closing again freezes it too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.actions.display import change_display
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.office import Office
from kiosk.actions.progress import Progress
from kiosk.actions.tally import Report, Tally
from kiosk.domain import closing
from kiosk.domain.clock import Stamp
from kiosk.domain.closing import STEPS
from kiosk.domain.entry import Draft, Entry, mint_id
from kiosk.domain.errors import N_, UnknownEntry
from kiosk.domain.event import Pack
from kiosk.storage.copies_kept import CopyKept, CopyShelf
from kiosk.storage.log import Log


@dataclass(frozen=True)
class DayClosed:
    """The last day that was closed: its entry, its copy (None where none was begun), whether it is today's, how many
    visits came since (fewer than none where more were taken back), and whether all figures are as they were.
    """

    entry: Entry
    copy: CopyKept | None
    is_today: bool
    visits_since: int
    is_as_frozen: bool

    @property
    def missing(self) -> list[str]:
        """Return the steps of the copy that are not done yet."""
        return [step for step in STEPS["day"] if self.copy is None or step not in self.copy.steps]


def close_day(kiosk: Kiosk) -> Entry:
    """Put “over for today” on the screens, freeze today's figures, and return their entry: durable then.

    Where nothing has changed since they were frozen, that entry stays. Raises `NotRecorded`, `LogUnreadable`.
    """
    # The screens first: whoever comes now is told, and does not fall between the figures and the door. An event that is
    # over for good stays so.
    if kiosk.display.is_open or kiosk.display.state == "before":
        change_display(kiosk, state="closed")
    with kiosk.opening:
        kiosk.screen.refresh()
        now = kiosk.clock.now()
        return _freeze(kiosk.log, kiosk.event.id, kiosk.tally.report(now), now, kiosk.draft)


def close_day_beside(log: Log, pack: Pack, now: Stamp) -> Entry:
    """Freeze the figures for a command, beside a running kiosk or without one; what is on its screens stays."""

    def draft(entry_id: str, kind: str, source: str, **said: object) -> Draft:
        return Draft(id=entry_id, kind=kind, event=pack.event.id, source=source, pack=pack.digest, **said)

    return _freeze(log, pack.event.id, Tally(log, pack.event).report(now), now, draft)


def _freeze(log: Log, event: str, report: Report, now: Stamp, draft: Callable[..., Draft]) -> Entry:
    before = last_frozen(log, event)
    is_today = before is not None and closing.is_of(before.details, report.day, now.boot)
    if is_today and closing.is_as_frozen(before.details, report.of_day):
        return before
    details = closing.day_details(report.day, now.boot, report.of_day, report.through, log.through(report.through))
    return log.append(draft(mint_id(), "day_closed", "staff", actor="staff", details=details)).entry


def last_frozen(log: Log, event: str) -> Entry | None:
    """Return the entry that closed a day last, None where none did since the event began. Raises `LogUnreadable`."""
    entry = log.last("day_closed", event)
    # Not `begins_after`: whoever froze the day once more after the final copy was made froze the event it closed.
    if entry is None or (log.position(entry.id) or 0) <= log.closed_at(event):
        return None
    return entry


def copy_of_day(data: Path, log: Log, entry_id: str, office: Office, progress: Progress | None = None) -> CopyKept:
    """Make the copy that belongs to a closed day, or what it lacks, and return it: whole, and read back.

    Older ones that are too many go then. Raises `UnknownEntry`, `FileUnusable`, `LogUnreadable`.
    """
    # Here, since a kiosk that serves leaves this to a child, and the library for workbooks would slow its start.
    from kiosk.actions.whole_copy import at_work_on, make_whole, tidy

    entry = log.entry(entry_id)
    if entry is None or entry.kind != "day_closed":
        raise UnknownEntry(N_("There is no entry %(id)s in the log."), id=entry_id)
    copy = _copy_of(data, entry) or CopyKept(_name(data, log, entry), "day", entry.event, entry.id)
    with at_work_on(data, log, copy) as folder:
        copy = _copy_of(data, entry) or copy  # another process may have made it meanwhile
        copy.wall_ms, copy.clock = entry.wall_ms, entry.clock
        made = make_whole(data, folder, copy, office, progress)
    tidy(data, log, "day")
    return made


def _name(data: Path, log: Log, entry: Entry) -> str:
    # By the entry's place in the log, so that the names are in order on a machine that knows no date.
    return CopyShelf(data).free_name(f"day-{entry.details.get('day') or 'undated'}-{log.position(entry.id):08d}")


def _copy_of(data: Path, entry: Entry) -> CopyKept | None:
    return next((one for one in CopyShelf(data).all() if one.entry == entry.id), None)


def day_closed(kiosk: Kiosk, report: Report) -> DayClosed | None:
    """Return the day that was closed last, as it stands beside the figures of today. Raises `LogUnreadable`."""
    entry = last_frozen(kiosk.log, kiosk.event.id)
    if entry is None:
        return None
    now = kiosk.clock.now()
    details = entry.details
    return DayClosed(
        entry,
        _copy_of(kiosk.data, entry),
        closing.is_of(details, report.day, now.boot),
        closing.visits_since(details, report.of_day),
        closing.is_as_frozen(details, report.of_day),
    )
