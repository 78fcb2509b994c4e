"""What was refused, kept for staff in a small table beside the log that forgets the oldest. Never in any figure."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import apsw

from kiosk.domain.clock import Stamp
from kiosk.domain.entry import canonical_json
from kiosk.storage.database import Database


@dataclass(frozen=True)
class Refusal:
    """`what` in one word; `subject`: the id of the entry it was about, the number of a card, or None."""

    position: int
    what: str
    subject: str | None
    details: dict
    source: str
    stamp: Stamp


class Refusals:
    """The refusals of one database. `reading` is the log's: it gives the thread's connection and names its errors."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], Stamp],
        reading: Callable[[], AbstractContextManager[apsw.Connection]],
    ):
        self._database, self._now, self._reading = database, now, reading

    def add(self, what: str, subject: str | None, details: dict, source: str) -> bool:
        """Keep what was refused and return whether it is kept; never in the way of an answer, so nothing is raised."""
        stamp = self._now()
        row = (what, subject, canonical_json(details), source)
        row += (stamp.wall_ms, stamp.boot, stamp.boottime_ms, stamp.clock)
        try:
            with self._database.write() as connection:
                connection.execute(
                    "INSERT INTO refusals (what, subject, details, source, wall_ms, boot, boottime_ms, clock)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    row,
                )
        except (apsw.Error, OSError):
            return False
        return True

    def newest(self, most: int, before: int | None = None) -> list[Refusal]:
        """Return the newest refusals, of those before a position, the last one first. Raises `LogUnreadable`."""
        sql = (
            "SELECT position, what, subject, details, source, wall_ms, boot, boottime_ms, clock FROM refusals"
            f"{'' if before is None else ' WHERE position < :before'} ORDER BY position DESC LIMIT :most"
        )
        with self._reading() as connection:
            return [
                Refusal(position, what, subject, json.loads(details), source, Stamp(*stamp))
                for position, what, subject, details, source, *stamp in connection.execute(
                    sql, {"most": most, "before": before}
                )
            ]
