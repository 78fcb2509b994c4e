"""What a pack could still get: no faults, only what its screens or its summary would be the richer for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.domain.errors import N_
from kiosk.domain.event import Pack
from kiosk.domain.passages import Part, Passage, part_name, parts
from kiosk.domain.text import Model

Texts = dict[str, str]


@dataclass(frozen=True)
class Gap:
    """One kind of thing that is missing: `words` say what, `names` whose (each by language), of `total` in the pack."""

    kind: str
    words: str
    names: tuple[Texts, ...]
    total: int


@dataclass(frozen=True)
class Untranslated:
    """A text that is not there in `locales`, as far as it needs to be; see `Part` and `Passage`."""

    part: Part
    passage: Passage
    locales: tuple[str, ...]


def gaps(pack: Pack) -> list[Gap]:
    """Return what is missing, one `Gap` for each kind of which something is."""
    event, people, questions = pack.event, pack.scientists, pack.questions
    found = [
        _gap(
            "portrait",
            N_("People without a portrait; a drawing stands in for it"),
            people,
            lambda one: not one.portrait,
        ),
        _gap("quotation", N_("People without words of their own"), people, lambda one: not one.quotation),
        _gap("link", N_("People without a page to read on"), people, lambda one: not one.link),
        _gap("activity_when", N_("Activities without a time"), event.programme, lambda one: not one.when),
        _gap("activity_place", N_("Activities without a place"), event.programme, lambda one: not one.place),
        _gap(
            "channel",
            N_("Channels without an address or a code"),
            event.channels,
            lambda one: not (one.address or one.picture),
        ),
        _gap(
            "question_source",
            N_("Questions without a source; a reason that anyone can redo stands there"),
            questions,
            lambda one: not one.source,
        ),
        _sources(pack),
        _gap(
            "summary_due",
            N_("No day until which the summary is to be handed in"),
            (event,),
            lambda one: not one.dates.summary_due,
        ),
        _gap("summary_recipient", N_("Nobody to hand the summary in to"), (event,), lambda one: not one.summary.units),
        _gap(
            "summary_place",
            N_("Recipients of the summary without a place to bring it to; the name alone will do"),
            event.summary.units,
            lambda one: not one.place,
        ),
    ]
    return [gap for gap in found if gap.names]


def untranslated(pack: Pack) -> list[Untranslated]:
    """Return the texts that some language of the pack has to do without.

    Those that every language must have are faults when one lacks them, so what is left need not be there: an approved
    translation of the theme, a translation of somebody's own words.
    """
    described = pack.event.theme.approved
    found = []
    for part in parts(pack):
        for passage in part.passages:
            if not passage.is_optional:
                continue
            # Where a translation of the theme is approved, nobody needs to be told what it is about.
            enough = {*passage.words, passage.language, *(described if passage.path[-1] == "description" else ())}
            lacking = tuple(locale for locale in pack.event.locales if locale not in enough)
            if lacking:
                found.append(Untranslated(part, passage, lacking))
    return found


def _gap(kind: str, words: str, things: Sequence[Model], is_lacking: Callable[[Model], bool]) -> Gap:
    names = tuple(part_name(one) for one in things if is_lacking(one))
    return Gap(kind, words, names, len(things))


def _sources(pack: Pack) -> Gap:
    """Return the sources that nobody can look up by a tap; books have no address, and need none."""
    # Those of facts about people have their title in the language it is written in, those of questions in all.
    told = [*pack.event.sources, *(source for person in pack.scientists for source in person.sources)]
    sources = [(dict.fromkeys(pack.event.locales, source.title), source.address) for source in told]
    sources += [(question.source.title, question.source.address) for question in pack.questions if question.source]
    lacking = {tuple(title.items()): title for title, address in sources if address is None}
    words = N_("Sources without an address; books and papers need none")
    return Gap("source_address", words, tuple(lacking.values()), len(sources))
