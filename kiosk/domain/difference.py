"""What another pack would change on the screens: the parts it brings, takes away and changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain.event import Pack
from kiosk.domain.passages import Part, parts


@dataclass(frozen=True)
class Changed:
    """A part that is in both packs, with the names of the fields that are not the same."""

    part: Part
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Parts are those of the new pack, but for `removed`; `pictures` are names of files."""

    added: tuple[Part, ...]
    removed: tuple[Part, ...]
    changed: tuple[Changed, ...]
    pictures: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.pictures)


def difference(old: Pack, new: Pack, old_pictures: Mapping[str, str], new_pictures: Mapping[str, str]) -> Difference:
    """Return what differs; the pictures are given as anything that changes with them, by their names."""
    before, after = _by_key(old), _by_key(new)
    changed = []
    for key, part in after.items():
        if key in before and part.passages != before[key].passages:
            changed.append(Changed(part, _fields(before[key], part)))
    names = sorted({*old_pictures, *new_pictures})
    return Difference(
        added=tuple(part for key, part in after.items() if key not in before),
        removed=tuple(part for key, part in before.items() if key not in after),
        changed=tuple(changed),
        pictures=tuple(name for name in names if old_pictures.get(name) != new_pictures.get(name)),
    )


def _by_key(pack: Pack) -> dict[tuple[str, str], Part]:
    return {(part.section, part.id): part for part in parts(pack)}


def _fields(old: Part, new: Part) -> tuple[str, ...]:
    before, after = ({one.path: one for one in part.passages} for part in (old, new))
    paths = [*after, *(path for path in before if path not in after)]
    return tuple(dict.fromkeys(str(path[0]) for path in paths if before.get(path) != after.get(path)))
