"""Scans: how long a volunteer waits for the answer while fifty cards a second are scanned at once.

Ours stamps a printed card it has not seen, which is two durable entries (the stamp and the visit); the floor is one
durable insert behind bare Flask.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

from kiosk.actions import shifts
from kiosk.actions.kiosk import open_kiosk
from kiosk.domain.entry import mint_id
from tests.bench.load import Connection
from tests.conftest import SHIPPED

PER_SECOND = 50
SECONDS = 6
PHONES = 8
ROUNDS = 5


def on_duty(data: Path, cards: int) -> tuple[str, list[str]]:
    """Return the cookie of a phone on duty at a kiosk that is not running, and tokens of cards nobody has scanned."""
    kiosk = open_kiosk(data, SHIPPED)
    try:
        token = shifts.join(kiosk, shifts.invite(kiosk, kiosk.event.stations[0].id), mint_id())
        return token, [kiosk.cards.new() for _ in range(cards)]
    finally:
        kiosk.close()


def requests_of(cookie: str, tokens: list[str]) -> Iterator[bytes]:
    for token in tokens:
        scan = {"id": str(uuid4()), "read": f"HTTP://192.168.4.1:8000/P/{token}", "how": "camera", "age_ms": 0}
        body = json.dumps({"scans": [scan]}).encode()
        yield (
            b"POST /volunteer/scans HTTP/1.1\r\nHost: 192.168.4.1:8000\r\nContent-Type: application/json\r\n"
            b"Cookie: kiosk_volunteer=%b\r\nContent-Length: %d\r\n\r\n%b" % (cookie.encode(), len(body), body)
        )


def median_ms(port: int, request: Callable[[], bytes]) -> float:
    """Return the median milliseconds to an answer while a request starts every fiftieth of a second."""
    phones = [Connection(port) for _ in range(PHONES)]
    took = []
    begin = time.perf_counter()
    for number in range(PER_SECOND * SECONDS):
        # One answer is far quicker than a fiftieth of a second, so each phone is free when its turn comes.
        while (now := time.perf_counter()) < begin + number / PER_SECOND:
            time.sleep(begin + number / PER_SECOND - now)
        phone = phones[number % PHONES]
        sent = time.perf_counter()
        phone.send(request())
        while (status := phone.receive()) is None:
            pass
        if status not in (200, 303):
            raise AssertionError(f"status {status}")
        took.append(time.perf_counter() - sent)
    for phone in phones:
        phone.socket.close()
    return 1000 * statistics.median(took)


def show(work: Path) -> None:
    """Measure and print the line of the table."""
    from tests.bench.__main__ import alternating, check_in, row, server

    cookie, tokens = on_duty(work / "a", PER_SECOND * SECONDS * (ROUNDS + 1))
    requests = requests_of(cookie, tokens)
    with server("kiosk", work / "a") as (kiosk, _), server("flask", work / "b") as (flask, _):
        median_ms(kiosk, lambda: next(requests))
        found = alternating(
            {"ours": lambda: median_ms(kiosk, lambda: next(requests)), "floor": lambda: median_ms(flask, check_in)},
            ROUNDS,
        )
    note = "a printed card's first stamp, two entries; floor: bare Flask + one durable insert"
    row("answer to a scan, 50 a second", found["ours"], found["floor"], "ms", "≤ 2.0", note)
