"""Files that staff asked for on a page, the log as a table, pictures to share, stamp cards: one child process at a time
makes them, and each is kept until what it was made from has more or something else to say.
"""

import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.actions.child import Child
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import N_, FileUnusable
from kiosk.storage.folder import LITTLE_SPACE_BYTES
from kiosk.storage.machine import free_bytes

FORMATS = ("xlsx", "csv", "ndjson")
CARDS, BRIEF = "cards", "brief"
CLOSE_DAY, FINAL_COPY, TO_STICK = CLOSING = ("close-day", "final-copy", "to-stick")

# A table takes more room than the log it is made from, a workbook while it is packed most of all; and what is left must
# do for recording.
_ROOM_FOR_LOG = {"csv": 3, "ndjson": 3, "xlsx": 7}
_ROOM_FOR_PICTURE = 1 << 20
_ROOM_FOR_SUMMARY = 64 << 20  # two dozen photos twice, and the charts
_SHELL_LOCALES = {"zh": "zh_CN.UTF-8", "en": "C.UTF-8"}


@dataclass
class Asked:
    """One file. `entries` were in the log when it was asked for; of pictures it is how many there are, and `made_from`
    names the pack they show. `child` is None while another one is at work.
    """

    format: str
    path: Path
    entries: int
    child: Child | None = None
    failure: str = ""
    is_ready: bool = False
    made_from: str = ""
    arguments: tuple[str, ...] = field(default=(), repr=False)
    language: str | None = None  # in which the child says why it failed; as the kiosk was started if None
    over: threading.Event = field(default_factory=threading.Event, repr=False)

    def wait(self, seconds: float) -> bool:
        """Return whether the file is there, after waiting for that at most so long."""
        self.over.wait(seconds)
        return self.is_ready

    @property
    def is_there(self) -> bool:
        """Return whether the file is still where it was put: someone who needs room may have removed it."""
        return self.path.exists()

    @property
    def percent(self) -> int:
        """Return how much of it is written, in hundredths."""
        total = max(self.child.total if self.child else 0, self.entries, 1)
        return 100 if self.is_ready else min(99, 100 * (self.child.done if self.child else 0) // total)


class Exports:
    """The files of one data folder. Any thread may call any method."""

    def __init__(self, data: Path, pack: Path, log_size: Callable[[], int], log_bytes: Callable[[], int]):
        self._data, self._pack, self._log_size, self._log_bytes = data, pack, log_size, log_bytes
        self.folder = data / "exports"
        self._asked: dict[str, Asked] = {}
        self._waiting: list[Asked] = []
        self._working: Child | None = None
        self._lock = threading.Lock()
        self._closed = False
        # What a power cut left is of no use: nobody knows which entries are in it.
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, format: str) -> Asked:
        """Return the file of that format, begun now unless one with every entry is there or on its way.

        Raises `FileUnusable` when there is too little room, `LogUnreadable`.
        """
        path = self.folder / f"log.{format}"
        # The office's table says in words what the ids mean; the others are for programs.
        labels = ["--labels"] if format == "xlsx" else []
        arguments = ("export", "--format", format, "--output", str(path), *labels)
        room = _ROOM_FOR_LOG[format] * self._log_bytes()
        return self._ask(Asked(format, path, self._log_size(), arguments=arguments), room)

    def ask_pictures(self, locale: str, count: int, digest: str) -> Asked:
        """Return the pictures to share in a language, all in one file: begun now unless those of this pack are there.

        `count` pictures of the pack with that digest. Raises `FileUnusable` when there is too little room.
        """
        path = self.folder / f"pictures-{locale}.zip"
        arguments = ("share-pictures", "--lang", locale, "--output", str(path))
        wanted = Asked(_pictures(locale), path, count, made_from=digest, arguments=arguments, language=locale)
        return self._ask(wanted, _ROOM_FOR_PICTURE * count)

    def ask_cards(self, event: str, locale: str, count: int, group: int | None, address: str | None) -> Asked:
        """Return so many new stamp cards of an event to print, as one file, in place of those that were made before.

        While just as many are being made, those. `group`: for so many people each. Raises `FileUnusable`.
        """
        path = self.folder / "cards.pdf"
        arguments = ("cards", "--lang", locale, "--count", str(count), "--output", str(path))
        arguments += ("--group", str(group)) if group else ()
        arguments += ("--address", address) if address else ()
        # No card is ever given out twice, so what was made before is not what is wanted now.
        wanted = Asked(CARDS, path, count, made_from=f"{event} {mint_id()}", arguments=arguments, language=locale)
        return self._ask(wanted, _ROOM_FOR_PICTURE)

    def ask_brief(self, entry_id: str, digest: str, language: str) -> Asked:
        """Return the picture of a closed day's brief: begun now unless that of this day and pack is there.

        Raises `FileUnusable` when there is too little room.
        """
        path = self.folder / "brief.png"
        arguments = ("brief", "--entry", entry_id, "--picture", str(path))
        wanted = Asked(BRIEF, path, 1, made_from=f"{entry_id} {digest}", arguments=arguments, language=language)
        return self._ask(wanted, _ROOM_FOR_PICTURE)

    def ask_summary(self, format: str, made_from: str, begun_by: str, language: str) -> Asked:
        """Return the official summary as a `docx` or a `zip`: begun now unless it is there as it would be made now.

        `made_from` tells what it rests on, `begun_by` of which period it is. Raises `FileUnusable`.
        """
        path = self.folder / f"summary.{format}"
        arguments = ("summary", "--output", str(path), "--begun-by", begun_by)
        wanted = Asked(summary_name(format), path, 0, made_from=made_from, arguments=arguments, language=language)
        return self._ask(wanted, _ROOM_FOR_SUMMARY)

    def ask_closing(self, name: str, arguments: tuple[str, ...], language: str) -> Asked:
        """Return the work of closing that `name` stands for, begun now unless it is on its way.

        What it makes lies elsewhere, and it finds its own room: closing a day begins by making some.
        """
        wanted = Asked(name, self.folder / name, 0, arguments=arguments, language=language)
        return self._ask(wanted, None)

    def is_closing(self) -> bool:
        """Return whether anything of closing is on its way."""
        with self._lock:
            found = [self._asked.get(name) for name in CLOSING]
        return any(asked and not asked.is_ready and not asked.failure for asked in found)

    def _ask(self, wanted: Asked, room: int | None) -> Asked:
        with self._lock:
            asked = self._asked.get(wanted.format)
            will_do = _is_still if asked and asked.is_ready else _is_on_its_way
            if asked and not asked.failure and will_do(asked, wanted):
                return asked
            if room is not None:
                self._find_room(room)
            self._asked[wanted.format] = wanted
            self._waiting.append(wanted)
            self._begin_next()
            return wanted

    def asked(self, format: str) -> Asked | None:
        """Return the file of that format that was asked for last."""
        with self._lock:
            return self._asked.get(format)

    def asked_pictures(self, locale: str) -> Asked | None:
        """Return the pictures to share in a language that were asked for last."""
        return self.asked(_pictures(locale))

    def close(self) -> None:
        """End what is under way."""
        with self._lock:
            self._closed, self._waiting, child = True, [], self._working
        if child:
            child.stop()

    def _clear_away(self, path: Path) -> None:
        """Remove what a failed child left: one that was killed could not tidy up after itself."""
        with suppress(OSError):
            for left in [path, *self.folder.glob(f".{path.name}.*")]:
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)

    def _find_room(self, room: int) -> None:
        needed = room + LITTLE_SPACE_BYTES
        free = free_bytes(self._data)
        if free is not None and free < needed:
            raise FileUnusable(
                N_("There is too little room here for the file: %(free)s MB are free, %(needed)s MB are needed."),
                free=free >> 20,
                needed=(needed >> 20) + 1,
            )
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise FileUnusable(
                N_("%(path)s cannot be written: %(cause)s."), path=self.folder, cause=error.strerror or error
            ) from None

    def _begin_next(self) -> None:
        if self._working or not self._waiting or self._closed:
            return
        asked = self._waiting.pop(0)
        environment = {**os.environ, "KIOSK_DATA": str(self._data), "KIOSK_EVENT": str(self._pack)}
        if asked.language:
            # Not every machine has that locale; Python's own UTF-8 mode needs none.
            environment |= {"LC_ALL": _SHELL_LOCALES[asked.language], "PYTHONUTF8": "1"}
        try:
            self._working = asked.child = Child(
                list(asked.arguments), environment, lambda child: self._end(asked, child)
            )
        except OSError as error:
            asked.failure = str(error)
            asked.over.set()
            self._begin_next()

    def _end(self, asked: Asked, child: Child) -> None:
        with self._lock:
            self._working = None
            if child.failure:
                self._clear_away(asked.path)
            elif child.total:
                asked.entries = child.total  # some may have come before it began to read
            asked.failure, asked.is_ready = child.failure, not child.failure
            asked.over.set()
            self._begin_next()


def summary_name(format: str) -> str:
    """Return under which name the summary in a format is asked for."""
    return f"summary-{format}"


def _pictures(locale: str) -> str:
    return f"pictures-{locale}"


def _is_on_its_way(asked: Asked, wanted: Asked) -> bool:
    """Return whether a file that is being made, or waits for that, is the one that is wanted.

    The copy or the picture of another day, or a copy to another stick, is work of its own and comes after it.
    """
    return asked.arguments == wanted.arguments


def _is_still(asked: Asked, wanted: Asked) -> bool:
    """Return whether a file that is ready is what would be made now."""
    return (asked.entries, asked.made_from) == (wanted.entries, wanted.made_from) and asked.is_there
