"""What figures rest on: which entries of which device, and how far their clock can be trusted. Counts nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Basis:
    """The entries of one device: the first and the last number, how many, and how many of each trust in the clock."""

    device: str
    first: int
    last: int
    entries: int
    clocks: Mapping[str, int] = field(default_factory=dict)


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
