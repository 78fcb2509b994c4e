"""What figures rest on: which entries of which device, and how far their clock can be trusted. Counts nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True)
class Basis:
    """The entries of one device: the first and the last number, how many, and how many of each trust in the clock."""

    device: str
    first: int
    last: int
    entries: int
    clocks: Mapping[str, int] = field(default_factory=dict)


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
    for closing in sorted(closings, key=lambda one: (one.end, one.id)):
        if closing.is_voided:
            same.append(closing.id)
            continue
        found.append(Period(begin[1], closing.end, begin[0], closing.id, tuple(same)))
        begin, same = (closing.id, closing.end), [closing.id]
    found.append(Period(begin[1], None, begin[0], None, tuple(same)))
    return found[::-1]


def together(before: Sequence[Basis], later: Sequence[Basis]) -> list[Basis]:
    """Return what two parts of a log rest on as one, the devices in order."""
    found = {one.device: one for one in before}
    for one in later:
        if (there := found.get(one.device)) is not None:
            clocks = Counter(there.clocks) + Counter(one.clocks)
            ends = min(there.first, one.first), max(there.last, one.last)
            one = Basis(one.device, *ends, there.entries + one.entries, dict(clocks))
        found[one.device] = one
    return [found[device] for device in sorted(found)]
