"""`./run` for real, in a fresh copy of the project: installs, serves, and later starts without network."""

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from tests.waiting import PATIENCE

HERE = Path(__file__).resolve().parents[2]

# An index nobody listens on, and nothing else to install from.
NO_INDEX = {
    "PIP_CONFIG_FILE": "/dev/null",
    "PIP_INDEX_URL": "http://127.0.0.1:9/",
    "PIP_NO_INDEX": "1",
    "PIP_FIND_LINKS": "",
    "PIP_EXTRA_INDEX_URL": "",
}


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(*lists):
    lines = [line for name in lists for line in (HERE / name).read_text().splitlines()]
    wanted = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {plain(name): version for name, version in wanted}


def test_a_fresh_copy_sets_itself_up_and_serves(installed):
    assert "Setting up, once: .venv" in installed.first_words
    assert "WARNING" not in installed.first_words
    assert not (installed.root / ".venv-test").exists()


def test_it_holds_exactly_the_pinned_packages(installed):
    freeze = [installed.root / ".venv/bin/python", "-I", "-m", "pip", "freeze", "--all"]
    lines = subprocess.run(freeze, check=True, capture_output=True, text=True).stdout.split()
    found = {plain(name): version for name, version in (line.split("==") for line in lines)}
    for tool in ("pip", "setuptools"):
        found.pop(tool, None)
    assert found == pins("requirements.txt")


def test_the_test_environment_holds_exactly_its_pins():
    found = {plain(each.name): each.version for each in metadata.distributions(path=[site_packages()])}
    for tool in ("pip", "setuptools"):
        found.pop(tool, None)
    assert found == pins("requirements.txt", "requirements-test.txt")


def site_packages():
    return str(Path(sys.prefix, "lib", f"python{sys.version_info[0]}.{sys.version_info[1]}", "site-packages"))


def test_a_second_start_needs_no_index(installed):
    with installed.running(**NO_INDEX) as words:
        assert "Setting up" not in words


def test_without_an_index_a_changed_list_fails_and_can_be_taken_back(installed):
    lists = installed.root / "requirements.txt"
    before = lists.read_bytes()
    lists.write_bytes(before + b"kiosk-part-that-is-not-there==1.0\n")
    try:
        called = subprocess.run(
            [installed.root / "run"],
            env=dict(NO_INDEX, PATH="/usr/bin:/bin", PYTHON=sys.executable),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    finally:
        lists.write_bytes(before)
    assert called.returncode == 1
    assert "No matching distribution found for" in called.stderr
    with installed.running(**NO_INDEX) as words:
        assert "Setting up" not in words
