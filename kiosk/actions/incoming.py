"""A new pack on its way: sent in pieces, checked by a child process, waiting to be put on screen. One at a time.

Puts nothing on screen; `actions/swap_pack` does.
"""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.actions.check_pack import read_verdict, unpacked
from kiosk.actions.child import Child
from kiosk.actions.pictures import Pictures, prepare_pictures
from kiosk.domain.errors import N_, Fault, FileUnusable, InvalidInput, NotAllowed, PackBroken, UnknownEntry
from kiosk.domain.event import Pack
from kiosk.storage.folder import LITTLE_SPACE_BYTES
from kiosk.storage.machine import free_bytes
from kiosk.storage.packs import read_pack
from kiosk.storage.packs_in_use import UPLOADS
from kiosk.storage.pictures import PictureShelf
from kiosk.storage.pieces import InPieces
from kiosk.storage.zip_packs import LARGEST_UNPACKED_BYTES, LARGEST_ZIP_BYTES

# Whoever sends and has said nothing for so long has gone; another one may begin.
GONE_AFTER_SECONDS = 60


@dataclass
class Arrival(InPieces):
    """One pack on its way.

    `faults` are what is wrong with it once that is known, None before; `failure` why it could not be checked at all.
    """

    child: Child | None = None
    faults: list[Fault] | None = None
    failure: str = ""
    pack: Pack | None = None  # without its pictures
    pictures: Pictures | None = None
    is_claimed: bool = False  # while it is being put on screen: its files are not to be touched

    MOST_BYTES = LARGEST_ZIP_BYTES
    TOO_LARGE = N_("This file is too large for a pack: at most %(most)s MB are taken.")
    NOT_AS_SENT = N_("The pack did not arrive as it was sent. Please send it again.")
    GONE = N_("That pack is no longer on its way. Please send it again.")

    @property
    def state(self) -> str:
        """Return `arriving`, `checking`, `failed`, `refused`, or `sound`."""
        if not self.over.is_set():
            return "checking" if self.received == self.total else "arriving"
        return "failed" if self.failure else "refused" if self.faults else "sound"

    @property
    def percent(self) -> int:
        """Return how much of the checking is done, in hundredths."""
        child = self.child
        return 100 if self.over.is_set() else min(99, 100 * child.done // child.total) if child and child.total else 0


class Incoming:
    """The pack on its way, if there is one. Any thread may call any method."""

    def __init__(self, data: Path, shelf: PictureShelf):
        self._data, self._shelf = data, shelf
        self._lock = threading.Lock()
        self._arrival: Arrival | None = None
        self._closed = False

    @property
    def arrival(self) -> Arrival | None:
        """Return the pack on its way, None if there is none."""
        return self._arrival

    def take(self, upload_id: str, at: int, total: int, piece: bytes) -> Arrival:
        """Take in the bytes from `at` on; the first piece begins an upload, the last one has it checked.

        Raises `InvalidInput`, `NotAllowed` while another pack is on its way, `UnknownEntry`, `FileUnusable`.
        """
        with self._lock:
            arrival = self._arrival
            if arrival is None or arrival.id != upload_id:
                arrival = self._begin(Arrival.announced(upload_id, at, total, self._data / UPLOADS))
            try:
                if arrival.take(at, total, piece):
                    self._check(arrival)
            except FileUnusable:
                self._forget()
                raise
            return arrival

    def discard(self) -> None:
        """Forget the pack on its way, whatever has become of it.

        Raises `NotAllowed` while it is being put on screen.
        """
        with self._lock:
            if self._arrival and self._arrival.is_claimed:
                raise NotAllowed(N_("This pack is being put on screen right now."))
            self._forget()

    @contextmanager
    def claim(self, digest: str) -> Iterator[Arrival]:
        """Have the pack that was sent and checked to oneself; afterwards it is forgotten, or waits on if that failed.

        Raises `UnknownEntry` where no such pack waits (any more).
        """
        with self._lock:
            arrival = self._arrival
            if arrival is None or arrival.is_claimed or arrival.state != "sound" or arrival.pack.digest != digest:
                raise UnknownEntry(N_("That pack no longer waits to be put on screen. Please send it again."))
            arrival.is_claimed = True
        try:
            yield arrival
        except BaseException:
            arrival.is_claimed = False
            raise
        with self._lock:
            self._forget()

    def while_none(self, act: Callable[[], None]) -> None:
        """Do something while no pack is on its way, nor can begin to be; nothing where one is."""
        with self._lock:
            if self._arrival is None:
                act()

    def close(self) -> None:
        """End what is under way. Files that are being put on screen are left to the next start."""
        with self._lock:
            self._closed = True
            if not (self._arrival and self._arrival.is_claimed):
                self._forget()

    def _begin(self, arrival: Arrival) -> Arrival:
        if self._closed:
            raise InvalidInput(arrival.NOT_AS_SENT)
        other = self._arrival
        if other and (
            other.is_claimed
            or other.state == "checking"
            or (other.state == "arriving" and time.monotonic() - other.seen < GONE_AFTER_SECONDS)
        ):
            raise NotAllowed(N_("Another pack is on its way right now. Please wait for it, or try again in a minute."))
        self._forget()
        self._find_room(arrival.total)
        self._arrival = arrival
        return arrival

    def _find_room(self, total: int) -> None:
        needed = total + LARGEST_UNPACKED_BYTES + LITTLE_SPACE_BYTES
        free = free_bytes(self._data)
        if free is not None and free < needed:
            raise FileUnusable(
                N_("There is too little room here for another pack: %(free)s MB are free, %(needed)s MB are needed."),
                free=free >> 20,
                needed=(needed >> 20) + 1,
            )

    def _check(self, arrival: Arrival) -> None:
        environment = {**os.environ, "KIOSK_DATA": str(self._data)}
        arguments = ["check-pack", str(arrival.sent), "--into", str(arrival.folder)]
        try:
            arrival.child = Child(arguments, environment, lambda child: self._end(arrival, child))
        except OSError as error:
            arrival.failure = str(error)
            arrival.over.set()

    def _end(self, arrival: Arrival, child: Child) -> None:
        """Note what the child found, and read the pack here, so that putting it on screen is a matter of a moment."""
        try:
            faults = read_verdict(arrival.folder)
            if faults is None:
                arrival.failure = child.failure or "no verdict"
            elif not faults:
                # Its pictures are on the shelf now: none is unpacked nor drawn again.
                pack = read_pack(unpacked(arrival.folder), self._shelf.originals())
                arrival.pictures = prepare_pictures(pack, self._shelf)
                arrival.pack = pack.without_pictures()
            arrival.faults = faults
        except PackBroken as broken:
            arrival.faults = broken.faults
        except Exception as error:  # whatever it is, somebody waits for an answer
            arrival.failure = f"{type(error).__name__}: {error}"
        finally:
            with suppress(OSError):
                arrival.sent.unlink()
            arrival.over.set()

    def _forget(self) -> None:
        arrival, self._arrival = self._arrival, None
        if arrival is None:
            return
        if arrival.child and not arrival.over.is_set():
            arrival.child.stop()
        shutil.rmtree(arrival.folder, ignore_errors=True)
