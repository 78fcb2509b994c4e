"""The periods of an event: which one is meant, on which day each was closed, and how it is called.

Must not count, nor read what staff wrote of one.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from kiosk.domain import clock
from kiosk.domain.errors import N_, NotAllowed, Sentence
from kiosk.domain.event import Event, Pack
from kiosk.domain.period import Period
from kiosk.storage.log import Log


def period_of(log: Log, pack: Pack, begun_by: str | None = None) -> Period:
    """Return the period that begins after a closing; without `begun_by` of the running one where none was closed, or a
    version of its summary was saved, or a later day was closed; else of the one that was closed last.

    Raises `LogUnreadable`, and `NotAllowed` for a period that is none.
    """
    return meant(log, pack, log.periods.of(pack.event.id), begun_by)


def meant(log: Log, pack: Pack, found: Sequence[Period], begun_by: str | None) -> Period:
    """Return the same among the periods that were found."""
    if begun_by is None:
        return _default(log, pack, found)
    for period in found:
        if begun_by in period.same:
            return period
    raise NotAllowed(N_("This page is from before. Please open the summary again; your words are still here."))


def _default(log: Log, pack: Pack, found: Sequence[Period]) -> Period:
    running, *over = found
    # Somebody who came between the last copy and the closing, or waited on a phone, begins no event.
    if not over or log.summaries.newest(pack.event.id, running.same) or _is_in_use(log, pack, over[0]):
        return running
    return over[0]


def _is_in_use(log: Log, pack: Pack, before: Period) -> bool:
    """Return whether staff closed a day of the running event, after the one on which the event before was closed."""
    # Of all of them, since an earlier day may have been closed last.
    days = [line.entry.details["day"] or "" for line in log.lookup.each("day_closed", pack.event.id)]
    ended_on = closed_on(log, pack.event, before.closed_by)
    return ended_on is not None and max(days, default="") > ended_on.isoformat()


def closed_on(log: Log, event: Event, closing_id: str | None) -> date | None:
    """Return the day on which an event was closed, None where nothing closed it or no clock could tell."""
    closing = log.entry(closing_id) if closing_id else None
    return clock.local_day(closing.stamp, event.zone) if closing else None


def told_until(log: Log, event: Event, closing_id: str | None) -> date | None:
    """Return the last day of which what is written later is of the event that was closed; None where none can be told.

    Of two closed on one day the last has it: the first was a rehearsal.
    """
    day = closed_on(log, event, closing_id)
    if day is None:
        return None
    following = next((one for one in log.periods.of(event.id) if one.begun_by == closing_id), None)
    is_rehearsal = following is not None and closed_on(log, event, following.closed_by) == day
    return day - timedelta(days=1) if is_rehearsal else day


def period_said(period: Period, closed_on: str) -> Sentence:
    """Return which period of an event it is. `closed_on`: the day it was closed, in words; empty if nobody knows."""
    if period.closed_by is None:
        return Sentence(N_("The event that is running"))
    return (
        Sentence(N_("Closed on %(day)s"), {"day": closed_on}) if closed_on else Sentence(N_("An event that was closed"))
    )
