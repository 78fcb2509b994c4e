"""Pictures that were made ready to be shown, kept in the data folder under names that say what they were made from.

Knows names and bytes, not what a picture is. A disk that takes no more is no reason not to show them: they stay in
memory then, until there is room at another start.
"""

import logging
import os
import re
from collections.abc import Container
from contextlib import suppress
from pathlib import Path

from kiosk.storage.folder import publish

_logger = logging.getLogger(__name__)

_NAME = re.compile(r"(?P<original>[0-9a-f]{64})-[a-z0-9-]+\.(?:jpg|png)")


class PictureShelf:
    """The folder of pictures that are ready; made with the first of them."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._unsaved: dict[str, bytes] = {}

    def names(self) -> frozenset[str]:
        """Return what is there."""
        try:
            kept = {name for name in os.listdir(self._folder) if _NAME.fullmatch(name)}
        except OSError:
            kept = set()
        return frozenset(kept | self._unsaved.keys())

    def originals(self) -> frozenset[str]:
        """Return the SHA-256 of everything that pictures here were made from."""
        return frozenset(_NAME.fullmatch(name)["original"] for name in self.names())

    def get(self, name: str) -> bytes | None:
        """Return a picture, None if it is not there (any more)."""
        if name in self._unsaved:
            return self._unsaved[name]
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def put(self, name: str, content: bytes) -> None:
        """Keep a picture; after a power cut it is there whole or not at all."""
        fresh = self._folder / f"{name}.new"
        try:
            self._folder.mkdir(exist_ok=True)
            fresh.write_bytes(content)
            publish(fresh, self._folder / name)
        except OSError as error:
            _logger.warning("a picture is kept in memory only: %s", error)
            self._unsaved[name] = content
            with suppress(OSError):
                fresh.unlink(missing_ok=True)

    def keep_only(self, names: Container[str], originals: Container[str] = ()) -> None:
        """Remove what an earlier pack has left and what a crash left half written; nothing that is not ours.

        Kept are `names`, and what was made from pictures with one of the `originals`' SHA-256.
        """
        with suppress(OSError):
            for path in self._folder.iterdir():
                ours = _NAME.fullmatch(path.name.removesuffix(".new"))
                kept = path.name in names or (ours and path.suffix != ".new" and ours["original"] in originals)
                if ours and not kept:
                    path.unlink()
