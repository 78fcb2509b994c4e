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
        for spoiled in (b"", b"nonsense", whole[:30], whole[:-9]):
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
    path.write_text(path.read_text(encoding="utf-8").replace('msgstr "返回"', 'msgstr "往回走"'), encoding="utf-8")
    assert word() == word() == "往回走"
    assert len(made) == 2


def test_words_are_looked_for_once_until_a_source_changes(tmp_path, monkeypatch):
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "a.html").write_text("{{ _('Back') }}")
    looked = []
    words_of = locale.template_words.__wrapped__  # not what another test has read
    monkeypatch.setattr(locale, "template_words", lambda folder: looked.append(folder) or words_of(folder))
    for _ in range(2):
        locale.check_catalogues(templates)
    assert len(looked) == 1
    (templates / "b.html").write_text("{{ _('No such word') }}")
    for _ in range(2):
        with pytest.raises(locale.MissingWord):
            locale.check_catalogues(templates)
    (templates / "b.html").unlink()
    locale.check_catalogues(templates)
    assert len(looked) == 3, "what was found good before is so still"
