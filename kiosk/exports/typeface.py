"""The faces that pictures are set in: found among the fonts of this machine, and asked what they lack.

A character that a face has no shape for is told before anything is drawn: nobody gets a picture with empty boxes.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.domain.errors import N_, CannotDraw

PACKAGE = "fonts-noto-cjk"
FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("~/.local/share/fonts"), Path("~/.fonts"))
# For each face the files that do, the best first; the name is that of the face for simplified Chinese inside.
FILES = {
    "serif": (
        ("NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),
        ("NotoSerifCJKsc-Bold.otf", ""),
        ("SourceHanSerifSC-Bold.otf", ""),
        ("SourceHanSerif-Bold.ttc", "Source Han Serif SC"),
        ("NotoSerifSC-Bold.otf", ""),
        ("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
        ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
        ("wqy-zenhei.ttc", "WenQuanYi Zen Hei"),
        ("wqy-microhei.ttc", "WenQuanYi Micro Hei"),
    ),
    "sans": (
        ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
        ("NotoSansCJKsc-Regular.otf", ""),
        ("SourceHanSansSC-Regular.otf", ""),
        ("SourceHanSans-Regular.ttc", "Source Han Sans SC"),
        ("NotoSansSC-Regular.otf", ""),
        ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
        ("wqy-zenhei.ttc", "WenQuanYi Zen Hei"),
        ("wqy-microhei.ttc", "WenQuanYi Micro Hei"),
    ),
}
_NOBODYS = "\U0010fffe"  # a code point that is no character, so every face draws its sign for what it lacks
_PROBE_SIZE = 32
_MOST_SIZES = 12


@dataclass
class Face:
    """One face of one file, at any size."""

    path: Path
    index: int = 0
    _sizes: dict[int, object] = field(default_factory=dict, repr=False)
    _known: dict[str, bool] = field(default_factory=dict, repr=False)

    def at(self, size: int):
        """Return the face as Pillow draws it, `size` pixels high."""
        if size not in self._sizes:
            from PIL import ImageFont  # here, because a start should not wait for it

            if len(self._sizes) == _MOST_SIZES:
                del self._sizes[next(iter(self._sizes))]  # each takes megabytes
            self._sizes[size] = ImageFont.truetype(self.path, size, index=self.index)
        return self._sizes[size]

    def lacks(self, text: str) -> list[str]:
        """Return the characters of `text` that the face has no shape for."""
        return [one for one in dict.fromkeys(text) if not one.isspace() and not self._has(one)]

    def _has(self, character: str) -> bool:
        if character not in self._known:
            self._known[character] = self._shape(character) != self._shape(_NOBODYS)
        return self._known[character]

    def _shape(self, character: str) -> tuple:
        mask = self.at(_PROBE_SIZE).getmask(character)
        return mask.size, bytes(mask)


@dataclass(frozen=True)
class Faces:
    """`serif`: bold, for what is read first; `sans`: for what is read after it."""

    serif: Face
    sans: Face

    def check(self, texts: Iterable[str]) -> None:
        """Raise `CannotDraw` if one of the faces lacks a character of the texts."""
        together = "".join(texts)
        lacking = sorted({*self.serif.lacks(together), *self.sans.lacks(together)})
        if lacking:
            raise CannotDraw(
                N_("The fonts of this machine lack: %(characters)s."),
                characters=" ".join(f"{one} (U+{ord(one):04X})" for one in lacking),
            )


def find_faces(folders: Iterable[Path] | None = None) -> Faces:
    """Return the faces of this machine. Raises `CannotDraw` with the package to install when one is missing."""
    there: dict[str, Path] = {}
    for path in _files(FOLDERS if folders is None else folders):
        there.setdefault(path.name, path)
    return Faces(_find("serif", there), _find("sans", there))


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        with suppress(RuntimeError):  # a user without a home has none
            there = folder.expanduser()
            for ending in ("*.ttc", "*.otf"):
                yield from sorted(there.rglob(ending))


def _find(kind: str, there: dict[str, Path]) -> Face:
    for name, family in FILES[kind]:
        if name in there and (face := _face(there[name], family)):
            return face
    raise CannotDraw(
        N_("Pictures need a Chinese font, and none was found: please install the package %(package)s."),
        package=PACKAGE,
    )


def _face(path: Path, family: str) -> Face | None:
    """Return the face of that family in a file, None for a file that is broken or lacks it."""
    for index in range(16):
        face = Face(path, index)
        try:
            if face.at(_PROBE_SIZE).getname()[0] == family or not family:
                return face
        except OSError:
            break
    return None
