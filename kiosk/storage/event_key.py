"""The set-up's key, of which stamp cards and volunteers' phones are made known: a file of its own in the data folder.

It travels to the other kiosks of an event on purpose (`kiosk event-key`), never in a backup, an export or an image.
Must not know what is made of it.
"""

import re
import secrets
from pathlib import Path

from kiosk.domain.errors import N_, FileUnusable
from kiosk.storage.folder import write_file

FILE_NAME = "event-key"
_BYTES = 16
_NO_KEY = N_(
    "%(path)s holds no usable key. If it is this kiosk’s own, put back the copy you kept; backups do not contain it."
)
_WRITTEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


def read_key(data: Path) -> bytes:
    """Return the key of a data folder, made if there is none yet.

    Raises `FileUnusable`: a key that cannot be read is never replaced, since cards may have been printed with it.
    """
    path = data / FILE_NAME
    try:
        return parse_key(path.read_text())
    except FileNotFoundError:
        return _keep(path, secrets.token_bytes(_BYTES))
    except UnicodeDecodeError:
        raise FileUnusable(
            _NO_KEY,
            path=path,
        ) from None
    except OSError as error:
        raise FileUnusable(
            N_("%(path)s cannot be read or written: %(cause)s."), path=path, cause=error.strerror
        ) from None


def take_key(data: Path, text: str) -> bytes:
    """Make the key of another kiosk this one's. Raises `FileUnusable`."""
    return _keep(data / FILE_NAME, parse_key(text))


def parse_key(text: str, name: str = FILE_NAME) -> bytes:
    """Return the key that `written` wrote, gaps or none. Raises `FileUnusable`, which names the file `name`."""
    found = "".join(text.split()).lower()
    if not _WRITTEN.fullmatch(found):
        raise FileUnusable(
            _NO_KEY,
            path=name,
        )
    return bytes.fromhex(found)


def written(key: bytes) -> str:
    """Return a key as it is written down: eight groups of four."""
    return key.hex(" ", 2)


def _keep(path: Path, key: bytes) -> bytes:
    # write_file makes it readable for its owner alone, as files from mkstemp are.
    write_file(path, lambda file: file.write((written(key) + "\n").encode()))
    return key
