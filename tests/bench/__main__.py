"""`python -m tests.bench [FIGURE …]`: ours, the floor and their ratio, from one run on one machine.

Medians of alternating runs, because machines are noisy; figures, never tests.
"""

import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import day, office, quiz, scans, screens, summary, watched
from tests.bench.load import requests_per_second, seconds_for_all_at_once

PROJECT = Path(__file__).resolve().parents[2]
ROUNDS = 5
QUESTIONS = "visitor_type=teacher&age_band=adult&district=saihan"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, path: str = "/", seconds: float = 30) -> None:
    """Return when the server answers 200."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.002)
    raise TimeoutError(f"no answer on port {port}")


@contextmanager
def server(name: str, data: Path, *options: str) -> Iterator[tuple[int, int]]:
    """Run one of the servers; give its port and process id."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.servers", name, "--port", str(port), "--data", str(data), *options],
        cwd=PROJECT,
    )
    try:
        wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(10)


def check_in() -> bytes:
    body = f"id={uuid.uuid4()}&party_size=1&{QUESTIONS}".encode()
    return (
        b"POST /check-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    )


def get_home() -> bytes:
    return b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def alternating(measures: dict[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the median of each measure, taken in turn."""
    seen: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            seen[name].append(measure())
    return {name: statistics.median(values) for name, values in seen.items()}


def row(figure: str, ours: float, floor: float | None, unit: str, wanted: str, note: str = "") -> None:
    ratio = f"{ours / floor:.2f}" if floor else "—"
    shown = f"{floor:,.2f} {unit}" if floor else "—"
    print(f"| {figure} | {ours:,.2f} {unit} | {shown} | {ratio} | {wanted} | {note} |", flush=True)


def durable_check_ins(work: Path) -> None:
    with (
        server("kiosk", work / "a") as (kiosk, _),
        server("flask", work / "b") as (flask, _),
        server("wsgi", work / "c") as (wsgi, _),
    ):

        def rate(port: int) -> Callable[[], float]:
            return lambda: requests_per_second(port, check_in, connections=16, count=1500)

        for port in (kiosk, flask, wsgi):
            requests_per_second(port, check_in, connections=16, count=200)
        found = alternating({"kiosk": rate(kiosk), "flask": rate(flask), "wsgi": rate(wsgi)})
    note = f"to bare WSGI + insert ({found['wsgi']:,.0f}/s): {found['kiosk'] / found['wsgi']:.2f}"
    row("durable check-ins, 16 connections", found["kiosk"], found["flask"], "/s", "≥ 1.0", note)


def burst_on_a_slow_card(work: Path) -> None:
    slow = ("--slow-sync-ms", "20")
    with (
        server("kiosk", work / "a", *slow) as (shared, _),
        server("kiosk-unshared", work / "b", *slow) as (unshared, _),
    ):

        def burst(port: int) -> Callable[[], float]:
            return lambda: seconds_for_all_at_once(port, check_in, count=200)

        found = alternating({"shared": burst(shared), "unshared": burst(unshared)})
    row("200 check-ins at once, fsync + 20 ms", found["shared"], found["unshared"], "s", "≤ 0.3", "floor: own commits")


def home_page(work: Path) -> None:
    with server("kiosk", work / "a") as (kiosk, _):
        page = urllib.request.urlopen(f"http://127.0.0.1:{kiosk}/").read()
        (work / "page").write_bytes(page)
        with server("flask", work / "b", "--page", str(work / "page")) as (flask, _):

            def rate(port: int) -> Callable[[], float]:
                return lambda: requests_per_second(port, get_home, connections=16, count=2000)

            for port in (kiosk, flask):
                rate(port)()
            found = alternating({"kiosk": rate(kiosk), "flask": rate(flask)})
    row("home page", found["kiosk"], found["flask"], "/s", "≥ 0.85", "floor returns the same bytes")


def cold_start(work: Path) -> None:
    def start(name: str, command: list[str], environment: dict[str, str]) -> Callable[[], float]:
        def measure() -> float:
            port = free_port()
            begin = time.perf_counter()
            process = subprocess.Popen(
                [part.replace("PORT", str(port)) for part in command],
                cwd=PROJECT,
                env={"PATH": "/usr/bin:/bin", "KIOSK_PORT": str(port), **environment},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                wait_for(port)
                return time.perf_counter() - begin
            finally:
                process.terminate()
                process.wait(10)

        return measure

    ours = start(
        "kiosk",
        [sys.executable, "-m", "kiosk", "serve"],
        {"KIOSK_HOST": "127.0.0.1", "KIOSK_DATA": str(work / "a")},
    )
    floor = start("flask", [sys.executable, "-m", "tests.bench.floor_start", "PORT"], {})
    ours(), floor()
    found = alternating({"ours": ours, "floor": floor}, 9)
    row("cold start to the first 200", found["ours"], found["floor"], "s", "≤ 2.0", "floor: bare Flask")


def memory(work: Path) -> None:
    def resident(pid: int) -> float:
        status = Path(f"/proc/{pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def after(name: str, data: Path) -> tuple[float, float]:
        with server(name, data) as (port, pid):

            def some(count: int) -> None:
                requests_per_second(port, get_home, connections=16, count=count // 2)
                requests_per_second(port, check_in, connections=16, count=count // 2)

            some(10_000)
            first = resident(pid)
            some(10_000)
            return first, resident(pid)

    ours, ours_later = after("kiosk", work / "a")
    floor, _ = after("flask", work / "b")
    row("memory after 10,000 requests", ours, floor, "MB", "≤ 2.0, flat", f"after 20,000: {ours_later:.1f} MB")


def export(work: Path) -> None:
    from tests.bench.million import fill

    data = work / "data"
    count = fill(data, 1_000_000)
    copy = work / "copy.db"
    subprocess.run(["sqlite3", data / "kiosk.db", f"VACUUM INTO '{copy}'"], check=True)
    questions = ("age_band", "district", "visitor_type")
    columns = (
        "id,device,seq,event,stop,station,kind,party_size,"
        + ",".join(f"answers->>'{question}'" for question in questions)
        + ",subject,details,voids,actor,reason,pack,source,wall_ms,boot,boottime_ms,clock,digest"
    )
    peak = 0.0

    def ours() -> float:
        nonlocal peak
        begin = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "export", "--format", "csv", "--output", str(work / "ours.csv")],
            cwd=PROJECT,
            env={"PATH": "/usr/bin:/bin", "KIOSK_DATA": str(data)},
            stdout=subprocess.DEVNULL,
        )
        while process.poll() is None:
            try:
                found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
                peak = max(peak, int(found[1]) / 1024 if found else 0)
            except OSError:
                pass
            time.sleep(0.05)
        assert process.returncode == 0
        return time.perf_counter() - begin

    def floor() -> float:
        begin = time.perf_counter()
        with (work / "floor.csv").open("wb") as file:
            sql = f"SELECT {columns} FROM entries ORDER BY device, seq"
            subprocess.run(["sqlite3", "-csv", "-header", copy, sql], stdout=file, check=True)
        return time.perf_counter() - begin

    found = alternating({"ours": ours, "floor": floor}, 3)
    row(f"CSV of {count:,} entries", found["ours"], found["floor"], "s", "≤ 4.0, memory flat", f"peak {peak:.0f} MB")


def weight(work: Path) -> None:
    with server("kiosk", work / "a") as (port, _):
        base = f"http://127.0.0.1:{port}"
        page = urllib.request.urlopen(base + "/").read()
        seen = {"/": len(page)}
        queue = [page.decode()]
        while queue:
            text = queue.pop()
            for path in re.findall(
                r"""(?:href|src)="(/static/[^"#]+)|url\(["']?(/static/[^"')]+)|from\s+["'](\./[^"']+)""", text
            ):
                name = next(part for part in path if part).replace("&amp;", "&")
                name = "/static/js/" + name[2:] if name.startswith("./") else name
                if name not in seen:
                    content = urllib.request.urlopen(base + name).read()
                    seen[name] = len(content)
                    if name.partition("?")[0].endswith((".css", ".js")):
                        queue.append(content.decode())
    row("home page with everything it loads", sum(seen.values()) / 1000, None, "kB", "≤ 100 kB", f"{len(seen)} files")


FIGURES = {
    "check-ins": durable_check_ins,
    "watched": watched.show,
    "burst": burst_on_a_slow_card,
    "home": home_page,
    "start": cold_start,
    "memory": memory,
    "export": export,
    "xlsx": office.workbook,
    "summary": summary.show,
    "weight": weight,
    "phones": day.beside_phones,
    "million": day.million_entries,
    "appliance": day.appliance_memory,
    "quiz": quiz.question_page,
    "scans": scans.show,
    "screens": screens.show,
}


def main() -> None:
    wanted = sys.argv[1:] or list(FIGURES)
    print("| figure | ours | floor | ratio | wanted | |\n|---|---|---|---|---|---|", flush=True)
    for name in wanted:
        work = Path(tempfile.mkdtemp(prefix="kiosk-bench-"))
        try:
            FIGURES[name](work)
        finally:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
