"""The command that takes pictures of every screen: what it leaves in a folder, and when it says that one is wrong."""

import subprocess
import sys
from pathlib import Path

from PIL import Image

from tests.conftest import PROJECT


def gallery(folder: Path, *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "tests.gallery", str(folder), "--screens", "about", *words]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120)


def test_pictures_and_a_sheet_of_them(tmp_path):
    ended = gallery(tmp_path, "--sizes", "800x480", "720x1280", "--locales", "en", "--themes", "light", "contrast")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    names = [f"about-{size}-en{theme}.png" for size in ("720x1280", "800x480") for theme in ("", "-contrast")]
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([*names, "index.html"])
    with Image.open(tmp_path / names[2]) as picture:
        assert picture.size == (800, 480)
    sheet = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert all(name in sheet for name in names)


def test_what_does_not_fit_is_told_and_the_command_fails(tmp_path):
    ended = gallery(tmp_path, "--sizes", "120x480", "--locales", "zh")
    assert ended.returncode == 1
    assert "about-120x480-zh.png: wider than the window" in ended.stdout
    assert "wider than the window" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_screen_that_is_not_there_is_refused(tmp_path):
    ended = gallery(tmp_path, "--screens", "abuot")
    assert ended.returncode == 2
    assert "no such screen: abuot" in ended.stderr
