"""`share-pictures`: the files it writes, whole or not at all, and what it says when it cannot."""

import zipfile
from functools import partial

import pytest

from kiosk.exports import share, typeface


@pytest.fixture
def run(shell, tmp_path, monkeypatch):
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "data"))
    return partial(shell, "share-pictures")


@pytest.fixture
def quick(monkeypatch):
    """Draw nothing: what a picture shows is looked at elsewhere."""
    monkeypatch.setattr(share, "event_picture", lambda card, faces: b"event " + card.locale.encode())
    monkeypatch.setattr(share, "person_picture", lambda card, faces: b"person " + card.id.encode())


def test_one_picture_is_written_as_a_file(run, tmp_path):
    said = run("--only", "tu-youyou", "--output", str(tmp_path / "a" / "out")).stdout
    assert "1 pictures" in said
    (file,) = (tmp_path / "a" / "out").iterdir()
    assert file.name == "hohhot-2018-tu-youyou.png"
    assert file.read_bytes().startswith(b"\x89PNG")


def test_every_picture_is_written_in_a_language(run, quick, tmp_path):
    run("--output", str(tmp_path / "out"))
    run("--output", str(tmp_path / "out"), "--lang", "en")
    names = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert len(names) == 40
    assert (names["hohhot-2018-share.png"], names["hohhot-2018-share-en.png"]) == (b"event zh", b"event en")


def test_one_file_holds_them_all_and_progress_is_told(run, quick, tmp_path):
    said = run("--output", str(tmp_path / "all.zip"), "--background").stdout.splitlines()
    assert (said[0], said[-1], len(said)) == ("0 20", "20 20", 21)
    with zipfile.ZipFile(tmp_path / "all.zip") as together:
        assert together.testzip() is None
        assert len(together.namelist()) == 20
        assert together.read("hohhot-2018-xurigan.png") == b"person xurigan"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "nobody", "--output", "out"], "nobody"),
        (["--lang", "mn", "--output", "out"], "mn"),
        (["--only", "tu-youyou", "--output", "/proc/nothing/out"], "/proc/nothing"),
        (["--only", "tu-youyou", "--output", "/proc/nothing/out.zip"], "/proc/nothing"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run, quick, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments, status=2)
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("target", ["out", "out.zip"])
def test_without_a_font_nothing_is_written_and_the_package_named(run, tmp_path, monkeypatch, target):
    monkeypatch.setattr(typeface, "FOLDERS", (tmp_path / "no-fonts",))
    result = run("--output", str(tmp_path / target), LANG="zh_CN.UTF-8", status=2)
    assert "fonts-noto-cjk" in result.stderr
    assert "字库" in result.stderr
    assert result.stderr.count("\n") == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file() and "data" not in path.parts] == []


def test_a_picture_that_fails_leaves_the_others_and_nothing_half(run, tmp_path, monkeypatch):
    made = []

    def fails(card, faces):
        made.append(card.id)
        if len(made) == 3:
            raise typeface.CannotDraw("The fonts of this machine lack: %(characters)s.", characters="ᠮ")
        return b"whole"

    monkeypatch.setattr(share, "event_picture", lambda card, faces: b"whole")
    monkeypatch.setattr(share, "person_picture", fails)
    assert "ᠮ" in run("--output", str(tmp_path / "out"), status=2).stderr
    assert {path.read_bytes() for path in (tmp_path / "out").iterdir()} == {b"whole"}
    made.clear()
    run("--output", str(tmp_path / "all.zip"), status=2)
    assert not [path for path in tmp_path.iterdir() if "all.zip" in path.name]
