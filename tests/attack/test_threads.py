"""What stands between a crowd and the application's threads: some are kept for the touchscreen, a slow body takes none.

nginx is real. Where it helps, a stand-in for the application answers only when it is told to.
"""

import os
import select
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from deploy.render import render
from tests.attack.crowd import HEAD, POST, connect, crowd
from tests.attack.kiosks import raw
from tests.conftest import PROJECT
from tests.waiting import PATIENCE, wait_for
from tests.web.server import free_port

THREADS, FOR_OUTSIDE = 16, 12


class StandIn:
    """Takes every request and answers none before it is told to."""

    def __init__(self, path: Path):
        self.taken: list[bytes] = []
        self.may_answer = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(100)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                line, _ = self._listener.accept()
                threading.Thread(target=self._take, args=(line,), daemon=True).start()

    def _take(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            self.taken.append(line.recv(65536))
            self.may_answer.wait(20)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    def close(self) -> None:
        self.may_answer.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


class Doors:
    """Both nginx of the appliance, without a certificate, before a stand-in."""

    def __init__(self, folder: Path):
        self.touchscreen, self.outside, self.secure = free_port(), free_port(), free_port()
        self.application = StandIn(folder / "app.sock")
        changes = {
            "/run/kiosk/app.sock": f"{folder}/app.sock",
            "/opt/kiosk": str(PROJECT),
            "/etc/kiosk/tls/": f"{folder}/tls/",
            "listen 127.0.0.1:8000": f"listen 127.0.0.1:{self.touchscreen}",
            "listen 80 ": f"listen 127.0.0.1:{self.outside} ",
            "listen 443 ": f"listen 127.0.0.1:{self.secure} ",
        }
        render(folder / "nginx", changes)
        self.processes = [self._start(door, folder) for door in ("touchscreen", "outside")]

    def _start(self, door: str, folder: Path) -> subprocess.Popen:
        (folder / door).mkdir()
        nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        command = [nginx, "-p", folder / door, "-c", folder / f"nginx/{door}.conf", "-e", "stderr"]
        return subprocess.Popen(command + (["-g", "user root root;"] if os.geteuid() == 0 else []))


@pytest.fixture
def doors(tmp_path) -> Iterator[Doors]:
    doors = Doors(tmp_path)
    try:
        for port in (doors.touchscreen, doors.outside):
            wait_for(partial(raw, port, b"GET /static/css/tokens.css HTTP/1.0\r\nHost: localhost\r\n\r\n"))
        yield doors
    finally:
        for process in doors.processes:
            process.terminate()
            process.wait(PATIENCE)
        doors.application.close()


def test_whatever_outside_asks_for_some_threads_are_kept_for_the_touchscreen(doors):
    settled = (PROJECT / "deploy/gunicorn.conf.py").read_text()
    assert f"\nthreads = {THREADS} " in settled
    taken = doors.application.taken
    lines = [connect(doors.outside, at) for at in range(40)]
    try:
        for line in lines:
            line.sendall(HEAD + b"Connection: close\r\n\r\n")
        wait_for(lambda: len(select.select(lines, [], [], 0)[0]) == 40 - FOR_OUTSIDE)
        refused = [line.recv(65536) for line in select.select(lines, [], [], 0)[0]]
        assert len(taken) == FOR_OUTSIDE
        assert all("请稍候".encode() in answer for answer in refused)
        for kept in range(THREADS - FOR_OUTSIDE):
            lines.append(connect(doors.touchscreen, 0))
            lines[-1].sendall(HEAD + b"\r\n")
            wait_for(lambda kept=kept: len(taken) == FOR_OUTSIDE + kept + 1)
        doors.application.may_answer.set()
        assert lines[-1].recv(65536).startswith(b"HTTP/1.1 200")
    finally:
        doors.application.may_answer.set()
        for line in lines:
            line.close()


def test_the_application_hears_of_a_request_only_when_all_of_its_body_is_in(doors):
    with connect(doors.outside, 1) as line:
        line.sendall(POST + b"Content-Length: 4\r\n\r\nabc")
        time.sleep(0.3)
        assert doors.application.taken == []
        line.sendall(b"d")
        wait_for(lambda: len(doors.application.taken) == 1)


def test_a_phone_is_answered_while_three_hundred_others_drip_their_bodies(appliance):
    sign_in = POST.replace(b"/check-in", b"/staff/sign-in")
    with crowd(appliance.phones, 300, (sign_in + b"Content-Length: 60000\r\n\r\npassword=", b"x")):
        time.sleep(0.5)
        begun = time.monotonic()
        assert appliance.ask("/", appliance.phones).status == 200
        assert time.monotonic() - begun < 1


def test_without_a_certificate_only_https_fails(doors):
    doors.application.may_answer.set()
    assert raw(doors.outside, HEAD + b"Connection: close\r\n\r\n").endswith(b"ok")
    with pytest.raises((ssl.SSLError, ConnectionError)), socket.create_connection(("127.0.0.1", doors.secure)) as line:
        ssl.create_default_context().wrap_socket(line, server_hostname="localhost")
    assert all(process.poll() is None for process in doors.processes)


def test_not_even_nginx_says_where_the_application_lies(appliance):
    """By default gunicorn takes SCRIPT_NAME from whoever holds its socket, and would put it before every address."""
    words = b"GET /nothing HTTP/1.1\r\nHost: localhost\r\nSCRIPT_NAME: /nothing\r\nConnection: close\r\n\r\n"
    assert raw(appliance.socket, words).startswith(b"HTTP/1.1 404")
