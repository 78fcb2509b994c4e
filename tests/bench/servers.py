"""Servers to measure, each a process of its own: the kiosk, and the floors it is compared with.

All run under waitress with the same threads and limits and the same SQLite library. Run as
`python -m tests.bench.servers NAME --port N --data DIR [--slow-sync-ms N]`.
"""

import argparse
import json
import logging
import threading
import time
from pathlib import Path
from urllib.parse import parse_qsl

import apsw
import waitress

THREADS = 16

FIELDS = [
    "id",
    "device",
    "seq",
    "event",
    "stop",
    "station",
    "kind",
    "party_size",
    "answers",
    "subject",
    "details",
    "voids",
    "actor",
    "reason",
    "pack",
    "source",
    "wall_ms",
    "boot",
    "boottime_ms",
    "clock",
    "digest",
]


def slow_down_syncs(milliseconds: int) -> None:
    """Make every fsync of SQLite take that much longer, as a worn SD card does."""

    base = apsw.vfs_names()[0]

    class SlowFile(apsw.VFSFile):
        def xSync(self, flags):
            time.sleep(milliseconds / 1000)
            return super().xSync(flags)

    class SlowVFS(apsw.VFS):
        def __init__(self):
            super().__init__("slow", base, makedefault=True)

        def xOpen(self, name, flags):
            return SlowFile(base, name, flags)

    slow_down_syncs.kept = SlowVFS()  # it must live as long as the process


class Floor:
    """One table, one connection, one durable insert each: what a plain view would do, without triggers or rules."""

    def __init__(self, data: Path):
        data.mkdir(parents=True, exist_ok=True)
        self._connection = apsw.Connection(str(data / "floor.db"))
        self._connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000")
        self._connection.execute(
            f"CREATE TABLE IF NOT EXISTS entries (position INTEGER PRIMARY KEY, {', '.join(FIELDS)}, UNIQUE (id))"
        )
        self._lock = threading.Lock()
        self._sql = f"INSERT INTO entries ({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})"
        self._seq = 0

    def insert(self, form: dict[str, str]) -> None:
        answers = json.dumps({key: {value: 1} for key, value in form.items() if key not in ("id", "party_size")})
        now = time.time_ns() // 1_000_000
        with self._lock:
            self._seq += 1
            self._connection.execute(
                self._sql,
                (
                    form["id"], "device", self._seq, "event", None, None, "check_in", int(form["party_size"]), answers,
                    None, "{}", None, None, None, "0123456789abcdef", "touch", now, "boot", now, "ntp", "0" * 64,
                ),
            )  # fmt: skip


def bare_flask(data: Path, page: bytes):
    """Return a Flask application with one view that inserts and one that returns `page`."""
    from flask import Flask, Response, redirect, request

    app, floor = Flask("floor"), Floor(data)

    @app.post("/check-in")
    def check_in():
        form = request.form.to_dict()
        floor.insert(form)
        return redirect(f"/check-in/{form['id']}", 303)

    @app.get("/")
    def home():
        return Response(page, mimetype="text/html")

    return app


def bare_wsgi(data: Path, page: bytes):
    """Return a WSGI application that does the same without any framework."""
    floor = Floor(data)

    def app(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            form = dict(parse_qsl(body.decode()))
            floor.insert(form)
            start_response("303 See Other", [("Location", f"/check-in/{form['id']}"), ("Content-Length", "0")])
            return [b""]
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(page)))])
        return [page]

    return app


def plain_pages(folder: Path):
    """Return a WSGI application that answers with the files of a folder, and with "ok" to anything else."""

    def app(environ, start_response):
        file = folder / environ["PATH_INFO"].strip("/")
        page = file.read_bytes() if file.is_file() else b"ok"
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(page)))])
        return [page]

    return app


def ours(data: Path, *, shared_commits: bool = True, display: str | None = None, event: Path | None = None):
    """Return the kiosk; without shared commits each check-in waits for one of its own."""
    from kiosk.app import create_app
    from kiosk.config import Config

    pack = {"event": event} if event else {}
    app = create_app(Config(host="127.0.0.1", data=data, **pack))
    if display:
        from kiosk.actions.display import change_display
        from tests.browser.screens import DISPLAYS, know_the_time

        know_the_time(app.extensions["kiosk"])
        change_display(app.extensions["kiosk"], **DISPLAYS[display])
    if not shared_commits:
        commits = app.extensions["kiosk"].log._commits
        commit = commits._commit
        commits._commit = lambda batch: [commit([job]) for job in batch]
    return app


def main() -> None:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=["kiosk", "kiosk-unshared", "flask", "wsgi", "pages"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--slow-sync-ms", type=int, default=0)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--event", type=Path, help="the pack's folder, else the shipped one")
    parser.add_argument("--display", help="what staff put on it, by its name in tests/browser/screens")
    given = parser.parse_args()
    if given.slow_sync_ms:
        slow_down_syncs(given.slow_sync_ms)
    page = given.page.read_bytes() if given.page else b"ok"
    app = {
        "kiosk": lambda: ours(given.data, display=given.display, event=given.event),
        "kiosk-unshared": lambda: ours(given.data, shared_commits=False),
        "flask": lambda: bare_flask(given.data, page),
        "wsgi": lambda: bare_wsgi(given.data, page),
        "pages": lambda: plain_pages(given.pages),
    }[given.name]()
    waitress.serve(
        app,
        host="127.0.0.1",
        port=given.port,
        threads=THREADS,
        connection_limit=2000,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=True,
        _quiet=True,
    )


if __name__ == "__main__":
    main()
