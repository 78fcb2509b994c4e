"""Everything a pack says, in reading order: found by walking its models, so that a new field cannot be forgotten.

Knows no labels and no screens. A part is what stands together (an activity, a person, a question), a passage one text
or one fact in it.
"""

import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Union, get_args, get_origin, get_type_hints

from kiosk.domain.event import Event, Pack
from kiosk.domain.quiz import Question
from kiosk.domain.text import Model, Plain, SomeWords, Words

# Facts that people are told too, visitors or whoever gets the summary, though they are no text; everything else that is
# none steers the kiosk or is an id.
SHOWN_FACTS = frozenset(
    {
        "day",
        "summary_due",
        "role",
        "address",
        "link",
        "pronoun",
        "born",
        "died",
        "area",
        "year",
        "hard_words",
        "key",
        "language",
        "percent",
    }
)
# Lists in a table of which each item is a part of its own: a screen, or the head of a document.
_EACH_BY_ITSELF = ("questions", "units")
# The theme's text in pieces: the same words again.
_SAME_AGAIN = frozenset({"phrases", "unbroken"})


@dataclass(frozen=True)
class Passage:
    """One text or fact. `path` leads to it inside its part: ("sources", 0, "title").

    `words` are by language; `text` is what is the same in every language. `is_optional`: not every language needs it,
    and where the part is in one language by nature (somebody's own words), `language` is that one.
    """

    path: tuple[str | int, ...]
    words: dict[str, str] | None = None
    text: str | None = None
    is_visible: bool = True
    is_optional: bool = False
    language: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields that lead here, without places in lists."""
        return tuple(step for step in self.path if isinstance(step, str))


@dataclass(frozen=True)
class Part:
    """What stands together. `section` is the table it comes from, `id` is empty where a section is one part only."""

    section: str
    id: str
    name: dict[str, str] | None
    passages: tuple[Passage, ...]

    @property
    def visible(self) -> tuple[Passage, ...]:
        """Return what is told of it: to visitors, or in the summary."""
        return tuple(passage for passage in self.passages if passage.is_visible and (passage.words or passage.text))


def parts(pack: Pack) -> list[Part]:
    """Return everything a pack says: the event table by table, then the people, then the questions."""
    event = pack.event
    found = [Part("event", "", None, tuple(_own(event)))]
    for name, hint in _hints(Event).items():
        value = getattr(event, name)
        if isinstance(value, Model):
            found += _table(name, value)
        elif _holds_models(hint):
            found += _list(name, value)
    found += _list("scientists", pack.scientists)
    for bank in pack.banks:
        # Before its own questions; a space is in no id, so it is never taken for one of them.
        found.append(Part("questions", f"bank {bank.id}", bank.title, tuple(_own(bank))))
        found += _list("questions", bank.questions)
    return [part for part in found if part.passages]


def _own(model: Model) -> Iterator[Passage]:
    """Yield what a model says itself, without the tables and lists of tables in it."""
    for name, hint in _hints(type(model)).items():
        value = getattr(model, name)
        if not isinstance(value, Model) and not _holds_models(hint):
            yield from _walk((name,), value, hint)


def _table(section: str, model: Model) -> Iterator[Part]:
    """Yield a table as one part; a list of what stands by itself in it as a part each."""
    yield Part(section, "", None, tuple(one for one in _of_model(model) if one.path[0] not in _EACH_BY_ITSELF))
    for name in _EACH_BY_ITSELF:
        yield from _list(f"{section}.{name}", getattr(model, name, ()))


def _list(section: str, models: tuple[Model, ...]) -> Iterator[Part]:
    """Yield a part for each model, or one for all where they have no ids of their own."""
    if models and "id" not in type(models[0]).model_fields:
        found = [((at, *one.path), one) for at, model in enumerate(models) for one in _of_model(model)]
        yield Part(section, "", None, tuple(replace(passage, path=path) for path, passage in found))
        return
    for model in models:
        yield Part(section, model.id, part_name(model), tuple(_of_model(model)))


def part_name(model: Model) -> dict[str, str] | None:
    """Return what a part is called, by language; None where it has no name."""
    if isinstance(model, Question):
        return model.text
    return next((getattr(model, one) for one in ("names", "title", "name", "label") if hasattr(model, one)), None)


def _of_model(model: Model) -> Iterator[Passage]:
    language = getattr(model, "language", None)
    for name, hint in _hints(type(model)).items():
        for passage in _walk((name,), getattr(model, name), hint):
            yield passage if passage.language or not passage.is_optional else replace(passage, language=language)


@cache
def _hints(model: type[Model]) -> dict[str, object]:
    """Return the models' own annotations, in the order they are written."""
    hints = get_type_hints(model, include_extras=True)
    return {name: hints[name] for name in model.model_fields}


def _holds_models(hint: object) -> bool:
    return any(_is_model(one) for one in _inside(hint)) and get_origin(_bare(hint)) is tuple


def _inside(hint: object) -> Iterator[object]:
    yield hint
    for one in get_args(hint):
        yield from _inside(one)


def _is_model(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, Model)


def _bare(hint: object) -> object:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _walk(path: tuple, value: object, hint: object) -> Iterator[Passage]:
    """Yield the passages of one value; `hint` tells a text from what only looks like one."""
    if value is None or path[-1] in _SAME_AGAIN:
        return
    if hint in (Words, SomeWords):
        yield Passage(path, words=value, is_optional=hint == SomeWords)
    elif hint == Plain:
        yield Passage(path, text=value)
    elif get_origin(hint) in (Union, types.UnionType):
        yield from _walk(path, value, next(one for one in get_args(hint) if one is not type(None)))
    elif isinstance(value, Model):
        for passage in _of_model(value):
            yield replace(passage, path=(*path, *passage.path))
    elif isinstance(value, tuple):
        inner = get_args(_bare(hint))[0]
        for at, one in enumerate(value):
            yield from _walk((*path, at), one, inner)
    elif isinstance(value, dict):
        if value:
            text = ", ".join(f"{key} {one}" for key, one in value.items())
            yield Passage(path, text=text, is_visible=path[-1] in SHOWN_FACTS)
    else:
        name = next(step for step in reversed(path) if isinstance(step, str))
        yield Passage(path, text=str(value), is_visible=name in SHOWN_FACTS)
