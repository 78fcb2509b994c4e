"""Making stamp cards to print: so many of one kind, each with a number of its own, as one PDF that appears whole."""

from collections.abc import Callable, Iterator
from pathlib import Path

from kiosk.actions.progress import Progress
from kiosk.domain.cards import LARGEST_GROUP, NUMBER_LENGTH, CardKey, card_content, short_code, spaced
from kiosk.domain.errors import N_, InvalidInput
from kiosk.domain.event import Event
from kiosk.exports.card_sheet import MOST_PLACES, CardCode, CardWords, pages_of, write_sheets
from kiosk.exports.typeface import find_faces
from kiosk.storage.folder import write_file

MOST_CARDS = 2000


def make_cards(
    event: Event,
    target: Path,
    *,
    key: CardKey,
    count: int,
    say: Callable[[str], str],
    group: int | None = None,
    locale: str | None = None,
    address: str | None = None,
    progress: Progress | None = None,
) -> int:
    """Write `count` new cards as a PDF to `target` and return its pages: for one person each, or for groups of `group`.

    `say` gives the kiosk's own words in the language of the cards, else the pack's first; their codes lead to `address`
    or, without one, hold bare tokens. Raises `InvalidInput`, `CannotDraw`, `FileUnusable`; then there is no new file.
    """
    locale = locale or event.locales[0]
    if locale not in event.locales:
        raise InvalidInput(
            N_("The event pack is not in the language %(language)s, but in: %(languages)s."),
            language=locale,
            languages=", ".join(event.locales),
        )
    if not 1 <= count <= MOST_CARDS:
        raise InvalidInput(N_("Between 1 and %(most)s cards can be made at a time."), most=MOST_CARDS)
    if group is not None and not 2 <= group <= LARGEST_GROUP:
        raise InvalidInput(N_("A group's card is for 2 to %(most)s people."), most=LARGEST_GROUP)
    faces = find_faces()
    words = card_words(event, locale, say, group)
    codes = _codes(new_tokens(key, count, group or 1), address, count, progress)
    write_file(target, lambda file: write_sheets(words, codes, faces, file))
    return pages_of(count)


def new_tokens(key: CardKey, count: int, party_size: int) -> list[str]:
    """Return tokens of so many new cards, no two with the same number."""
    tokens: dict[str, str] = {}
    while len(tokens) < count:
        token = key.new(party_size)
        tokens.setdefault(token[:NUMBER_LENGTH], token)
    return list(tokens.values())


def card_words(event: Event, locale: str, say: Callable[[str], str], group: int | None) -> CardWords:
    """Return what stands on every card in a language."""
    places = tuple(station.name[locale] for station in event.stations)
    if len(places) > MOST_PLACES:
        places = ("",) * MOST_PLACES  # rather no names than some that are missing
    return CardWords(
        locale,
        event=event.short_title[locale],
        title=say(N_("Stamp card")),
        what_to_do=say(N_("Show it to the volunteers at the booths: they scan the code and stamp the card.")),
        privacy=say(N_("This card holds no name")),
        group=say(N_("Group card · %(count)s people")) % {"count": group} if group else "",
        places=places,
    )


def _codes(tokens: list[str], address: str | None, count: int, progress: Progress | None) -> Iterator[CardCode]:
    for done, token in enumerate(tokens):
        if progress:
            progress(done, count)
        yield CardCode(card_content(address, token), spaced(short_code(token)))
    if progress:
        progress(count, count)
