"""Turns: what is done to one and the same thing is done one after the other, what is done to others at the same time.

In memory, for the threads of this process; what several processes may do at once, the ids in the log decide.
"""

import threading
from collections.abc import Hashable
from contextlib import AbstractContextManager

LOCKS = 256  # things that share one wait for each other without need, which is seldom and short


class Turns:
    """Any thread may call any method."""

    def __init__(self):
        self._locks = [threading.RLock() for _ in range(LOCKS)]

    def of(self, thing: Hashable) -> AbstractContextManager:
        """Return what is held for as long as something is done to `thing`."""
        return self._locks[hash(thing) % LOCKS]
