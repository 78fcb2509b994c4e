"""Checking a pack before anyone is shown it: a folder, or a zip that is unpacked for it. Names every fault.

With a place to keep it, the work is left there for the kiosk that asked: the unpacked pack, its pictures ready to be
shown, and the verdict as a file.
"""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from kiosk.actions.pictures import prepare_pictures
from kiosk.domain.errors import Fault, PackBroken, Sentence
from kiosk.domain.event import Pack
from kiosk.storage.folder import write_file
from kiosk.storage.packs import read_pack
from kiosk.storage.pictures import PictureShelf
from kiosk.storage.zip_packs import unpack

Progress = Callable[[int, int], None]

_VERDICT = "verdict.json"


def unpacked(into: Path) -> Path:
    """Return where the pack of a zip lies after it was checked `into` a folder."""
    return into / "pack"


def check(place: Path) -> Pack:
    """Return the pack in a folder or a zip. Raises `PackBroken` with every fault."""
    if not place.is_file():
        return read_pack(place)
    with tempfile.TemporaryDirectory(prefix="kiosk-check-") as folder:
        return _check_zip(place, Path(folder), lambda done, total: None)


def check_into(packed: Path, into: Path, shelf: PictureShelf, progress: Progress) -> Pack:
    """Return the pack in a zip, unpacked to `unpacked(into)`, with the verdict beside it and its pictures on the shelf.

    Raises `PackBroken` with every fault, which the verdict holds too; `FileUnusable` when it cannot be written.
    """
    try:
        pack = _check_zip(packed, into, progress)
    except PackBroken as broken:
        _write_verdict(into, broken.faults)
        raise
    prepare_pictures(pack, shelf)
    _write_verdict(into, [])
    return pack


def _check_zip(packed: Path, into: Path, progress: Progress) -> Pack:
    folder = unpacked(into)
    faults = unpack(packed, folder, progress)
    try:
        pack = read_pack(folder) if folder.is_dir() else None
    except PackBroken as broken:
        # What was kept out for a reason of its own is not also missing.
        told = {fault.file for fault in faults}
        faults += [fault for fault in broken.faults if fault.file not in told]
    if faults:
        raise PackBroken(packed.name, faults)
    return pack


def _write_verdict(into: Path, faults: list[Fault]) -> None:
    said = [[one.file, one.key, one.reason.text, one.reason.values] for one in faults]
    content = json.dumps(said, ensure_ascii=False, default=str).encode("utf-8", "replace")
    write_file(into / _VERDICT, lambda file: file.write(content))


def read_verdict(into: Path) -> list[Fault] | None:
    """Return the faults of a pack that was checked `into` a folder; None where that did not come to its end."""
    try:
        said = json.loads((into / _VERDICT).read_bytes())
        return [Fault(file, key, Sentence(text, values)) for file, key, text, values in said]
    except (OSError, ValueError, TypeError):
        return None
