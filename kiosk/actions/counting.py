"""Counting that takes long, in a thread of its own, so that nobody waits for it: a million entries take seconds."""

import threading
from collections.abc import Callable

from kiosk.actions.progress import Progress


class Counting:
    """One piece of such work, begun where it is made. `work` gets a progress to tell.

    What goes wrong with it is kept until somebody who waited for it is told.
    """

    def __init__(self, work: Callable[[Progress], None]):
        self._done, self._total = 0, 1
        self._work, self._over = work, threading.Event()
        self._failure: Exception | None = None
        threading.Thread(target=self._run, name="counting", daemon=True).start()

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    @property
    def percent(self) -> int:
        """Return how much of it is counted, in hundredths."""
        return 100 if self.is_over else min(99, 100 * self._done // max(self._total, 1))

    def wait(self, seconds: float | None = None) -> bool:
        """Return whether it is over, after waiting for that at most so long."""
        return self._over.wait(seconds)

    @property
    def has_failed(self) -> bool:
        """Return whether it ended with a fault that nobody was told of yet."""
        return self._failure is not None

    def check(self) -> None:
        """Raise, once, what went wrong with it."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _run(self) -> None:
        try:
            self._work(self._tell)
        except Exception as error:
            self._failure = error
        finally:
            self._over.set()

    def _tell(self, done: int, total: int) -> None:
        self._done, self._total = done, total
