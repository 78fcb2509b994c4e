"""What the log knows of one stamp card, of all of them, and of volunteers' shifts: reads that the indexes make quick.

Writes nothing, and knows no rule of how often a card may be stamped (`actions/stamp` does).
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import apsw

from kiosk.domain.cell import WorkCell
from kiosk.domain.entry import Entry, entry_from_row
from kiosk.storage.lookup import COLUMNS, RARE

# Word for word as the indexes of migration 0003 say it: SQLite uses a partial index only where it can see that it may.
_OF_CARDS = "kind IN ('scan', 'souvenir', 'check_in') AND subject IS NOT NULL"
_OF_SHIFTS = "kind IN ('scan', 'souvenir', 'tally', 'tally_less')"
_NOT_VOIDED = "NOT EXISTS (SELECT 1 FROM entries AS later WHERE later.voids = entries.id)"
BELIEVE_SECONDS, QUICK_SECONDS = 20, 0.05


@dataclass(frozen=True)
class CardEntry:
    """A stamp on a card, its souvenir, or the visit that came of it; and who took it back, if anybody did."""

    entry: Entry
    is_voided: bool
    voided_by: str | None


class Stamps:
    """The cards and shifts of one log. `reading` is the log's: it gives the thread a connection and names errors."""

    def __init__(self, reading: Callable[[], AbstractContextManager[apsw.Connection]]):
        self._reading = reading
        self._cards: tuple[tuple | None, tuple[int, int], float] = (None, (0, 0), 0)

    def of_card(self, event: str, number: str) -> list[CardEntry]:
        """Return what happened to a card, in order of arrival. Raises `LogUnreadable`."""
        sql = (
            "SELECT (SELECT actor FROM entries AS later WHERE later.voids = entries.id ORDER BY position LIMIT 1),"
            " EXISTS (SELECT 1 FROM entries AS later WHERE later.voids = entries.id),"
            f" {COLUMNS} FROM entries INDEXED BY entries_of_card"
            f" WHERE {_OF_CARDS} AND event = ? AND subject = ? ORDER BY position"
        )
        with self._reading() as connection:
            return [
                CardEntry(entry_from_row(row), bool(is_voided), actor)
                for actor, is_voided, *row in connection.execute(sql, (event, number))
            ]

    def cards(self, event: str, full_at: int | None, since: int = 0) -> tuple[int, int]:
        """Return how many cards have a stamp, and how many are full: at so many different stations, None for never.

        Of the stamps that arrived after `since`.

        As they were up to `BELIEVE_SECONDS` ago: of half a million stamps a count takes a second.
        """
        wanted, now = (event, full_at, since), time.monotonic()
        believed, found, until = self._cards
        if believed != wanted or now > until:
            found = self._count_cards(event, full_at, since)
            # What took no time to count is counted each time.
            took = time.monotonic() - now
            self._cards = wanted, found, now + (BELIEVE_SECONDS if took > QUICK_SECONDS else 0)
        return found

    def _count_cards(self, event: str, full_at: int | None, since: int) -> tuple[int, int]:
        sql = (
            "SELECT count(*), count(*) FILTER (WHERE stations >= ?) FROM"
            " (SELECT count(DISTINCT station) AS stations FROM entries INDEXED BY entries_of_card"
            f" WHERE {_OF_CARDS} AND event = ? AND kind = 'scan' AND position > ? AND {_NOT_VOIDED} GROUP BY subject)"
        )
        with self._reading() as connection:
            cards, full = connection.execute(sql, (full_at or 1 << 31, event, since)).fetchone()
            return cards, full

    def shifts(self, event: str) -> list[tuple[Entry, Entry | None]]:
        """Return the beginning and the end of every shift of an event, None while it lasts, the newest first."""
        sql = (
            f"SELECT {COLUMNS} FROM entries INDEXED BY entries_rare"
            f" WHERE {RARE} AND kind = ? AND event = ? ORDER BY position DESC"
        )
        with self._reading() as connection:
            begun = [entry_from_row(row) for row in connection.execute(sql, ("shift", event))]
            ended = {
                end.subject: end
                for end in (entry_from_row(row) for row in connection.execute(sql, ("shift_end", event)))
            }
        return [(entry, ended.get(entry.id)) for entry in begun]

    def work(self, event: str, shift: str, after: int) -> tuple[int, list[WorkCell]]:
        """Return up to which position a look went, and the cells of what a shift recorded after `after`, voided entries
        taken back. Raises `LogUnreadable`.
        """
        values = {"event": event, "shift": shift, "after": after}
        with self._reading() as connection:
            values["through"] = connection.execute("SELECT max(position) FROM entries").get or 0
            if values["through"] == after:
                return after, []
            looks = (_ADDED, _TAKEN) if after else (_SO_FAR,)
            return values["through"], [WorkCell(*row) for sql in looks for row in connection.execute(sql, values)]


# The index ends with the position, so what is new in one shift is found without a look at the rest.
_OF_ONE = f"{_OF_SHIFTS} AND event = :event AND details ->> '$.shift' = :shift"
_ADDED = (
    f"SELECT kind, count(*), sum(party_size) FROM entries INDEXED BY entries_of_shift WHERE {_OF_ONE}"
    " AND position > :after AND position <= :through GROUP BY kind"
)
# Of the voids that are new, each by the first that names its entry. SQLite leaves the order of a cross join alone: from
# the few that are new to what they void. The other way round every scan would pay for all that its shift did before.
_TAKEN = (
    "SELECT kind, -count(*), -sum(party_size) FROM (SELECT voids AS target, position AS void_position FROM entries"
    " NOT INDEXED WHERE position > :after AND position <= :through AND voids IS NOT NULL)"
    f" CROSS JOIN entries ON id = target WHERE {_OF_ONE} AND NOT EXISTS (SELECT 1 FROM entries AS earlier"
    " WHERE earlier.voids = target AND earlier.position < void_position) GROUP BY kind"
)
# Both at once for the first look, to which everything in the log is new: from what the shift did to its voids.
_SO_FAR = (
    f"SELECT kind, count(*), sum(party_size) FROM entries INDEXED BY entries_of_shift WHERE {_OF_ONE}"
    " AND position <= :through AND NOT EXISTS (SELECT 1 FROM entries AS later"
    " WHERE later.voids = entries.id AND later.position <= :through) GROUP BY kind"
)
