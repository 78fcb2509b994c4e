"""Bursts: the same check-in tapped again and again in a short time, as playing children do.

Only points them out: whether one was play or a class that answered alike is for staff to say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

# Whoever reads the questions takes longer than this from one check-in to the next, the walk to the screen included;
# whoever taps for fun takes three or four seconds. A family that answers alike is smaller than so many.
LONGEST_GAP_MS = 10_000
FEWEST = 6


class Tap(NamedTuple):
    """What matters here of a check-in: hundreds are looked at again and again. `answers`: as canonical JSON."""

    id: str
    party_size: int
    answers: str
    boottime_ms: int


@dataclass(frozen=True)
class Burst:
    """Check-ins with the same answers, one soon after the other, the first one first."""

    taps: tuple[Tap, ...]

    @property
    def id(self) -> str:
        """Return what names it, however long it goes on."""
        return self.taps[0].id

    @property
    def last(self) -> str:
        """Return the id of its newest check-in."""
        return self.taps[-1].id

    @property
    def people(self) -> int:
        return sum(tap.party_size for tap in self.taps)

    @property
    def seconds(self) -> int:
        """Return how long it went on, in whole seconds."""
        return (self.taps[-1].boottime_ms - self.taps[0].boottime_ms) // 1000

    def through(self, entry_id: str) -> list[str]:
        """Return the ids of its check-ins up to that one, none where it is not among them."""
        ids = [tap.id for tap in self.taps]
        return ids[: ids.index(entry_id) + 1] if entry_id in ids else []


def bursts(taps: Iterable[Tap]) -> list[Burst]:
    """Return the bursts among a touchscreen's check-ins of one boot that count, given in the order of their arrival.

    Told by the time since boot: the clock may be set meanwhile.
    """
    found: list[list[Tap]] = []
    for tap in taps:
        if found and _follows(tap, found[-1][-1]):
            found[-1].append(tap)
        else:
            found.append([tap])
    return [Burst(tuple(run)) for run in found if len(run) >= FEWEST]


def _follows(tap: Tap, before: Tap) -> bool:
    is_alike = tap.answers == before.answers and tap.party_size == before.party_size
    return is_alike and 0 <= tap.boottime_ms - before.boottime_ms <= LONGEST_GAP_MS
