"""Where an event was closed in the log, and which entries lie between: what a summary rests on. Reads only."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager

import apsw

from kiosk.domain.basis import Basis
from kiosk.domain.clock import TRUSTS
from kiosk.domain.period import Closing, Period, periods
from kiosk.storage.lookup import RARE

# Where each closing ends: after the last of the entries that its proven copy holds.
_CLOSINGS = (
    "SELECT closing.id, max(entries.position),"
    " EXISTS (SELECT 1 FROM entries AS later WHERE later.voids = closing.id), closing.position"
    " FROM entries AS closing INDEXED BY entries_rare, json_each(closing.details, '$.through') AS held"
    " JOIN entries ON entries.device = held.key AND entries.seq = held.value"
    f" WHERE closing.{RARE} AND closing.kind = 'event_closed' AND closing.event = ?"
    " GROUP BY closing.id ORDER BY closing.position"
)
# Without what was saved of the summary itself: saving it again would change what it says it rests on.
_BASIS = (
    "SELECT device, clock, min(seq), max(seq), count(*) FROM entries"
    " WHERE event = ? AND position > ? AND position <= ? AND kind <> 'summary' GROUP BY device, clock"
)


class Periods:
    """The periods of one log's events. `reading` is the log's: it gives the thread a connection and names errors."""

    def __init__(self, reading: Callable[[], AbstractContextManager[apsw.Connection]]):
        self._reading = reading

    def closings(self, event: str) -> list[Closing]:
        """Return what closed an event, in order of arrival. Raises `LogUnreadable`, as all of these do."""
        with self._reading() as connection:
            rows = connection.execute(_CLOSINGS, (event,)).fetchall()
        return [Closing(one, end, bool(voided), position) for one, end, voided, position in rows]

    def of(self, event: str) -> list[Period]:
        """Return the periods of an event, the running one first."""
        return periods(self.closings(event))

    def basis(self, event: str, since: int, through: int) -> list[Basis]:
        """Return which entries of an event arrived after a position and through another one, by device."""
        found: dict[str, list[tuple[str, int, int, int]]] = defaultdict(list)
        with self._reading() as connection:
            for device, *row in connection.execute(_BASIS, (event, since, through)):
                found[device].append(tuple(row))
        return [
            Basis(
                device,
                min(first for _, first, _, _ in rows),
                max(last for _, _, last, _ in rows),
                sum(count for *_, count in rows),
                {clock: count for trust in TRUSTS for clock, _, _, count in rows if clock == trust},
            )
            for device, rows in sorted(found.items())
        ]
