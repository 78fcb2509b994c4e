"""The import rules and the style of the house hold, and the rules themselves can tell right from wrong."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

HERE = Path(__file__).resolve().parents[2]
ROOMS = [
    *("__main__", "cli", "serving", "terminal", "app", "config"),
    *("web", "actions", "storage", "exports", "domain"),
]


def lint(folder):
    # Its own cache folder would only be litter here.
    command = [Path(sys.prefix, "bin", "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)


def test_imports_point_down():
    result = lint(HERE)
    assert result.returncode == 0, result.stdout


def test_style():
    command = [Path(sys.prefix, "bin", "ruff"), "check", "--no-cache", "--output-format=concise", "."]
    result = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("room", "line", "broken"),
    [
        ("cli", "import kiosk.app, kiosk.config", False),
        ("serving", "import kiosk.app, kiosk.config", False),
        ("web", "import kiosk.actions, flask", False),
        ("actions", "import kiosk.storage, kiosk.exports", False),
        ("domain", "import pydantic", False),
        ("app", "import kiosk.cli", True),
        ("actions", "import kiosk.web", True),
        ("storage", "import kiosk.exports", True),
        ("exports", "import kiosk.storage", True),
        ("domain", "import flask", True),
        ("domain", "from PIL import Image", True),
        ("domain", "import docx", True),
        ("domain", "from lxml import etree", True),
        ("web", "import kiosk.config", True),
        ("exports", "from kiosk import config", True),
        ("attic", "", True),
    ],
)
def test_the_rules_notice(tmp_path, room, line, broken):
    (tmp_path / "kiosk").mkdir()
    (tmp_path / "kiosk/__init__.py").touch()
    for name in ROOMS:
        (tmp_path / f"kiosk/{name}.py").touch()
    (tmp_path / f"kiosk/{room}.py").write_text(line + "\n")
    shutil.copy(HERE / "pyproject.toml", tmp_path)
    result = lint(tmp_path)
    assert (result.returncode != 0) == broken, result.stdout
