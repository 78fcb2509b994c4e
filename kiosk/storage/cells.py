"""What counting is made from: the log's entries grouped into small additive cells, one GROUP BY for each kind of cell.

Must not add them up (`domain/statistics` does). Cells of the stretches `(0, a]` and `(a, b]` add up to those of
`(0, b]` whatever the order in which entries and their voids arrived.
"""

import json
from dataclasses import dataclass

import apsw

from kiosk.domain.cell import QUARTER_MS, Cell, MarkCell
from kiosk.domain.clock import KNOWN_TRUSTS

KNOWN = "clock IN ({})".format(", ".join(f"'{trust}'" for trust in KNOWN_TRUSTS))
_QUARTER = f"CASE WHEN {KNOWN} THEN wall_ms / {QUARTER_MS} END"
# Looked for only where there are any: of a large log nearly every entry is a check-in.
_SUGGESTIONS = "CASE WHEN kind = 'feedback' THEN details -> '$.suggestions' END"
_AGAIN = "CASE WHEN kind = 'quiz' THEN details ->> '$.again' END"

_CELL = f"kind, stop, station, {_QUARTER} AS quarter, answers, {_SUGGESTIONS}, {_AGAIN}"
# Rounds of before there were topics have marks without one.
_MARK = f"mark.value ->> '$.question', mark.value ->> '$.topic', {_QUARTER} AS quarter, mark.value ->> '$.right'"
_MARKS = ", json_each(details, '$.questions') AS mark"

# An entry is taken back once, where the later of it and its first void arrived.
_TAKEN = """(SELECT voids AS target, min(position) AS void_position FROM entries
             WHERE voids IS NOT NULL GROUP BY voids) JOIN entries ON entries.id = target"""
_ADDED_HERE = "position > :after AND position <= :through"
_TAKEN_HERE = "max(position, void_position) > :after AND max(position, void_position) <= :through"


@dataclass(frozen=True)
class Stretch:
    """A part of the log: after a position and through another one; `wall_ms` (from, to) keeps entries with a known
    clock in that time, `boot` those made since that start of the machine.

    `since`: entries that arrived after it alone. What a later void takes back of earlier ones is no part of them; cells
    with the same `since` add up.
    """

    after: int = 0
    through: int = 1 << 62
    wall_ms: tuple[int, int] | None = None
    boot: str | None = None
    since: int = 0

    def condition(self) -> tuple[str, dict]:
        """Return what an entry must be apart from its position, as SQL and the values in it."""
        where, values = "event = :event", {"after": self.after, "through": self.through}
        if self.wall_ms is not None:
            where += f" AND {KNOWN} AND wall_ms >= :begin AND wall_ms < :end"
            values |= {"begin": self.wall_ms[0], "end": self.wall_ms[1]}
        if self.boot is not None:
            where += " AND boot = :boot"
            values["boot"] = self.boot
        if self.since:
            where += " AND position > :since"
            values["since"] = self.since
        return where, values


EVERYTHING = Stretch()


def cells(connection: apsw.Connection, event: str, stretch: Stretch) -> list[Cell]:
    """Return the cells of an event's entries."""
    where, values = stretch.condition()
    where, values = f"{where} AND kind <> 'void'", {**values, "event": event}
    group = "GROUP BY 1, 2, 3, 4, 5, 6, 7"
    added = f"SELECT {_CELL}, count(*), sum(party_size) FROM entries WHERE {where} AND {_ADDED_HERE} {group}"
    taken = f"SELECT {_CELL}, -count(*), -sum(party_size) FROM {_TAKEN} WHERE {where} AND {_TAKEN_HERE} {group}"
    return [_cell(row) for sql in (added, taken) for row in connection.execute(sql, values)]


def marks(connection: apsw.Connection, event: str, stretch: Stretch) -> list[MarkCell]:
    """Return the cells of the questions that an event's rounds asked."""
    where, values = stretch.condition()
    where, values = f"{where} AND kind = 'quiz'", {**values, "event": event}
    added = f"SELECT {_MARK}, count(*) FROM entries{_MARKS} WHERE {where} AND {_ADDED_HERE} GROUP BY 1, 2, 3, 4"
    taken = f"SELECT {_MARK}, -count(*) FROM {_TAKEN}{_MARKS} WHERE {where} AND {_TAKEN_HERE} GROUP BY 1, 2, 3, 4"
    return [
        MarkCell(question, topic, quarter, bool(right), times)
        for sql in (added, taken)
        for question, topic, quarter, right, times in connection.execute(sql, values)
    ]


def _cell(row: tuple) -> Cell:
    kind, stop, station, quarter, answers, suggestions, again, entries, people = row
    suggested = tuple(json.loads(suggestions)) if suggestions else ()
    return Cell(
        kind,
        stop,
        station,
        quarter,
        json.loads(answers),
        entries,
        people,
        suggested,
        None if again is None else bool(again),
    )
