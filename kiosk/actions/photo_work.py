"""Making one photo of a note ready in a process of its own: whatever was sent, what comes out is a plain small JPEG.

The work is left in a folder for the kiosk that asked: the photo in two sizes, or why there is none.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.errors import N_, FileUnusable, Sentence
from kiosk.exports import picture
from kiosk.storage.folder import write_file

# Of one process, whatever it is given. A photo of 12 megapixels takes a tenth of either.
MOST_SECONDS, MOST_MEMORY_BYTES = 60, 640 << 20

_LARGE, _SMALL, _REFUSED = "photo.jpg", "small.jpg", "refused.json"

# An ISO file of a kind that phones of one make use and that nothing here reads.
_HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"heif", b"avif")
HEIC = N_("Apple’s HEIC can’t be read here. Set the iPhone’s camera to “Most Compatible”, or send a screenshot.")
NO_PHOTO = N_("This is no photo that can be read: JPEG, PNG and WebP can be taken in.")
_DAMAGED = N_("This photo is damaged or not all of it arrived. Please choose it again.")
_TOO_LARGE = N_("This photo has too many pixels to be worked on here. Please send it in a smaller size.")


@dataclass(frozen=True)
class Ready:
    """A photo as it will be kept: at most a megabyte, and a small one to look through many."""

    large: bytes
    small: bytes


def fault_at_once(begin: bytes) -> Sentence | None:
    """Return what is wrong with a photo of which the first bytes are there, None if that cannot be told from them."""
    if begin[4:8] == b"ftyp" and begin[8:12] in _HEIC:
        return Sentence(HEIC)
    is_known = begin.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (begin[:4], begin[8:12]) == (
        b"RIFF",
        b"WEBP",
    )
    return None if is_known else Sentence(NO_PHOTO)


def make_ready(source: Path, into: Path) -> Sentence | None:
    """Leave the photo in a file ready in a folder; or leave there why there is none, and return that too.

    Raises `FileUnusable` when it cannot be read or written.
    """
    try:
        content = source.read_bytes()
    except OSError as error:
        raise FileUnusable(N_("%(path)s cannot be read: %(cause)s."), path=source, cause=error.strerror) from None
    fault = fault_at_once(content[:16])
    if fault is None:
        try:
            large, small = picture.photo(content)
        except (picture.TooManyPixels, MemoryError):
            fault = Sentence(_TOO_LARGE)
        except Exception:  # Pillow raises many kinds
            fault = Sentence(_DAMAGED)
    if fault:
        write_file(into / _REFUSED, lambda file: file.write(json.dumps([fault.text, fault.values]).encode()))
        return fault
    write_file(into / _SMALL, lambda file: file.write(small))
    write_file(into / _LARGE, lambda file: file.write(large))
    return None


def hold_back() -> None:
    """Let this process use no more than its share: of a photo made to keep a decoder busy it ends, and nothing else."""
    import resource

    for what, most in ((resource.RLIMIT_CPU, MOST_SECONDS), (resource.RLIMIT_AS, MOST_MEMORY_BYTES)):
        with suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


def outcome(into: Path) -> Ready | Sentence | None:
    """Return the photo that lies ready in a folder, why it was refused, or None where the work came to no end."""
    with suppress(OSError):
        return Ready((into / _LARGE).read_bytes(), (into / _SMALL).read_bytes())
    with suppress(OSError, ValueError, TypeError):
        text, values = json.loads((into / _REFUSED).read_bytes())
        return Sentence(text, values)
    return None
