"""The first password and PIN as staff meet them: on a terminal once, else in a file; and how they are renewed."""

import os
import pty
import re
import select
import signal
import stat
import subprocess

from click.testing import CliRunner

from kiosk.cli import main
from kiosk.config import PROJECT
from kiosk.storage.accounts import Accounts
from tests.waiting import PATIENCE, wait_for
from tests.web.server import command, free_port, serving, settings


def on_a_terminal(data, **changes) -> str:
    """Return what a kiosk that starts on a terminal says until it serves."""
    ours, theirs = pty.openpty()
    environment = settings(data, KIOSK_PORT=str(free_port()), **changes)
    process = subprocess.Popen(command("serve"), cwd=PROJECT, env=environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = ""

    def hear() -> bool:
        nonlocal said
        if select.select([ours], [], [], 0.2)[0]:
            said += os.read(ours, 4096).decode()
        return "The log is kept" in said

    wait_for(hear, every=0, told=lambda: said)
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE)
    os.close(ours)
    return said


def test_on_a_terminal_the_password_and_the_pin_are_shown_once_and_kept_nowhere(tmp_path):
    said = on_a_terminal(tmp_path / "d")
    password = re.search(r"staff password, shown this once: (\S+)", said)[1]
    pin = re.search(r"PIN for the touchscreen, shown this once: (\d{6})", said)[1]
    accounts = Accounts(tmp_path / "d")
    assert accounts.secret("password").is_(password)
    assert accounts.secret("pin").is_(pin)
    accounts.close()
    for path in (tmp_path / "d").rglob("*"):
        assert not path.is_file() or password.encode() not in path.read_bytes(), path
    again = on_a_terminal(tmp_path / "d")
    assert "shown this once" not in again
    assert password not in again


def test_without_a_terminal_they_lie_in_files_that_only_the_owner_reads(tmp_path):
    with serving(tmp_path / "d") as server:
        server.process.terminate()
        said = "".join(server.process.communicate(timeout=PATIENCE))
    for name in ("first-password", "first-pin"):
        path = tmp_path / "d" / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_text().strip() not in said
        assert str(path) in said


def test_a_given_password_counts_at_the_first_start_only(tmp_path):
    for password in ("the first one 1", "the second one 2"):
        with serving(tmp_path / "d", KIOSK_STAFF_PASSWORD=password):
            pass
    assert not (tmp_path / "d" / "first-password").exists()
    accounts = Accounts(tmp_path / "d")
    assert accounts.secret("password").is_("the first one 1")
    accounts.close()


def renew(data, word: str) -> str:
    result = CliRunner().invoke(main, [word], env={"KIOSK_DATA": str(data), "LC_ALL": "C"})
    assert result.exit_code == 0, result.output
    return result.stdout.split()[-1]


def test_a_renewed_password_works_at_once_in_the_running_kiosk(tmp_path):
    with serving(tmp_path / "d") as server:
        old = (tmp_path / "d" / "first-password").read_text().strip()
        new = renew(tmp_path / "d", "password")
        assert not (tmp_path / "d" / "first-password").exists()

        def sign_in(password: str) -> bytes:
            body = f"password={password}".encode()
            head = f"POST /staff/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
            form = "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
            return server.say(head.encode() + form.encode() + body).splitlines()[0]

        assert b"403" in sign_in(old)
        assert b"303" in sign_in(new)
        assert renew(tmp_path / "d", "pin").isdigit()


def test_the_secrets_are_in_no_copy_of_the_log(tmp_path):
    with serving(tmp_path / "d") as server:
        password = (tmp_path / "d" / "first-password").read_text().strip()
        environment = settings(server.data)
        subprocess.run(command("backup"), cwd=PROJECT, env=environment, check=True, capture_output=True)
        accounts = Accounts(tmp_path / "d")
        hashed = accounts.secret("password").hash
        accounts.close()
        for copy in (tmp_path / "d" / "backups").iterdir():
            assert password.encode() not in copy.read_bytes()
            assert hashed.encode() not in copy.read_bytes()


def test_an_export_in_the_background_tells_lines_of_progress_and_gives_way(tmp_path, monkeypatch):
    with serving(tmp_path / "d"):
        pass
    gave = []
    monkeypatch.setattr("kiosk.cli.telling.give_way", lambda: gave.append(True))
    words = ["export", "--format", "csv", "--output", str(tmp_path / "log.csv"), "--background"]
    result = CliRunner().invoke(main, words, env={"KIOSK_DATA": str(tmp_path / "d"), "LC_ALL": "C"})
    assert (result.exit_code, result.stdout) == (0, "0 0\n")
    assert gave == [True]


def test_giving_way_is_believed_by_the_system():
    code = """if True:
        from kiosk.storage.machine import give_way
        give_way()
        import os
        print(os.nice(0), open("/proc/self/oom_score_adj").read())"""
    words = [command()[0], "-c", code]
    assert subprocess.run(words, cwd=PROJECT, capture_output=True, text=True).stdout.split() == ["19", "1000"]
