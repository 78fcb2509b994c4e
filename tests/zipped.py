"""Event packs as zips, the way staff send them: of the shipped pack, or of one that was changed for a test."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.conftest import SHIPPED


def zip_of(folder: Path = SHIPPED, top: str = "", **more: bytes | str) -> bytes:
    """Return a zip of a folder, inside a folder of its own with `top`; `more` are further files by their names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, top + path.relative_to(folder).as_posix())
        for name, text in more.items():
            archive.writestr(name, text)
    return content.getvalue()


def edition(folder: Path, *changes: Callable[[Path], None]) -> bytes:
    """Return a zip of a copy of a pack after `changes` of `tests.web.spoiled` were made to it."""
    for change in changes:
        change(folder)
    return zip_of(folder)
