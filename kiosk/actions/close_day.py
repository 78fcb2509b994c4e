"""Closing the day: the screens say so, its figures are frozen as an entry, and a whole copy is made and read back.

The first two are done at once; the copy takes its time, so on a page it is for a child process (`kiosk close-day`). The
log stays open throughout: what arrives later is told beside the frozen figures, and closing again freezes it too. A day
that nobody closed in time is closed the same way later, but for the screens, which say what is today.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.actions.display import change_display
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.office import Office
from kiosk.actions.progress import Progress
from kiosk.actions.tally import Report, Tally
from kiosk.domain import clock, closing
from kiosk.domain.clock import Stamp
from kiosk.domain.closing import STEPS
from kiosk.domain.entry import Draft, Entry, mint_id
from kiosk.domain.errors import N_, NotAllowed, UnknownEntry
from kiosk.domain.event import Pack
from kiosk.storage.copies_kept import CopyKept, CopyShelf
from kiosk.storage.log import Log
from kiosk.storage.lookup import Line


@dataclass(frozen=True)
class DayClosed:
    """A day that was closed: its entry, its copy (None where none was begun), how many visits came since (fewer than
    none where more were taken back), whether all figures are as they were, and whether its event was closed since: then
    the frozen ones stay, and figures are those of the next event.
    """

    entry: Entry
    copy: CopyKept | None
    visits_since: int
    is_as_frozen: bool
    is_over: bool = False

    @property
    def missing(self) -> list[str]:
        """Return the steps of the copy that are not done yet."""
        return [step for step in STEPS["day"] if self.copy is None or step not in self.copy.steps]


def close_day(kiosk: Kiosk, day: date | None = None) -> Entry:
    """Put “over for today” on the screens, freeze today's figures, and return their entry: durable then.

    Of an earlier `day` only the figures are frozen. Where nothing has changed since they were, that entry stays. Raises
    `NotAllowed` for a day of which there is nothing to tell, `NotRecorded`, `LogUnreadable`.
    """
    day = _if_earlier(day, kiosk.clock.now(), kiosk.event.zone)
    # The screens first: whoever comes now is told, and does not fall between the figures and the door. An event that is
    # over for good stays so.
    if day is None and (kiosk.display.is_open or kiosk.display.state == "before"):
        change_display(kiosk, state="closed")
    with kiosk.opening:
        kiosk.screen.refresh()
        return _freeze(kiosk.log, kiosk.event.id, kiosk.tally, kiosk.clock.now(), day, kiosk.draft)


def close_day_beside(log: Log, pack: Pack, now: Stamp, day: date | None = None) -> Entry:
    """Freeze the figures for a command, beside a running kiosk or without one; what is on its screens stays.

    Raises what `close_day` does.
    """

    def draft(entry_id: str, kind: str, source: str, **said: object) -> Draft:
        return Draft(id=entry_id, kind=kind, event=pack.event.id, source=source, pack=pack.digest, **said)

    day = _if_earlier(day, now, pack.event.zone)
    return _freeze(log, pack.event.id, Tally(log, pack.event), now, day, draft)


def _if_earlier(day: date | None, now: Stamp, zone: ZoneInfo) -> date | None:
    """Return a day that is not today; today is closed as today, however it is named."""
    return None if day == clock.local_day(now, zone) else day


def _freeze(log: Log, event: str, tally: Tally, now: Stamp, day: date | None, draft: Callable[..., Draft]) -> Entry:
    report = tally.report(now, day)
    before = last_frozen(log, event, report.day, now.boot)
    if before and _is_as_frozen(before, report, _is_over(log, event, before)):
        return before.entry
    if day and not before and not report.of_day.tells_anything:
        # A slip of the finger would make a brief of a day that never was.
        raise NotAllowed(N_("This event has no figures of %(day)s, so there is nothing to close."), day=day)
    # Of an earlier day nobody can tell which of them were of it.
    undated = 0 if day else tally.undated(now.boot) - _undated_told(log, event, report.day, now.boot)
    through = log.through(report.through)
    details = closing.day_details(report.day, now.boot, report.of_day, report.through, through, undated)
    return log.append(draft(mint_id(), "day_closed", "staff", actor="staff", details=details)).entry


def _undated_told(log: Log, event: str, today: date | None, boot: str) -> int:
    """Return how many visits of this start of the machine without a date were told beside other days."""
    told: dict[date | None, int] = {}
    for line in log.lookup.each("day_closed", event):  # the newest first
        if line.entry.boot == boot and closing.day_of(line.entry.details) != today:
            told.setdefault(closing.day_of(line.entry.details), line.entry.details.get("undated", 0))
    return sum(told.values())


def last_frozen(log: Log, event: str, day: date | None, boot: str) -> Line | None:
    """Return the entry that closed a day last, or that start of a machine that knows no date; None where none did.

    Raises `LogUnreadable`.
    """
    closed = log.lookup.each("day_closed", event)
    return next((line for line in closed if closing.is_of(line.entry.details, day, boot)), None)


def _is_over(log: Log, event: str, line: Line) -> bool:
    """Return whether the event of a closed day was closed since."""
    # Not `begins_after`: whoever froze the day once more after the final copy was made froze the event it closed.
    return line.position <= log.closed_at(event)


def _is_as_frozen(line: Line, report: Report, is_over: bool) -> bool:
    """Return whether nothing has come or changed since; after an event that is over, nothing of the next one."""
    return not report.of_day.tells_anything if is_over else closing.is_as_frozen(line.entry.details, report.of_day)


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
    """Return the day of a report as it was closed last, beside the figures there; None where it was not.

    Raises `LogUnreadable`.
    """
    line = last_frozen(kiosk.log, kiosk.event.id, report.day, kiosk.clock.now().boot)
    if line is None:
        return None
    is_over = _is_over(kiosk.log, kiosk.event.id, line)
    return DayClosed(
        line.entry,
        _copy_of(kiosk.data, line.entry),
        report.of_day.visits if is_over else closing.visits_since(line.entry.details, report.of_day),
        _is_as_frozen(line, report, is_over),
        is_over,
    )


def day_left_open(kiosk: Kiosk, today: date | None) -> date | None:
    """Return the newest day before today that has figures and was not closed; None too where today is not known.

    A day that was closed is closed, whatever event was closed since: who came between that and midnight is no reason to
    write over its figures. Raises `LogUnreadable`.
    """
    if today is None:
        return None
    closed = {closing.day_of(line.entry.details) for line in kiosk.log.lookup.each("day_closed", kiosk.event.id)}
    return next((day for day in kiosk.tally.days() if day < today and day not in closed), None)


def day_closed_late(kiosk: Kiosk, today: date | None) -> date | None:
    """Return the earlier day that was closed only today, the last one to be; None where none was.

    Raises `LogUnreadable`.
    """
    for line in kiosk.log.lookup.each("day_closed", kiosk.event.id):
        day = closing.day_of(line.entry.details)
        if today and day and day < today == clock.local_day(line.entry.stamp, kiosk.event.zone):
            return day
    return None
