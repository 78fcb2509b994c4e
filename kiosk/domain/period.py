"""The periods of an event: it is divided where it was closed, and whoever sums it up sums up one of them.

Positions are those of one log. Counts nothing, and closes nothing (`actions/close_event`).
"""

from dataclasses import dataclass
from typing import NamedTuple


class Closing(NamedTuple):
    """An entry that closed an event: its id, the position of the last entry that its proven copy holds, whether it was
    voided, and its own position.
    """

    id: str
    end: int
    is_voided: bool
    position: int


@dataclass(frozen=True)
class Period:
    """An event from where it began to where it was closed; positions in the log.

    `begun_by`: the entry whose closing ended the one before, empty for the first. `closed_by`: the entry that closed
    it; None while it runs, and `through` is None then. `same`: every `begun_by` by which this period may be meant: a
    closing that was voided no longer divides anything.
    """

    since: int
    through: int | None
    begun_by: str = ""
    closed_by: str | None = None
    same: tuple[str, ...] = ("",)


def periods(closings: list[Closing]) -> list[Period]:
    """Return the periods of an event, the running one first."""
    begin = ("", 0)
    found: list[Period] = []
    same = [""]
    # One that was voided lies in the period that begins where it ended: what was saved under it is of what came after.
    for closing in sorted(closings, key=lambda one: (one.end, one.is_voided, one.position)):
        if closing.is_voided:
            same.append(closing.id)
            continue
        found.append(Period(begin[1], closing.end, begin[0], closing.id, tuple(same)))
        begin, same = (closing.id, closing.end), [closing.id]
    found.append(Period(begin[1], None, begin[0], None, tuple(same)))
    return found[::-1]
