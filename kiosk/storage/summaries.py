"""The versions of the official summary, which entries of kind `summary` name. Written with their entry, in one commit.

Must not write an entry (`log` does, and calls what `beside` returns), nor know what a summary says.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import apsw

from kiosk.domain.entry import Entry, canonical_json, entry_from_row, json_digest
from kiosk.domain.errors import N_, NotAllowed
from kiosk.domain.summary import Summary, summary_from
from kiosk.storage.lookup import COLUMNS
from kiosk.storage.schema import faults_of_rows

_KEPT = f"SELECT content, begun_by, replaces, {COLUMNS} FROM summaries JOIN entries ON entries.id = summaries.id"
_OF_PERIOD = "summaries.event = ? AND begun_by IN (SELECT value FROM json_each(?)) ORDER BY summaries.position DESC"

# The file's own guards; `verify` looks whether they are there.
GUARDS = frozenset(f"summaries_are_not_{verb}" for verb in ("updated", "deleted", "replaced"))
SINCE_FORMAT = 6


@dataclass(frozen=True)
class Version:
    """A summary as it was saved. `numbers` are the counted ones of that moment, by key, counted through the last entry
    of each device (`through`). `begun_by`: see `domain/period.Period`.
    """

    summary: Summary
    numbers: dict[str, int | float]
    through: dict[str, int]
    begun_by: str
    replaces: str | None
    entry: Entry

    @property
    def id(self) -> str:
        return self.entry.id


@dataclass(frozen=True)
class NewVersion:
    """What is to be saved: on top of `replaces`, None for the first of its period."""

    summary: Summary
    numbers: dict[str, int | float]
    through: dict[str, int]
    begun_by: str
    replaces: str | None

    def content(self) -> dict:
        """Return it as JSON has it."""
        return {"summary": self.summary.content(), "numbers": self.numbers, "through": self.through}

    def details(self) -> dict:
        """Return what its entry says: which row is meant, by its digest, and where that belongs."""
        said = {"digest": json_digest(self.content()), "begun_by": self.begun_by}
        return said | ({"replaces": self.replaces} if self.replaces else {})


def beside(
    version_id: str, event: str, version: NewVersion, same: tuple[str, ...]
) -> Callable[[apsw.Connection], None]:
    """Return what writes the row of a version in the commit of its entry.

    `same`: every `begun_by` that means its period. What it returns raises `NotAllowed` where somebody saved another
    version of that period meanwhile.
    """

    def write(connection: apsw.Connection) -> None:
        sql = f"SELECT id FROM summaries WHERE {_OF_PERIOD} LIMIT 1"
        newest = connection.execute(sql, (event, canonical_json(same))).get
        if newest != version.replaces:
            raise NotAllowed(
                N_("Somebody else has saved the summary meanwhile. Your words are still here: compare them.")
            )
        content = version.content()
        connection.execute(
            "INSERT INTO summaries (id, event, begun_by, replaces, content, digest) VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(version_id, event, version.begun_by, version.replaces),
                *(canonical_json(content), json_digest(content)),
            ),
        )

    return write


class Summaries:
    """The versions of one log. `reading` is the log's: it gives the thread a connection and names errors."""

    def __init__(self, reading: Callable[[], AbstractContextManager[apsw.Connection]]):
        self._reading = reading

    def newest(self, event: str, same: tuple[str, ...]) -> Version | None:
        """Return the version of a period that was saved last, None where none was.

        Raises `LogUnreadable`, as all of these do.
        """
        with self._reading() as connection:
            sql = f"{_KEPT} WHERE {_OF_PERIOD} LIMIT 1"
            row = connection.execute(sql, (event, canonical_json(same))).fetchone()
        return _version(row) if row else None

    def each(self, event: str, same: tuple[str, ...]) -> list[Version]:
        """Return every version of a period, the newest first."""
        with self._reading() as connection:
            rows = connection.execute(f"{_KEPT} WHERE {_OF_PERIOD}", (event, canonical_json(same))).fetchall()
        return [_version(row) for row in rows]

    def one(self, version_id: str) -> Version | None:
        """Return a version, None where there is none."""
        with self._reading() as connection:
            row = connection.execute(f"{_KEPT} WHERE summaries.id = ?", (version_id,)).fetchone()
        return _version(row) if row else None

    def faults(self, entry: Entry) -> list[str]:
        """Return what is wrong with the row that an entry of kind `summary` names, as short English phrases."""
        sql = "SELECT content, digest, event, begun_by, replaces FROM summaries WHERE id = ?"
        with self._reading() as connection:
            row = connection.execute(sql, (entry.id,)).fetchone()
        if row is None:
            return ["its summary is not there"]
        content, digest, event, begun_by, replaces = row
        found = []
        if json_digest(json.loads(content)) != digest or digest != entry.details.get("digest"):
            found.append("its summary does not match its digest")
        if (event, begun_by, replaces) != (entry.event, entry.details.get("begun_by"), entry.details.get("replaces")):
            found.append("its summary belongs elsewhere than it says")
        return found

    def faults_of_table(self) -> list[str]:
        """Return what is wrong with the table by itself: guards that are gone, rows that no entry names."""
        with self._reading() as connection:
            return faults_of_rows(connection, "summaries", "summary", GUARDS, SINCE_FORMAT)


def _version(row: tuple) -> Version:
    content, begun_by, replaces, *entry = row
    said = json.loads(content)
    return Version(
        summary_from(said["summary"]), said["numbers"], said["through"], begun_by, replaces, entry_from_row(entry)
    )
