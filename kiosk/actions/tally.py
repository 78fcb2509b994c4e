"""The figures of an event as they stand now: counted once, and then only what arrived since the last look. They begin
anew where the event was closed; taking that back brings the earlier ones back.

Adds nothing up itself: `domain/statistics` does.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date

from kiosk.actions.counting import Counting
from kiosk.actions.progress import Progress
from kiosk.domain import clock, statistics
from kiosk.domain.basis import Basis, together
from kiosk.domain.clock import Stamp
from kiosk.domain.errors import LogUnreadable
from kiosk.domain.event import Event
from kiosk.domain.statistics import Figures, Overview
from kiosk.storage.cells import Stretch
from kiosk.storage.log import Log

_PATIENCE_SECONDS = 0.25
# Entries: of a large log all the cells together would take hundreds of megabytes. So many take half a second at most.
_AT_ONCE = 50_000
_KEPT = 3  # parts of the log that are over: of an event and those before it


@dataclass(frozen=True)
class Report:
    """The figures of one event: of one local day and of all of it.

    `day` is None on a machine that does not know today's date; `of_day` is then since the machine was switched on.
    `through`: which position of the log was the last one counted.
    """

    day: date | None
    of_day: Figures
    whole: Figures
    through: int = 0


class Tally:
    """The counts of one event in one log. Any thread may call any method."""

    def __init__(self, log: Log, event: Event):
        self._log, self._event = log, event
        self._lock, self._over_lock, self._basis_lock = threading.Lock(), threading.Lock(), threading.Lock()
        # Of parts that are over, the one counted first first; and what figures rest on, by begin and end.
        self._over: OrderedDict[Stretch, Overview] = OrderedDict()
        self._bases: OrderedDict[tuple[int, int], list[Basis]] = OrderedDict()
        self._counting: dict[Stretch | None, Counting] = {}
        self._counting_lock = threading.Lock()
        self._since = self._through = 0
        self._whole, self._days = Figures(), {}
        # Since this start of the machine: the days of a clock that nobody set mean nothing.
        self._boot, self._since_boot, self._boot_through = "", Figures(), 0

    def report(self, now: Stamp, day: date | None = None) -> Report:
        """Return the figures for `day`, or for today as far as the clock can be trusted. Raises `LogUnreadable`."""
        day = day or clock.local_day(now, self._event.zone)
        with self._lock:
            self._count()
            of_day = self._count_boot(now.boot) if day is None else self._days.get(day, Figures())
            return Report(day, deepcopy(of_day), deepcopy(self._whole), self._through)

    def undated(self, boot: str) -> int:
        """Return the visits since a start of the machine whose date nobody knew. Raises `LogUnreadable`."""
        with self._lock:
            self._count()
            return self._count_boot(boot).visits_time_unknown

    def visits_at_a_glance(self, now: Stamp) -> int | None:
        """Return today's visits; None where the date is not known or counting takes longer than anyone would wait.

        Raises `LogUnreadable`.
        """
        today = clock.local_day(now, self._event.zone)
        if today is None or not self._lock.acquire(timeout=_PATIENCE_SECONDS):
            return None
        try:
            if self._count(at_most=_AT_ONCE):
                return self._days.get(today, Figures()).visits
        finally:
            self._lock.release()
        self.counting(again=True)  # for whoever looks next
        return None

    def days(self) -> list[date]:
        """Return the days of which there is anything to tell, the last one first. Raises `LogUnreadable`."""
        with self._lock:
            self._count()
            return sorted((day for day, figures in self._days.items() if day and figures.tells_anything), reverse=True)

    def places(self) -> tuple[set[str], set[str]]:
        """Return the ids of the stops and of the booths of which there are figures. Raises `LogUnreadable`."""
        with self._lock:
            self._count()
            whole = self._whole
            stops = {one for one, count in whole.visits_by_stop.items() if one and count}
            return stops, {one for one in whole.cards.by_station | whole.by_hand.by_station if one}

    def overview(self, progress: Progress | None = None) -> Overview:
        """Return everything there is, of one and the same moment. Raises `LogUnreadable`."""
        with self._lock:
            self._count(progress)
            return _overview(self._through, deepcopy(self._whole), deepcopy(self._days))

    def overview_of(self, stretch: Stretch, progress: Progress | None = None) -> Overview:
        """Return everything of a part of the log that is over: of an event that was closed. Raises `LogUnreadable`.

        Kept for the next look, since nothing arrives in it any more.
        """
        found = self._over.get(stretch)
        if found is None:
            with self._over_lock:
                found = self._over.get(stretch) or overview_of(self._log, self._event, stretch, progress)
                _keep(self._over, stretch, found)
        return deepcopy(found)

    def basis(self, since: int, through: int) -> list[Basis]:
        """Return what the figures between two positions rest on. Raises `LogUnreadable`.

        Kept, and then only what arrived since the last look is read.
        """
        with self._basis_lock:
            known = max((end for begin, end in self._bases if begin == since and end <= through), default=since)
            found = self._bases.get((since, known), [])
            if known < through:
                self._bases.pop((since, known), None)
                found = together(found, self._log.periods.basis(self._event.id, known, through))
            _keep(self._bases, (since, through), found)
            return list(found)

    def counting(self, stretch: Stretch | None = None, again: bool = False) -> Counting | None:
        """Return the counting of what is running, or of a part that is over, begun in a thread of its own unless it is
        under way; None where so little is left to be counted that nobody waits for it. Raises `LogUnreadable`.

        One that failed is returned until somebody was told: begun again at each look, it would never end. `again` is
        for those who do not wait for it and have nobody to tell.
        """
        with self._counting_lock:
            there = self._counting.get(stretch)
            if there and (not there.is_over or (there.has_failed and not again)):
                return there
            self._counting.pop(stretch, None)
            if self._is_quick(stretch):
                return None

            def work(progress: Progress) -> None:
                if stretch is None:
                    self._count_ahead(progress)
                else:
                    self.overview_of(stretch, progress)
                    self.basis(stretch.after, stretch.through)

            self._counting[stretch] = Counting(work)
            return self._counting[stretch]

    def _is_quick(self, stretch: Stretch | None) -> bool:
        if stretch is None:
            through, since = self._log.size()[0], self._log.begins_after(self._event.id)
            # Where an event was closed, or that was taken back, counting begins anew.
            counted = self._through if since == self._since else since
        else:
            through, since = stretch.through, stretch.after
            counted = through if stretch in self._over else since
        read = max((end for begin, end in list(self._bases) if begin == since and end <= through), default=since)
        return through - min(counted, read) <= _AT_ONCE

    def busiest_day(self) -> int:
        """Return about how many entries the busiest day so far had. Raises `LogUnreadable`."""
        with self._lock:
            self._count()
            return max((figures.entries for figures in self._days.values()), default=0)

    def visits_until(self, day: date, position: int) -> int:
        """Return the visits of a day up to an entry, that one included. Raises `LogUnreadable`."""
        zone, bounds = self._event.zone, clock.day_bounds_ms(day, self._event.zone)
        if self._lock.acquire(timeout=_PATIENCE_SECONDS):
            try:
                if self._count(at_most=_AT_ONCE):
                    later = self._log.cells(self._event.id, Stretch(position, self._through, bounds, since=self._since))
                    return self._days.get(day, Figures()).visits - statistics.figures(later, zone).visits
            finally:
                self._lock.release()
        # A large log is counted for the first time, or anew: that day alone is quicker.
        self.counting(again=True)
        since = self._log.begins_after(self._event.id)
        of_day = self._log.cells(self._event.id, Stretch(through=position, wall_ms=bounds, since=since))
        return statistics.figures(of_day, zone).visits

    def count_ahead(self, boot: str) -> None:
        """Count what is there in a thread of its own, so that nobody waits for it."""

        def work(progress: Progress) -> None:
            with suppress(LogUnreadable):  # nobody waits for it; whoever looks is told then
                self._count_ahead(progress)
                with self._lock:
                    self._count()
                    self._count_boot(boot)

        with self._counting_lock:
            self._counting[None] = Counting(work)

    def _count_ahead(self, progress: Progress) -> None:
        with self._lock:
            self._count(progress)
            since, through = self._since, self._through
        self.basis(since, through)

    def _count(self, progress: Progress | None = None, at_most: int | None = None) -> bool:
        """Count what is left, unless that is more than `at_most` entries. Returns whether all is counted."""
        through, _ = self._log.size()
        if through == self._through:
            return True
        since = self._log.begins_after(self._event.id)
        if since != self._since:
            self._since = self._through = self._boot_through = since
            self._whole, self._days, self._since_boot = Figures(), {}, Figures()
        if at_most is not None and through - self._through > at_most:
            return False
        for new in _parts(Stretch(self._through, through, since=since)):
            _add(self._log, self._event, new, self._whole, self._days)
            self._through = new.through
            if progress:
                progress(new.through - since, through - since)
        return True

    def _count_boot(self, boot: str) -> Figures:
        if boot != self._boot:
            self._boot, self._since_boot, self._boot_through = boot, Figures(), self._since
        if self._boot_through != self._through:
            new = Stretch(self._boot_through, self._through, boot=boot, since=self._since)
            # Read before anything is added: what failed half-way would be added twice.
            cells, marks = self._log.cells(self._event.id, new), self._log.marks(self._event.id, new)
            statistics.add(self._since_boot, cells, self._event.zone)
            statistics.add_marks(self._since_boot, marks)
            self._boot_through = self._through
        return self._since_boot


def overview_of(log: Log, event: Event, stretch: Stretch, progress: Progress | None = None) -> Overview:
    """Return everything that a part of the log tells of an event, counted here and now. Raises `LogUnreadable`.

    `stretch` has an end. What arrived later takes nothing back from it.
    """
    whole, days = Figures(), {}
    for part in _parts(stretch):
        _add(log, event, part, whole, days)
        if progress:
            progress(part.through - stretch.after, stretch.through - stretch.after)
    return _overview(stretch.through, whole, days)


def _keep(kept: OrderedDict, key: object, value: object) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)


def _parts(stretch: Stretch) -> Iterator[Stretch]:
    after = stretch.after
    while after < stretch.through:
        part = replace(stretch, after=after, through=min(stretch.through, after + _AT_ONCE))
        yield part
        after = part.through


def _add(log: Log, event: Event, part: Stretch, whole: Figures, days: dict[date | None, Figures]) -> None:
    cells, marks = log.cells(event.id, part), log.marks(event.id, part)
    statistics.add(whole, cells, event.zone)
    statistics.by_day(cells, event.zone, days)
    statistics.add_marks(whole, marks)
    statistics.marks_by_day(marks, event.zone, days)


def _overview(through: int, whole: Figures, days: dict[date | None, Figures]) -> Overview:
    told = sorted((day, figures) for day, figures in days.items() if day and figures.tells_anything)
    return Overview(through, whole, dict(told), days.get(None, Figures()))
