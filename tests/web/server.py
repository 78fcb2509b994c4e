"""A real kiosk in a process of its own, on a free loopback port, and raw words with it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from kiosk.config import PROJECT
from tests.waiting import wait_for

SECONDS_TO_ANSWER = 15  # whoever waits longer was forgotten


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def settings(data: Path, **changes: str) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("KIOSK_", "LC_", "LANG"))}
    return {**own, "KIOSK_HOST": "127.0.0.1", "KIOSK_DATA": str(data), "LC_ALL": "C.UTF-8", **changes}


def command(*words: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "kiosk", *words]


class Server:
    """A kiosk that serves in a process of its own."""

    def __init__(self, process: subprocess.Popen, port: int, data: Path):
        self.process, self.port, self.data = process, port, data

    def say(self, request: bytes, *, half: bool = False, wait: float = 3) -> bytes:
        """Send bytes and return whatever comes back until the server closes, falls silent, or we have seen a head."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as line:
            answer = b""
            try:
                line.sendall(request)
                if half:
                    line.shutdown(socket.SHUT_WR)
                while piece := line.recv(65536):
                    answer += piece
                    if b"\r\n\r\n" in answer and len(answer) > 400_000:
                        break
            except OSError:  # it hung up, or says nothing more
                pass
            return answer

    def ask(self, path: str = "/healthz", data: bytes | None = None) -> tuple[int, bytes]:
        with urlopen(Request(f"http://127.0.0.1:{self.port}{path}", data=data), timeout=SECONDS_TO_ANSWER) as answer:
            return answer.status, answer.read()

    def answers(self) -> bool:
        """Return whether it does by now; raise AssertionError if it never will."""
        assert self.process.poll() is None, self.process.communicate()
        with suppress(URLError, ConnectionError):
            return bool(self.ask())
        return False

    def is_well(self) -> bool:
        return self.process.poll() is None and json.loads(self.ask()[1])["status"] in ("ok", "degraded")


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let what is started here hear Ctrl-C even if these tests run as a shell's background job, which ignores it."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        if before is signal.SIG_IGN:
            signal.signal(signal.SIGINT, before)


@contextmanager
def serving(data: Path, **changes: str) -> Iterator[Server]:
    port = int(changes.pop("port", 0)) or free_port()
    with _interruptible():
        process = subprocess.Popen(
            command("serve"),
            cwd=PROJECT,
            env=settings(data, KIOSK_PORT=str(port), **changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    server = Server(process, port, data)
    try:
        wait_for(server.answers, every=0.05)
        yield server
    finally:
        process.kill()
        process.communicate()
