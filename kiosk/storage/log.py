"""The log: the only place that writes entries, and the reads that everything else is made from.

Owns the group commit, the gapless sequence, replay against conflict, and the rule of what may be voided. Must not count
for people (that is `domain/statistics`) nor know what an entry means on a screen.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import apsw

from kiosk.domain.cell import Cell, MarkCell
from kiosk.domain.clock import Stamp
from kiosk.domain.entry import FIELDS, Draft, Entry, canonical_json, entry_from_row
from kiosk.domain.errors import N_, EntryConflict, KioskError, LogUnreadable, NotAllowed, NotRecorded, UnknownEntry
from kiosk.storage.cells import EVERYTHING, Stretch, cells, marks
from kiosk.storage.database import Database
from kiosk.storage.lookup import RARE, RARE_KINDS, Lookup
from kiosk.storage.notes import Notes
from kiosk.storage.periods import Periods
from kiosk.storage.refusals import Refusals
from kiosk.storage.shared_commit import SharedCommit
from kiosk.storage.stamps import Stamps
from kiosk.storage.summaries import Summaries

_logger = logging.getLogger(__name__)

_COLUMNS = ", ".join(FIELDS)
_INSERT = f"INSERT INTO entries ({_COLUMNS}) VALUES ({', '.join('?' * len(FIELDS))})"
# A disk can fail while nobody checks in, so success is believed only so long; a failing one is not tried at every look.
BELIEVE_SECONDS = 30
TRY_AGAIN_SECONDS = 1

_LAST_SEQ = "SELECT seq FROM entries WHERE device = ? ORDER BY seq DESC LIMIT 1"
_OF_EVENT = "(:event IS NULL OR event = :event) AND (:through IS NULL OR position <= :through)"
_VOIDED = (
    "EXISTS (SELECT 1 FROM entries AS later"
    " WHERE later.voids = entries.id AND (:through IS NULL OR later.position <= :through))"
)
_LAST = f"{RARE} AND kind = ? AND event = ? ORDER BY position DESC"
_LAST_OF_ALL = f"{RARE} AND kind = ? ORDER BY position DESC"


@dataclass(frozen=True)
class Recorded:
    """The entry in the log, and whether this call put it there (a replay finds it there already)."""

    entry: Entry
    fresh: bool


class _Job:
    """One draft on its way into a shared commit; until that tells otherwise it is not recorded."""

    __slots__ = ("beside", "digest", "draft", "error", "recorded")

    def __init__(self, draft: Draft, beside: Callable[[apsw.Connection], None] | None = None):
        self.draft, self.digest, self.beside = draft, draft.digest(), beside
        self.recorded: Recorded | None = None
        self.error: KioskError | None = None


class Log:
    """The entries of one database. Any thread may call any method."""

    def __init__(self, database: Database, now: Callable[[], Stamp]):
        self._database, self._now = database, now
        self._commits = SharedCommit(self._commit)
        self._last_try: float | None = None
        self.failure: str | None = None  # why the last write failed, None when it did not
        self.refusals = Refusals(database, lambda: self._now(), self._reading)
        self.stamps = Stamps(self._reading)
        self.lookup = Lookup(self._reading)
        self.notes = Notes(self._reading)
        self.periods = Periods(self._reading)
        self.summaries = Summaries(self._reading)
        with self._reading() as connection:
            self.device: str = connection.execute("SELECT id FROM device").get

    # Writing

    def append(self, draft: Draft) -> Recorded:
        """Return the entry once it would survive pulling the plug.

        The same id with the same content gives the entry that is there. Raises `EntryConflict` when the id is taken by
        other content, `NotRecorded` when the entry could not be made durable, and for a void `UnknownEntry` or
        `NotAllowed`.

        Callers that come while a commit is under way share the next one: the first of them commits for all.
        """
        (outcome,) = self.append_each(draft)
        if isinstance(outcome, KioskError):
            raise outcome
        return outcome

    def append_with(self, draft: Draft, beside: Callable[[apsw.Connection], None]) -> Recorded:
        """Return the entry as `append` does, with rows of its own that `beside` writes: all are durable, or none.

        `beside` is called within the commit, once the entry is in, and not at all for a replay. What it raises of ours
        is raised here, and its entry is not recorded then.
        """
        (outcome,) = self._commit_for([_Job(draft, beside)], keeps_conflicts=True)
        if isinstance(outcome, KioskError):
            raise outcome
        return outcome

    def append_each(self, *drafts: Draft, keeps_conflicts: bool = True) -> list[Recorded | KioskError]:
        """Return what came of each draft, as `append` would tell it; in one commit, so all are durable or none.

        `keeps_conflicts`: among the refusals too, as what somebody said in vain.
        """
        return self._commit_for([_Job(draft) for draft in drafts], keeps_conflicts)

    def _commit_for(self, jobs: list[_Job], keeps_conflicts: bool) -> list[Recorded | KioskError]:
        self._commits.run(jobs)
        for job in jobs:
            if keeps_conflicts and isinstance(job.error, EntryConflict):
                said = {"kind": job.draft.kind, "party_size": job.draft.party_size}
                self.refusals.add("conflict", job.draft.id, said, job.draft.source)
        return [job.recorded or job.error or NotRecorded("interrupted") for job in jobs]

    def _commit(self, together: list[list[_Job]]) -> None:
        batch = [job for jobs in together for job in jobs]
        failure: str | None = "interrupted"
        try:
            with self._database.write() as connection:
                last = connection.execute(_LAST_SEQ, (self.device,)).get or 0
                for job in batch:
                    try:
                        job.recorded = self._insert(connection, job, last + 1)
                        last += job.recorded.fresh
                    except KioskError as error:
                        job.error = error
                    except apsw.ConstraintError as error:
                        # Undoes only this statement; the other callers' entries are none the worse.
                        _logger.error("refused by the file: %s", error)
                        job.error = NotRecorded(str(error))
            failure = None
        except (apsw.Error, OSError, MemoryError) as error:
            failure = f"{type(error).__name__}: {error}"
            _logger.error("not recorded: %s", failure)
        finally:
            self.failure, self._last_try = failure, time.monotonic()
            if failure is not None:
                for job in batch:
                    # The commit may have reached the disk all the same; the same id sent again tells.
                    job.recorded, job.error = None, job.error or NotRecorded(failure)

    def _insert(self, connection: apsw.Connection, job: _Job, seq: int) -> Recorded:
        draft = job.draft
        there = _entry(connection, "id = ?", draft.id)
        if there is not None:
            if there.digest != job.digest:
                raise EntryConflict(draft.id, there.kind)
            return Recorded(there, False)
        if draft.voids is not None:
            earlier = _entry(connection, "kind = 'void' AND voids = ?", draft.voids)
            if earlier is not None:
                return Recorded(earlier, False)
            target = _entry(connection, "id = ?", draft.voids)
            if target is None:
                raise UnknownEntry(N_("There is no entry %(id)s in the log."), id=draft.voids)
            if target.kind == "void":
                raise NotAllowed(N_("%(id)s is itself a correction; it cannot be voided."), id=draft.voids)
        stamp = self._now()
        entry = Entry(
            id=draft.id,
            device=self.device,
            seq=seq,
            event=draft.event,
            stop=draft.stop,
            station=draft.station,
            kind=draft.kind,
            party_size=draft.party_size,
            answers=draft.answers,
            subject=draft.subject,
            details=draft.details,
            voids=draft.voids,
            actor=draft.actor,
            reason=draft.reason,
            pack=draft.pack,
            source=draft.source,
            wall_ms=stamp.wall_ms,
            boot=stamp.boot,
            boottime_ms=stamp.boottime_ms,
            clock=stamp.clock,
            digest=job.digest,
        )
        row = [getattr(entry, name) for name in FIELDS]
        row[_ANSWERS], row[_DETAILS] = canonical_json(entry.answers), canonical_json(entry.details)
        if job.beside is None:
            connection.execute(_INSERT, row)
        else:
            with connection:  # a savepoint: what is refused half-way leaves nothing, and the others' entries stay
                connection.execute(_INSERT, row)
                job.beside(connection)
        return Recorded(entry, True)

    def can_record(self) -> bool:
        """Return whether writing works: as the last try told, or by trying when that is too long ago."""
        age = float("inf") if self._last_try is None else time.monotonic() - self._last_try
        if age < (BELIEVE_SECONDS if self.failure is None else TRY_AGAIN_SECONDS):
            return self.failure is None
        return self.try_writing()

    def is_failing(self) -> bool:
        """Return whether the last write failed and another try does too: costs nothing while all is well."""
        return self.failure is not None and not self.can_record()

    def try_writing(self) -> bool:
        """Write one durable trial that no figure counts; return whether it worked."""
        try:
            with self._database.write() as connection:
                connection.execute("UPDATE device SET trials = trials + 1")
            self.failure = None
        except (apsw.Error, OSError, MemoryError) as error:
            self.failure = f"{type(error).__name__}: {error}"
        self._last_try = time.monotonic()
        return self.failure is None

    # Reading

    @contextmanager
    def _reading(self, connection: apsw.Connection | None = None) -> Iterator[apsw.Connection]:
        """Give this thread's reading connection, or the one named. Raises `LogUnreadable` for its errors."""
        try:
            yield connection or self._database.read()
        except (apsw.Error, OSError) as error:
            self._database.drop_reader()
            raise LogUnreadable(f"{type(error).__name__}: {error}") from None

    def entry(self, entry_id: str) -> Entry | None:
        """Return the entry with that id, or None."""
        with self._reading() as connection:
            return _entry(connection, "id = ?", entry_id)

    def void_of(self, entry_id: str) -> Entry | None:
        """Return the first correction that voids that entry, or None."""
        with self._reading() as connection:
            return _entry(connection, "kind = 'void' AND voids = ?", entry_id)

    def read_back(self, entry_id: str) -> Entry | None:
        """Return the entry with that id as a connection made for this alone finds it. Raises `LogUnreadable`."""
        try:
            connection = self._database.connect(read_only=True)
        except (apsw.Error, OSError) as error:
            raise LogUnreadable(f"{type(error).__name__}: {error}") from None
        try:
            with self._reading(connection):
                return _entry(connection, "id = ?", entry_id)
        finally:
            connection.close(True)

    def bytes_on_disk(self) -> int:
        """Return the size of the file and of what is not yet folded into it."""
        return self._database.bytes_on_disk()

    def last(self, kind: str, event: str | None) -> Entry | None:
        """Return the newest entry of one of `RARE_KINDS` in an event, of all where it is None, or None.

        Quick however long the log is.
        """
        if kind not in RARE_KINDS:
            raise LookupError(f"{kind} is not among the kinds that are found quickly")
        with self._reading() as connection:
            return _entry(connection, _LAST_OF_ALL, kind) if event is None else _entry(connection, _LAST, kind, event)

    def last_stamp(self, boot: str, trusts: Collection[str], after: int) -> Stamp | None:
        """Return the newest stamp of a boot with one of these trusts, among what arrived after a position."""
        known = ", ".join("?" * len(trusts))
        sql = f"boot = ? AND clock IN ({known}) AND position > ? ORDER BY position DESC"
        with self._reading() as connection:
            entry = _entry(connection, sql, boot, *trusts, after)
        return entry.stamp if entry else None

    def begins_after(self, event: str) -> int:
        """Return the position after which an event's figures begin: 0, or where it was closed last for good."""
        return max((one.end for one in self.periods.closings(event) if not one.is_voided), default=0)

    def closed_at(self, event: str) -> int:
        """Return the position of the entry that closed the event last for good, 0 where none did."""
        return max((one.position for one in self.periods.closings(event) if not one.is_voided), default=0)

    def through(self, position: int) -> dict[str, int]:
        """Return the last sequence number of each device among the entries up to a position."""
        sql = "SELECT device, max(seq) FROM entries WHERE position <= ? GROUP BY device ORDER BY device"
        with self._reading() as connection:
            return dict(connection.execute(sql, (position,)))

    def last_position(self, through: dict[str, int]) -> int:
        """Return where the last of these entries, a sequence number for each device, arrived here; 0 if one did not."""
        sql = (
            "SELECT max(position), count(*) FROM json_each(?) AS held"
            " JOIN entries ON entries.device = held.key AND entries.seq = held.value"
        )
        with self._reading() as connection:
            last, found = connection.execute(sql, (canonical_json(through),)).fetchone()
        return last if found == len(through) and last else 0

    def position(self, entry_id: str) -> int | None:
        """Return the order of arrival of that entry, the cursor for `cells`."""
        with self._reading() as connection:
            return connection.execute("SELECT position FROM entries WHERE id = ?", (entry_id,)).get

    def size(self) -> tuple[int, int]:
        """Return the number of entries and this device's last sequence number."""
        with self._reading() as connection:
            # Nothing is ever deleted, so the last position is the count, and costs nothing to read.
            entries = connection.execute("SELECT max(position) FROM entries").get or 0
            return entries, connection.execute(_LAST_SEQ, (self.device,)).get or 0

    def cells(self, event: str, stretch: Stretch = EVERYTHING) -> list[Cell]:
        """Return the additive cells of an event's entries in a stretch of the log, voided ones taken back."""
        with self._reading() as connection:
            return cells(connection, event, stretch)

    def marks(self, event: str, stretch: Stretch = EVERYTHING) -> list[MarkCell]:
        """Return the additive cells of the questions that an event's quiz rounds asked, voided rounds taken back."""
        with self._reading() as connection:
            return marks(connection, event, stretch)

    def question_ids(self, event: str | None = None) -> list[str]:
        """Return every question that any entry answers, sorted."""
        sql = (
            "SELECT DISTINCT key FROM (SELECT DISTINCT answers FROM entries WHERE :event IS NULL OR event = :event),"
            " json_each(answers) ORDER BY key"
        )
        with self._reading() as connection:
            return [row[0] for row in connection.execute(sql, {"event": event})]

    def count(self, event: str | None = None, through: int | None = None) -> int:
        """Return the number of entries, of one event or all, through a position or to the end."""
        sql = f"SELECT count(*) FROM entries WHERE {_OF_EVENT}"
        with self._reading() as connection:
            return connection.execute(sql, {"event": event, "through": through}).get

    def rows(self, event: str | None = None, through: int | None = None, tell_voided: bool = False) -> Iterator[tuple]:
        """Yield every entry by (device, seq), a tuple in the order of `FIELDS`, `answers` and `details` as JSON text;
        with `tell_voided` one more at its end, 1 for an entry that was voided.

        One consistent view, however long reading takes and whatever is recorded meanwhile: `through` a position, as
        if nothing had arrived since, or of all that is there when it begins.
        """
        columns = f"{_COLUMNS}, {_VOIDED}" if tell_voided else _COLUMNS
        sql = f"SELECT {columns} FROM entries WHERE {_OF_EVENT} ORDER BY device, seq"
        try:
            connection = self._database.connect(read_only=True)
        except apsw.Error as error:
            raise LogUnreadable(f"{type(error).__name__}: {error}") from None
        try:
            with self._reading(connection):
                yield from connection.execute(sql, {"event": event, "through": through})
        finally:
            connection.close(True)


_ANSWERS, _DETAILS = FIELDS.index("answers"), FIELDS.index("details")


def _entry(connection: apsw.Connection, where: str, *values: str | int) -> Entry | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM entries WHERE {where} LIMIT 1", values).fetchone()
    return None if row is None else entry_from_row(row)
