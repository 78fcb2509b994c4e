"""Finding entries by what they are, the newest first, however long the log is. Reads only.

There is no index for every question staff may ask; instead a look goes so far back and says where it ended.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import apsw

from kiosk.domain.burst import Tap
from kiosk.domain.entry import FIELDS, Entry, entry_from_row
from kiosk.storage.cells import KNOWN

LOOK_BACK = 100_000  # entries in one look: a tenth of a second, a few on a small computer
NOWHERE = ""  # a stop that was not chosen, or none of the pack's

# Word for word as the index `entries_rare` says it: SQLite uses a partial index only where it can see that it may.
RARE_KINDS = (
    *("display", "pack", "sign_off", "shift", "shift_end"),
    *("anchor", "note", "day_closed", "event_closed"),
)
RARE = "kind IN ({})".format(", ".join(f"'{kind}'" for kind in RARE_KINDS))

COLUMNS = ", ".join(f"entries.{name}" for name in FIELDS)


@dataclass(frozen=True)
class Wanted:
    """What an entry is to be; None for anything. `wall_ms`: from and to, of entries whose clock was known."""

    kind: str | None = None
    stop: str | None = None
    station: str | None = None
    source: str | None = None
    wall_ms: tuple[int, int] | None = None

    def condition(self) -> tuple[str, dict[str, object]]:
        """Return it as SQL and the values in it."""
        where, values = [], {}
        for name in ("kind", "stop", "station", "source"):
            value = getattr(self, name)
            if value == NOWHERE:
                where.append(f"{name} IS NULL")
            elif value is not None:
                where.append(f"{name} = :{name}")
                values[name] = value
        if self.wall_ms:
            where.append(f"{KNOWN} AND wall_ms >= :begin AND wall_ms < :end")
            values |= {"begin": self.wall_ms[0], "end": self.wall_ms[1]}
        return " AND ".join(where) or "TRUE", values


ANYTHING = Wanted()


@dataclass(frozen=True)
class Line:
    """An entry with its order of arrival, and whether it was voided."""

    position: int
    entry: Entry
    voided: bool


@dataclass(frozen=True)
class Found:
    """Entries, the last one first. `older`: before which position to look on, None where the log begins."""

    lines: list[Line]
    older: int | None


class Lookup:
    """The entries of one log. `reading` is the log's: it gives the thread a connection and names errors."""

    def __init__(self, reading: Callable[[], AbstractContextManager[apsw.Connection]]):
        self._reading = reading

    def each(self, kind: str, event: str) -> list[Line]:
        """Return every entry of one of `RARE_KINDS` in an event, the newest first. Raises `LogUnreadable`."""
        sql = (
            "SELECT position, EXISTS (SELECT 1 FROM entries AS later WHERE later.voids = entries.id),"
            f" {COLUMNS} FROM entries INDEXED BY entries_rare"
            f" WHERE {RARE} AND kind = ? AND event = ? ORDER BY position DESC"
        )
        with self._reading() as connection:
            rows = connection.execute(sql, (kind, event)).fetchall()
        return [Line(position, entry_from_row(row), bool(is_voided)) for position, is_voided, *row in rows]

    def newest(self, most: int, before: int | None = None, wanted: Wanted = ANYTHING) -> Found:
        """Return at most so many entries as wanted that arrived before a position. Raises `LogUnreadable`."""
        condition, values = wanted.condition()
        sql = (
            "SELECT position, EXISTS (SELECT 1 FROM entries AS later WHERE later.voids = entries.id),"
            f" {COLUMNS} FROM entries WHERE position < :before AND position >= :from AND {condition}"
            " ORDER BY position DESC LIMIT :most"
        )
        with self._reading() as connection:
            if before is None:
                before = (connection.execute("SELECT max(position) FROM entries").get or 0) + 1
            begin = max(1, before - LOOK_BACK)
            rows = connection.execute(sql, {**values, "before": before, "from": begin, "most": most + 1}).fetchall()
        lines = [Line(position, entry_from_row(row), bool(is_voided)) for position, is_voided, *row in rows]
        if len(lines) > most:
            return Found(lines[:most], lines[most - 1].position)
        return Found(lines, begin if begin > 1 else None)

    def taps_since(self, position: int, voids_since: int, event: str, boot: str) -> tuple[list[Tap], list[str]]:
        """Return the touchscreen's check-ins of an event and a boot that arrived after a position, the first one first,
        and which entries were voided after the other position.

        Raises `LogUnreadable`.
        """
        taps = (
            "SELECT id, party_size, answers, boottime_ms FROM entries WHERE position > ? AND kind = 'check_in'"
            " AND source = 'touch' AND event = ? AND boot = ? ORDER BY position"
        )
        voids = "SELECT voids FROM entries WHERE position > ? AND kind = 'void'"
        with self._reading() as connection:
            return (
                [Tap(*row) for row in connection.execute(taps, (position, event, boot))],
                [row[0] for row in connection.execute(voids, (voids_since,))],
            )
