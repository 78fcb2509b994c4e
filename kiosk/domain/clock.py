"""What a moment means on a machine whose clock may be wrong: the stamp on every entry and how far to trust it.

Reads no clock itself (`storage/machine` does). The order of entries never comes from here: that is `(device, seq)`.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

# Trust, best first: set over the network, by a battery clock, by staff, restored from a file at boot, not known.
TRUSTS = ("ntp", "rtc", "staff", "restored", "unknown")
KNOWN_TRUSTS = ("ntp", "rtc", "staff")

# No kiosk ran this software before it was written; an earlier clock is wrong. 2026-11-01T00:00:00Z
EARLIEST_WALL_MS = 1_793_491_200_000

# Nor does anyone set up an event ten years ahead: a phone that says so is wrong. 2036-11-01T00:00:00Z
LATEST_WALL_MS = 2_109_110_400_000

# A clock that nobody disciplines may drift from the time since boot by this much before it counts as moved by hand.
LARGEST_UNEXPLAINED_STEP_MS = 120_000


@dataclass(frozen=True)
class Stamp:
    """When an entry was made: wall time and time since boot in milliseconds, the boot, and the trust in the wall."""

    wall_ms: int
    boot: str
    boottime_ms: int
    clock: str


@dataclass(frozen=True)
class Anchor:
    """What staff said the time was, at a moment since a boot; it means nothing in another one."""

    wall_ms: int
    boot: str
    boottime_ms: int

    def wall_at(self, boot: str, boottime_ms: int) -> int | None:
        """Return the wall time at another moment of that boot, None in another boot."""
        return self.wall_ms + boottime_ms - self.boottime_ms if boot == self.boot else None


def is_plausible(wall_ms: int) -> bool:
    """Return whether somebody may have meant that time."""
    return EARLIEST_WALL_MS <= wall_ms < LATEST_WALL_MS


def anchor_from(details: dict) -> Anchor | None:
    """Return the anchor of an entry's details, None where they hold none that can be used."""
    wall_ms, boot, since_boot = (details.get(name) for name in ("wall_ms", "boot", "boottime_ms"))
    if type(wall_ms) is int and type(since_boot) is int and type(boot) is str and is_plausible(wall_ms):
        return Anchor(wall_ms, boot, since_boot)
    return None


def trust(*, wall_ms: int, synchronised: bool, from_rtc: bool, restored: bool, stepped: bool) -> str:
    """Return how far `wall_ms` can be trusted.

    `stepped`: the wall moved against the time since boot by more than drift explains, with nothing to vouch for it.
    """
    if wall_ms < EARLIEST_WALL_MS:
        return "unknown"
    if synchronised:
        return "ntp"
    if stepped:
        return "unknown"
    if from_rtc:
        return "rtc"
    return "restored" if restored else "unknown"


def is_known(clock: str) -> bool:
    """Return whether a day and an hour may be said of an entry with that trust."""
    return clock in KNOWN_TRUSTS


def local(wall_ms: int, zone: ZoneInfo) -> datetime:
    """Return the local time of `wall_ms`; a wall time outside the calendar becomes its nearest end."""
    ends = (0, 253_402_207_200_000)  # 1970 to the last days of 9999
    return datetime.fromtimestamp(min(max(wall_ms, ends[0]), ends[1]) / 1000, UTC).astimezone(zone)


def local_day(stamp: Stamp, zone: ZoneInfo) -> date | None:
    """Return the local day of a stamp, None where its clock was not known."""
    return local(stamp.wall_ms, zone).date() if is_known(stamp.clock) else None


def earlier(stamp: Stamp, ms: int) -> Stamp:
    """Return the stamp of a moment so many milliseconds before, by the same clock."""
    return replace(stamp, wall_ms=stamp.wall_ms - ms, boottime_ms=stamp.boottime_ms - ms)


def is_same_day(one: Stamp, other: Stamp, zone: ZoneInfo) -> bool:
    """Return whether two stamps are of one local day; where that is not known, of one start of the machine."""
    days = {local_day(one, zone), local_day(other, zone)}
    return one.boot == other.boot if None in days else len(days) == 1


def day_bounds_ms(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """Return the wall times in milliseconds at which a local day begins and ends (end not included)."""
    begin = datetime(day.year, day.month, day.day, tzinfo=zone)
    following = date.fromordinal(day.toordinal() + 1)
    end = datetime(following.year, following.month, following.day, tzinfo=zone)
    return int(begin.timestamp() * 1000), int(end.timestamp() * 1000)
