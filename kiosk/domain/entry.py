"""The entry: one thing that happened, as the log keeps it and every export shows it.

Owns the field names, the id, the digest that tells a replay from a conflict, and what may void what.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from kiosk.domain.clock import Stamp
from kiosk.domain.errors import N_, InvalidInput

SOURCES = ("touch", "phone", "scanner", "camera", "staff")

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)

Answers = dict[str, dict[str, int]]
"""Per question id, how many of the party chose which option id; those not counted declined."""


def mint_id() -> str:
    """Return a new entry id: a random UUID, lower case with hyphens, 36 characters."""
    return str(uuid.uuid4())


def is_entry_id(text: str) -> bool:
    """Return whether `text` is written as an entry id is."""
    return _ID.fullmatch(text) is not None


def entry_id(text: str) -> str:
    """Return `text` if it is an entry id. Raises `InvalidInput`."""
    if not is_entry_id(text):
        raise InvalidInput(N_("This form has lost its number. Please start again."))
    return text


def derived_id(visit: str, *what: str) -> str:
    """Return the id of the entry that a visit can make of something only once: the same each time it is tried.

    A UUID of version 8. Who has the entry cannot tell the visit, nor that two entries are of the same one.
    """
    number = int.from_bytes(hashlib.sha256(canonical_json([visit, *what]).encode()).digest()[:16], "big")
    number = number & ~(0xF << 76) | 0x8 << 76  # the version …
    number = number & ~(0x3 << 62) | 0x2 << 62  # … and the variant, where RFC 9562 has them
    return str(uuid.UUID(int=number))


_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def canonical_json(value: object) -> str:
    """Return `value` as JSON with sorted keys, no spaces, and every character as itself."""
    return _encode(value)


def json_digest(value: object) -> str:
    """Return the SHA-256, in hexadecimal, of a value's sorted-key JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


@dataclass(frozen=True)
class Draft:
    """What is to be recorded, before the log gives it its place."""

    id: str
    kind: str
    event: str
    source: str
    pack: str
    stop: str | None = None
    station: str | None = None
    party_size: int = 1
    answers: Answers = field(default_factory=dict)
    subject: str | None = None
    details: dict = field(default_factory=dict)
    voids: str | None = None
    actor: str | None = None
    reason: str | None = None

    def digest(self) -> str:
        """Return the SHA-256 of what was said: the same for every replay, whenever and wherever it arrives."""
        return content_digest(self)


# What was said, as against when, where and how it came.
_CONTENT = (
    "kind",
    "event",
    "station",
    "party_size",
    "subject",
    "answers",
    "details",
    "voids",
    "actor",
    "reason",
)


def content_digest(said: "Draft | Entry") -> str:
    """Return the SHA-256, in hexadecimal, of the sorted-key JSON of a draft's or an entry's content."""
    return json_digest({name: getattr(said, name) for name in _CONTENT})


@dataclass(frozen=True)
class Entry:
    """An entry as the log holds it."""

    id: str
    device: str
    seq: int
    event: str
    stop: str | None
    station: str | None
    kind: str
    party_size: int
    answers: Answers
    subject: str | None
    details: dict
    voids: str | None
    actor: str | None
    reason: str | None
    pack: str
    source: str
    wall_ms: int
    boot: str
    boottime_ms: int
    clock: str
    digest: str

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.wall_ms, self.boot, self.boottime_ms, self.clock)


FIELDS = tuple(one.name for one in fields(Entry))
"""The names of an entry's fields, in the order of every export."""


_ANSWERS, _DETAILS = FIELDS.index("answers"), FIELDS.index("details")


def entry_from_row(row: Sequence) -> Entry:
    """Return the entry of a row in the order of `FIELDS` with `answers` and `details` as JSON text."""
    values = list(row)
    values[_ANSWERS], values[_DETAILS] = json.loads(row[_ANSWERS]), json.loads(row[_DETAILS])
    return Entry(*values)


def milliseconds_since(then: Stamp, now: Stamp) -> int | None:
    """Return the time from `then` to `now` by the time since boot, or None across a restart."""
    return now.boottime_ms - then.boottime_ms if then.boot == now.boot else None


def milliseconds_left(then: Stamp, now: Stamp, lasts_ms: int) -> int:
    """Return how much longer something lasts that began at `then`; nothing across a restart."""
    passed_ms = milliseconds_since(then, now)
    return 0 if passed_ms is None else max(0, lasts_ms - passed_ms)


def entry_faults(entry: Entry) -> list[str]:
    """Return what is wrong with an entry by itself, as short English phrases for the operator."""
    faults = []
    if content_digest(entry) != entry.digest:
        faults.append("content does not match its digest")
    if not _ID.fullmatch(entry.id):
        faults.append("id is not a UUID")
    if entry.source not in SOURCES:
        faults.append(f"unknown source {entry.source}")
    if not 1 <= entry.party_size <= 200:
        faults.append("party size out of range")
    for question, counts in entry.answers.items():
        if any(not isinstance(count, int) or count < 1 for count in counts.values()):
            faults.append(f"answers to {question} are not positive counts")
        elif sum(counts.values()) > entry.party_size:
            faults.append(f"more answers to {question} than people")
    if (entry.kind == "void") != (entry.voids is not None):
        faults.append("a void names what it voids, and nothing else does")
    return faults
