"""The rows of notes and their photos, which entries of kind `note` name. Written with their entry, in one commit.

Must not write an entry (`log` does, and calls what `beside` returns), nor know what a note says.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

import apsw

from kiosk.domain.entry import Entry, canonical_json, entry_from_row, json_digest
from kiosk.domain.errors import N_, NotAllowed, UnknownEntry
from kiosk.domain.note import Note, note_from
from kiosk.storage.lookup import COLUMNS, RARE
from kiosk.storage.schema import faults_of_rows

# `earlier`: the notes of an event that is over, and what corrects them, however late; `within`: all of up to its end.
# What came later than that is of the event that was closed, if it tells of a day up to the one of its closing.
_CURRENT = f"""
WITH RECURSIVE earlier (id) AS (
  SELECT id FROM entries WHERE {RARE} AND kind = 'note' AND event = :event AND position <= :after
  UNION SELECT notes.id FROM notes JOIN earlier ON notes.replaces = earlier.id
), within (id) AS (
  SELECT id FROM entries WHERE {RARE} AND kind = 'note' AND event = :event AND position <= :through
  UNION SELECT notes.id FROM notes JOIN within ON notes.replaces = within.id
)
SELECT content, replaces, {COLUMNS} FROM entries JOIN notes ON notes.id = entries.id
WHERE {RARE} AND kind = 'note' AND event = :event AND content ->> '$.day' > :since_day
  AND CASE WHEN entries.id IN within THEN entries.id NOT IN earlier ELSE content ->> '$.day' <= :until_day END
  AND NOT EXISTS (SELECT 1 FROM entries AS later WHERE later.voids = entries.id)
  AND NOT EXISTS (SELECT 1 FROM notes AS later WHERE later.replaces = notes.id)
ORDER BY content ->> '$.day', notes.position
"""
_ONE = f"SELECT content, replaces, {COLUMNS} FROM entries JOIN notes ON notes.id = entries.id WHERE notes.id = ?"

# The file's own guards; `verify` looks whether they are there.
GUARDS = frozenset(
    f"{table}_are_not_{verb}" for table in ("notes", "note_photos") for verb in ("updated", "deleted", "replaced")
)
SINCE_FORMAT = 5
_END = 1 << 62  # after every position


@dataclass(frozen=True)
class Kept:
    """A note as the log holds it. `replaces`: the note that this one corrects, None for a first one."""

    note: Note
    entry: Entry
    replaces: str | None

    @property
    def id(self) -> str:
        return self.entry.id


def details(note: Note, replaces: str | None) -> dict:
    """Return what the entry of a note says: which rows are meant, by their digests, and what it is in a few words."""
    said = {
        "about": note.about,
        "day": note.day.isoformat(),
        "title": note.title,
        "people": note.people,
        "digest": note.digest(),
        "photos": [photo.digest for photo in note.photos],
    }
    return said | ({"replaces": replaces} if replaces else {})


def beside(
    note_id: str, note: Note, replaces: str | None, photos: Mapping[str, tuple[bytes, bytes]]
) -> Callable[[apsw.Connection], None]:
    """Return what writes the rows of a note in the commit of its entry.

    `photos`: by digest, the large and the small picture of those that are new. What it returns raises `NotAllowed` or
    `UnknownEntry` where the note that is corrected, or a photo, is not there (any more).
    """

    def write(connection: apsw.Connection) -> None:
        if replaces is not None:
            if connection.execute("SELECT 1 FROM notes WHERE id = ?", (replaces,)).get is None:
                raise UnknownEntry(N_("There is no such note."))
            if connection.execute("SELECT 1 FROM notes WHERE replaces = ?", (replaces,)).get:
                raise NotAllowed(N_("Somebody else has corrected this note meanwhile. Please look at the newer one."))
            if connection.execute("SELECT 1 FROM entries WHERE kind = 'void' AND voids = ?", (replaces,)).get:
                raise NotAllowed(N_("This note was voided meanwhile; it cannot be corrected any more."))
        connection.execute(
            "INSERT INTO notes (id, replaces, content, digest) VALUES (?, ?, ?, ?)",
            (note_id, replaces, canonical_json(note.content()), note.digest()),
        )
        for digest in dict.fromkeys(photo.digest for photo in note.photos):
            if connection.execute("SELECT 1 FROM note_photos WHERE digest = ?", (digest,)).get:
                continue
            if digest not in photos:
                raise UnknownEntry(N_("A photo of this note is no longer there. Please add it again."))
            connection.execute(
                "INSERT INTO note_photos (digest, note, jpeg, small) VALUES (?, ?, ?, ?)",
                (digest, note_id, *photos[digest]),
            )

    return write


class Notes:
    """The notes of one log. `reading` is the log's: it gives the thread a connection and names errors."""

    def __init__(self, reading: Callable[[], AbstractContextManager[apsw.Connection]]):
        self._reading = reading

    def current(
        self,
        event: str,
        after: int = 0,
        through: int | None = None,
        *,
        since_day: date | None = None,
        until_day: date | None = None,
    ) -> list[Kept]:
        """Return the notes of an event by day: each as it was corrected last, without those that were voided.

        `after`: none that arrived up to that position, nor what corrects one: those are of an event that is over.
        `through`: none that arrived later, but for what corrects an earlier one. `since_day`, `until_day`: on which day
        the one event and the other was closed; what was written down later tells by its own day of which it is.

        Raises `LogUnreadable`, as all of these do.
        """
        with self._reading() as connection:
            values = {"event": event, "after": after, "through": _END if through is None else through}
            values |= {"since_day": str(since_day or ""), "until_day": str(until_day or "")}
            return [_kept(row) for row in connection.execute(_CURRENT, values)]

    def one(self, note_id: str) -> Kept | None:
        """Return a note, whatever has become of it; None where there is none."""
        with self._reading() as connection:
            row = connection.execute(_ONE, (note_id,)).fetchone()
        return _kept(row) if row else None

    def corrected_by(self, note_id: str) -> str | None:
        """Return the id of the note that replaced another one, None where that stands."""
        with self._reading() as connection:
            return connection.execute("SELECT id FROM notes WHERE replaces = ?", (note_id,)).get

    def newest_of(self, note_id: str) -> str:
        """Return the id of the version of a note that stands, which may be the one that is asked about."""
        sql = (
            "WITH RECURSIVE versions (id, at) AS (VALUES (?, 0) UNION ALL"
            " SELECT notes.id, at + 1 FROM notes JOIN versions ON notes.replaces = versions.id)"
            " SELECT id FROM versions ORDER BY at DESC LIMIT 1"
        )
        with self._reading() as connection:
            return connection.execute(sql, (note_id,)).get

    def photo(self, digest: str, *, small: bool = False) -> bytes | None:
        """Return a photo as JPEG, None where there is none."""
        column = "small" if small else "jpeg"
        with self._reading() as connection:
            return connection.execute(f"SELECT {column} FROM note_photos WHERE digest = ?", (digest,)).get

    def faults(self, entry: Entry) -> list[str]:
        """Return what is wrong with the rows that an entry of kind `note` names, as short English phrases."""
        with self._reading() as connection:
            row = connection.execute("SELECT content, digest, replaces FROM notes WHERE id = ?", (entry.id,)).fetchone()
            if row is None:
                return ["its note is not there"]
            content, digest, replaces = row
            said, found = json.loads(content), []
            if json_digest(said) != digest or digest != entry.details.get("digest"):
                found.append("its note does not match its digest")
            if replaces != entry.details.get("replaces"):
                found.append("its note replaces another one than it says")
            if [one["digest"] for one in said["photos"]] != entry.details.get("photos"):
                found.append("its note shows other photos than it says")
            for one in entry.details.get("photos", ()):
                jpeg = connection.execute("SELECT jpeg FROM note_photos WHERE digest = ?", (one,)).get
                if jpeg is None:
                    found.append(f"photo {one[:8]} is not there")
                elif hashlib.sha256(jpeg).hexdigest() != one:
                    found.append(f"photo {one[:8]} does not match its digest")
            return found

    def faults_of_tables(self) -> list[str]:
        """Return what is wrong with the tables by themselves: guards that are gone, rows that no entry names."""
        with self._reading() as connection:
            return faults_of_rows(connection, "notes", "note", GUARDS, SINCE_FORMAT)


def _kept(row: tuple) -> Kept:
    content, replaces, *entry = row
    return Kept(note_from(json.loads(content)), entry_from_row(entry), replaces)
