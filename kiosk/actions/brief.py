"""The daily brief of a closed day: its text to copy into a message, and the picture to share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.domain import closing
from kiosk.domain.brief import MOST_CHARACTERS, BriefedDay, brief_rows, brief_text, length
from kiosk.domain.entry import Entry
from kiosk.domain.errors import N_, UnknownEntry
from kiosk.domain.event import Pack
from kiosk.domain.note import ABOUT
from kiosk.domain.tables import Speech
from kiosk.storage.folder import write_file
from kiosk.storage.log import Log


@dataclass(frozen=True)
class Brief:
    """`text` has `length` characters, never more than `most`; `is_dated`: whether it names its day."""

    text: str
    locale: str
    is_dated: bool
    most: int = MOST_CHARACTERS

    @property
    def length(self) -> int:
        return length(self.text)


@dataclass(frozen=True)
class Words:
    """How a brief speaks: `say` gives the kiosk's own words, `show_day` a day without its year."""

    locale: str
    say: Callable[[str], str]
    show_day: Callable[[date], str]

    @property
    def speech(self) -> Speech:
        return Speech(self.locale, self.say)


def closed_day(log: Log, pack: Pack, day: date | None = None, entry_id: str | None = None) -> Entry:
    """Return the entry that closed a day last, or the one with that id; of all days the last where none is named.

    Raises `UnknownEntry` where it was not closed, `LogUnreadable`.
    """
    for line in log.lookup.each("day_closed", pack.event.id):
        is_of_day = day is None or line.entry.details.get("day") == day.isoformat()
        if is_of_day and entry_id in (None, line.entry.id):
            return line.entry
    if day is None:
        raise UnknownEntry(N_("No day has been closed yet: close the day first, then there is a brief of it."))
    raise UnknownEntry(
        N_(
            "%(day)s was not closed: close it first, with “kiosk close-day --day %(day)s”, then there is a brief of it."
        ),
        day=day,
    )


def brief_of(log: Log, pack: Pack, entry: Entry, words: Words) -> Brief:
    """Return the brief of a closed day. Raises `LogUnreadable`."""
    told = _told(pack, entry, words, _notes(log, pack, entry, words))
    text = brief_text(told, words.speech)
    return Brief(text, words.locale, bool(told.day))


def draw_brief(pack: Pack, entry: Entry, words: Words, target: Path) -> None:
    """Draw the picture of a closed day into the file `target`, which is there whole or not at all.

    Raises `CannotDraw`, `FileUnusable`.
    """
    # Here, since a kiosk that serves leaves this to a child.
    from kiosk.exports.brief_picture import BriefCard, brief_picture
    from kiosk.exports.typeface import find_faces

    told = _told(pack, entry, words, ())
    theme = pack.event.theme
    if theme.language != words.locale:
        approved = theme.text_in(words.locale)
        theme = type(theme)(text=approved, language=words.locale) if approved else None
    rows = brief_rows(told, words.speech)
    both = told.count("visits") and told.count("by_hand")
    card = BriefCard(
        words.locale,
        heading=words.say(N_("Daily brief")),
        day=told.day,
        title=words.speech.pick(pack.event.title),
        theme_label=words.say(N_("Theme")),
        theme=theme,
        rows=tuple(rows),
        note=words.say(N_("What the kiosk recorded and what staff counted are two figures; they are not added up."))
        if both
        else "",
    )
    content = brief_picture(card, find_faces())
    write_file(target, lambda file: file.write(content))


def _told(pack: Pack, entry: Entry, words: Words, notes: tuple[str, ...]) -> BriefedDay:
    day, figures = closing.day_of(entry.details), entry.details.get("figures")
    frozen = figures if isinstance(figures, dict) else {}
    undated = entry.details.get("undated")
    return BriefedDay(
        pack.event, words.show_day(day) if day else "", frozen, notes, undated if isinstance(undated, int) else 0
    )


def _notes(log: Log, pack: Pack, entry: Entry, words: Words) -> tuple[str, ...]:
    """Return what staff wrote down of that day, as corrected last; of a day that no clock knew, nothing."""
    day = closing.day_of(entry.details)
    # Of all the notes: the day may be one of an event that is over.
    notes = (kept.note for kept in log.notes.current(pack.event.id))
    return tuple(note.title or words.say(ABOUT[note.about]) for note in notes if note.day == day)
