"""Codes by which one volunteer's phone each may join: in memory, so that a restart forgets them, and for ten minutes.

Knows no shifts.
"""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from kiosk.domain.cards import ALPHABET

INVITATION_MS = 600_000
MOST_INVITATIONS = 50
CODE_LENGTH = 16  # 80 bits: nobody guesses one in ten minutes


@dataclass
class _Code:
    station: str
    until_ms: int
    used_by: str | None = None


class Invitations:
    """The codes that still hold. Any thread may call any method; times are milliseconds since boot."""

    def __init__(self):
        self._codes: OrderedDict[str, _Code] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, station: str, now_ms: int) -> str:
        """Return a new code for a station."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        with self._lock:
            self._codes[code] = _Code(station, now_ms + INVITATION_MS)
            while len(self._codes) > MOST_INVITATIONS:
                self._codes.popitem(last=False)
        return code

    def station(self, code: str, now_ms: int) -> str | None:
        """Return the station that a code still invites to, None for none."""
        with self._lock:
            found = self._codes.get(code)
            return found.station if found and now_ms < found.until_ms and found.used_by is None else None

    def take(self, code: str, used_by: str, now_ms: int) -> tuple[str | None, bool]:
        """Return the same, and whether it was used before, and use the code up: it counts for nobody else from now on,
        and as often as they like for those who say that they used it.
        """
        with self._lock:
            found = self._codes.get(code)
            if not found or now_ms >= found.until_ms or found.used_by not in (None, used_by):
                return None, False
            again, found.used_by = found.used_by is not None, used_by
            return found.station, again

    def give_back(self, code: str) -> None:
        """Let a code count again whose use came to nothing."""
        with self._lock:
            if code in self._codes:
                self._codes[code].used_by = None
