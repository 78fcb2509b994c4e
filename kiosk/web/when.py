"""When something happened, as the event's local time says it; nothing where the clock was not known."""

from datetime import datetime

from flask import g

from kiosk.domain import clock
from kiosk.domain.clock import Stamp
from kiosk.web.current import this_kiosk
from kiosk.web.locale import show_date


def local_time(stamp: Stamp) -> datetime | None:
    """Return the event's local time of a stamp, None where the clock was not known."""
    return clock.local(stamp.wall_ms, this_kiosk().event.zone) if clock.is_known(stamp.clock) else None


def time_said(stamp: Stamp) -> str:
    """Return the time of a stamp, with its day where that is not today; an empty text where the clock was not known."""
    when, now = local_time(stamp), local_time(this_kiosk().clock.now())
    if when is None:
        return ""
    is_today = now is not None and now.date() == when.date()
    return when.strftime("%H:%M") if is_today else f"{show_date(when.date(), g.locale)} {when:%H:%M}"
