"""Asking whether addresses answer: what counts as an answer, and that nobody waits long for silence."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kiosk.actions import reach as module
from kiosk.actions.reach import reach


class _Answers(BaseHTTPRequestHandler):
    def do_HEAD(self):
        status = int(self.path.strip("/").split("?")[0] or 200)
        if status == 405 and self.command == "GET":
            status = 200
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    one = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{one.server_address[1]}"
    one.shutdown()
    one.server_close()


@pytest.mark.parametrize(
    ("status", "answers"),
    [(200, True), (302, True), (403, True), (405, True), (404, False), (410, False), (500, False), (503, False)],
)
def test_an_answer_is_any_but_no_such_page_and_i_am_broken(server, status, answers):
    assert reach([f"{server}/{status}?a=b"]) == {f"{server}/{status}?a=b": answers}


def test_where_nobody_is_it_cannot_be_known(server):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
        odd = f"http://127.0.0.1:{int(server.rpartition(':')[2]) + 65_536}/"  # a system may take it for the server's
        assert reach([nobody, odd, server]) == {nobody: None, odd: None, server: True}
    assert reach([]) == {}


def test_silence_is_waited_for_only_so_long(monkeypatch):
    monkeypatch.setattr(module, "ONE_SECONDS", 0.5)
    monkeypatch.setattr(module, "ALL_SECONDS", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        addresses = [f"http://127.0.0.1:{silent.getsockname()[1]}/{number}" for number in range(40)]
        begun = time.monotonic()
        assert reach(addresses) == dict.fromkeys(addresses)
        assert time.monotonic() - begun < 5
