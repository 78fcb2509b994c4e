"""The kiosk's words by language: nothing untranslated, nothing stale, and a missing word keeps it from starting."""

import ast
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kiosk.app import create_app
from kiosk.config import PROJECT, Config
from kiosk.web import locale
from kiosk.web.locale import MissingWord, marked_sentences
from tests.web.page import parse, words

CODE = sorted((PROJECT / "kiosk").rglob("*.py"))
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))


def catalogue():
    with (locale.CATALOGUES / "zh.po").open("rb") as file:
        return read_po(file, locale="zh")


def sentences_in_code() -> set[str]:
    """Return every sentence that stands inside `N_( … )`, read from the syntax tree and not by pattern."""
    found = set()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
                (argument,) = node.args
                assert isinstance(argument, ast.Constant), f"{path}: N_ around something that is not a plain text"
                found.add(argument.value)
    return found


def words_in_templates(app) -> set[str]:
    """Return every message of every template, both forms of those that have two."""
    found = set()
    for path in TEMPLATES:
        for _, _, message in app.jinja_env.extract_translations(path.read_text(encoding="utf-8")):
            found |= {part for part in (message if isinstance(message, tuple) else (message,)) if part}
    return found


def test_the_code_marks_exactly_the_sentences_that_the_start_looks_up():
    assert set(marked_sentences()) == sentences_in_code()


def test_every_word_has_chinese_and_none_is_left_over(app):
    wanted = sentences_in_code() | words_in_templates(app)
    there = set()
    for message in catalogue():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        there |= set(filter(None, ids))
    assert wanted - there == set()
    assert there - wanted == set()


def test_every_translation_has_the_places_of_its_sentence():
    for message in catalogue():
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings:
            assert string.strip(), ids
            places = [set(re.findall(r"%\((\w+)\)s", text)) for text in (ids[-1], string)]
            assert places[0] == places[1], (ids, string)
            assert not re.search(r"%(?!\(\w+\)s|%)", string), f"a stray % in {string}"


def test_no_translation_is_the_english_again():
    same = [message.id for message in catalogue() if message.id and message.id == message.string]
    assert same == []


def test_chinese_uses_its_own_punctuation():
    """Half-width marks beside Chinese characters look like slips of the keyboard."""
    slips = []
    for message in catalogue():
        for string in message.string if isinstance(message.string, tuple) else (message.string,):
            if message.id and re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]", string):
                slips.append(string)
    assert slips == []


def without(word: str, tmp_path: Path) -> Path:
    """Return a folder of catalogues in which one word has no translation."""
    folder = tmp_path / "translations"
    folder.mkdir()
    text = (locale.CATALOGUES / "zh.po").read_text(encoding="utf-8")
    begin = text.index(f'msgid "{word}"\n')
    end = text.index("\n\n", begin)
    (folder / "zh.po").write_text(text[:begin].rpartition("\n\n")[0] + text[end:], encoding="utf-8")
    return folder


@pytest.fixture
def fresh_words():
    locale.translations.cache_clear()
    yield
    locale.translations.cache_clear()


@pytest.mark.usefixtures("fresh_words")
@pytest.mark.parametrize(
    "word",
    [
        "Home",  # a template's
        "There is no check-in with this number.",  # a sentence of the code
        "%(num)s person counted.",  # one with two forms
    ],
)
def test_a_missing_word_keeps_the_kiosk_from_starting(kiosk, tmp_path, monkeypatch, word):
    monkeypatch.setattr(locale, "CATALOGUES", without(word, tmp_path))
    # Sentences are looked for in the code beside the catalogues.
    for path in CODE:
        copy = tmp_path / path.relative_to(PROJECT / "kiosk")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    with pytest.raises(MissingWord, match=re.escape(word)):
        create_app(Config(data=kiosk.data), kiosk=kiosk)


@pytest.mark.usefixtures("fresh_words")
@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: text.replace('msgstr "返回"', 'msgstr ""'), "no words for"),
        (lambda text: text.replace('msgstr "返回"', 'msgstr "返回 %(place)s"'), "has a place"),
        (lambda text: text.replace('msgid "Back"', '#, fuzzy\nmsgid "Back"'), "marked as unsure"),
    ],
    ids=["empty", "a strange place", "fuzzy"],
)
def test_an_ill_fitting_word_keeps_the_kiosk_from_starting(kiosk, tmp_path, monkeypatch, spoil, says):
    original = (locale.CATALOGUES / "zh.po").read_text(encoding="utf-8")
    assert spoil(original) != original
    (tmp_path / "zh.po").write_text(spoil(original), encoding="utf-8")
    monkeypatch.setattr(locale, "CATALOGUES", tmp_path)
    with pytest.raises(MissingWord, match=says):
        create_app(Config(data=kiosk.data), kiosk=kiosk)


def test_no_english_is_left_on_a_chinese_page(at_kiosk):
    """Letters on a Chinese page belong to addresses, ids and names, not to sentences."""
    for address in ("/", "/programme", "/quiz", "/check-in", "/check-in/group", "/about", "/privacy", "/nothing"):
        page = at_kiosk.open(address).get_data(as_text=True)
        text = words(parse(page)[0].find("body")).replace("English", "")
        text = re.sub(r"https?://\S+|\b[0-9a-f]{16}\b|[\w.]+\.(?:me|com|cn)", "", text)
        assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{3,}", text), address


def test_no_template_says_anything_outside_the_catalogue():
    """Words in a template would be the same in every language."""
    bare = []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"{% block (?:screen|main_attributes|body_attributes) %}.*?{% endblock %}", " ", text)
        text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<!doctype[^>]*>|<[^>]*>", " ", text, flags=re.S)
        bare += [f"{path.name}: {word}" for word in re.findall(r"[^\W\d_]{2,}", text)]
    assert bare == []


def test_no_attribute_for_readers_is_outside_the_catalogue():
    loose = []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for value in re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]*)"', text):
            if re.search(r"[^\W\d_]{2,}", re.sub(r"{{.*?}}|{%.*?%}", "", value)):
                loose.append(f"{path.name}: {value}")
    assert loose == []
