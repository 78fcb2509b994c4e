"""Figures of a day with many: thirty phones beside the touchscreen, a log of a million entries, an export under way,
and what the appliance's servers take together.
"""

import multiprocessing
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psutil

PROJECT = Path(__file__).resolve().parents[2]
PHONES = 30
MINUTE = 60
READ = ["/", "/programme", "/scientists", "/scientists/tu-youyou", "/about", "/privacy", "/quiz"]


class Someone:
    """One browser on a keep-alive connection; `took` holds the milliseconds of every answer, `bad` those over 499."""

    def __init__(self, port: int, host: str):
        self._line, self._host = HTTPConnection("127.0.0.1", port, timeout=30), host
        self.took: list[float] = []
        self.bad: list[tuple[str, int]] = []
        self.cookie = ""

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        headers = {"Host": self._host, "Cookie": self.cookie}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begin = time.perf_counter()
        self._line.request("POST" if form is not None else "GET", path, urlencode(form) if form else None, headers)
        answer = self._line.getresponse()
        body = answer.read()
        self.took.append((time.perf_counter() - begin) * 1000)
        if answer.status >= 500:
            self.bad.append((path, answer.status))
        if cookie := answer.getheader("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        return answer.status, body

    def sign_in(self, password: str) -> None:
        status, _ = self.ask("/staff/sign-in", {"password": password})
        assert status == 303, status


def touch(someone: Someone, seconds: float) -> float:
    """Use the touchscreen like one visitor after the other; return the median milliseconds of an answer."""
    from tests.bench.__main__ import QUESTIONS

    someone.took.clear()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for path in ("/", "/check-in", "/scientists"):
            someone.ask(path)
            time.sleep(0.1)
        answers = dict(pair.split("=") for pair in QUESTIONS.split("&"))
        someone.ask("/check-in", {"id": _uuid(), "party_size": "1", **answers})
        time.sleep(0.1)
    return statistics.median(someone.took)


def _uuid() -> str:
    return str(uuid.uuid4())


def phones(port: int, host: str, seconds: float, told) -> None:
    """Be thirty phones: each reads a page with what it loads, looks at it for about a second, and goes on."""

    def one(seed: int) -> None:
        chance, mine = random.Random(seed), Someone(port, host)
        end = time.perf_counter() + seconds
        _, page = mine.ask("/")
        for path in set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.decode())):
            mine.ask(path)
        while time.perf_counter() < end:
            time.sleep(chance.uniform(0.5, 1.5))
            mine.ask(chance.choice(READ))
        counted.append((len(mine.took), statistics.median(mine.took), mine.bad))

    counted: list[tuple] = []
    threads = [threading.Thread(target=one, args=(seed,)) for seed in range(PHONES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(
        (sum(n for n, _, _ in counted), statistics.median(m for _, m, _ in counted), [b for *_, b in counted if b])
    )


def crowd(name: str, touchscreen: int, outside: int, row: Callable[..., None]) -> None:
    """Measure the touchscreen alone and with thirty phones for a minute."""
    host = socket.gethostname().lower()
    visitor = Someone(touchscreen, f"127.0.0.1:{touchscreen}")
    touch(visitor, 3)
    before = touch(visitor, 12)
    told = multiprocessing.get_context("spawn").Queue()
    others = multiprocessing.get_context("spawn").Process(target=phones, args=(outside, host, MINUTE, told))
    others.start()
    time.sleep(1)
    with_phones = touch(visitor, MINUTE - 3)
    answers, median, bad = told.get(timeout=60)
    others.join(30)
    alone = statistics.median([before, touch(visitor, 12)])
    failed = len(bad) + len(visitor.bad)
    note = f"{failed} answers of 5xx in {answers:,} to the phones, whose median was {median:.1f} ms"
    row(f"touchscreen beside {PHONES} phones, {name}", with_phones, alone, "ms", "≤ 1.5, no 5xx", note)


@contextmanager
def kiosk(data: Path, **settings: str) -> Iterator[tuple[int, subprocess.Popen]]:
    """Run the kiosk as `./run` does; give its port."""
    from tests.bench.__main__ import free_port, wait_for

    port = free_port()
    own = {"KIOSK_HOST": "127.0.0.1", "KIOSK_PORT": str(port), "KIOSK_DATA": str(data), **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "serve"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", **own},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield port, process
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def appliance(data: Path) -> Iterator[tuple[int, int, subprocess.Popen]]:
    """Run nginx and gunicorn as the appliance does; give the ports of the touchscreen and of the outside."""
    process = subprocess.Popen(
        [PROJECT / "deploy" / "try"],
        env={"PATH": "/usr/sbin:/usr/bin:/bin", "KIOSK_DATA": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        ports = []
        while len(ports) < 2:
            line = process.stdout.readline()
            assert line, "deploy/try ended"
            ports += [int(port) for port in re.findall(r"http://[0-9.]+:(\d+)", line)]
        yield ports[0], ports[1], process
    finally:
        process.terminate()
        process.wait(20)


def beside_phones(work: Path) -> None:
    from tests.bench.__main__ import row

    with kiosk(work / "a") as (port, _):
        crowd("waitress", port, port, row)
    with appliance(work / "b") as (touchscreen, outside, _):
        crowd("nginx and gunicorn", touchscreen, outside, row)


def million_entries(work: Path) -> None:
    """Staff's page, a visitor's page and check-ins beside an export, with a million entries in the log."""
    from tests.bench.__main__ import QUESTIONS, row
    from tests.bench.million import fill

    fill(work / "data", 1_000_000)
    with kiosk(work / "data", KIOSK_STAFF_PASSWORD="bench bench 1") as (port, _):
        staff = Someone(port, f"127.0.0.1:{port}")
        staff.sign_in("bench bench 1")
        time.sleep(12)  # it counts ahead
        begin = time.perf_counter()
        staff.ask("/staff")
        first = time.perf_counter() - begin
        visitor = Someone(port, f"127.0.0.1:{port}")
        answers = dict(pair.split("=") for pair in QUESTIONS.split("&"))
        staff.took.clear()
        told: list[float] = []
        for _ in range(30):
            entry_id = _uuid()
            visitor.ask("/check-in", {"id": entry_id, "party_size": "1", **answers})
            visitor.ask(f"/check-in/{entry_id}")
            told.append(visitor.took[-1])
            staff.ask("/staff")
        page = statistics.median(staff.took)
        note = f"the first {first:.1f} s, a new entry before each; the thank-you page {statistics.median(told):.1f} ms"
        row("staff's page, 1,000,000 entries", page, None, "ms", "≤ 50 ms", note)

        def check_ins(seconds: float) -> float:
            visitor.took.clear()
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                visitor.ask("/check-in", {"id": _uuid(), "party_size": "1", **answers})
                time.sleep(0.02)
            return statistics.median(visitor.took)

        check_ins(2)
        quiet = [check_ins(4)]
        status, _ = staff.ask("/staff/files", {"format": "csv"})
        assert status == 303
        busy = check_ins(8)
        _, progress = staff.ask("/staff/files/csv/progress")
        assert b'"over":false' in progress.replace(b" ", b""), "the export was over too soon to measure"
        while b'"over":false' in staff.ask("/staff/files/csv/progress")[1].replace(b" ", b""):
            time.sleep(0.5)
        quiet.append(check_ins(4))
        row("check-in while an export runs", busy, statistics.median(quiet), "ms", "≤ 1.5", "1,000,000 entries to CSV")


def appliance_memory(work: Path) -> None:
    from tests.bench.__main__ import row

    with appliance(work / "a") as (touchscreen, outside, process):

        def together() -> float:
            family = psutil.Process(process.pid).children(recursive=True)
            own = [one for one in family if re.search("nginx|gunicorn", " ".join(one.cmdline()))]
            return sum(one.memory_full_info().pss for one in own) / 1e6

        at_rest = together()
        visitor, host = Someone(touchscreen, f"127.0.0.1:{touchscreen}"), socket.gethostname().lower()
        phone = Someone(outside, host)
        for number in range(1_500):
            visitor.ask(READ[number % len(READ)])
            visitor.ask("/check-in", {"id": _uuid(), "party_size": "1"})
            if number % 5 == 0:
                phone.ask("/")
        note = f"at rest {at_rest:.0f} MB"
        row("nginx, gunicorn and the kiosk, memory after 3,000 requests", together(), None, "MB", "≤ 150 MB", note)
