"""Every turn `./run`, `./test` and `.ci/run` can take, with pretended programs around them."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.waiting import PATIENCE, wait_for

HERE = Path(__file__).resolve().parents[2]


def one_line(text):
    assert text.endswith("\n")
    assert text.count("\n") == 1, text
    return text


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
@pytest.mark.parametrize("script", ["run", "test", "deploy/setup.sh"])
def test_the_scripts_are_sound_for_any_shell(shell, script):
    subprocess.run([shell, "-n", HERE / script], check=True)


def test_the_commands_can_be_executed():
    subprocess.run(["bash", "-n", HERE / ".ci/run"], check=True)
    for name in ("run", "test", ".ci/run"):
        assert os.access(HERE / name, os.X_OK), name


def test_run_hands_over_its_arguments_from_any_folder(project, tmp_path):
    settings = {"KIOSK_DATA": "usb stick", "KIOSK_EVENT": "/packs/a"}
    called = project.call("run", "--one", "two words", "", cwd=tmp_path, **settings)
    assert called.returncode == 0, called.stderr
    assert called.stdout.splitlines() == [
        ".venv/bin/python",
        str(project.root),
        f"data={tmp_path}/usb stick",
        "event=/packs/a",
        "-m",
        "kiosk",
        "serve",
        "--one",
        "two words",
        "",
    ]
    assert one_line(called.stderr).startswith("Setting up, once: .venv with Python 3.11.2")


def test_run_works_through_a_link(project, tmp_path):
    link = tmp_path / "kiosk"
    link.symlink_to(project.root / "run")
    called = subprocess.run([link], env=project.environment, capture_output=True, text=True, timeout=PATIENCE)
    assert called.stdout.splitlines()[1] == str(project.root)


def test_the_second_start_is_silent_and_installs_nothing(project):
    project.call("run")
    called = project.call("run")
    assert (called.returncode, called.stderr) == (0, "")
    assert len(project.calls("pip")) == 1


def test_where_from_is_left_to_pip(project):
    project.call("run", PIP_INDEX_URL="http://127.0.0.1:9/mine")
    [call] = project.calls("pip")
    program, settings, arguments = call.partition(" only=")
    assert program == f"{project.root}/.venv/bin/python"
    assert arguments == (
        ":all: index=http://127.0.0.1:9/mine install --quiet --no-input --disable-pip-version-check "
        f"-r {project.root}/requirements.txt"
    ), settings


def test_compiling_can_be_allowed_by_pips_own_setting(project):
    project.call("run", PIP_ONLY_BINARY="")
    assert " only= " in project.calls("pip")[0]


def test_pips_error_is_shown_and_nothing_is_served(project):
    project.pretend("pip-fails")
    called = project.call("run")
    assert called.returncode == 1
    assert "ERROR: pip says why" in called.stderr
    assert called.stdout == ""
    project.stop_pretending("pip-fails")
    assert project.call("run").returncode == 0


def test_new_requirements_are_installed_into_a_new_environment(project):
    project.call("run")
    (project.root / ".venv/left-over").touch()
    with (project.root / "requirements.txt").open("a") as lists:
        lists.write("# changed\n")
    assert "Setting up" in project.call("run").stderr
    assert not (project.root / ".venv/left-over").exists()
    assert not (project.root / ".venv-old").exists()
    assert project.call("run").stderr == ""


def test_an_update_that_failed_can_be_taken_back_without_pip(project):
    lists = project.root / "requirements.txt"
    before = lists.read_text()
    project.call("run")
    lists.write_text(before + "# changed\n")
    project.pretend("pip-fails")
    assert project.call("run").returncode == 1
    assert (project.root / ".venv/.complete").exists(), "operator commands go on working meanwhile"
    lists.write_text(before)
    called = project.call("run")
    assert (called.returncode, called.stderr) == (0, "")


def test_an_update_broken_off_can_be_taken_back_without_pip(project):
    lists = project.root / "requirements.txt"
    before = lists.read_text()
    project.call("run")
    lists.write_text(before + "# changed\n")
    break_off(project)
    project.pretend("pip-fails")
    lists.write_text(before)
    called = project.call("run")
    assert (called.returncode, called.stderr) == (0, "")


def break_off(project):
    """Ends `./run` and its pip with no chance to tidy up, in the middle of installing."""
    already = len(project.calls("pip"))
    project.pretend("pip-slow", "60")
    with project.start("run") as process:
        wait_for(lambda: len(project.calls("pip")) > already)
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    project.stop_pretending("pip-slow")


def test_a_set_up_broken_off_is_repeated(project):
    break_off(project)
    assert (project.root / ".venv/bin/python").exists()
    assert not (project.root / ".venv/.complete").exists()
    called = project.call("run")
    assert called.returncode == 0
    assert "Setting up" in called.stderr
    assert len(project.calls("pip")) == 2


def test_an_installer_that_outlives_run_is_waited_for(project):
    project.pretend("pip-held")
    with project.start("run") as killed:
        wait_for(lambda: project.calls("pip"))
        killed.kill()  # the shell alone: its pip goes on
        with project.start("run") as second:
            first_words = second.stderr.readline()
            installers = len(project.calls("pip"))
            project.stop_pretending("pip-held")
            second.communicate(timeout=PATIENCE)
    assert "waiting" in first_words
    assert installers == 1
    assert second.returncode == 0


def test_two_starts_at_once_install_once(project):
    project.pretend("pip-slow", "0.7")
    with project.start("run", "first") as one, project.start("run", "second") as two:
        said = [process.communicate(timeout=PATIENCE) for process in (one, two)]
    assert [one.returncode, two.returncode] == [0, 0], said
    assert len(project.calls("pip")) == 1
    assert said[0][0].endswith("first\n")
    assert said[1][0].endswith("second\n")


def test_a_moved_folder_is_set_up_again(project, tmp_path):
    project.call("run")
    project.root = project.root.rename(tmp_path / "moved")
    assert "Setting up" in project.call("run").stderr
    assert project.call("run").stderr == ""


def test_an_environment_whose_python_is_gone_is_set_up_again(project):
    project.call("run")
    (project.root / ".venv/bin/python").unlink()
    called = project.call("run")
    assert called.returncode == 0
    assert "Setting up" in called.stderr


def test_a_python_asked_for_is_obeyed(project):
    project.call("run")
    other = project.program("python3.12")
    assert "Setting up" in project.call("run", PYTHON=str(other)).stderr
    assert project.call("run", PYTHON=str(other)).stderr == ""
    assert project.call("run").stderr == "", "whatever python3 is now, this environment works"


def test_an_old_python3_gives_way_to_a_newer_one(project):
    project.program("python3.12")
    project.program("python3", "#!/bin/sh\nexit 1\n")
    called = project.call("run")
    assert called.returncode == 0, called.stderr
    assert project.calls("pip")


def test_an_old_python_is_named_in_one_line(project):
    project.pretend("too-old")
    called = project.call("run")
    assert called.returncode == 2
    assert "needs Python 3.11 or newer (found: Python 3.9" in one_line(called.stderr)
    assert called.stdout == ""


def test_no_python_is_one_line(project):
    (project.bin / "python3").unlink()
    called = project.call("run")
    assert called.returncode == 2
    assert "needs Python 3.11 or newer (found: none)" in one_line(called.stderr)


def test_a_wrong_python_setting_is_one_line(project):
    called = project.call("run", PYTHON="/no/such/python")
    assert called.returncode == 2
    assert "/no/such/python" in one_line(called.stderr)


def test_root_gets_the_missing_part_of_python(project):
    project.pretend("no-ensurepip")
    project.pretend("root")
    called = project.call("run")
    assert called.returncode == 0, called.stderr
    [call] = project.calls("apt")
    assert call.startswith("noninteractive ")
    assert call.endswith("install -y --no-install-recommends python3-venv")
    assert not project.calls("sudo")


def test_package_lists_are_fetched_only_when_missing(project):
    project.pretend("no-ensurepip")
    project.pretend("root")
    project.pretend("no-lists")
    assert project.call("run").returncode == 0
    assert ["update" in call for call in project.calls("apt")] == [False, True, False]


def test_sudo_is_used_where_it_asks_nothing(project):
    project.pretend("no-ensurepip")
    project.pretend("sudo-free")
    assert project.call("run").returncode == 0
    assert len(project.calls("apt")) == 1
    assert all(call.startswith("-n ") for call in project.calls("sudo"))


@pytest.mark.parametrize("has_sudo", [True, False])
def test_without_rights_the_package_and_the_command_are_named(project, has_sudo):
    project.pretend("no-ensurepip")
    if not has_sudo:
        (project.bin / "sudo").unlink()
    called = project.call("run")
    assert called.returncode == 2
    assert "sudo apt-get install -y python3-venv" in one_line(called.stderr)
    assert not project.calls("apt")
    assert not (project.root / ".venv").exists()


def test_a_package_that_cannot_be_had_is_reported(project):
    project.pretend("no-ensurepip")
    project.pretend("root")
    project.program("apt-get", "#!/bin/sh\necho 'E: no such package' >&2\nexit 100\n")
    called = project.call("run")
    assert called.returncode == 2
    assert "E: no such package" in called.stderr


def test_test_makes_both_environments_and_hands_over_to_pytest(project):
    project.pretend("all-installed")
    called = project.call("test", "-k", "two words", "--long")
    assert called.returncode == 0, called.stderr
    words = called.stdout.splitlines()
    assert words[:2] == [".venv-test/bin/python", str(project.root)]
    assert words[4:] == ["-m", "pytest", "-n", "3", "--dist", "loadfile", "-k", "two words", "--long"]
    product, tests = project.calls("pip")
    assert product.endswith(f"-r {project.root}/requirements.txt")
    assert tests.endswith(f"-r {project.root}/requirements.txt -r {project.root}/requirements-test.txt")
    assert not project.calls("apt")
    again = project.call("test")
    assert (again.returncode, again.stderr) == (0, "")
    assert len(project.calls("pip")) == 2


def test_test_changes_only_its_own_environment_with_its_own_list(project):
    project.pretend("all-installed")
    project.call("test")
    with (project.root / "requirements-test.txt").open("a") as lists:
        lists.write("# changed\n")
    assert "once: .venv-test " in one_line(project.call("test").stderr)


def test_test_installs_what_is_missing(project):
    project.pretend("root")
    called = project.call("test")
    assert called.returncode == 0, called.stderr
    [call] = project.calls("apt")
    assert call.endswith(
        " chromium fonts-noto-cjk nginx-light openssl sqlite3 strace libreoffice-calc-nogui libreoffice-writer-nogui"
    )


def test_test_leaves_an_office_that_is_there_alone(project):
    project.pretend("root")
    (project.bin / "soffice").symlink_to(project.bin / "true")
    project.call("test")
    [call] = project.calls("apt")
    assert "libreoffice" not in call


def test_test_completes_an_office_without_windows(project):
    project.pretend("root")
    (project.bin / "soffice").symlink_to(project.bin / "true")
    has = '#!/bin/sh\nfor last; do :; done\n[ "$last" = libreoffice-core-nogui ] && printf installed\n'
    project.program("dpkg-query", has)
    project.call("test")
    [call] = project.calls("apt")
    assert call.endswith(" strace libreoffice-calc-nogui libreoffice-writer-nogui")


def test_test_names_what_it_may_not_install(project):
    called = project.call("test")
    assert called.returncode == 2
    named = "chromium fonts-noto-cjk nginx-light openssl sqlite3 strace libreoffice-calc-nogui libreoffice-writer-nogui"
    assert one_line(called.stderr).endswith(named + "\n")
    assert not project.calls("apt")
    assert called.stdout == ""


def test_continuous_integration_runs_test_and_nothing_else(project, tmp_path):
    project.pretend("all-installed")
    called = subprocess.run(
        ["bash", project.root / ".ci/run"],
        cwd=tmp_path,
        env=project.environment | {"CI": "true"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert called.returncode == 0, called.stderr
    assert called.stdout.splitlines()[4:] == ["-m", "pytest", "-n", "3", "--dist", "loadfile"]
