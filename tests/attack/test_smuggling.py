"""No second request rides on the back of a first one: a check-in hidden in another request's body records nothing.

If the hidden one reached the application it would be believed to be the touchscreen's; the first test shows that.
"""

import re
from uuid import uuid4

import pytest

from tests.attack.kiosks import Attacked, raw

HOST = b"Host: 127.0.0.1\r\n"


def hidden(kiosk: Attacked) -> bytes:
    """Return a check-in at the touchscreen as the application gets it: behind nginx with what nginx says of it."""
    body = f"id={uuid4()}&party_size=1".encode()
    said = b"X-Real-IP: 127.0.0.1\r\nX-Kiosk-Door: touchscreen\r\nX-Forwarded-Proto: http\r\n"
    return (
        b"POST /check-in HTTP/1.1\r\nHost: localhost\r\n"
        + (said if kiosk.socket else b"")
        + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    )


def wrapped(inner: bytes, *head: bytes, first: bytes = b"POST / HTTP/1.1", before: bytes = b"0\r\n\r\n") -> bytes:
    """Return a request with `inner` in or after its body; `{n}` is the length of a body that holds it all."""
    body = before + inner
    lines = [line.replace(b"{n}", b"%d" % len(body)).replace(b"{0}", b"%d" % len(before)) for line in head]
    return first + b"\r\n" + HOST + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


CHUNKED = b"Transfer-Encoding: chunked"
WRAPPINGS = {
    "length, then chunks": lambda inner: wrapped(inner, b"Content-Length: {n}", CHUNKED),
    "chunks, then length": lambda inner: wrapped(inner, CHUNKED, b"Content-Length: {n}"),
    "the shorter length last": lambda inner: wrapped(inner, b"Content-Length: {n}", b"Content-Length: {0}"),
    "the shorter length first": lambda inner: wrapped(inner, b"Content-Length: {0}", b"Content-Length: {n}"),
    "two lengths in one": lambda inner: wrapped(inner, b"Content-Length: {0}, {n}"),
    "chunks after a tab": lambda inner: wrapped(inner, b"Content-Length: {n}", b"Transfer-Encoding:\tchunked"),
    "chunks before a space": lambda inner: wrapped(inner, b"Content-Length: {n}", b"Transfer-Encoding : chunked"),
    "chunks by another name": lambda inner: wrapped(inner, b"Content-Length: {n}", b"Transfer-Encoding: xchunked"),
    "chunks, underscored": lambda inner: wrapped(inner, b"Content-Length: {n}", b"Transfer_Encoding: chunked"),
    "a length, underscored": lambda inner: wrapped(inner, b"Content-Length: {n}", b"Content_Length: {0}"),
    "chunks twice": lambda inner: wrapped(inner, CHUNKED, b"Transfer-Encoding: identity", b"Content-Length: {n}"),
    "chunks, folded": lambda inner: wrapped(inner, b"Content-Length: {n}", b"Transfer-Encoding:\r\n chunked"),
    "chunks in quotes": lambda inner: wrapped(inner, b"Content-Length: {n}", b'Transfer-Encoding: "chunked"'),
    "chunks of HTTP/1.0": lambda inner: wrapped(inner, b"Content-Length: {n}", CHUNKED, first=b"POST / HTTP/1.0"),
    "chunks behind a bare CR": lambda inner: wrapped(inner, b"Content-Length: {n}", b"X: y\r" + CHUNKED),
    "chunks behind a bare LF": lambda inner: wrapped(inner, b"Content-Length: {n}", b"X: y\n" + CHUNKED),
    "a length behind a bare LF": lambda inner: wrapped(inner, b"Content-Length: {n}", b"X: y\nContent-Length: {0}"),
    "chunks behind NUL": lambda inner: wrapped(inner, b"Content-Length: {n}", b"X: y\0Transfer-Encoding: chunked"),
    "a length with a sign": lambda inner: wrapped(inner, b"Content-Length: +{n}"),
    "a length in hexadecimal": lambda inner: wrapped(inner, b"Content-Length: 0x5"),
    "a length with an underscore": lambda inner: wrapped(inner, b"Content-Length: 0_5"),
    "a length of nothing": lambda inner: wrapped(inner, b"Content-Length:"),
    "a negative length": lambda inner: wrapped(inner, b"Content-Length: -1"),
    "a chunk's size cut off": lambda inner: wrapped(inner, CHUNKED, before=b"100000000\r\n"),
    "a chunk's size with 0x": lambda inner: wrapped(inner, CHUNKED, before=b"0x0\r\n\r\n"),
    "a chunk's words with LF": lambda inner: wrapped(inner, CHUNKED, before=b"2;\nxx\r\n0\r\n\r\n"),
    "chunks with bare LF": lambda inner: wrapped(inner, CHUNKED, before=b"1\nx\n0\n\n"),
    "a chunk without its end": lambda inner: wrapped(inner, CHUNKED, before=b"1\r\nx0\r\n\r\n"),
    "a body with GET": lambda inner: wrapped(inner, b"Content-Length: {n}", first=b"GET / HTTP/1.1"),
    "a body of a file": lambda inner: wrapped(
        inner, b"Content-Length: {n}", first=b"POST /static/css/ground.css HTTP/1.1", before=b""
    ),
    "a body promised": lambda inner: wrapped(inner, b"Expect: 100-continue", b"Content-Length: {n}", before=b""),
    "another protocol": lambda inner: wrapped(
        inner, b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"Content-Length: {n}", before=b""
    ),
    "a connection that drops the length": lambda inner: wrapped(
        inner, b"Connection: close, Content-Length", b"Content-Length: {n}", before=b""
    ),
    "bare line feeds": lambda inner: wrapped(inner, b"Content-Length: {n}").replace(b"\r\n", b"\n", 2),
    "two hosts": lambda inner: wrapped(inner, b"Host: localhost", b"Content-Length: {n}"),
    "a tunnel": lambda inner: wrapped(inner, b"Content-Length: {n}", first=b"CONNECT localhost:80 HTTP/1.1"),
    "line ends in the address": lambda inner: (
        b"GET /?" + inner.replace(b"\r\n", b"%0d%0a").replace(b" ", b"%20") + b" HTTP/1.1\r\n" + HOST + b"\r\n"
    ),
    "line ends in a header": lambda inner: wrapped(b"", b"X: " + inner.replace(b"\r\n", b"\r\n "), before=b""),
}


def test_the_hidden_request_would_be_believed(kiosk):
    before = kiosk.entries()
    assert b" 303 " in raw(kiosk.socket or kiosk.touchscreen, hidden(kiosk)).split(b"\r\n")[0]
    assert kiosk.entries() == before + 1


@pytest.mark.parametrize("how", WRAPPINGS)
def test_a_check_in_hidden_by(kiosk, how):
    before = kiosk.entries()
    answer = raw(kiosk.phones, WRAPPINGS[how](hidden(kiosk)), seconds=0.8)
    assert kiosk.entries() == before, answer
    assert b"\r\nLocation: /check-in/" not in answer


def test_nor_what_a_phone_sends_after_its_own_request(appliance):
    before = appliance.entries()
    answer = raw(appliance.phones, b"GET / HTTP/1.1\r\n" + HOST + b"\r\n" + hidden(appliance))
    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"200", b"403"]
    assert appliance.entries() == before
