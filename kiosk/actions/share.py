"""Making the pictures to share: one of the event and one of each scientist, as files or all in one file."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from kiosk.actions.progress import Progress
from kiosk.domain.errors import N_, FileUnusable, InvalidInput
from kiosk.domain.event import ROLES, Event, Pack
from kiosk.domain.scientist import Scientist
from kiosk.exports import picture, share
from kiosk.exports.typeface import Faces, find_faces
from kiosk.storage.folder import write_file

DID = {"he": N_("What he did"), "she": N_("What she did")}


def share_names(event: Event, scientists: tuple[Scientist, ...], locale: str) -> dict[str, str]:
    """Return the name of each picture's file by the id of the event or of the scientist it shows."""
    # Pictures in another language may lie beside the first ones.
    ending = ".png" if locale == event.locales[0] else f"-{locale}.png"
    return {event.id: f"{event.id}-share{ending}"} | {
        person.id: f"{event.id}-{person.id}{ending}" for person in scientists
    }


def make_share_pictures(
    pack: Pack,
    target: Path,
    *,
    say: Callable[[str], str],
    locale: str | None = None,
    only: str | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Make the pictures and return their names; `only` the one of that id.

    They go into the folder `target`, made if it was missing, each whole or not at all; if its name ends in `.zip`, into
    that one file. `say` gives the kiosk's own words in the language of the pictures. Raises `InvalidInput` for an
    unknown language or id, `CannotDraw`, `FileUnusable`.
    """
    locale = locale or pack.event.locales[0]
    if locale not in pack.event.locales:
        raise InvalidInput(
            N_("The event pack is not in the language %(language)s, but in: %(languages)s."),
            language=locale,
            languages=", ".join(pack.event.locales),
        )
    names = share_names(pack.event, pack.scientists, locale)
    if only is not None:
        if only not in names:
            raise InvalidInput(N_("Nobody in the event pack has the id “%(id)s”."), id=only)
        names = {only: names[only]}
    drawn = _drawn(pack, names, locale, say, progress)
    if target.suffix == ".zip":
        write_file(target, lambda file: _write_zip(file, drawn))
    else:
        _make_folder(target)
        for name, content in drawn:
            write_file(target / name, lambda file, content=content: file.write(content))
    return list(names.values())


def _drawn(
    pack: Pack, names: dict[str, str], locale: str, say: Callable[[str], str], progress: Progress | None
) -> Iterator[tuple[str, bytes]]:
    faces = find_faces()
    for done, (which, name) in enumerate(names.items()):
        if progress:
            progress(done, len(names))
        yield name, _picture(pack, which, locale, say, faces)
    if progress:
        progress(len(names), len(names))


def _picture(pack: Pack, which: str, locale: str, say: Callable[[str], str], faces: Faces) -> bytes:
    person = pack.scientist(which)
    if person is None or which == pack.event.id:
        return share.event_picture(event_card(pack.event, locale, say), faces)
    return share.person_picture(person_card(pack, person, locale, say), faces)


def event_card(event: Event, locale: str, say: Callable[[str], str]) -> share.EventCard:
    """Return what the event's picture says in a language."""
    theme, gloss = event.theme, None
    if locale != theme.language:
        # An approved translation stands by itself; what the theme is about says that it is none.
        if approved := theme.text_in(locale):
            gloss = ("", approved)
        elif description := theme.description.get(locale):
            gloss = (say(N_("What it is about (not an official translation)")), description)
    return share.EventCard(
        locale,
        title=event.title[locale],
        theme_label=say(N_("Theme")),
        theme=theme,
        when=event.dates.when[locale],
        organisers=tuple((say(ROLES[one.role]), one.name[locale]) for one in event.organisers),
        gloss=gloss,
    )


def person_card(pack: Pack, person: Scientist, locale: str, say: Callable[[str], str]) -> share.PersonCard:
    """Return what a scientist's picture says in a language."""
    name = person.names[locale]
    character = (person.names.get("zh") or name)[0]
    quotation, said, language = person.quotation, "", "zh"
    if quotation:
        said, language = quotation.text, quotation.language
        if locale != language and (translated := quotation.translation.get(locale)):
            said, language = translated, locale
    portrait, credit = _portrait(pack, person), ""
    if portrait:
        credit = say(N_("Picture: %(author)s, %(licence)s, %(source)s")) % {
            "author": person.portrait.author,
            "licence": person.portrait.licence,
            "source": person.portrait.source,
        }
    return share.PersonCard(
        locale,
        id=person.id,
        area=person.area,
        character=character,
        name=name,
        beside=person.pinyin if locale == "zh" else person.names.get("zh", person.pinyin),
        years=f"{person.born[:4]}–{person.died[:4] if person.died else ''}",
        field=person.field[locale],
        did_label=say(DID[person.pronoun]),
        did=person.did[locale],
        event=pack.event.short_title[locale],
        quotation=said,
        quotation_language=language,
        quotation_source=quotation.source[locale] if quotation else "",
        portrait=portrait,
        credit=credit,
    )


def _portrait(pack: Pack, person: Scientist) -> bytes | None:
    """Return a person's picture as the screens show it, None without one or for one that cannot be drawn."""
    original = pack.pictures.get(person.portrait.file) if person.portrait else None
    if original is None:
        return None
    try:
        return picture.portraits(original)["large"]
    except Exception:  # Pillow raises many kinds; the screens leave it out as well
        return None


def _write_zip(file, pictures: Iterator[tuple[str, bytes]]) -> None:
    # Pictures are as small as they get; packing them again would only take time.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as together:
        for name, content in pictures:
            together.writestr(zipfile.ZipInfo(name), content)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileUnusable(
            N_("%(path)s cannot be written: %(cause)s."), path=folder, cause=error.strerror or error
        ) from None
