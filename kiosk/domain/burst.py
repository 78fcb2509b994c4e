"""Bursts: the same check-in tapped again and again in a short time, as playing children do.

Only points them out: whether one was play or a class that answered alike is for staff to say.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain.entry import Entry, milliseconds_since

# Whoever reads the questions takes longer than this from one check-in to the next, the walk to the screen included;
# whoever taps for fun takes three or four seconds. A family that answers alike is smaller than so many.
LONGEST_GAP_MS = 10_000
FEWEST = 6


@dataclass(frozen=True)
class Burst:
    """Check-ins with the same answers, one soon after the other, the first one first."""

    entries: tuple[Entry, ...]

    @property
    def id(self) -> str:
        """Return what names it, however long it goes on."""
        return self.entries[0].id

    @property
    def people(self) -> int:
        return sum(entry.party_size for entry in self.entries)

    @property
    def seconds(self) -> int:
        """Return how long it went on, in whole seconds."""
        return (milliseconds_since(self.entries[0].stamp, self.entries[-1].stamp) or 0) // 1000

    def through(self, entry_id: str) -> tuple[Entry, ...]:
        """Return its entries up to that one, none where it is not among them."""
        ids = [entry.id for entry in self.entries]
        return self.entries[: ids.index(entry_id) + 1] if entry_id in ids else ()


def bursts(entries: Iterable[Entry]) -> list[Burst]:
    """Return the bursts among a touchscreen's check-ins that count, given in the order in which they arrived.

    Told by the time since boot: the clock may be set meanwhile.
    """
    found: list[list[Entry]] = []
    for entry in entries:
        if found and _follows(entry, found[-1][-1]):
            found[-1].append(entry)
        else:
            found.append([entry])
    return [Burst(tuple(run)) for run in found if len(run) >= FEWEST]


def _follows(entry: Entry, before: Entry) -> bool:
    gap_ms = milliseconds_since(before.stamp, entry.stamp)
    is_alike = (entry.party_size, entry.answers) == (before.party_size, before.answers)
    return is_alike and gap_ms is not None and 0 <= gap_ms <= LONGEST_GAP_MS
