"""A load generator of one thread: keep-alive connections to a server on this machine, bounded in number and time."""

import selectors
import socket
import time
from collections.abc import Callable


class Connection:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""

    def send(self, request: bytes) -> None:
        self._received = b""
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """Return the status once the whole response is in, None while it is not."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionError("the server hung up")
        self._received += chunk
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return None
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        return int(head[9:12]) if len(body) >= length else None


def requests_per_second(port: int, request: Callable[[], bytes], *, connections: int, count: int) -> float:
    """Return how many of `count` requests were answered a second; every answer must be 200 or 303."""
    selector = selectors.DefaultSelector()
    begin = time.perf_counter()
    sent = answered = 0
    for _ in range(connections):
        connection = Connection(port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(request())
        sent += 1
    while answered < count:
        for key, _ in selector.select(timeout=30):
            connection = key.data
            status = connection.receive()
            if status is None:
                continue
            if status not in (200, 303):
                raise AssertionError(f"status {status}")
            answered += 1
            if sent < count:
                connection.send(request())
                sent += 1
    took = time.perf_counter() - begin
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    selector.close()
    return answered / took


def seconds_for_all_at_once(port: int, request: Callable[[], bytes], *, count: int) -> float:
    """Return the seconds from the first of `count` requests sent at once to the last answer."""
    selector = selectors.DefaultSelector()
    waiting = [Connection(port) for _ in range(count)]
    for connection in waiting:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    begin = time.perf_counter()
    for connection in waiting:
        connection.send(request())
    answered = 0
    while answered < count:
        for key, _ in selector.select(timeout=60):
            status = key.data.receive()
            if status is not None:
                if status != 303:
                    raise AssertionError(f"status {status}")
                answered += 1
    took = time.perf_counter() - begin
    for connection in waiting:
        connection.socket.close()
    return took
