"""The checks before doors open that a running kiosk was asked for: one at a time, each in a thread of its own, the last
one kept until the next begins. Does not look itself (`actions/preflight` does).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.clock import Stamp
from kiosk.domain.preflight import Outcome


@dataclass(frozen=True)
class Done:
    """What came of a check, and when it was."""

    outcome: Outcome
    stamp: Stamp


class Preflights:
    """The checks of one running kiosk: one at a time. `last` is what came of the last one, None while the next is under
    way, and where it came to nothing: `failure` says why.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._over.set()
        self.last: Done | None = None  # replaced whole
        self.failure = ""

    @property
    def is_running(self) -> bool:
        return not self._over.is_set()

    def begin(self, look: Callable[[], Done]) -> None:
        """Begin a check in a thread of its own, unless one is under way."""
        with self._lock:
            if self.is_running:
                return
            # What was found before is not how things stand: a check that dies must not leave it there.
            self.last, self.failure = None, ""
            self._over.clear()
        threading.Thread(target=self._run, args=(look,), daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Return whether none is under way, after waiting for that at most so long."""
        return self._over.wait(seconds)

    def _run(self, look: Callable[[], Done]) -> None:
        try:
            self.last = look()
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"
            raise  # for whoever reads the journal
        finally:
            self._over.set()
