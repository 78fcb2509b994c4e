"""The data folder: fit to be used, served by one process at a time; and files in it that appear whole or not at all."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.domain.errors import N_, DataFolderUnusable, FileUnusable

# Less than this is too little for a day's recording to be sure of.
LITTLE_SPACE_BYTES = 64 * 1024 * 1024


def sync_path(path: Path) -> None:
    """Make a file's content, or a folder's list of names, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one put in its place, None where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def publish(fresh: Path, path: Path) -> None:
    """Give a finished file its name, so that after a power cut it is there whole or not at all."""
    sync_path(fresh)
    os.replace(fresh, path)
    sync_path(path.parent)


def write_file(target: Path, write: Callable) -> None:
    """Let `write` fill a file that gets its name only when it is complete and on disk. Raises `FileUnusable`."""
    handle, fresh = None, None
    try:
        handle, fresh = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        with os.fdopen(handle, "w+b") as file:
            handle = None
            write(file)
        publish(Path(fresh), target)
        fresh = None
    except OSError as error:
        raise FileUnusable(
            N_("%(path)s cannot be written: %(cause)s."), path=target, cause=error.strerror or error
        ) from None
    finally:
        if handle is not None:
            os.close(handle)
        if fresh is not None:
            with suppress(OSError):
                os.unlink(fresh)


@contextmanager
def scratch_folder(target: Path) -> Iterator[Path]:
    """Give a folder beside `target` for what is needed while it is written, gone afterwards. Raises `FileUnusable`.

    Beside it, because there the room was looked for; `/tmp` is often a part of the memory.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", suffix=".scratch", dir=target.parent) as folder:
            yield Path(folder)
    except OSError as error:
        raise FileUnusable(
            N_("%(path)s cannot be written: %(cause)s."), path=target, cause=error.strerror or error
        ) from None


def prepare_folder(folder: Path) -> Path:
    """Return the data folder, made if it was missing. Raises `DataFolderUnusable` if this user can't keep a log there.

    A file made by another user (root, mostly) would lock the kiosk's own user out later, so only the owner may.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = folder.stat().st_uid
    except OSError as error:
        raise DataFolderUnusable(
            N_("The data folder %(folder)s cannot be created: %(cause)s."), folder=folder, cause=error.strerror
        ) from None
    if owner != os.geteuid():
        raise DataFolderUnusable(
            N_("The data folder %(folder)s belongs to another user (number %(owner)s); run as that user."),
            folder=folder,
            owner=owner,
        )
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise DataFolderUnusable(N_("The data folder %(folder)s cannot be written to."), folder=folder)
    return folder


class ServeLock:
    """Held by the one process that serves from a data folder; given back by the system when that process ends."""

    def __init__(self, folder: Path):
        import fcntl

        path = folder / "serve.lock"
        try:
            self._file = path.open("a+")
        except OSError as error:
            raise DataFolderUnusable(
                N_("The data folder %(folder)s cannot be written to: %(cause)s."), folder=folder, cause=error.strerror
            ) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise DataFolderUnusable(
                N_("The data folder %(folder)s is already in use by a running kiosk."), folder=folder
            ) from None

    def release(self) -> None:
        self._file.close()
