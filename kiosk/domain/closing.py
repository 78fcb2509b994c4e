"""Closing: what is frozen of a day and of an event, what came after it, which older copies may go, what proves a copy.

Knows no files and no log. Counts nothing (`domain/statistics` does).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.domain.statistics import Figures, plain

# What makes a copy whole, in order: the log's own file, the two tables made from it, their checksums; of an event's
# last one also the one file that is carried away.
DAY_STEPS = ("copy", "csv", "xlsx", "sums")
STEPS = {"day": DAY_STEPS, "event": (*DAY_STEPS, "zip")}

# Each copy holds the whole log, so an older one says nothing that the newest sound one does not. Ten are a working
# fortnight to look back through, should somebody find that a day went wrong; without a bound the card would fill up.
DAY_COPIES_KEPT = 10
EVENT_COPIES_KEPT = 2

# Digits that a person types from each end of a checksum: 64 bits together, more than chance or a guess can meet.
TYPED_DIGITS = 8

# The tables take more room than the log they are made from.
_ROOM_FOR_LOG = {"day": 5, "event": 7}

_CHECKSUM = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TYPED = re.compile(rf"[0-9a-f]{{{TYPED_DIGITS}}}", re.ASCII)


def day_details(
    day: date | None, boot: str, figures: Figures, entries: int, through: dict[str, int], undated: int = 0
) -> dict:
    """Return the details of an entry that closes a day, or, where the date is not known, the time since `boot`.

    `entries` were in the log then, up to `through` of each device; `undated`: the visits since `boot` whose date is not
    known, which are no part of the figures of a day. How each single question of the quiz was answered is left out: it
    would be most of the entry, and the log tells it.
    """
    details = {
        "day": day.isoformat() if day else None,
        "boot": None if day else boot,
        "entries": entries,
        "through": through,
        "figures": plain(figures, by_question=False),
    }
    return details | ({"undated": undated} if day and undated > 0 else {})


def event_details(figures: dict, entries: int, through: dict[str, int], sha256: str, how: str) -> dict:
    """Return the details of an entry that closes an event: what the proven copy holds, its checksum, and `how` it was
    proven.
    """
    return {"figures": figures, "entries": entries, "through": through, "sha256": sha256, "how": how}


def is_of(details: dict, day: date | None, boot: str) -> bool:
    """Return whether what was frozen is of that day, or of that start of a machine that knows no date."""
    return details.get("day") == (day.isoformat() if day else None) and details.get("boot") == (None if day else boot)


def day_of(details: dict) -> date | None:
    """Return the day that was frozen, None where no clock knew it."""
    try:
        return date.fromisoformat(str(details.get("day")))
    except ValueError:
        return None


def is_as_frozen(details: dict, figures: Figures) -> bool:
    """Return whether the figures are still the frozen ones."""
    return details.get("figures") == plain(figures, by_question=False)


def visits_since(details: dict, figures: Figures) -> int:
    """Return how many visits came since the day was frozen; fewer than none where more were taken back."""
    frozen = details.get("figures")
    return figures.visits - (frozen.get("visits", 0) if isinstance(frozen, dict) else 0)


@dataclass(frozen=True)
class Held:
    """A copy on the shelf: its name, which kind, how many entries the log had, and whether it is whole and checked."""

    name: str
    kind: str
    entries: int
    is_whole: bool


def superfluous(copies: Iterable[Held], kind: str, kept: int) -> list[str]:
    """Return the names of copies that may go, the oldest first: all but the newest `kept` whole ones of that kind, and
    halves that are older than a whole one. Never the newest whole one.
    """
    own = sorted((one for one in copies if one.kind == kind), key=lambda one: (one.entries, one.name))
    whole = [one for one in own if one.is_whole]
    staying = set(whole[-max(kept, 1) :])
    newest = whole[-1] if whole else None
    return [
        one.name
        for one in own
        if one not in staying and newest is not None and (one.is_whole or one.entries < newest.entries)
    ]


def room_needed(kind: str, log_bytes: int) -> int:
    """Return how much room a copy may take while it is made."""
    return _ROOM_FOR_LOG[kind] * log_bytes


def is_checksum(text: str) -> bool:
    """Return whether a text is written as a SHA-256 is."""
    return _CHECKSUM.fullmatch(text) is not None


def proves(sha256: str, whole: str = "", first: str = "", last: str = "") -> bool:
    """Return whether the checksum that a machine elsewhere told is that of the copy: all of it, or both its ends.

    Written in any case, with spaces as some tools print them.
    """
    whole, first, last = (re.sub(r"\s", "", text).lower() for text in (whole, first, last))
    if whole:
        return is_checksum(whole) and whole == sha256
    typed = _TYPED.fullmatch(first) and _TYPED.fullmatch(last)
    return bool(typed and sha256.startswith(first) and sha256.endswith(last))
