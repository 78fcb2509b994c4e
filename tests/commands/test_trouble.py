"""Commands in trouble: one clear line in the shell's language and exit status 2, never a trace."""

import os
import subprocess
import sys

import pytest

from tests.conftest import PROJECT, SHIPPED
from tests.waiting import PATIENCE


def run(*arguments, data, language="C", **environment) -> subprocess.CompletedProcess:
    """Run a command as an operator would, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": language, "KIOSK_DATA": str(data), **environment},
        capture_output=True,
        timeout=PATIENCE,
    )


def assert_refused(result: subprocess.CompletedProcess) -> str:
    said = result.stderr.decode()
    assert result.returncode == 2, said
    assert said.count("\n") == 1, said
    return said


@pytest.fixture
def data(kiosk):
    kiosk.close()
    return kiosk.data


@pytest.mark.parametrize("command", [["stats"], ["export", "--format", "csv", "--output", "out.csv"], ["backup"]])
def test_a_damaged_log_is_said(data, command):
    content = (data / "kiosk.db").read_bytes()
    (data / "kiosk.db").write_bytes(content[:4096] + os.urandom(len(content) - 4096))
    assert_refused(run(*command, data=data))


@pytest.mark.parametrize(
    "command",
    [["void", "0f8fad5b-d9cb-469f-a165-70867728950e", "--reason", b"\xff"], ["void", b"\xff", "--reason", "x"]],
)
def test_arguments_that_are_no_text_are_refused(data, command):
    assert_refused(run(*command, data=data))


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1999-12-31", "2027-02-30", "20270530", "2027-W22-7", ""])
def test_a_day_nobody_can_mean_is_refused(data, day):
    assert run("stats", "--day", day, data=data).returncode == 2


def test_a_folder_of_nobody_is_refused():
    assert "nosuchuser" in assert_refused(run("stats", data="~nosuchuser/x"))


def test_settings_are_refused_in_the_language_of_the_shell(data):
    assert "端口" in assert_refused(run("stats", data=data, language="zh_CN.UTF-8", KIOSK_PORT="abc"))


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("phones = false", 'phones = "maybe"', "check_in.phones"),
        ("day = 2018-05-30", 'day = "soon"', "dates.day"),
        ("max_party = 200", "max_party = 2.5", "check_in.max_party"),
        ('timezone = "Asia/Shanghai"', "timezone = 8", "timezone"),
    ],
)
def test_check_pack_names_any_fault_in_chinese_too(data, pack_folder, before, after, key):
    file = pack_folder / "event.toml"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))
    for language in ("zh_CN.UTF-8", "C"):
        said = assert_refused(run("check-pack", str(pack_folder), data=data, language=language))
        assert said.startswith(f"event.toml: {key}: ")


def test_a_command_beside_the_kiosk_keeps_no_copy_of_a_pack(data, pack_folder):
    before = sorted(path.name for path in (data / "last-good-pack").iterdir())
    assert run("stats", data=data, KIOSK_EVENT=str(pack_folder)).returncode == 0
    assert sorted(path.name for path in (data / "last-good-pack").iterdir()) == before


def test_the_kept_copy_is_what_was_read_whatever_else_lies_in_the_folder(open_at, pack_folder, tmp_path):
    (pack_folder / ".git").mkdir()
    os.mkfifo(pack_folder / ".git" / "pipe")
    open_at(tmp_path / "data", pack_folder).close()
    (pack_folder / "event.toml").write_text("nonsense")
    again = open_at(tmp_path / "data", pack_folder)
    assert again.pack_fault is not None
    assert again.event.id == "hohhot-2018"
    assert not list((tmp_path / "data").rglob(".git"))


def test_a_damaged_log_is_told_at_every_start_until_it_is_moved_away(open_at, tmp_path):
    open_at(tmp_path / "data").close()
    (tmp_path / "data" / "kiosk.db").write_bytes(b"nonsense" * 1000)
    for _ in range(2):
        kiosk = open_at(tmp_path / "data")
        assert kiosk.set_aside is not None and kiosk.set_aside.name == "damaged-001"
        kiosk.close()
    kiosk.set_aside.rename(tmp_path / "looked-at")
    assert open_at(tmp_path / "data").set_aside is None


def test_the_shipped_pack_is_in_order_in_both_languages(data):
    for language in ("zh_CN.UTF-8", "C"):
        assert run("check-pack", str(SHIPPED), data=data, language=language).returncode == 0
