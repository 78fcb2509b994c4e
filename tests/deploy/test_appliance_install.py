"""The appliance's scripts: what `deploy/install` would do, the certificate, and how `deploy/try` starts and ends."""

import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kiosk.domain.clock import EARLIEST_WALL_MS, LATEST_WALL_MS
from tests.attack import kiosks
from tests.conftest import PROJECT
from tests.deploy.conftest import quiet_environment

SCRIPTS = ["install", "certificate", "kiosk", "set-clock", "try"]


def call(*words: str | Path, **changes: str) -> subprocess.CompletedProcess:
    return subprocess.run(words, env=quiet_environment(**changes), capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_can_be_executed_and_is_sound(name):
    script = PROJECT / "deploy" / name
    assert os.access(script, os.X_OK)
    assert call("dash", "-n", script).returncode == 0


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="no shellcheck here")
@pytest.mark.parametrize("name", SCRIPTS)
def test_shellcheck_has_nothing_to_say(name):
    # It cannot follow files that only an installed machine has, nor setup.sh from every folder.
    done = call("shellcheck", "--exclude=SC1091", PROJECT / "deploy" / name)
    assert done.stdout == ""


@pytest.fixture(scope="module")
def planned() -> list[str]:
    done = call(PROJECT / "deploy/install", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_a_dry_run_changes_nothing(tmp_path):
    """No program that could change anything is there: it would end with an error."""
    for tool in ("dirname", "readlink", "id", "basename"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    done = call("/bin/sh", PROJECT / "deploy/install", "--dry-run", PATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) > 30


def test_everything_that_is_shipped_for_it_is_installed(planned):
    said = "\n".join(planned)
    for file in (*PROJECT.glob("deploy/systemd/**/*.*"), *PROJECT.glob("deploy/chromium/*")):
        assert file.is_dir() or str(file) in said, file
    for name in ("sysusers.conf", "pam.conf", "kiosk"):
        assert f"{PROJECT}/deploy/{name} " in said
    for unit in re.findall(r"systemctl enable (\S+)", said):
        template = re.sub(r"@.*\.", "@.", unit)
        assert f"systemd/{template} /etc/systemd/system/" in said
        assert f"systemctl restart {unit}" in planned


def test_debians_own_nginx_is_kept_down_before_it_is_installed(planned):
    """It would listen on port 80, with a page of its own, from the moment apt unpacks it."""
    packages = next(at for at, line in enumerate(planned) if line.startswith("ensure_packages"))
    assert planned.index("systemctl mask --now nginx.service") < packages


def test_the_log_the_settings_and_packs_of_ones_own_are_left_alone(planned):
    said = "\n".join(planned)
    assert "/var/lib/kiosk" not in said
    assert "/etc/kiosk/settings" not in said
    assert not re.search(r"^(rm|mv) .*/opt/kiosk/events", said, re.M)


def test_for_real_it_wants_to_be_root(tmp_path):
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    done = call(PROJECT / "deploy/install", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and "sudo" in done.stderr


@pytest.mark.parametrize("words", [["--dryrun"], ["--dry-run", "now"], ["-h"]])
def test_a_word_that_it_does_not_know_is_never_an_installation(words):
    done = call(PROJECT / "deploy/install", *words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "Usage: deploy/install [--dry-run]\n")


def test_a_certificate_is_made_once_for_the_machines_names(tmp_path):
    first = call(PROJECT / "deploy/certificate", tmp_path)
    assert first.returncode == 0, first
    assert re.fullmatch(r"sha256 Fingerprint=[0-9A-F:]{95}\n", first.stdout)
    assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {
        "certificate.pem": 0o644,
        "key.pem": 0o600,
    }
    shown = call("openssl", "x509", "-in", tmp_path / "certificate.pem", "-noout", "-ext", "subjectAltName").stdout
    for name in (f"DNS:{os.uname().nodename}", "DNS:localhost", "IP Address:127.0.0.1", "IP Address:10.42.0.1"):
        assert name in shown
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
        tmp_path / "certificate.pem", tmp_path / "key.pem"
    )
    before = [(file, file.read_bytes()) for file in tmp_path.iterdir()]
    assert call(PROJECT / "deploy/certificate", tmp_path).stdout == first.stdout
    assert [(file, file.read_bytes()) for file in tmp_path.iterdir()] == before


def test_try_stops_everything_and_leaves_nothing_behind(tmp_path):
    with kiosks.appliance(tmp_path, TMPDIR=str(tmp_path)) as kiosk:
        parent = kiosk.roots[0].parent()
        everyone = [*kiosk.roots, *(child for root in kiosk.roots for child in root.children(recursive=True))]
        assert len(everyone) == 6  # gunicorn and its worker, two nginx with a worker each
        for one in everyone:
            for connection in one.net_connections("tcp"):
                assert connection.laddr.ip == "127.0.0.1"
        assert list(tmp_path.glob("kiosk-try-*"))
        parent.send_signal(signal.SIGINT)
        parent.send_signal(signal.SIGINT)
        psutil.wait_procs([parent], timeout=30)
        assert psutil.wait_procs(everyone, timeout=1)[1] == []
    assert not list(tmp_path.glob("kiosk-try-*"))
    assert (tmp_path / "data/kiosk.db").exists()


@pytest.mark.parametrize("which", [0, 1, 2])
def test_try_ends_when_one_of_the_servers_does(tmp_path, which):
    with kiosks.appliance(tmp_path) as kiosk:
        parent = kiosk.roots[0].parent()
        kiosk.roots[which].send_signal(signal.SIGTERM)
        begun = time.monotonic()
        assert parent.wait(timeout=30) == 1
        assert time.monotonic() - begun < 15
        assert "One of the servers ended" in (tmp_path / "words").read_text()


@pytest.fixture
def set_clock(tmp_path):
    """Return a function that asks deploy/set-clock, whose `date` only notes what it was told."""
    fake = tmp_path / "date"
    fake.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >>{tmp_path}/called\n[ ! -e {tmp_path}/broken ]\n')
    fake.chmod(0o755)

    def ask(said: bytes) -> tuple[str, str]:
        done = subprocess.run(
            [PROJECT / "deploy/set-clock"],
            input=said,
            env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
            capture_output=True,
            timeout=20,
        )
        assert (done.returncode, done.stderr) == (0, b""), done
        called = tmp_path / "called"
        told = called.read_text() if called.exists() else ""
        called.unlink(missing_ok=True)
        return done.stdout.decode(), told

    return ask


def test_the_helper_sets_the_clock_to_a_time_that_may_be_meant(set_clock, tmp_path):
    assert set_clock(b"1811635200123\n") == ("set\n", "-u -s @1811635200\n")
    assert set_clock(f"{EARLIEST_WALL_MS}".encode()) == ("set\n", f"-u -s @{EARLIEST_WALL_MS // 1000}\n")
    assert set_clock(f"{LATEST_WALL_MS - 1}\n".encode())[0] == "set\n"
    (tmp_path / "broken").touch()
    assert set_clock(b"1811635200123\n")[0] == "refused\n"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\n",
        b"-1",
        b"now",
        b"1811635200",
        b"18116352001234",
        b"0811635200123",
        b"1811635200123; reboot",
        b"$(reboot)",
        b"1811635200 12",
        b"\xff" * 13,
        b"\x00" * 13,
        b"9" * 100_000,
        f"{EARLIEST_WALL_MS - 1}\n".encode(),
        f"{LATEST_WALL_MS}\n".encode(),
    ],
)
def test_the_helper_refuses_everything_else_and_calls_nothing(set_clock, said):
    assert set_clock(said) == ("refused\n", "")


def test_the_helper_is_there_before_the_kiosk_and_starts_with_the_machine(planned):
    assert "systemctl enable kiosk-clock.socket" in planned
    assert planned.index("systemctl restart kiosk-clock.socket") < planned.index("systemctl restart kiosk.service")


def test_what_a_start_would_compile_is_there_before_it(planned, tmp_path):
    """The service may write nothing beside the program."""
    python = [line for line in planned if ".venv/bin/python" in line and ("compileall" in line or "deploy." in line)]
    assert [line.split()[-1] for line in python[1:]] == ["deploy.compile", "/etc/kiosk/nginx"]
    (started,) = [at for at, line in enumerate(planned) if line.endswith("systemctl restart kiosk.service")]
    assert planned.index(python[1]) < started
    for part in ("kiosk", "templates", "static", "events", "deploy"):
        shutil.copytree(PROJECT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "deploy.compile"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path / "deploy")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    made = [path for path in (tmp_path / "kiosk" / "__pycache__").iterdir() if path.suffix != ".pyc"]
    templates = list((tmp_path / "templates").rglob("*.html"))
    assert len([path for path in made if path.name.startswith("template-")]) == len(templates)
    assert {path.name for path in made} >= {"words-zh.mo", "words-checked"}
    assert {path.stat().st_mode & 0o777 for path in made} == {0o644}
    assert not [path for path in (tmp_path / "deploy").iterdir() if path.name.startswith("tmp")]
