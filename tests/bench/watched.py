"""The staff's first page with a million entries in the log: how long a look takes, and what twenty who watch cost the
visitors who check in meanwhile.
"""

import multiprocessing
import statistics
import threading
import time
from pathlib import Path

from kiosk.actions.live import LASTS_MS
from kiosk.web.staff.live import ASK_SECONDS

ENTRIES = 1_000_000
VIEWERS = 20
LOOKS = 12
PASSWORD = "bench bench 1"


def watch(port: int, begun, over) -> None:
    """Be twenty pages that are kept open: each asks for what is new as the page's script does."""
    from tests.bench.day import Someone

    def one(number: int) -> None:
        mine = Someone(port, f"127.0.0.1:{port}")
        mine.sign_in(PASSWORD)
        mine.ask("/staff")
        time.sleep(ASK_SECONDS * number / VIEWERS)
        begun.release()
        while not over.wait(ASK_SECONDS):
            status, _ = mine.ask("/staff/live?seen=something-older")
            assert status == 200, status

    threads = [threading.Thread(target=one, args=(number,)) for number in range(VIEWERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def show(work: Path) -> None:
    """Measure and print the lines of the table."""
    from tests.bench.__main__ import check_in, row
    from tests.bench.day import Someone, kiosk
    from tests.bench.load import requests_per_second
    from tests.bench.million import fill

    fill(work / "data", ENTRIES)
    with kiosk(work / "data", KIOSK_STAFF_PASSWORD=PASSWORD) as (port, _):
        staff = Someone(port, f"127.0.0.1:{port}")
        staff.sign_in(PASSWORD)
        time.sleep(12)  # it counts ahead
        begin = time.perf_counter()
        staff.ask("/staff/live")
        first = time.perf_counter() - begin
        staff.took.clear()
        for _ in range(LOOKS):
            requests_per_second(port, check_in, connections=1, count=1)
            time.sleep(LASTS_MS / 1000)
            staff.ask("/staff/live")
        note = f"the first {first:.1f} s; a new entry and a new snapshot before each"
        row(f"live page, {ENTRIES:,} entries", statistics.median(staff.took), None, "ms", "≤ 50 ms", note)

        def rate() -> float:
            return requests_per_second(port, check_in, connections=16, count=4000)

        rate()
        alone, watched = [rate()], []
        spawn = multiprocessing.get_context("spawn")
        for _ in range(4):
            begun, over = spawn.Semaphore(0), spawn.Event()
            viewers = spawn.Process(target=watch, args=(port, begun, over))
            viewers.start()
            for _ in range(VIEWERS):
                assert begun.acquire(timeout=60)
            watched.append(rate())
            over.set()
            viewers.join(60)
            assert viewers.exitcode == 0
            alone.append(rate())
    floor = statistics.median(alone)
    note = f"each asks every {ASK_SECONDS} s; floor: nobody watches"
    row(f"check-ins while {VIEWERS} watch", statistics.median(watched), floor, "/s", "≥ 0.95", note)
