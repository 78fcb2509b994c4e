"""Photos of notes on their way: sent in pieces, made ready by a child process one by one, waiting for their note.

Only photos that staff said may be kept come here at all. What waits here is gone after a restart, and in no log.
"""

import hashlib
import os
import shutil
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.actions.child import Child
from kiosk.actions.photo_work import Ready, fault_at_once, outcome
from kiosk.domain.errors import N_, FileUnusable, InvalidInput, Sentence, TooMany
from kiosk.domain.note import KEPT
from kiosk.storage.folder import LITTLE_SPACE_BYTES
from kiosk.storage.machine import free_bytes
from kiosk.storage.pieces import InPieces

LARGEST_PHOTO_BYTES = 16 << 20
# Of all notes being written at once. When one more comes, one that nobody has asked for in a while makes room.
MOST_WAITING = 24
GONE_AFTER_SECONDS = 30 * 60
MOST_REMEMBERED = 200

_FAILED = N_("This photo could not be worked on just now. Please choose it again.")


@dataclass
class Coming(InPieces):
    """One photo on its way. `ready` once it is, `refused` where it will not be."""

    digest: str | None = None
    refused: Sentence | None = None

    MOST_BYTES = LARGEST_PHOTO_BYTES
    TOO_LARGE = N_("This photo is too large: at most %(most)s MB are taken.")
    NOT_AS_SENT = N_("The photo did not arrive as it was sent. Please choose it again.")
    GONE = N_("That photo is no longer on its way. Please choose it again.")

    @property
    def state(self) -> str:
        """Return `arriving`, `working`, `refused` or `ready`."""
        if self.over.is_set():
            return "refused" if self.refused else "ready"
        return "working" if self.received == self.total else "arriving"


class PhotosComing:
    """The photos on their way, by the number that the page gave each. Any thread may call any method."""

    def __init__(self, data: Path):
        self._data, self._shelf = data, data / "photos-coming"
        self._lock = threading.RLock()
        self._coming: dict[str, Coming] = {}
        self._line: deque[Coming] = deque()
        self._in_log: dict[str, str] = {}  # digests of photos that came and were saved, for a form sent again
        self._at_work: tuple[Coming, Child] | None = None
        self._closed = False
        shutil.rmtree(self._shelf, ignore_errors=True)  # what another run left

    def take(self, photo_id: str, at: int, total: int, child: str, piece: bytes) -> Coming:
        """Take in the bytes from `at` on; the first piece begins a photo, the last one has it made ready.

        `child`: what staff said of children in it. Raises `InvalidInput`, `TooMany`, `UnknownEntry`, `FileUnusable`.
        """
        if child not in KEPT:
            raise InvalidInput(N_("A photo is taken in only where no child is recognisable or a guardian has agreed."))
        with self._lock:
            coming = self._coming.get(photo_id)
            if coming is None:
                coming = self._begin(Coming.announced(photo_id, at, total, self._shelf), piece)
            try:
                if coming.take(at, total, piece):
                    self._line.append(coming)
                    self._work_on()
            except FileUnusable:
                self.discard(coming.id)
                raise
            return coming

    def get(self, photo_id: str) -> Coming | None:
        """Return a photo on its way, None where there is none (any more)."""
        coming = self._coming.get(photo_id)
        if coming:
            coming.seen = time.monotonic()
        return coming

    def ready(self, photo_id: str) -> tuple[str, Ready] | None:
        """Return the digest of a photo that is ready, and the photo; None for any other."""
        coming = self.get(photo_id)
        if coming is None or coming.state != "ready":
            return None
        found = outcome(coming.folder)
        is_same = isinstance(found, Ready) and hashlib.sha256(found.large).hexdigest() == coming.digest
        return (coming.digest, found) if is_same else None

    def saved(self, digests: dict[str, str]) -> None:
        """Forget photos that are in the log now, but not under which digest each is there."""
        with self._lock:
            self._in_log |= digests
            while len(self._in_log) > MOST_REMEMBERED:
                del self._in_log[next(iter(self._in_log))]
            self.discard(*digests)

    def in_log(self, photo_id: str) -> str | None:
        """Return the digest of a photo that came and was saved a while ago, None for any other."""
        return self._in_log.get(photo_id)

    def discard(self, *photo_ids: str) -> None:
        """Forget photos, with everything that came of them."""
        with self._lock:
            for photo_id in photo_ids:
                coming = self._coming.pop(photo_id, None)
                if coming is None:
                    continue
                with suppress(ValueError):
                    self._line.remove(coming)
                if self._at_work and self._at_work[0] is coming:
                    # Its end, in another thread, goes on with the next.
                    self._at_work[1].kill()
                shutil.rmtree(coming.folder, ignore_errors=True)

    def close(self) -> None:
        """Forget all of them and begin nothing more."""
        with self._lock:
            self._closed = True
            child = self._at_work[1] if self._at_work else None
            self.discard(*self._coming)
        if child:
            child.wait(5)
        shutil.rmtree(self._shelf, ignore_errors=True)

    def _begin(self, coming: Coming, piece: bytes) -> Coming:
        if fault := fault_at_once(piece[:16]):
            raise InvalidInput(fault.text, **fault.values)
        if self._closed:
            raise InvalidInput(coming.NOT_AS_SENT)
        if len(self._coming) >= MOST_WAITING:
            oldest = min(self._coming.values(), key=lambda one: one.seen)
            if time.monotonic() - oldest.seen < GONE_AFTER_SECONDS:
                raise TooMany(
                    N_("Many photos are being added right now. Please save the notes that are being written.")
                )
            self.discard(oldest.id)
        free = free_bytes(self._data)
        if free is not None and free < 2 * coming.total + LITTLE_SPACE_BYTES:
            raise FileUnusable(N_("There is too little room left here for photos: %(free)s MB."), free=free >> 20)
        self._coming[coming.id] = coming
        return coming

    def _work_on(self) -> None:
        """Begin with the next in line, unless one is worked on: two at once would take the memory of two."""
        while self._line and self._at_work is None and not self._closed:
            coming = self._line.popleft()
            environment = {**os.environ, "KIOSK_DATA": str(self._data)}
            arguments = ["prepare-photo", str(coming.sent), "--into", str(coming.folder)]
            try:
                child = Child(arguments, environment, lambda _child, coming=coming: self._end(coming))
            except OSError:
                coming.refused = Sentence(_FAILED)
                coming.over.set()
            else:
                self._at_work = (coming, child)

    def _end(self, coming: Coming) -> None:
        found = outcome(coming.folder)
        with suppress(OSError):
            coming.sent.unlink()  # as it came, with all its notes
        if isinstance(found, Ready):
            coming.digest = hashlib.sha256(found.large).hexdigest()
        else:
            coming.refused = found or Sentence(_FAILED)
        with self._lock:
            coming.over.set()
            self._at_work = None
            self._work_on()
