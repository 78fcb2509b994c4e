"""Codes by which one volunteer's phone each may join: in memory, so that a restart forgets them, and for ten minutes.

Knows no shifts.
"""

import secrets
import threading
from collections import OrderedDict

from kiosk.domain.cards import ALPHABET

INVITATION_MS = 600_000
MOST_INVITATIONS = 50
CODE_LENGTH = 16  # 80 bits: nobody guesses one in ten minutes


class Invitations:
    """The codes that still hold. Any thread may call any method; times are milliseconds since boot."""

    def __init__(self):
        self._open: OrderedDict[str, tuple[str, int]] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, station: str, now_ms: int) -> str:
        """Return a new code for a station."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        with self._lock:
            self._open[code] = station, now_ms + INVITATION_MS
            while len(self._open) > MOST_INVITATIONS:
                self._open.popitem(last=False)
        return code

    def station(self, code: str, now_ms: int) -> str | None:
        """Return the station that a code still invites to, None for none."""
        with self._lock:
            station, until_ms = self._open.get(code, (None, 0))
        return station if now_ms < until_ms else None

    def take(self, code: str, now_ms: int) -> str | None:
        """Return the same and use the code up."""
        with self._lock:
            station, until_ms = self._open.pop(code, (None, 0))
        return station if now_ms < until_ms else None

    def give_back(self, code: str, station: str, until_ms: int) -> None:
        """Let a code count again whose use came to nothing."""
        with self._lock:
            self._open[code] = station, until_ms
