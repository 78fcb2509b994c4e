"""Keeps what was worked out of the program's own files beside Python's compiled ones, for the same reason: a start
should not wait for it. Made anew when a file changes; where nothing may be written, nothing is kept.
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from jinja2 import environment
from jinja2.bccache import Bucket, BytecodeCache

FOLDER = Path(__file__).parent.parent / "__pycache__"

_SEAL_BYTES = 32


def state_of(paths: Iterable[Path]) -> bytes:
    """Return 32 bytes that differ after any change to the files, or to which of them there are.

    As Python does for its own compiled files, it goes by the time of the last change and the size.
    """
    found = hashlib.sha256()
    for path in sorted(map(str, paths)):
        told = os.stat(path)
        found.update(f"{path}\0{told.st_mtime_ns}\0{told.st_size}\n".encode())
    return found.digest()


def kept(name: str, state: bytes) -> bytes | None:
    """Return what was kept under a name while the files were in this state."""
    with suppress(OSError), open(FOLDER / name, "rb") as file:
        # What another user could have put there is not believed, still less run.
        if os.fstat(file.fileno()).st_uid in (os.geteuid(), 0):
            seal, content = file.read(_SEAL_BYTES), file.read()
            # Nobody waits until a card has written such a file, so a power cut may leave any part of it.
            if seal == _seal(state, content):
                return content
    return None


def keep(name: str, state: bytes, content: bytes) -> None:
    """Keep what was worked out of files in this state, in the place of what was kept under the name before."""
    if sys.dont_write_bytecode:
        return
    with suppress(OSError):
        FOLDER.mkdir(exist_ok=True)
        handle, fresh = tempfile.mkstemp(prefix=f"{name}.", dir=FOLDER)
        try:
            with open(handle, "wb") as file:
                file.write(_seal(state, content) + content)
            os.chmod(fresh, 0o644)  # root makes it, the service reads it
            os.replace(fresh, FOLDER / name)
        except OSError:
            os.unlink(fresh)


class TemplateCache(BytecodeCache):
    """Keeps compiled templates, each by the text it was made from, which jinja2 looks at itself.

    `told_by`: the modules that tell jinja2 how to compile.
    """

    def __init__(self, told_by: Iterable[str] = ()):
        self._state = state_of(map(Path, [environment.__file__, *told_by]))

    def load_bytecode(self, bucket: Bucket) -> None:
        if content := kept(_name(bucket), self._state):
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        keep(_name(bucket), self._state, bucket.bytecode_to_string())


def _name(bucket: Bucket) -> str:
    return f"template-{bucket.key}.cache"


def _seal(state: bytes, content: bytes) -> bytes:
    return hashlib.sha256(state + content).digest()
