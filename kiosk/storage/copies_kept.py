"""The shelf of copies that closing makes: a folder for each in `KIOSK_DATA/backups`, with a note of what is done and
checked. Files on it are read back from the disk, not from memory. Knows no log and no rule of what is kept.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from kiosk.domain.errors import N_, FileUnusable
from kiosk.storage.folder import sync_path, write_file

FOLDER, NOTE = "backups", "closing.json"
NAME = re.compile(r"(?:day|event)-[0-9a-z-]{1,40}", re.ASCII)
_CHUNK = 1 << 20
# What is being written, a table's sheets, and a copy that is being removed: ours, and of use to nobody once it is left.
_HALF = re.compile(r"\..+\.(?:new|new-journal|part|scratch)")
_GONE = re.compile(rf"\.{NAME.pattern}\.gone", re.ASCII)


@dataclass
class CopyKept:
    """One copy. `steps`: by step, the file, its SHA-256, its size and how many entries it holds, once it was read back.

    `entry`: of a day, the entry that froze its figures. `proof`: how a copy elsewhere was proven, None before.
    """

    name: str
    kind: str
    event: str
    entry: str = ""
    entries: int = 0
    through: dict[str, int] = field(default_factory=dict)
    figures: dict = field(default_factory=dict)
    wall_ms: int = 0
    clock: str = "unknown"
    steps: dict[str, dict] = field(default_factory=dict)
    proof: dict | None = None

    def is_of(self, last_position: Callable[[dict[str, int]], int]) -> bool:
        """Return whether a copy is of the log whose `last_position` it is given; of before a restore, mostly not."""
        return not self.through or last_position(self.through) == self.entries

    def is_whole(self, steps: tuple[str, ...]) -> bool:
        return all(step in self.steps for step in steps)


class CopyShelf:
    """The copies of one data folder."""

    def __init__(self, data: Path):
        self.path = data / FOLDER

    def folder(self, name: str) -> Path:
        """Return where a copy lies. Raises `FileUnusable` for what is no name of one."""
        if not NAME.fullmatch(name):
            raise FileUnusable(N_("There is no file %(path)s."), path=name)
        return self.path / name

    def make(self, name: str) -> Path:
        """Return the folder of a copy, made if it was missing. Raises `FileUnusable`."""
        folder = self.folder(name)
        try:
            self.path.mkdir(mode=0o700, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            sync_path(self.path)
            sync_path(self.path.parent)
        except OSError as error:
            raise FileUnusable(
                N_("%(path)s cannot be written: %(cause)s."), path=folder, cause=error.strerror or error
            ) from None
        return folder

    def read(self, name: str) -> CopyKept | None:
        """Return the note of a copy, None where there is none that can be read."""
        try:
            said = json.loads((self.path / name / NOTE).read_text(encoding="utf-8"))
            # A newer version may say more.
            found = CopyKept(**{one.name: said[one.name] for one in fields(CopyKept) if one.name in said})
        except (OSError, ValueError, TypeError):
            return None
        return found if NAME.fullmatch(name) and found.name == name else None

    def all(self) -> list[CopyKept]:
        """Return every copy, that of the longest log last."""
        return sorted(filter(None, map(self.read, self._names())), key=lambda one: (one.entries, one.name))

    def strays(self) -> list[str]:
        """Return the names of folders with nothing but halves: what was cut off before its first part was done."""
        return [name for name in self._names() if self._is_stray(name)]

    def _names(self) -> list[str]:
        try:
            return [one.name for one in self.path.iterdir() if NAME.fullmatch(one.name)]
        except OSError:
            return []

    def _is_stray(self, name: str) -> bool:
        """Return whether there is a folder with nothing in it but what was left half written.

        A note that cannot be read is no reason to remove what may be the only copy of another log, and neither is a
        name like ours: staff put things here, too.
        """
        folder = self.path / name
        try:
            return not folder.is_symlink() and all(_HALF.fullmatch(one.name) for one in folder.iterdir())
        except OSError:
            return False

    def note(self, copy: CopyKept) -> None:
        """Keep what is known of a copy, durably. Raises `FileUnusable`."""
        text = json.dumps(asdict(copy), ensure_ascii=False, indent=1)
        write_file(self.make(copy.name) / NOTE, lambda file: file.write(text.encode()))

    def free_name(self, name: str) -> str:
        """Return that name, or one like it where something else has it: another log's copy, or one nobody can read."""
        names = (name if number == 1 else f"{name}-{number}" for number in range(1, 1_000_000))
        return next(one for one in names if not os.path.lexists(self.path / one) or self._is_stray(one))

    @contextmanager
    def held(self, name: str) -> Iterator[Path]:
        """Give the folder of a copy, made if it was missing, to one process at a time; others wait.

        Raises `FileUnusable`.
        """
        import fcntl

        while True:
            handle = os.open(self.make(name), os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                folder = self.make(name)
                # Whoever had it before may have removed it.
                if os.path.samestat(os.fstat(handle), folder.stat()):
                    yield folder
                    return
            finally:
                os.close(handle)

    def sweep(self, name: str) -> None:
        """Remove what a process that was ended left half written among a copy's files. For who holds it."""
        with suppress(OSError):
            for left in self.folder(name).iterdir():
                if not _HALF.fullmatch(left.name):
                    continue
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)

    def bytes_of(self, name: str) -> int:
        """Return how much room a copy takes."""
        try:
            return sum(one.stat().st_size for one in self.folder(name).iterdir())
        except OSError:
            return 0

    def clear(self) -> None:
        """Remove the strays, and what is left of copies whose removal was cut off. What is being made stays."""
        for name in self.strays():
            self.remove(name, only_a_stray=True)
        with suppress(OSError):
            for left in self.path.iterdir():
                if _GONE.fullmatch(left.name):
                    shutil.rmtree(left, ignore_errors=True)

    def remove(self, name: str, only_a_stray: bool = False) -> None:
        """Remove a copy. One that is being made stays."""
        import fcntl

        folder = self.folder(name)
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Whoever had it before may have removed it, or finished what was a stray.
                is_same = os.path.samestat(os.fstat(handle), folder.stat())
                if is_same and (not only_a_stray or self._is_stray(name)):
                    # Its name goes first: of half a copy nobody could tell whether it is still wanted.
                    gone = folder.with_name(f".{name}.gone")
                    shutil.rmtree(gone, ignore_errors=True)
                    folder.rename(gone)
                    sync_path(self.path)
                    shutil.rmtree(gone, ignore_errors=True)
            finally:
                os.close(handle)


def checksum_on_disk(path: Path, progress: Callable[[int], None] | None = None) -> tuple[str, int]:
    """Return the SHA-256 and the size of a file as the disk holds it. Raises `FileUnusable`, also for a link.

    What was just written would come back from memory and prove nothing, so the system is asked to forget it first.
    """
    found, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            os.fsync(file.fileno())
            if hasattr(os, "posix_fadvise"):
                with suppress(OSError):  # a file system that does not know the request
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            while chunk := file.read(_CHUNK):
                found.update(chunk)
                size += len(chunk)
                if progress:
                    progress(size)
    except OSError as error:
        raise FileUnusable(
            N_("%(path)s cannot be read back: %(cause)s."), path=path, cause=error.strerror or error
        ) from None
    return found.hexdigest(), size
