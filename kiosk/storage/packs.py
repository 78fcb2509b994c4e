"""Reads event packs from their folders and names every fault in them; keeps the last good copy of the one in use.

Must not decide what a pack may say (that is `domain/event`) nor change a pack.
"""

import hashlib
import io
import json
import logging
import os
import shutil
import warnings
from collections.abc import Container, Sequence
from contextlib import suppress
from pathlib import Path
from typing import get_args

import tomli
from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

from kiosk.domain.errors import N_, Fault, PackBroken, Sentence
from kiosk.domain.event import Event, Pack, event_faults, faults_between
from kiosk.domain.quiz import Bank, bank_faults
from kiosk.domain.scientist import Scientist
from kiosk.domain.text import LOCALES, Model
from kiosk.storage.folder import sync_path

_logger = logging.getLogger(__name__)

# A pack is copied by hand and read at every start on a small machine.
LARGEST_TEXT_BYTES = 512 * 1024
LARGEST_PICTURE_BYTES = 4 * 1024 * 1024
LARGEST_PICTURE_PIXELS = 12_500_000  # what a phone's camera takes; unpacked it is 50 MB for a moment
MOST_FILES = 500
PICTURE_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
# What belongs in a pack; a file elsewhere is a fault, so that nothing is silently left out.
FOLDERS = {"scientists": ".toml", "quiz": ".toml", "pictures": None}

NOT_IN_A_PACK = N_("does not belong in an event pack")

# Pydantic's own kinds of error: their words are English only, and may change.
_LIBRARY_ERRORS = frozenset(get_args(ErrorType))

_REASONS = {
    "missing": N_("is missing"),
    "extra_forbidden": N_("unknown key"),
    "string_type": N_("is not a text"),
    "string_too_long": N_("the text is too long"),
    "string_pattern_mismatch": N_("is not in the required form (small letters, digits, hyphens; see the README)"),
    "int_type": N_("is not a whole number"),
    "bool_type": N_("is not true or false"),
    "float_type": N_("is not a number"),
    "dict_type": N_("is not a table"),
    "model_type": N_("is not a table"),
    "model_attributes_type": N_("is not a table"),
    "tuple_type": N_("is not a list"),
}


class _Reader:
    """Reads one folder once, collecting faults and the digest of everything read."""

    def __init__(self, folder: Path, sound: Container[str]):
        self.folder = folder
        self.sound = sound
        self.faults: list[Fault] = []
        self.read: dict[str, bytes] = {}

    def fault(self, file: str, key: str, text: str, **values: object) -> None:
        self.faults.append(Fault(file, key, Sentence(text, values)))

    def bytes_of(self, name: str, most: int) -> bytes | None:
        path = self.folder / name
        try:
            if not path.resolve().is_relative_to(self.folder.resolve()):
                return None  # a link, named as a fault where the files are listed
            with path.open("rb") as file:
                content = file.read(most + 1)
        except FileNotFoundError:
            self.fault(name, "", N_("the file is missing"))
            return None
        except OSError as error:
            self.fault(name, "", N_("cannot be read: %(cause)s"), cause=error.strerror or str(error))
            return None
        if len(content) > most:
            self.fault(name, "", N_("is larger than %(most)s kB"), most=most // 1024)
            return None
        self.read[name] = content
        return content

    def toml(self, name: str) -> dict | None:
        content = self.bytes_of(name, LARGEST_TEXT_BYTES)
        if content is None:
            return None
        try:
            return tomli.loads(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.fault(name, "", N_("is not UTF-8 text"))
        except (ValueError, RecursionError) as error:  # ValueError itself for a number with thousands of digits
            self.fault(name, "", N_("is not valid TOML: %(cause)s"), cause=str(error) or type(error).__name__)
        return None

    def model(self, kind: type[Model], name: str, values: dict, locales: list[str]):
        try:
            return kind.model_validate(values, context={"locales": locales})
        except ValidationError as error:
            problems = error.errors(include_url=False)
            places = [problem["loc"] for problem in problems]
            for problem in problems:
                # A list whose items are at fault counts as short of them; the items are told.
                short = problem["type"] == "too_short"
                if not short or not any(one[: len(problem["loc"])] == problem["loc"] != one for one in places):
                    self.faults.append(Fault(name, _key(problem["loc"]), _reason(problem)))
        return None

    def picture(self, name: str) -> bytes | None:
        content = self.bytes_of(name, LARGEST_PICTURE_BYTES)
        if content is None or hashlib.sha256(content).hexdigest() in self.sound:
            return content
        from PIL import Image  # here, because most packs have no picture and a start should not wait for it

        kind = PICTURE_FORMATS[Path(name).suffix]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                with Image.open(io.BytesIO(content), formats=[kind]) as image:
                    if image.width * image.height > LARGEST_PICTURE_PIXELS:
                        raise Image.DecompressionBombError
                    # A JPEG of a phone may carry a second picture for screens with more light; it is left aside.
                    if kind != "JPEG" and getattr(image, "is_animated", False):
                        self.fault(name, "", N_("the picture moves; a still one is wanted"))
                        return None
                    # All of it is read, but a JPEG need not be unpacked at its full size for that.
                    image.draft(None, (1, 1))
                    image.load()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            self.fault(name, "", N_("the picture has more than %(most)s pixels"), most=LARGEST_PICTURE_PIXELS)
            return None
        except Exception:  # Pillow raises many kinds for broken files
            self.fault(name, "", N_("is not a picture of the kind its name says"))
            return None
        return content


def _key(location: tuple) -> str:
    key = ""
    for part in location:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else str(part)
    return key


def _reason(problem: dict) -> Sentence:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind in _REASONS:
        return Sentence(_REASONS[kind])
    if kind == "literal_error":
        return Sentence(N_("is none of: %(choices)s"), {"choices": str(context["expected"]).replace("'", "")})
    if kind in ("greater_than_equal", "less_than_equal"):
        return Sentence(N_("is out of range"))
    if kind in ("too_short", "too_long"):
        return Sentence(N_("holds too few or too many items"))
    if kind in _LIBRARY_ERRORS:
        return Sentence(N_("is not valid: %(cause)s"), {"cause": problem["msg"]})
    # Our own validators raise with a message id, which pydantic leaves as it is, and the values beside it.
    if "%(" in problem["msg"]:
        return Sentence(problem["msg"], context)
    return Sentence(problem["msg"])


def read_pack(folder: Path, sound: Container[str] = ()) -> Pack:
    """Return the pack in `folder`. Raises `PackBroken` with every fault found.

    `sound` holds the SHA-256 of pictures that were unpacked without fault before and need not be again.
    """
    return _read(Path(folder), sound)[0]


def read_bank(path: Path, locales: Sequence[str] = ()) -> Bank:
    """Return one bank of questions by itself, in `locales`, else in those of the pack it stands in, else in every one
    that the kiosk knows. Raises `PackBroken`.
    """
    path = path.resolve()
    reader = _Reader(path.parent, ())
    if not locales:
        pack = _Reader(path.parent.parent, ())
        locales = _locales(pack.toml("event.toml"))
    bank = _named_by_file(reader, path.name, f"quiz/{path.name}", Bank, list(locales))
    reader.faults += bank_faults([bank] if bank else [])
    if reader.faults:
        raise PackBroken(str(path), reader.faults)
    return bank


def _read(folder: Path, sound: Container[str]) -> tuple[Pack, dict[str, bytes]]:
    """Return the pack in `folder` and the very bytes it was made from, by name."""
    reader = _Reader(folder, sound)
    if not folder.is_dir():
        reader.fault(folder.name or str(folder), "", N_("there is no such folder"))
        raise PackBroken(str(folder), reader.faults)
    names = _list(reader)
    values = reader.toml("event.toml")
    locales = _locales(values)
    event = reader.model(Event, "event.toml", values, locales) if values is not None else None
    if event:
        reader.faults += event_faults(event)
    scientists = _folder(reader, names, "scientists", Scientist, locales)
    banks = _folder(reader, names, "quiz", Bank, locales)
    reader.faults += bank_faults(banks)
    if event:
        reader.faults += faults_between(
            event, {Path(one).stem for one in names if one.startswith("scientists/")}, banks
        )
    pictures = _pictures(reader, names, event, scientists)
    if reader.faults:
        raise PackBroken(str(folder), reader.faults)
    scientists.sort(key=lambda person: (person.born, person.id))
    return Pack(event, tuple(scientists), tuple(banks), pictures, _digest(reader.read)), reader.read


def _list(reader: _Reader) -> list[str]:
    """Return the files of the known folders; anything unexpected is a fault."""
    found: list[str] = []
    for path in sorted(reader.folder.rglob("*")):
        name = path.relative_to(reader.folder).as_posix()
        if path.is_symlink():
            reader.fault(name, "", N_("leads out of the pack"))
            continue
        if any(part.startswith(".") for part in Path(name).parts) or path.is_dir():
            continue
        belongs = belongs_in_pack(name)
        if belongs is False:
            reader.fault(name, "", NOT_IN_A_PACK)
        if not belongs or name == "event.toml":
            continue
        found.append(name)
    if len(found) > MOST_FILES:
        reader.fault("", "", N_("more than %(most)s files"), most=MOST_FILES)
        return []
    return found


def belongs_in_pack(name: str) -> bool | None:
    """Return whether a file of that name is part of a pack: None for notes beside it, which nobody is shown."""
    top, _, rest = name.partition("/")
    if name == "event.toml":
        return True
    if name.lower().endswith(".md") or name.lower() in ("licence", "license"):
        return None
    if top not in FOLDERS or not rest or "/" in rest:
        return False
    wanted = FOLDERS[top]
    return wanted is None or Path(name).suffix == wanted


def _locales(values: dict | None) -> list[str]:
    declared = (values or {}).get("locales")
    if isinstance(declared, list):
        known = [locale for locale in declared if locale in LOCALES]
        if known:
            return known
    return list(LOCALES)


def _folder(reader: _Reader, names: list[str], top: str, kind: type[Model], locales: list[str]) -> list:
    """Return the models of every TOML file in a folder."""
    found = [_named_by_file(reader, name, name, kind, locales) for name in names if name.startswith(f"{top}/")]
    return [model for model in found if model]


def _named_by_file(reader: _Reader, file: str, name: str, kind: type[Model], locales: list[str]) -> Model | None:
    """Return the model in `file`, whose id is the file's name, or None; its faults are told of `name`."""
    values = reader.toml(file)
    if values is None:
        return None
    if "id" in values:
        reader.fault(name, "id", N_("is given by the file's name"))
        return None
    return reader.model(kind, name, {**values, "id": Path(name).stem}, locales)


def _pictures(reader: _Reader, names: list[str], event: Event | None, scientists: list[Scientist]) -> dict[str, bytes]:
    wanted: dict[str, bytes] = {}
    owners = [channel.picture for channel in event.channels if channel.picture] if event else []
    owners += [person.portrait.file for person in scientists if person.portrait]
    for name in dict.fromkeys(owners):
        content = reader.picture(name)
        if content is not None:
            wanted[name] = content
    for name in names:
        if name.startswith("pictures/") and name not in owners and not name.endswith(".md"):
            reader.fault(name, "", N_("no part of the pack uses this picture"))
    return wanted


def _digest(read: dict[str, bytes]) -> str:
    total = hashlib.sha256()
    for name in sorted(read):
        total.update(json.dumps([name, hashlib.sha256(read[name]).hexdigest()]).encode())
    return total.hexdigest()[:16]


def read_pack_or_last_good(
    folder: Path, data: Path, *, keep: bool = True, sound: Container[str] = ()
) -> tuple[Pack, PackBroken | None]:
    """Return the pack in `folder`, or the last good copy of that same folder and why it had to be that one.

    With `keep`, a good pack is copied to `data` as it is read; a command beside the kiosk leaves that alone.
    Raises `PackBroken` when there is no good copy either.
    """
    shelf = data / "last-good-pack"
    copy = shelf / hashlib.sha256(str(Path(folder).resolve()).encode()).hexdigest()[:16]
    try:
        pack, content = _read(Path(folder), sound)
    except PackBroken as broken:
        for one in (copy, copy.with_name(copy.name + ".old")):
            with suppress(PackBroken):
                return read_pack(one, sound), broken
        raise broken from None
    if keep:
        _keep(content, copy, pack.digest)
    return pack, None


def _keep(content: dict[str, bytes], copy: Path, digest: str) -> None:
    """Put what was read at `copy`, whole or not at all; a failure here must not stop the kiosk."""
    note = copy.with_name(copy.name + ".digest")
    try:
        if copy.is_dir() and note.read_text() == digest:
            return
    except OSError:
        pass
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        fresh, old = copy.with_name(copy.name + ".new"), copy.with_name(copy.name + ".old")
        if old.exists() and not copy.exists():
            os.rename(old, copy)  # what a crash between the two renames below left
        for stale in (fresh, old):
            shutil.rmtree(stale, ignore_errors=True)
        for name, text in content.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes(text)
        for path in (*fresh.rglob("*"), fresh):
            sync_path(path)
        if copy.exists():
            os.rename(copy, old)
        os.rename(fresh, copy)
        note.write_text(digest)
        sync_path(note)
        sync_path(copy.parent)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        _logger.warning("no copy of the good event pack was kept: %s", error)
