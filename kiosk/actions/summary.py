"""The official summary: saving a version of what staff wrote, and the whole document as log and words now make it.

Of the event that is running, or of one that was closed: it is due in the days after an event, when the figures on the
staff's pages may have begun anew. What a closed event counts is what its proven copy holds: corrections that arrived
later change nothing in it, but for notes, which are words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.actions.counting import Counting
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.notes import notes_of
from kiosk.actions.periods import meant, period_of
from kiosk.actions.progress import Progress
from kiosk.actions.tally import Tally
from kiosk.domain.document import Block, Document
from kiosk.domain.entry import entry_id
from kiosk.domain.errors import EntryConflict
from kiosk.domain.event import Pack
from kiosk.domain.numbers import Number, numbers_of, values
from kiosk.domain.period import Period
from kiosk.domain.statistics import Overview
from kiosk.domain.summary import Change, Lack, Summary, changed, missing, read_summary
from kiosk.domain.summary_text import document, without_words
from kiosk.domain.summary_told import Told
from kiosk.domain.tables import Speech
from kiosk.storage.cells import Stretch
from kiosk.storage.log import Log, Recorded
from kiosk.storage.notes import Kept
from kiosk.storage.summaries import NewVersion, Version, beside


@dataclass(frozen=True)
class SummaryNow:
    """The summary of a period as it stands: the document, what was saved last (None before), what still lacks, and
    which numbers changed since it was saved. `periods`: all there are, the running one first. `of_itself`: what the
    document says beside each text of the staff's, whatever they write.
    """

    period: Period
    periods: list[Period]
    version: Version | None
    document: Document
    of_itself: dict[str, list[Block]]
    overview: Overview
    numbers: dict[str, Number]
    notes: list[Kept]
    missing: list[Lack]
    changes: list[Change]


def summary_now(
    log: Log,
    pack: Pack,
    tally: Tally,
    speech: Speech,
    begun_by: str | None = None,
    progress: Progress | None = None,
) -> SummaryNow:
    """Return the summary of a period of the pack's event; without `begun_by` of the running one where none was closed,
    or a version of it was saved, or a later day was closed; else of the one that was closed last.

    `speech` is Chinese. Raises `LogUnreadable`, and `NotAllowed` for a period that is none.
    """
    found, period, overview = _counted(log, pack, tally, begun_by, progress)
    notes = notes_of(log, pack.event, period)
    version = log.summaries.newest(pack.event.id, period.same)
    summary = version.summary if version else Summary()
    basis = tally.basis(period.since, overview.through)
    told = Told(pack, overview, [kept.note for kept in notes], summary, basis, speech, period.through is not None)
    now = values(told.numbers)
    return SummaryNow(
        period,
        found,
        version,
        document(told),
        without_words(told),
        overview,
        told.numbers,
        notes,
        missing(
            summary,
            programme={one.id for one in pack.event.programme},
            has_notes=bool(notes),
            has_suggestions=bool(told.family("suggestions")),
            photos_there={photo.digest for kept in notes for photo in kept.note.photos},
        ),
        changed(version.numbers, now) if version else [],
    )


def counting_of(log: Log, pack: Pack, tally: Tally, begun_by: str | None = None) -> Counting | None:
    """Return how far the figures of a period are counted (see `summary_now`), None where they are there at once.

    Raises as `summary_now` does.
    """
    return tally.counting(_stretch(period_of(log, pack, begun_by)))


def write_summary(kiosk: Kiosk, fields: Mapping[str, str], *, source: str) -> Recorded:
    """Return the entry of the version that a form's fields say, durable with the numbers as they stand now.

    `id`, `begun_by` (which period it is of; see `Period`), `replaces` (the version it was written on top of, or
    nothing), and those of `read_summary`. Sent again it is the same entry, whatever was counted meanwhile. Raises
    `FormRefused` with every fault, `InvalidInput`, `EntryConflict`, `NotAllowed` where another version was saved
    meanwhile, `NotRecorded`, `LogUnreadable`.
    """
    new_id, log, screen = entry_id(fields.get("id", "")), kiosk.log, kiosk.screen.get()
    pack = screen.pack
    replaces = entry_id(fields["replaces"]) if fields.get("replaces") else None
    summary, begun_by = read_summary(fields), fields.get("begun_by", "")
    if same := _same(log, new_id, summary, replaces, begun_by):
        return same
    _, period, overview = _counted(log, pack, screen.tally, begun_by)
    notes = [kept.note for kept in notes_of(log, pack.event, period)]
    numbers = numbers_of(pack.event, overview, notes, Speech("zh", str))
    version = NewVersion(summary, values(numbers), log.through(overview.through), period.begun_by, replaces)
    draft = kiosk.draft(new_id, "summary", source, actor="staff", details=version.details())
    try:
        return log.append_with(draft, beside(new_id, pack.event.id, version, period.same))
    except EntryConflict:
        # The same form twice at once: of other numbers it is another entry, of other words it is another summary.
        if same := _same(log, new_id, summary, replaces, begun_by):
            return same
        raise


def _same(log: Log, version_id: str, summary: Summary, replaces: str | None, begun_by: str) -> Recorded | None:
    """Return the entry of a version that is there already and says just this of the same period."""
    there = log.summaries.one(version_id)
    if there is None or (there.summary, there.replaces) != (summary, replaces):
        return None
    # One period has several names once a closing was voided, and the form may have been made before that.
    if begun_by != there.begun_by:
        found = log.periods.of(there.entry.event)
        if not any({begun_by, there.begun_by} <= set(period.same) for period in found):
            return None
    return Recorded(there.entry, False)


def _counted(
    log: Log, pack: Pack, tally: Tally, begun_by: str | None, progress: Progress | None = None
) -> tuple[list[Period], Period, Overview]:
    """Return all periods, the one that is meant, and its figures: of one and the same moment."""
    found = log.periods.of(pack.event.id)
    while True:
        period = meant(log, pack, found, begun_by)
        overview, before = _overview(tally, period, progress), found
        # Closed while it was counted, the running period's figures are those of the next one.
        found = log.periods.of(pack.event.id)
        if found == before:
            return found, period, overview


def _overview(tally: Tally, period: Period, progress: Progress | None) -> Overview:
    stretch = _stretch(period)
    return tally.overview_of(stretch, progress) if stretch else tally.overview(progress)


def _stretch(period: Period) -> Stretch | None:
    """Return the part of the log that a closed period is, None for the running one."""
    return None if period.through is None else Stretch(period.since, period.through, since=period.since)
