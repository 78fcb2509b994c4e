"""A file that a page sends in pieces, each of them taken in once and in order, into a folder of its own. How many may
come at once, and what becomes of a whole one, is for whoever asked for it.
"""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Self

from kiosk.domain.entry import is_entry_id
from kiosk.domain.errors import N_, FileUnusable, InvalidInput, UnknownEntry

# With what a form adds it stays below what every server takes in (64 kB).
LARGEST_PIECE_BYTES = 48 * 1024


@dataclass
class InPieces:
    """One file on its way: `total` bytes were announced, `received` are here. One thread at a time takes in.

    Each kind of file says how large it may be, and what is told where it cannot be taken in.
    """

    id: str
    total: int
    folder: Path
    received: int = 0
    seen: float = field(default_factory=time.monotonic)
    over: threading.Event = field(default_factory=threading.Event, repr=False)

    MOST_BYTES: ClassVar[int]
    TOO_LARGE: ClassVar[str]
    NOT_AS_SENT: ClassVar[str]
    GONE: ClassVar[str]

    @classmethod
    def announced(cls, number: str, at: int, total: int, shelf: Path) -> Self:
        """Return a file whose first piece is here. Raises `UnknownEntry` for any other piece, `InvalidInput`."""
        if at != 0:
            raise UnknownEntry(cls.GONE)
        if not is_entry_id(number) or total < 1:
            raise InvalidInput(cls.NOT_AS_SENT)
        if total > cls.MOST_BYTES:
            raise InvalidInput(cls.TOO_LARGE, most=cls.MOST_BYTES >> 20)
        return cls(number, total, shelf / number)

    @property
    def sent(self) -> Path:
        return self.folder / "sent"

    def take(self, at: int, total: int, piece: bytes) -> bool:
        """Take in the bytes from `at` on and return whether they made it whole.

        A piece that is here already changes nothing, so one whose answer was lost can be sent again. Raises
        `InvalidInput`, and `FileUnusable` where it cannot go on.
        """
        if total != self.total or at < 0 or not 0 < len(piece) <= LARGEST_PIECE_BYTES:
            raise InvalidInput(self.NOT_AS_SENT)
        self.seen = time.monotonic()
        if at + len(piece) <= self.received:
            return False
        if at != self.received or at + len(piece) > total:
            raise InvalidInput(self.NOT_AS_SENT)
        try:
            if at == 0:
                self.folder.mkdir(mode=0o700, parents=True)
            with self.sent.open("r+b" if at else "xb") as file:
                file.seek(at)
                file.write(piece)
        except OSError as error:
            cause = error.strerror or error
            raise FileUnusable(N_("%(path)s cannot be written: %(cause)s."), path=self.sent, cause=cause) from None
        self.received += len(piece)
        return self.received == total
