"""Unpacks an event pack that came as a zip into a fresh folder, and names everything in the zip that must not be there.

Nothing that the zip says of itself is believed: bytes are counted as they come out. What the pack itself says is not
looked at here; `packs` does that.
"""

import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from kiosk.domain.errors import N_, Fault, Sentence
from kiosk.storage.packs import (
    LARGEST_PICTURE_BYTES,
    LARGEST_TEXT_BYTES,
    MOST_FILES,
    NOT_IN_A_PACK,
    belongs_in_pack,
)

LARGEST_ZIP_BYTES = 32 * 1024 * 1024
LARGEST_UNPACKED_BYTES = 64 * 1024 * 1024
# The list of contents of the largest pack takes a tenth of this. All of it is read into memory at once.
LARGEST_LIST_BYTES = 1024 * 1024
MOST_ENTRIES = 4 * MOST_FILES  # with folders, and with what systems add
# Nothing that belongs in a pack is packed so well: text at most fifteen times, pictures hardly at all.
LARGEST_RATIO = 100
_SMALL = 64 * 1024  # below which the ratio says nothing
_PIECE = 64 * 1024

# What file managers put into every zip without being asked.
_JUNK_FOLDERS = frozenset({"__MACOSX"})
_JUNK = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".jar", ".docx", ".xlsx", ".pptx")
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40 | 0x2000

_END = struct.Struct("<4s4H2LH")
_LOCATOR_BYTES = 20  # of the longer record, just before the last one
_LONGEST_COMMENT = 0xFFFF

Progress = Callable[[int, int], None]


class _TooMuch(Exception):
    """The zip holds more than may ever be unpacked."""


def unpack(packed: Path, folder: Path, progress: Progress = lambda done, total: None) -> list[Fault]:
    """Unpack a zip into `folder`, which is made for it, and return what is wrong with the zip.

    What is sound is unpacked whatever else is wrong, so that the pack inside can be checked too. Where that would make
    no sense, because there is too much of it or nothing at all, the folder is not there.
    """
    found = _Faults()
    try:
        _look_at_end(packed, found)
        if found.faults:
            return found.faults
        with zipfile.ZipFile(packed) as archive:
            entries = _sound(archive, found)
            if not entries and found.faults:
                return found.faults
            folder.mkdir(mode=0o700)
            _extract(archive, entries, folder, found, progress)
    except _TooMuch:
        shutil.rmtree(folder, ignore_errors=True)
        found.add("", N_("unpacked, it holds more than %(most)s MB"), most=LARGEST_UNPACKED_BYTES >> 20)
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError) as error:
        found.add("", N_("is not a sound zip: %(cause)s"), cause=str(error) or type(error).__name__)
    except OSError as error:
        found.add("", N_("cannot be read: %(cause)s"), cause=error.strerror or str(error))
    return found.faults


class _Faults:
    def __init__(self):
        self.faults: list[Fault] = []

    def add(self, name: str, text: str, **values: object) -> None:
        self.faults.append(Fault(_shown(name), "", Sentence(text, values)))


def _shown(name: str) -> str:
    """Return a name from a zip so that it can stand in a sentence, whatever is in it."""
    said = "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in name)
    return said if len(said) <= 200 else said[:199] + "…"


def _look_at_end(packed: Path, found: _Faults) -> None:
    """Refuse a zip by its last record, before a list of contents without end is read into memory."""
    with packed.open("rb") as file:
        size = file.seek(0, 2)
        if size > LARGEST_ZIP_BYTES:
            found.add("", N_("is larger than %(most)s kB"), most=LARGEST_ZIP_BYTES >> 10)
            return
        file.seek(max(0, size - _LOCATOR_BYTES - _END.size - _LONGEST_COMMENT))
        tail = file.read()
    # Found as `zipfile` finds it: without a comment at the very end, else the last one there is.
    at = len(tail) - _END.size
    if at < 0 or not tail.startswith(b"PK\5\6", at) or tail[-2:] != b"\0\0":
        at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _END.size > len(tail):
        found.add("", N_("is not a zip"))
        return
    _, _, _, _, entries, list_bytes, _, _ = _END.unpack_from(tail, at)
    # Only zips of gigabytes need the longer record; a second list of contents would be read instead of this one.
    is_long = tail[max(0, at - _LOCATOR_BYTES) : at].startswith(b"PK\6\7")
    if is_long or entries > MOST_ENTRIES or list_bytes > LARGEST_LIST_BYTES:
        found.add("", N_("more than %(most)s files"), most=MOST_FILES)


def _sound(archive: zipfile.ZipFile, found: _Faults) -> dict[str, zipfile.ZipInfo]:
    """Return what may be unpacked, by its name in the pack; everything else is a fault."""
    listed = archive.infolist()
    if len(listed) > MOST_ENTRIES:
        found.add("", N_("more than %(most)s files"), most=MOST_FILES)
        return {}
    wanted = []
    for entry in listed:
        if fault := _name_fault(entry.orig_filename):
            found.add(entry.orig_filename, fault)
        elif not _is_junk(entry.filename):
            wanted.append(entry)
    top = _top_folder([entry.filename for entry in wanted])
    sound: dict[str, zipfile.ZipInfo] = {}
    seen: dict[str, str] = {}
    files = 0
    for entry in wanted:
        name = entry.filename[len(top) :]
        if not name:
            continue  # the top folder itself
        same = unicodedata.normalize("NFC", name).casefold().rstrip("/")
        if same in seen:
            found.add(name, N_("is there twice, also as “%(other)s”"), other=_shown(seen[same]))
            continue
        seen[same] = name
        faults = list(_entry_faults(entry, name))
        for fault in faults:
            found.add(name, fault)
        if not faults and not entry.is_dir():
            files += 1
            if belongs_in_pack(name):
                sound[name] = entry
    if files > MOST_FILES:
        found.add("", N_("more than %(most)s files"), most=MOST_FILES)
        return {}
    return sound


def _name_fault(name: str) -> str | None:
    if any(not one.isprintable() for one in name):
        return N_("the name holds invisible characters")
    if "\\" in name:
        return N_("the name holds a backslash")
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        return N_("the name leads out of the pack")
    parts = name.removesuffix("/").split("/")
    if ".." in parts or "." in parts or "" in parts:
        return N_("the name leads out of the pack")
    return None


def _is_junk(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return parts[0] in _JUNK_FOLDERS or parts[-1].lower() in _JUNK or parts[-1].startswith("._")


def _top_folder(names: list[str]) -> str:
    """Return the one folder that everything lies in, with its slash; nothing where the pack lies open."""
    tops = {name.partition("/")[0] for name in names}
    if len(tops) != 1 or any("/" not in name for name in names):
        return ""
    return tops.pop() + "/"


def _entry_faults(entry: zipfile.ZipInfo, name: str):
    """Yield what is wrong with an entry as it is listed."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield N_("is a link or another special file")
        return
    if entry.flag_bits & _ENCRYPTED:
        yield N_("is encrypted")
    if entry.is_dir():
        return
    if entry.compress_type not in _PACKINGS:
        yield N_("is packed in a way that the kiosk does not read; please use an ordinary zip")
    if name.lower().endswith(_ARCHIVES):
        yield N_("is an archive inside the archive")
    elif belongs_in_pack(name) is False or PurePosixPath(name).name.startswith("."):
        yield NOT_IN_A_PACK


def _extract(
    archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], folder: Path, found: _Faults, progress: Progress
) -> None:
    left = LARGEST_UNPACKED_BYTES
    for done, (name, entry) in enumerate(sorted(entries.items())):
        progress(done, len(entries))
        target = folder / name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            left -= _extract_one(archive, entry, target, left, found, name)
        except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError, RuntimeError) as error:
            found.add(name, N_("is damaged: %(cause)s"), cause=_shown(str(error) or type(error).__name__))
            target.unlink(missing_ok=True)
    progress(len(entries), len(entries))


def _extract_one(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int, found: _Faults, name: str
) -> int:
    """Unpack one file, counting what comes out, and return how much that was. Raises `_TooMuch`."""
    most = LARGEST_PICTURE_BYTES if name.startswith("pictures/") else LARGEST_TEXT_BYTES
    out = 0
    fault = None
    with archive.open(entry) as packed, target.open("xb") as file:
        while fault is None and (piece := packed.read(_PIECE)):
            out += len(piece)
            if out > left:
                raise _TooMuch
            if out > _SMALL and out > LARGEST_RATIO * max(1, entry.compress_size):
                fault = Sentence(N_("unpacks to far more than it is; that is no file for a pack"))
            elif out > most:
                fault = Sentence(N_("is larger than %(most)s kB"), {"most": most // 1024})
            else:
                file.write(piece)
    if fault:
        target.unlink()
        found.faults.append(Fault(_shown(name), "", fault))
    return out
