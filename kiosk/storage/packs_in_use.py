"""Which event pack is in use: the one of `KIOSK_EVENT`, or one that staff put on screen, kept in the data folder.

One small file says so, and it is replaced whole: whatever moment the power goes, the old pack is in use or the new one.
Only the pack in use and the one before it are kept.
"""

import json
import logging
import os
import re
import shutil
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.errors import N_, Fault, FileUnusable, PackBroken, Sentence
from kiosk.domain.event import Pack
from kiosk.storage.folder import sync_path, write_file
from kiosk.storage.packs import read_pack, read_pack_or_last_good

_logger = logging.getLogger(__name__)

_CHOICE = "pack-in-use"
_PACKS = "packs"
UPLOADS = "uploads"
_DIGEST = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Choice:
    """The digests of the pack in use and of the one before; None is the pack of `KIOSK_EVENT`.

    `can_return` tells whether there was one before. `is_readable`: False where what is written cannot be made out.
    """

    in_use: str | None = None
    before: str | None = None
    can_return: bool = False
    is_readable: bool = True


@dataclass(frozen=True)
class Found:
    """The pack to show and where it was read. `fault`: why it is the last good copy of the event folder.

    `swap_fault`: why it is not the one that staff put on screen.
    """

    pack: Pack
    digest: str | None  # as in `Choice`: of the pack that is really shown
    fault: PackBroken | None = None
    swap_fault: PackBroken | None = None


def read_choice(data: Path) -> Choice:
    """Return what is in use."""
    try:
        said = json.loads((data / _CHOICE).read_bytes())
    except FileNotFoundError:
        return Choice()
    except (OSError, ValueError, RecursionError):
        return Choice(is_readable=False)
    match said:
        case {"in_use": in_use, "before": before} if _is_digest(in_use) and _is_digest(before):
            return Choice(in_use, before, can_return=True)
    return Choice(is_readable=False)


def _is_digest(value: object) -> bool:
    return value is None or (isinstance(value, str) and _DIGEST.fullmatch(value) is not None)


def write_choice(data: Path, in_use: str | None, before: str | None) -> Choice:
    """Put a pack in use, from this moment on whatever happens. Raises `FileUnusable`; the old one then stays in use."""
    text = json.dumps({"in_use": in_use, "before": before}).encode() + b"\n"
    write_file(data / _CHOICE, lambda file: file.write(text))
    return Choice(in_use, before, can_return=True)


def kept_folder(data: Path, digest: str) -> Path:
    """Return where the pack of that digest is kept."""
    return data / _PACKS / digest


def keep(data: Path, fresh: Path, digest: str) -> None:
    """Move a checked pack to where packs are kept, on disk before it has its name. Raises `FileUnusable`."""
    target = kept_folder(data, digest)
    try:
        for path in (*fresh.rglob("*"), fresh):
            sync_path(path)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        if target.exists():  # put there before, and perhaps spoiled since
            shutil.rmtree(target)
        os.rename(fresh, target)
        sync_path(target.parent)
        sync_path(data)
    except OSError as error:
        raise FileUnusable(
            N_("%(path)s cannot be written: %(cause)s."), path=target, cause=error.strerror or error
        ) from None


def read_kept(
    digest: str | None, data: Path, event: Path, *, keep: bool = True, sound: Container[str] = ()
) -> tuple[Pack, PackBroken | None]:
    """Return a pack by its digest, None for the event folder's, as `read_pack_or_last_good`. Raises `PackBroken`."""
    if digest is None:
        return read_pack_or_last_good(event, data, keep=keep, sound=sound)
    folder = kept_folder(data, digest)
    pack = read_pack(folder, sound)
    if pack.digest != digest:
        raise PackBroken(str(folder), [Fault(folder.name, "", Sentence(N_("is not what was put on screen")))])
    return pack, None


def read_pack_in_use(data: Path, event: Path, *, keep: bool = True, sound: Container[str] = ()) -> Found:
    """Return the pack in use; where that cannot be read, the one of the event folder, or else the one before.

    `keep` and `sound` as in `read_pack_or_last_good`. Raises `PackBroken` when there is none at all.
    """
    choice = read_choice(data)
    swap_fault = None
    if not choice.is_readable:
        swap_fault = PackBroken(_CHOICE, [Fault(_CHOICE, "", Sentence(N_("is not readable")))])
    if choice.in_use:
        try:
            return Found(read_kept(choice.in_use, data, event, sound=sound)[0], choice.in_use)
        except PackBroken as broken:
            swap_fault = broken
    try:
        pack, fault = read_kept(None, data, event, keep=keep, sound=sound)
        return Found(pack, None, fault, swap_fault)
    except PackBroken:
        if choice.before and choice.before != choice.in_use:
            with suppress(PackBroken):
                pack, _ = read_kept(choice.before, data, event, sound=sound)
                return Found(pack, choice.before, None, swap_fault)
        raise


def tidy(data: Path) -> None:
    """Remove packs that are neither in use nor the one before, and what a crash left of one that was sent.

    Only for the process that serves from the folder. Where it cannot be made out what is in use, nothing is removed.
    """
    shutil.rmtree(data / UPLOADS, ignore_errors=True)
    with suppress(OSError):
        for path in data.glob(f".{_CHOICE}.*.part"):
            path.unlink()
    tidy_packs(data)


def tidy_packs(data: Path) -> None:
    """Remove packs that are neither in use nor the one before."""
    choice = read_choice(data)
    if not choice.is_readable:
        return
    with suppress(OSError):
        for path in (data / _PACKS).iterdir():
            if path.name not in (choice.in_use, choice.before):
                shutil.rmtree(path, ignore_errors=True)


def picture_files(data: Path, event: Path, digest: str | None) -> list[Path]:
    """Return the pictures of a pack by its digest, as they came."""
    folder = kept_folder(data, digest) if digest else event
    with suppress(OSError):
        return [path for path in sorted((folder / "pictures").iterdir()) if path.is_file()]
    return []
