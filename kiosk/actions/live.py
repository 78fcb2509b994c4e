"""What staff watch during the day: one snapshot for everybody who looks, made anew when it is a few seconds old.

Counts nothing itself (`actions/tally` does) and keeps nothing that a restart may not forget.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from uuid import uuid4

from kiosk.actions.correct import void_each
from kiosk.actions.health import health
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.tally import Report
from kiosk.domain.burst import Burst, Tap, bursts
from kiosk.domain.clock import Stamp
from kiosk.domain.errors import N_, UnknownEntry
from kiosk.storage.lookup import Line
from kiosk.storage.machine import boottime_ms
from kiosk.storage.refusals import Refusal

LASTS_MS = 2_000
NEWEST = 8
REFUSALS = 3
MOST_BURSTS = 3

# Playing children are seen within the hour, or not at all: so many entries are looked back, so many check-ins kept.
_REMEMBERED = 600

_MINUTE_MS = 60_000


@dataclass(frozen=True)
class Snapshot:
    """How things stood at one moment. `version` is another as soon as there is anything else to see.

    `pages` is for whoever shows it: what was made of it, by how it is shown.
    """

    version: str
    now: Stamp
    report: Report
    days: list[date]
    lines: list[Line]
    refusals: list[Refusal]
    health: dict
    bursts: list[Burst]
    pages: dict[tuple, str] = field(default_factory=dict, repr=False)


class Live:
    """The snapshot of one kiosk. Any thread may call any method."""

    def __init__(self, kiosk: Kiosk):
        self._kiosk = kiosk
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._seen: tuple = ()
        self._looked_ms = 0
        self._number = count(1)
        self._start = uuid4().hex[:8]  # a number of before a restart means nothing
        self._recent: OrderedDict[str, Tap] = OrderedDict()
        self._watched: tuple[str, str, int] = ("", "", 0)  # of which event and boot, and after which position it began
        self._through = 0
        self._kept: set[str] = set()  # bursts that staff know to be genuine

    def snapshot(self, at_most_ms: int = LASTS_MS) -> Snapshot:
        """Return how things stand now, or stood at most so many milliseconds ago. Raises `LogUnreadable`."""
        kiosk = self._kiosk
        with self._lock:
            # Another event may be on screen since.
            is_of_this = self._snapshot is not None and self._seen[0] is kiosk.tally
            if is_of_this and boottime_ms() - self._looked_ms < at_most_ms:
                return self._snapshot
            now, facts = kiosk.clock.now(), health(kiosk)
            refusals = kiosk.log.refusals.newest(REFUSALS)
            seen = (kiosk.tally, kiosk.log.size(), now.boot, now.clock, now.wall_ms // _MINUTE_MS)
            seen += (facts["status"], [str(one) for one in facts["concerns"]], refusals, len(self._kept))
            if not is_of_this or seen != self._seen:
                self._snapshot = Snapshot(
                    f"{self._start}-{next(self._number)}",
                    now,
                    kiosk.tally.report(now),
                    kiosk.tally.days(),
                    kiosk.log.lookup.newest(NEWEST).lines,
                    refusals,
                    facts,
                    self._bursts(now),
                )
                self._seen = seen
            self._looked_ms = boottime_ms()
            return self._snapshot

    def keep(self, burst_id: str) -> None:
        """Point a burst out no more: staff saw a class check in."""
        with self._lock:
            self._kept.add(burst_id)

    def void(self, burst_id: str, last: str) -> int:
        """Void a burst as far as it was seen, up to the entry `last`, and return how many entries that were.

        Nought where it is no such burst any more: somebody else may have been quicker. Raises `UnknownEntry` for what
        is not in the log, `LogUnreadable`, `NotRecorded`.
        """
        log = self._kiosk.log
        with self._lock:
            found = {one.id: one for one in self._bursts(self._kiosk.clock.now())}
        ids = found[burst_id].through(last) if burst_id in found else []
        named = ids or [burst_id, last]
        targets = [log.entry(one) for one in named]
        if None in targets:
            raise UnknownEntry(N_("There is no entry %(id)s in the log."), id=named[targets.index(None)])
        if ids:
            void_each(log, targets, reason="burst", actor="staff", source="staff")
        return len(ids)

    def _bursts(self, now: Stamp) -> list[Burst]:
        """Return the newest bursts since this start of the machine, the last one first."""
        log, event = self._kiosk.log, self._kiosk.event.id
        through, _ = log.size()
        # What a closed event counts no void takes back, so there is nothing to ask about it.
        since = log.begins_after(event)
        newest = max(since, through - _REMEMBERED)
        if self._watched != (event, now.boot, since):
            self._recent.clear()
            self._through = newest
        # Of many that came between two looks only the newest are looked at, but each may void one of before.
        taps, voided = log.lookup.taps_since(max(self._through, newest), self._through, event, now.boot)
        self._recent.update((tap.id, tap) for tap in taps)
        for target in voided:
            self._recent.pop(target, None)
        while len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)
        self._watched, self._through = (event, now.boot, since), through
        found = [one for one in bursts(self._recent.values()) if one.id not in self._kept]
        return found[: -MOST_BURSTS - 1 : -1]
