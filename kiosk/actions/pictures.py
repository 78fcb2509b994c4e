"""Making the pictures of a pack ready to be shown: once each, before anyone asks for them."""

import hashlib
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.domain.event import Pack
from kiosk.exports import picture
from kiosk.storage.packs_in_use import picture_files, read_choice
from kiosk.storage.pictures import PictureShelf

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pictures:
    """The pictures that may be shown: by the pack's name for one and its size, the name it is kept under."""

    shelf: PictureShelf
    kept: dict[tuple[str, str], str] = field(default_factory=dict)

    def version(self, name: str, size: str) -> str | None:
        """Return a few digits that change with the picture, None if there is none to show."""
        kept = self.kept.get((name, size))
        return hashlib.sha256(kept.encode()).hexdigest()[:12] if kept else None

    def content(self, name: str, size: str) -> bytes | None:
        """Return the bytes to send, None if there are none."""
        kept = self.kept.get((name, size))
        return self.shelf.get(kept) if kept else None

    def originals(self) -> dict[str, str]:
        """Return, by the pack's name for a picture, something that changes with it."""
        return {name: kept.partition("-")[0] for (name, _), kept in self.kept.items()}


def prepare_pictures(pack: Pack, shelf: PictureShelf) -> Pictures:
    """Return the pictures of a pack, drawing those that are not on the shelf yet.

    One that cannot be drawn is left out, as if the pack had none: the rest of the day goes on without it.
    """
    ready, there = Pictures(shelf), shelf.names()
    faces = {person.portrait.file for person in pack.scientists if person.portrait}
    codes = {channel.picture for channel in pack.event.channels if channel.picture}
    for names, sizes, ending, draw in (
        (faces, tuple(picture.PORTRAIT_SIZES), "jpg", picture.portraits),
        (codes, ("code",), "png", lambda content: {"code": picture.code(content)}),
    ):
        for name in sorted(names):
            original = hashlib.sha256(pack.pictures[name]).hexdigest()
            kept = {size: f"{original}-{size}-{picture.RECIPE}.{ending}" for size in sizes}
            if not there.issuperset(kept.values()):
                try:
                    drawn = draw(pack.pictures[name])
                except Exception as error:  # Pillow raises many kinds
                    _logger.warning("%s cannot be shown: %s", name, error)
                    continue
                for size in sizes:
                    shelf.put(kept[size], drawn[size])
            ready.kept.update({(name, size): kept[size] for size in sizes})
    return ready


def keep_pictures(ready: Pictures, data: Path, event: Path) -> None:
    """Remove from the shelf what belongs neither to the pack on screen nor to one that is a tap away.

    `event`: the folder of `KIOSK_EVENT`.
    """
    choice = read_choice(data)
    originals = set()
    for path in picture_files(data, event, choice.before) if choice.can_return else ():
        with suppress(OSError):
            originals.add(hashlib.sha256(path.read_bytes()).hexdigest())
    ready.shelf.keep_only(set(ready.kept.values()), originals)
