"""A crowd of connections that do one bad thing for as long as it is held, each from an address of its own."""

import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count, cycle

HOST = b"Host: 127.0.0.1\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
HEAD = b"GET / HTTP/1.1\r\n" + HOST
POST = b"POST /check-in HTTP/1.1\r\n" + HOST + FORM


# As many as `address` knows; whoever floods for long begins again with the first.
ADDRESSES = 60_000


def address(at: int) -> str:
    """Return one of this machine's own sixteen million addresses: to the server, another phone."""
    return f"127.1.{at // 250}.{at % 250 + 1}"


def connect(port: int, at: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(address(at), 0))


@contextmanager
def crowd(port: int, many: int, *ways: tuple[bytes, bytes]) -> Iterator[None]:
    """Hold `many` connections that go one of the ways each: send the first words, then drip the others, a byte every
    0.3 seconds, over and over. Nobody reads.
    """
    lines = [connect(port, at) for at in range(many)]
    stopped = threading.Event()
    thread = threading.Thread(target=_drip, args=(lines, ways, stopped))
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        for line in lines:
            line.close()


def _drip(lines: list[socket.socket], ways: tuple[tuple[bytes, bytes], ...], stopped: threading.Event) -> None:
    for line, (first, _) in zip(lines, cycle(ways), strict=False):
        line.setblocking(False)
        with suppress(OSError):
            line.send(first)
    for at in count():
        if stopped.wait(0.3):
            return
        for line, (_, then) in zip(lines, cycle(ways), strict=False):
            with suppress(OSError):
                if then:
                    line.send(then[at % len(then) :][:1])


@contextmanager
def flood(port: int, many: int, first: bytes, then: bytes = b"") -> Iterator[list[int]]:
    """Keep `many` connections sending `first`, then `then` over and over, as fast as they are let; whoever is hung up
    on comes again from another address. Gives the number of bytes that came back, and of those who came again.
    """
    stopped = threading.Event()
    seen = [0, 0]

    def push() -> None:
        with selectors.DefaultSelector() as ready:
            fresh = cycle(range(ADDRESSES))
            for _ in range(many):
                _join(ready, port, next(fresh), first)
            while not stopped.is_set():
                for key, mask in ready.select(0.1):
                    if not _go_on(key, mask, then, seen):
                        ready.unregister(key.fileobj)
                        key.fileobj.close()
                        seen[1] += 1
                        _join(ready, port, next(fresh), first)
                # Half of a processor is enough to hurt, and leaves the other half to be measured.
                time.sleep(0.002)
            for key in list(ready.get_map().values()):
                key.fileobj.close()

    thread = threading.Thread(target=push)
    thread.start()
    try:
        yield seen
    finally:
        stopped.set()
        thread.join()


def _join(ready: selectors.BaseSelector, port: int, at: int, first: bytes) -> None:
    line = socket.socket()
    line.setblocking(False)
    line.bind((address(at), 0))
    with suppress(BlockingIOError):
        line.connect(("127.0.0.1", port))
    ready.register(line, selectors.EVENT_READ | selectors.EVENT_WRITE, bytearray(first))


def _go_on(key: selectors.SelectorKey, mask: int, then: bytes, seen: list[int]) -> bool:
    """Send and read a little; return whether the connection still stands."""
    try:
        if mask & selectors.EVENT_READ:
            piece = key.fileobj.recv(65536)
            seen[0] += len(piece)
            if not piece:
                return False
        if mask & selectors.EVENT_WRITE:
            if not key.data:
                key.data.extend(then)
            if key.data:
                del key.data[: key.fileobj.send(key.data)]
    except BlockingIOError:
        return True
    except OSError:
        return False
    return True
