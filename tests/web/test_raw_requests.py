"""The real server and malformed requests: they are refused, and never hurt it nor anyone who comes after."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.web.server import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served")) as server:
        yield server


HOST = b"Host: 127.0.0.1\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
BODY = b"id=00000000-0000-4000-8000-00000000bad0&party_size=1"
MALFORMED = {
    "a length and chunks at once": b"POST /check-in HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /",
    "two lengths": b"POST /check-in HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\n"
    + BODY,
    "a negative length": b"POST /check-in HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: -5\r\n\r\n" + BODY,
    "a length with a sign": b"POST /check-in HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: +52\r\n\r\n" + BODY,
    "a length in words": b"POST /check-in HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: many\r\n\r\n" + BODY,
    "a length beyond all": b"POST /check-in HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Content-Length: 99999999999999999999\r\n\r\n"
    + BODY,
    "bare line feeds": b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n",
    "bare carriage returns": b"GET / HTTP/1.1\rHost: 127.0.0.1\r\r",
    "a header of 300 kB": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 300_000 + b"\r\n\r\n",
    "ten thousand headers": b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 10_000 + b"\r\n",
    "an address of 100 kB": b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n evil.example\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "an empty host": b"GET / HTTP/1.1\r\nHost: \r\n\r\n",
    "a host that is too long a name": b"GET / HTTP/1.1\r\nHost: " + b"a" * 300 + b"\r\n\r\n",
    "a host of strange letters": b"GET / HTTP/1.1\r\nHost: \xff\xfe\xc3\xa9\r\n\r\n",
    "another site's address": b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "a version to come": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "no method": b" / HTTP/1.1\r\n" + HOST + b"\r\n",
    "only line ends": b"\r\n" * 1000,
    "NUL in the address": b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\n" + HOST + b": x\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
    "an underscored length": b"POST /check-in HTTP/1.1\r\n" + HOST + b"Content_Length: 5\r\n\r\n" + BODY,
    "bad chunks": b"POST /check-in HTTP/1.1\r\n" + HOST + FORM + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nrubbish\r\n",
    "a chunk of a negative size": b"POST /check-in HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n",
    "an unknown encoding": b"POST /check-in HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "the start of TLS": bytes.fromhex("16030100a5010000a10303") + bytes(range(160)),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "nothing but zeros": b"\0" * 4096,
    "a path of dots": b"GET /../../../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n",
    "a star": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "bad escapes": b"GET /%zz%%%1?%=&&&;=% HTTP/1.1\r\n" + HOST + b"\r\n",
    "raw bytes in the address": b"GET /\xe7\xa7\x91\xff?\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
}


@pytest.mark.parametrize("request_", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_request_is_refused_and_does_no_harm(server, request_):
    answer = server.say(request_, half=True)
    # Some servers close without a word; what is said must not be our failure.
    assert not answer or answer.startswith(b"HTTP/1."), answer[:200]
    for status in (line.split()[1] for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.")):
        assert status < b"500" or status == b"501", answer[:500]
    assert b"Traceback" not in answer
    assert b"root:" not in answer
    assert server.is_well()
    assert json.loads(server.ask()[1])["entries"] == 0


def test_chunks_without_end_are_cut_off(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
        line.sendall(b"POST /check-in HTTP/1.1\r\n" + HOST + FORM + b"Transfer-Encoding: chunked\r\n\r\n")
        sent, answer = 0, b""
        chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
        try:
            while sent < 8_000_000:
                line.sendall(chunk)
                sent += len(chunk)
        except ConnectionError:
            pass
        with suppress(ConnectionError, TimeoutError):
            answer = line.recv(65536)
        assert sent < 8_000_000 or answer.startswith((b"HTTP/1.1 413", b"HTTP/1.1 400", b"HTTP/1.0 413")), answer[:300]
    assert server.is_well()


def test_connections_that_say_nothing_keep_nobody_waiting(server):
    lines = [socket.create_connection(("127.0.0.1", server.port), timeout=5) for _ in range(100)]
    try:
        for at, line in enumerate(lines):
            line.sendall(
                (b"", b"GET / HT", b"POST /check-in HTTP/1.1\r\n" + HOST + b"Content-Length: 50\r\n\r\nid=")[at % 3]
            )
        begun = time.monotonic()
        assert server.is_well()
        assert time.monotonic() - begun < 2
    finally:
        for line in lines:
            line.close()


def test_a_request_in_pieces_is_one_request(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
        for piece in (b"GET /hea", b"lthz HTTP/1.1\r\nHo", b"st: 127.0.0.1\r\nConnection: close\r\n", b"\r\n"):
            line.sendall(piece)
            time.sleep(0.02)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"Server:" not in answer
