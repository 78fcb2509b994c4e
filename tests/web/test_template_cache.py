"""Compiled templates are kept, used again, made anew when the template changes, and never stand in the way."""

import os
import shutil

import pytest
from jinja2 import DictLoader, Environment

from kiosk.web.template_cache import TemplateCache


@pytest.fixture(autouse=True)
def compiled_files_are_written(monkeypatch):
    monkeypatch.setattr("sys.dont_write_bytecode", False)


def render(folder, source: str) -> str:
    environment = Environment(loader=DictLoader({"a.html": source}), bytecode_cache=TemplateCache(folder))
    return environment.get_template("a.html").render()


def test_a_compiled_template_is_kept_and_used(tmp_path):
    assert render(tmp_path, "one") == "one"
    (kept,) = tmp_path.iterdir()
    written = kept.stat().st_mtime_ns
    assert render(tmp_path, "one") == "one"
    assert kept.stat().st_mtime_ns == written


def test_a_changed_template_is_compiled_again(tmp_path):
    render(tmp_path, "one")
    assert render(tmp_path, "two") == "two"


def test_a_spoiled_file_is_no_hindrance(tmp_path):
    render(tmp_path, "one")
    for kept in tmp_path.iterdir():
        kept.write_bytes(b"nonsense")
    assert render(tmp_path, "one") == "one"


def test_what_another_user_put_there_is_not_run(tmp_path, monkeypatch):
    cache, environment = TemplateCache(tmp_path), Environment(autoescape=False)
    bucket = cache.get_bucket(environment, "a.html", None, "one")
    bucket.code = environment.compile("two", "a.html")
    cache.set_bucket(bucket)
    assert render(tmp_path, "one") == "two"
    (kept,) = tmp_path.iterdir()
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    if os.stat(kept).st_uid == 0:
        os.chown(kept, 65533, 65533)
    assert render(tmp_path, "one") == "one"


def test_a_folder_that_cannot_be_made_is_no_hindrance(tmp_path):
    (tmp_path / "file").write_text("")
    assert render(tmp_path / "file" / "below", "one") == "one"
    shutil.rmtree(tmp_path)
    assert render(tmp_path, "one") == "one"
