"""Who is signed in right now: in memory only, so that a restart signs everyone out, and only so many.

Knows no secrets and no pages.
"""

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

from kiosk.domain.secret import Kind

MOST_SESSIONS = 50


@dataclass(frozen=True)
class Session:
    """One signed-in browser. `version` is that of the secret it signed in with; times are milliseconds since boot."""

    kind: Kind
    version: str
    at_touchscreen: bool
    idle_ms: int
    begun_ms: int
    seen_ms: int


class Sessions:
    """Sessions by a token that only the browser has. Any thread may call any method."""

    def __init__(self):
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, session: Session) -> str:
        """Return the token of a new session."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._open[_key(token)] = session
            while len(self._open) > MOST_SESSIONS:
                self._open.popitem(last=False)
        return token

    def find(self, token: str) -> Session | None:
        """Return the session of that token as it was last seen."""
        with self._lock:
            return self._open.get(_key(token))

    def see(self, token: str, now_ms: int) -> None:
        """Note that someone is there."""
        with self._lock:
            if session := self._open.get(_key(token)):
                self._open[_key(token)] = replace(session, seen_ms=now_ms)

    def end(self, token: str) -> None:
        """Forget a session."""
        with self._lock:
            self._open.pop(_key(token), None)


def _key(token: str) -> str:
    # Looked up by a digest, so that the time it takes says nothing about the tokens there are.
    return hashlib.sha256(token.encode()).hexdigest()
