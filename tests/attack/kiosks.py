"""Real kiosks to attack: the appliance's servers (nginx and gunicorn, through deploy/try) and `kiosk serve` (waitress).

Knows how to start and stop them, what is asked of them from the touchscreen, and how much memory they take.
"""

import http.client
import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.conftest import PROJECT
from tests.waiting import PATIENCE, wait_for
from tests.web.server import serving, settings


@dataclass
class Answer:
    """What came back: `headers` as they were sent, in small letters, without those of the connection."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def place(self) -> str:
        """Return where the page takes us to stand."""
        found = re.search(rb'<body[^>]* data-place="([a-z]+)"', self.body)
        return found[1].decode() if found else ""


@dataclass
class Attacked:
    """A kiosk: where its touchscreen and its phones come in, its processes, and the socket behind nginx if there is."""

    name: str
    touchscreen: int
    phones: int
    roots: list[psutil.Process]
    secure: int | None = None
    socket: Path | None = None

    def ask(self, path: str = "/", port: int | None = None, **headers: str) -> Answer:
        """Return the answer to a GET on a new connection, the touchscreen's unless a port is given."""
        line = http.client.HTTPConnection("127.0.0.1", port or self.touchscreen, timeout=10)
        try:
            line.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            return Answer(answer.status, [(n.lower(), v) for n, v in answer.getheaders()], answer.read())
        finally:
            line.close()

    def entries(self) -> int:
        return json.loads(self.ask("/healthz").body)["entries"]

    def megabytes(self) -> float:
        """Return the memory of all its processes together, what they share counted once (PSS)."""
        processes = [*self.roots, *(child for root in self.roots for child in root.children(recursive=True))]
        total = 0
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                total += process.memory_full_info().pss
        return total / 1e6


@contextmanager
def appliance(folder: Path, **changes: str) -> Iterator[Attacked]:
    """Serve as the appliance does, until left."""
    words = (folder / "words").open("w+")
    process = subprocess.Popen(
        [PROJECT / "deploy" / "try"],
        env={**settings(folder / "data"), **changes},
        stdin=subprocess.DEVNULL,
        stdout=words,
        stderr=subprocess.STDOUT,
    )
    try:

        def three_ports() -> list[str]:
            said = (folder / "words").read_text()
            assert process.poll() is None, said
            ports = re.findall(r"https?://127\.0\.0\.1:(\d+)/", said)
            return ports if len(ports) == 3 else []

        touchscreen, phones, secure = map(int, wait_for(three_ports, every=0.1, told=(folder / "words").read_text))
        servers = psutil.Process(process.pid).children()
        (bound,) = {word for server in servers for word in server.cmdline() if word.startswith("unix:")}
        yield Attacked("appliance", touchscreen, phones, servers, secure, Path(bound.removeprefix("unix:")))
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            words.close()


@contextmanager
def waitress(folder: Path) -> Iterator[Attacked]:
    """Serve as `./run` does, until left. The touchscreen and phones come in at one address."""
    with serving(folder / "data") as server:
        yield Attacked("waitress", server.port, server.port, [psutil.Process(server.process.pid)])


def raw(port: int | Path, request: bytes, *, seconds: float = 3, here: str = "127.0.0.1") -> bytes:
    """Send bytes to a port, or a Unix socket, and return what comes until the other side closes or falls silent."""
    answer = b""
    with suppress(OSError), _connection(port, here) as line:
        line.settimeout(seconds)
        line.sendall(request)
        while piece := line.recv(65536):
            answer += piece
            line.settimeout(0.2)
    return answer


def _connection(port: int | Path, here: str) -> socket.socket:
    if isinstance(port, int):
        return socket.create_connection(("127.0.0.1", port), timeout=5, source_address=(here, 0))
    line = socket.socket(socket.AF_UNIX)
    line.connect(os.fspath(port))
    return line
