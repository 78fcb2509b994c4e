"""Memory sticks that are plugged in and mounted: which there are, and a file copied to one and read back from it."""

import hashlib
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kiosk.domain.errors import N_, FileUnusable
from kiosk.storage.copies_kept import checksum_on_disk
from kiosk.storage.folder import sync_path
from kiosk.storage.machine import free_bytes

# Where systems put what somebody plugs in.
_PLACES = ("/media/", "/mnt/", "/run/media/")
# What is written there is gone when the power is.
_IN_MEMORY = frozenset({"tmpfs", "ramfs", "devtmpfs", "overlay"})
_MOUNTS = Path("/proc/self/mounts")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Stick:
    """A removable file system. `is_writable`: whether the kiosk may write there."""

    path: Path
    is_writable: bool
    free: int | None

    @property
    def name(self) -> str:
        return self.path.name


def sticks(mounts: Path = _MOUNTS, blocks: Path = Path("/sys/class/block")) -> list[Stick]:
    """Return the sticks that are mounted; nothing where the machine does not tell."""
    found = []
    for device, path, _, options in _mounted(mounts):
        if not device.startswith("/dev/") or not f"{path}/".startswith(_PLACES):
            continue
        if not _is_removable(blocks / device.removeprefix("/dev/")):
            continue
        can_write = "ro" not in options.split(",") and os.access(path, os.W_OK | os.X_OK)
        found.append(Stick(Path(path), can_write, free_bytes(Path(path))))
    return found


def _mounted(mounts: Path) -> list[tuple[str, str, str, str]]:
    """Return (device, folder, file system, options) of what is mounted; nothing where the machine does not tell."""
    try:
        lines = mounts.read_text(errors="replace").splitlines()
    except OSError:
        return []
    return [
        (device, _plain(where), system, options)
        for device, where, system, options, *_ in ([*line.split(" "), "", "", ""] for line in lines)
    ]


def is_in_memory(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Return whether what is written into a folder is gone when the machine is switched off."""
    real, longest, found = f"{folder.resolve()}/", "", ""
    for _, where, system, _ in _mounted(mounts):
        # Of two mounted at one place the later one hides the other.
        if real.startswith(f"{where.rstrip('/')}/") and len(where) >= len(longest):
            longest, found = where, system
    return found in _IN_MEMORY


def is_same_disk(one: Path, other: Path, numbers: Path = Path("/sys/dev/block")) -> bool:
    """Return whether two paths are on one disk, be it in two parts of it. Raises `OSError`."""
    first, second = one.stat().st_dev, other.stat().st_dev
    if first == second:
        return True
    disks = [_disk(numbers / f"{os.major(number)}:{os.minor(number)}") for number in (first, second)]
    return disks[0] is not None and disks[0] == disks[1]


def _disk(block: Path) -> Path | None:
    """Return the whole disk that a part belongs to, None where the kernel does not say."""
    try:
        real = block.resolve(strict=True)
    except OSError:
        return None
    return real.parent if (real / "partition").exists() else real


def _plain(where: str) -> str:
    """Return a path as it is: the kernel writes spaces and the like as `\\040`."""
    raw = re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8) & 255]), os.fsencode(where))
    return os.fsdecode(raw)


def _is_removable(block: Path) -> bool:
    """Return whether a partition is on something that can be pulled out: said so by the kernel, or on a USB port."""
    try:
        real = block.resolve(strict=True)
    except OSError:
        return False
    for place in (real, real.parent):
        with suppress(OSError):
            if (place / "removable").read_text().strip() == "1":
                return True
    return any(part.startswith("usb") for part in real.parts)


def _anew(path: Path) -> BinaryIO:
    """Open a file that is made now, whatever lies there under its name. Raises `OSError`.

    A stick may come with a link of that name; followed, it would have the copy written over something of this machine.
    """
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb")


def copy_to(source: Path, folder: Path, sha256: str, progress: Callable[[int, int], None] | None = None) -> Path:
    """Copy a file into a folder on another disk, read it back from there, and return where it is.

    Raises `FileUnusable`, also where what is read back is not what was written; nothing is left there then.
    """
    try:
        if is_same_disk(folder, source):
            raise FileUnusable(N_("%(path)s is on the same disk. A copy belongs somewhere else."), path=folder)
        if is_in_memory(folder):
            raise FileUnusable(
                N_("What is in %(path)s is gone when this machine is switched off. A copy belongs somewhere else."),
                path=folder,
            )
        total = source.stat().st_size
    except OSError as error:
        raise FileUnusable(
            N_("%(path)s cannot be written: %(cause)s."), path=folder, cause=error.strerror or error
        ) from None
    target, fresh = folder / source.name, folder / f".{source.name}.part"
    try:
        with source.open("rb") as read, _anew(fresh) as write:
            written, done = hashlib.sha256(), 0
            while chunk := read.read(_CHUNK):
                written.update(chunk)
                write.write(chunk)
                done += len(chunk)
                if progress:
                    progress(done, 2 * total)
            write.flush()
            os.fsync(write.fileno())
        if written.hexdigest() != sha256:
            raise FileUnusable(N_("The copy %(path)s has changed since it was made. Make it anew."), path=source.name)
        os.replace(fresh, target)  # takes the place of a link, too, and does not follow it
        sync_path(folder)
        there, _ = checksum_on_disk(target, (lambda done: progress(total + done, 2 * total)) if progress else None)
        if there != sha256:
            with suppress(OSError):
                target.unlink()
            raise FileUnusable(
                N_("What was read back from %(path)s is not what was written. Try another stick."), path=folder
            )
    except OSError as error:
        raise FileUnusable(
            N_("%(path)s cannot be written: %(cause)s."), path=folder, cause=error.strerror or error
        ) from None
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    return target
