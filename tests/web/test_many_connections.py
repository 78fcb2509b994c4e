"""More idle connections than the machine has files for: the kiosk goes on answering and does not fill its log."""

import resource
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.conftest import PROJECT


@pytest.fixture
def served(tmp_path):
    """A real server that may open only 300 files, and can't be given more."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    errors = (tmp_path / "errors").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "serve"],
        cwd=PROJECT,
        env={
            "PATH": "/usr/bin:/bin",
            "KIOSK_HOST": "127.0.0.1",
            "KIOSK_PORT": str(port),
            "KIOSK_DATA": str(tmp_path / "d"),
        },
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300)),
        stdout=subprocess.DEVNULL,
        stderr=errors,
    )
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port, tmp_path / "errors"
    finally:
        process.kill()  # how it ends, other tests tell; with so many connections that takes a while
        process.wait(20)
        errors.close()


def test_idle_connections_neither_stop_it_nor_fill_the_card(served):
    port, errors = served
    idle = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(320)]
    time.sleep(1)
    assert errors.stat().st_size < 2_000
    for one in idle[:100]:
        one.close()
        time.sleep(0.02)  # time to take in one of those that wait, and be full again
    for one in idle[100:300]:
        one.close()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
        assert answer.status == 200
    for one in idle:
        one.close()
    said = errors.read_text(encoding="utf-8")
    assert len(said) < 2_000 and said.count("connection limit") == 1, said
