"""What each volunteer's phone recorded: counted once, and then only what arrived since the last look.

Adds nothing up itself: `domain/statistics` does.
"""

import threading
from collections import OrderedDict
from dataclasses import replace

from kiosk.domain.statistics import WorkFigures, add_work
from kiosk.storage.log import Log

MOST_REMEMBERED = 500


class Work:
    """The work of the shifts in one log. Any thread may call any method."""

    def __init__(self, log: Log):
        self._log = log
        self._lock = threading.Lock()
        # By shift, through which position; the longest unasked one first.
        self._counted: OrderedDict[str, tuple[int, WorkFigures]] = OrderedDict()

    def of(self, event: str, shift: str) -> WorkFigures:
        """Return what the phone of a shift recorded and still counts. Raises `LogUnreadable`."""
        with self._lock:
            after, figures = self._counted.get(shift, (0, WorkFigures()))
            through, cells = self._log.stamps.work(event, shift, after)
            add_work(figures, cells)
            self._counted[shift] = through, figures
            self._counted.move_to_end(shift)
            while len(self._counted) > MOST_REMEMBERED:
                self._counted.popitem(last=False)
            return replace(figures)
