"""What was compiled is kept, used again, made anew when its sources change, and never stands in the way."""

import os
import shutil

import pytest
from jinja2 import DictLoader, Environment

from kiosk.web import compiled, locale
from kiosk.web.compiled import TemplateCache


@pytest.fixture(autouse=True)
def compiled_files_are_written(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    monkeypatch.setattr(compiled, "FOLDER", tmp_path / "kept")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kept"


def render(source: str) -> str:
    environment = Environment(loader=DictLoader({"a.html": source}), bytecode_cache=TemplateCache())
    return environment.get_template("a.html").render()


def test_a_compiled_template_is_kept_and_used(folder):
    assert render("one") == "one"
    (kept,) = folder.iterdir()
    written = kept.stat().st_mtime_ns
    assert render("one") == "one"
    assert kept.stat().st_mtime_ns == written


def test_others_may_read_what_root_has_compiled(folder):
    render("one")
    (kept,) = folder.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o644


def test_a_changed_template_is_compiled_again(folder):
    render("one")
    assert render("two") == "two"
    assert len(list(folder.iterdir())) == 1


def test_a_spoiled_file_is_no_hindrance(folder):
    render("one")
    for kept in folder.iterdir():
        whole = kept.read_bytes()
        assert b"one" in whole
        # The last one would be run, if only its form were looked at.
        for spoiled in (b"", b"nonsense", whole[:30], whole[:-9], whole.replace(b"one", b"two")):
            kept.write_bytes(spoiled)
            assert render("one") == "one"


def test_what_another_user_put_there_is_not_run(folder, monkeypatch):
    cache, environment = TemplateCache(), Environment(autoescape=False)
    bucket = cache.get_bucket(environment, "a.html", None, "one")
    bucket.code = environment.compile("two", "a.html")
    cache.set_bucket(bucket)
    assert render("one") == "two"
    (kept,) = folder.iterdir()
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    if os.stat(kept).st_uid == 0:
        os.chown(kept, 65533, 65533)
    assert render("one") == "one"


def test_a_folder_that_cannot_be_made_is_no_hindrance(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(compiled, "FOLDER", tmp_path / "file" / "below")
    assert render("one") == "one"
    shutil.rmtree(tmp_path)
    assert render("one") == "one"


def test_a_catalogue_is_compiled_once_until_it_changes(tmp_path, monkeypatch):
    path = tmp_path / "zh.po"
    shutil.copy(locale.CATALOGUES / "zh.po", path)
    monkeypatch.setattr(locale, "CATALOGUES", tmp_path)
    made = []
    checked = locale._checked
    monkeypatch.setattr(locale, "_checked", lambda *given: made.append(given) or checked(*given))

    def word() -> str:
        return locale.translations.__wrapped__("zh").gettext("Back")

    assert word() == word() == "返回"
    assert len(made) == 1
    kept = compiled.FOLDER / "words-zh.mo"
    kept.write_bytes(kept.read_bytes().replace("返回".encode(), "往回".encode()))
    assert word() == word() == "返回"
    assert len(made) == 2
    path.write_text(path.read_text(encoding="utf-8").replace('msgstr "返回"', 'msgstr "往回走"'), encoding="utf-8")
    assert word() == word() == "往回走"
    assert len(made) == 3


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A program of one template, one module and one catalogue, whose words were all found."""
    for name in ("templates", "kiosk/translations"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "templates" / "a.html").write_text("{{ _('Back') }}")
    (tmp_path / "kiosk" / "a.py").write_text('A = N_("Home")')
    shutil.copy(locale.CATALOGUES / "zh.po", tmp_path / "kiosk" / "translations")
    monkeypatch.setattr(locale, "CATALOGUES", tmp_path / "kiosk" / "translations")
    # Not what another test has read.
    for name in ("translations", "template_words", "marked_sentences"):
        monkeypatch.setattr(locale, name, getattr(locale, name).__wrapped__)
    locale.check_catalogues(tmp_path / "templates")
    return tmp_path


def test_words_are_not_looked_for_again_but_the_catalogues_are_there(sources, monkeypatch, folder):
    monkeypatch.setattr(locale, "template_words", None)
    (folder / "words-zh.mo").unlink()
    locale.check_catalogues(sources / "templates")
    assert (folder / "words-zh.mo").exists()


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("templates/a.html", "Back", "No such word"),
        ("templates/b.html", "", "{{ _('No such word') }}"),
        ("kiosk/a.py", "Home", "No such word"),
        ("kiosk/translations/zh.po", 'msgid "Home"', 'msgid "Ways home"'),
    ],
)
def test_words_are_looked_for_again_when_a_source_changes(sources, name, before, after):
    path = sources / name
    was = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text((was or "").replace(before, after, 1), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(locale.MissingWord):
            locale.check_catalogues(sources / "templates")
    path.unlink() if was is None else path.write_text(was, encoding="utf-8")
    locale.check_catalogues(sources / "templates")
