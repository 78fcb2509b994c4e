"""Words by language: the catalogues, the language of a request, and the words of the pack in it.

Which language a request is in, its address says (`web/address`). A word that a catalogue lacks stops the kiosk from
starting.
"""

import gettext
import io
import os
import re
from datetime import date
from functools import cache
from pathlib import Path

from flask import Flask, g

from kiosk.domain.errors import Sentence
from kiosk.domain.text import LOCALES
from kiosk.web import compiled

CATALOGUES = Path(__file__).parent.parent / "translations"

# Message ids are English, so English is the language that needs no catalogue.
SOURCE_LOCALE = "en"


class MissingWord(LookupError):
    """A catalogue lacks a word, or a translation does not fit it."""


@cache
def translations(locale: str) -> gettext.NullTranslations:
    """Return the words of a language. Raises `MissingWord` for an empty or ill-fitting translation."""
    if locale == SOURCE_LOCALE:
        return gettext.NullTranslations()
    path, name = CATALOGUES / f"{locale}.po", f"words-{locale}.mo"
    state = compiled.state_of([path, Path(__file__)])
    content = compiled.kept(name, state)
    if content is None:
        content = _checked(path, locale)
        compiled.keep(name, state, content)
    return _Strict(io.BytesIO(content), locale)


def _checked(path: Path, locale: str) -> bytes:
    """Return a catalogue in gettext's own form."""
    # Here, since a start that finds it made before should not wait for them.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale)
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        words = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(words):
            raise MissingWord(f"{path.name}: no words for “{ids[0]}”")
        for word in words:
            if _places(word) - _places(ids[-1]):
                raise MissingWord(f"{path.name}: “{word}” has a place that “{ids[0]}” lacks")
        if message.fuzzy:
            raise MissingWord(f"{path.name}: “{ids[0]}” is marked as unsure")
    content = io.BytesIO()
    write_mo(content, catalogue)
    return content.getvalue()


class _Strict(gettext.GNUTranslations):
    """Raises for a word it lacks instead of showing it in another language."""

    def __init__(self, file, locale: str):
        super().__init__(file)
        self._locale = locale
        self.add_fallback(_Nothing(locale))


class _Nothing(gettext.NullTranslations):
    def __init__(self, locale: str):
        super().__init__()
        self._locale = locale

    def gettext(self, message):
        raise MissingWord(f"{self._locale}: no words for “{message}”")

    def ngettext(self, singular, plural, n):
        raise MissingWord(f"{self._locale}: no words for “{singular}”")


def _places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))


def say(sentence: Sentence, locale: str) -> str:
    """Return a sentence of the domain in a language, with its values filled in."""
    text = translations(locale).gettext(sentence.text)
    values = {
        key: say(value, locale) if isinstance(value, Sentence) else value for key, value in sentence.values.items()
    }
    return text % values if values else text


def pick(words: dict[str, str] | None, locale: str) -> str:
    """Return the pack's words in a language; nothing for no words."""
    return (words or {}).get(locale, "")


def show_date(value: date | str, locale: str) -> str:
    """Return a date as it is written in a language; also `1940` and `1940-08`, as far as it is known."""
    from babel.dates import format_date

    if isinstance(value, date):
        return format_date(value, "yyyy年M月d日" if locale == "zh" else "d MMMM yyyy", locale=locale)
    parts = [int(part) for part in value.split("-")]
    if len(parts) == 3:
        return show_date(date(*parts), locale)
    if len(parts) == 2:
        return format_date(date(*parts, 1), "yyyy年M月" if locale == "zh" else "MMMM yyyy", locale=locale)
    return f"{parts[0]}年" if locale == "zh" else str(parts[0])


def show_day(value: date, locale: str) -> str:
    """Return a day of this year as it is written in a language."""
    from babel.dates import format_date

    return format_date(value, "M月d日" if locale == "zh" else "d MMMM", locale=locale)


# One string literal, in either quotes. A parser would find the same (a test compares them) but takes far longer.
_LITERAL = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_IN_CODE = re.compile(rf"\bN_\(\s*{_LITERAL}\s*\)")
_IN_TEMPLATES = re.compile(rf"\b(_|ngettext)\(\s*{_LITERAL}(?:\s*,\s*{_LITERAL})?")


def marked_sentences() -> list[str]:
    """Return every sentence that the Python code marks with `N_`."""
    sources = [path.read_text(encoding="utf-8") for path in _code()]
    return sorted({_text(literal) for source in sources for literal in _IN_CODE.findall(source)})


def template_words(templates: Path) -> list[tuple[str, ...]]:
    """Return the words of every template: (message,), or (singular, plural)."""
    found = set()
    for path in _below(templates, ".html"):
        for function, first, second in _IN_TEMPLATES.findall(path.read_text(encoding="utf-8")):
            found.add((_text(first), _text(second)) if function == "ngettext" else (_text(first),))
    return sorted(found)


def _code() -> list[Path]:
    return _below(CATALOGUES.parent, ".py")


def _below(folder: Path, suffix: str) -> list[Path]:
    return [Path(place, name) for place, _, names in os.walk(folder) for name in names if name.endswith(suffix)]


def _text(literal: str) -> str:
    return literal[1:-1].replace('\\"', '"').replace("\\'", "'")


def check_catalogues(templates: Path) -> None:
    """Look up every word of the templates and of the code in every language. Raises `MissingWord`.

    Not again while none of them changes.
    """
    for locale in LOCALES:  # even so: none is read while a visitor waits, or when another release lies here
        translations(locale)
    state = compiled.state_of([*_below(templates, ".html"), *_code(), *_below(CATALOGUES, ".po")])
    if compiled.kept("words-checked", state) is not None:
        return
    wanted = template_words(templates)
    sentences = marked_sentences()
    for locale in LOCALES:
        words = translations(locale)
        for message in wanted:
            if len(message) == 2:
                words.ngettext(*message, 1)
            else:
                words.gettext(message[0])
        for sentence in sentences:
            words.gettext(sentence)
    compiled.keep("words-checked", state, b"")


def init_locale(app: Flask) -> None:
    """Let the templates of `app` speak the language of each request."""
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(
        lambda message: translations(g.locale).gettext(message),
        lambda singular, plural, n: translations(g.locale).ngettext(singular, plural, n),
        newstyle=True,
    )
    environment.filters |= {
        "words": lambda words: pick(words, g.locale),
        "say": lambda sentence: say(sentence, g.locale),
        "said": lambda text: translations(g.locale).gettext(text),
        "day": lambda value: show_date(value, g.locale),
    }
