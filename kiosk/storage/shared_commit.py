"""Lets callers that come at the same time share one commit: the first of them leads and does the work for all.

There is no thread of its own: a caller that is alone pays for no hand-over, and a fork needs no care. Knows nothing of
what is committed.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

# While many come at once, a commit waits this long for more to share it: fewer commits spare the processor more than
# the wait costs, which is a fraction of one sync of an SD card. Whoever comes alone after somebody alone never waits.
GATHER_SECONDS = 0.004

Work = TypeVar("Work")


class _Waiting(Generic[Work]):
    """One caller's work. `woken` is given to its thread once: when the work is done, or when it is to lead."""

    __slots__ = ("is_done", "woken", "work")

    def __init__(self, work: Work):
        self.work, self.is_done = work, False
        self.woken = threading.Lock()
        self.woken.acquire()


class SharedCommit(Generic[Work]):
    """`commit` is called with all the work of one round, by one thread at a time; it tells each its outcome itself."""

    def __init__(self, commit: Callable[[list[Work]], None]):
        self._commit = commit
        self._waiting: list[_Waiting[Work]] = []
        self._lock, self._is_led, self._was_shared = threading.Lock(), False, False

    def run(self, work: Work) -> None:
        """Return when `work` went through a commit. What the commit raises, raises in the thread that led it."""
        mine = _Waiting(work)
        with self._lock:
            leads = not self._is_led
            self._is_led = True
            if not leads:
                self._waiting.append(mine)
        if not leads:
            mine.woken.acquire()
        if not mine.is_done:
            self._lead(mine)

    def _lead(self, mine: _Waiting[Work]) -> None:
        """Commit for everyone who waits, wake them, and hand the lead to the first who came meanwhile."""
        batch = [mine]
        try:
            if self._waiting or self._was_shared:
                time.sleep(GATHER_SECONDS)
            with self._lock:
                batch += self._waiting
                self._waiting = []
            self._was_shared = len(batch) > 1
            self._commit([one.work for one in batch])
        finally:
            # Whatever happened, nobody may be left waiting and the lead must not be lost.
            with self._lock:
                successor = self._waiting.pop(0) if self._waiting else None
                self._is_led = successor is not None
            for one in batch:
                one.is_done = True
                if one is not mine:
                    one.woken.release()
            if successor is not None:
                successor.woken.release()
