"""What was told a short while ago, so that it is not told again: in memory, and only so much."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

MOST = 5_000


class ToldBefore:
    """Any thread may call any method."""

    def __init__(self):
        self._told: OrderedDict[Hashable, None] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, what: Hashable) -> bool:
        """Return whether this was never asked about, as far as anybody remembers; it is remembered from now on."""
        with self._lock:
            is_new = what not in self._told
            self._told[what] = None
            self._told.move_to_end(what)
            while len(self._told) > MOST:
                self._told.popitem(last=False)
            return is_new

    def forget(self, what: Hashable) -> None:
        """Take back that it was told."""
        with self._lock:
            self._told.pop(what, None)
