"""gunicorn's word to the service manager: ready once the log answers, alive as long as requests are answered.

A datagram socket plays the manager.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tests.attack.kiosks import raw
from tests.conftest import PROJECT
from tests.waiting import PATIENCE, wait_for
from tests.web.server import settings

HEALTH = (
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Real-IP: 127.0.0.1\r\nX-Kiosk-Door: touchscreen\r\n"
    b"Connection: close\r\n\r\n"
)
CHECK_IN = (
    HEALTH.replace(b"GET /healthz", b"POST /check-in").replace(
        b"\r\n\r\n", b"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 52\r\n\r\n"
    )
    + b"id=00000000-0000-4000-8000-00000000bad0&party_size=1"
)


@pytest.fixture
def manager(tmp_path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        yield manager


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Return a function that starts the application as its unit does, for the manager in `tmp_path`."""
    started = []

    def start_one(**changes: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"),
                *("--bind", f"unix:{tmp_path / 'app.sock'}"),
            ],
            cwd=PROJECT,
            env=settings(tmp_path / "data", NOTIFY_SOCKET=str(tmp_path / "notify"), **changes),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_ready_is_said_once_and_only_when_the_log_answers(manager, start, tmp_path):
    start()
    assert manager.recv(100) == b"READY=1"
    assert b'"recording":true' in raw(tmp_path / "app.sock", HEALTH)
    manager.settimeout(1)
    with pytest.raises(TimeoutError):
        manager.recv(100)


def test_ready_is_not_said_while_the_log_is_not_open(manager, start, tmp_path):
    """gunicorn listens at once; a pack that is read slowly keeps the application from answering."""
    pack = tmp_path / "pack"
    pack.mkdir()
    os.mkfifo(pack / "event.toml")  # whoever reads it waits for its writer
    start(KIOSK_EVENT=str(pack))
    wait_for((tmp_path / "app.sock").exists)
    manager.settimeout(1.5)
    with pytest.raises(TimeoutError):
        manager.recv(100)
    (tmp_path / "pack" / "event.toml").write_text("")  # its writer at last, with nothing to say


def test_that_nothing_can_be_recorded_is_no_reason_to_be_started_again(manager, start, tmp_path):
    """Staff have to see it on the screen; being started over and over would take the screen away."""
    start(WATCHDOG_USEC="800000")
    assert manager.recv(100) == b"READY=1"
    for file in (tmp_path / "data").glob("kiosk.db*"):
        file.unlink()
    said = partial(raw, tmp_path / "app.sock")
    wait_for(lambda: said(CHECK_IN) and b" 503 " in said(HEALTH)[:20], told=lambda: said(HEALTH))
    manager.setblocking(False)
    with suppress(BlockingIOError):
        while manager.recv(100):
            pass
    manager.settimeout(5)
    assert [manager.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3


def test_the_watchdog_hears_of_it_until_requests_are_answered_no_more(manager, start, tmp_path):
    process = start(WATCHDOG_USEC="800000")
    assert manager.recv(100) == b"READY=1"
    assert [manager.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
    (worker,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    # A worker that is stopped answers nothing, as one whose threads are all stuck.
    os.kill(int(worker), signal.SIGSTOP)
    try:
        manager.settimeout(0.1)
        with pytest.raises(TimeoutError):
            while True:
                manager.recv(100)
        manager.settimeout(1.5)
        with pytest.raises(TimeoutError):
            manager.recv(100)
    finally:
        os.kill(int(worker), signal.SIGCONT)
