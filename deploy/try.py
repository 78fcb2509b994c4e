"""The appliance's servers on this machine, for trying and for tests: both doors of nginx, gunicorn, the application.

`deploy/try` calls this. It uses the very files of this folder with other paths and ports, listens on loopback only,
prints the addresses once the kiosk answers, and stops everything at Ctrl-C or SIGTERM, or when one of them ends. The
kiosk's settings count; without KIOSK_DATA its data is in the temporary folder too.
"""

import argparse
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from deploy.render import PROJECT, render

PATIENCE_SECONDS = 30


def main() -> int:
    parser = argparse.ArgumentParser(prog="deploy/try", description="Try the appliance's servers on this machine.")
    parser.add_argument("--touchscreen", type=int, metavar="PORT", help="the touchscreen's port; else a free one")
    parser.add_argument("--outside", type=int, metavar="PORT", help="the port for phones; else a free one")
    parser.add_argument("--no-certificate", action="store_true", help="as if none had been made")
    given = parser.parse_args()
    touchscreen, outside, tls = given.touchscreen or free_port(), given.outside or free_port(), free_port()
    _raise_open_files()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    running: list[subprocess.Popen] = []
    with tempfile.TemporaryDirectory(prefix="kiosk-try-") as name:
        folder = Path(name)
        try:
            (folder / "tls").mkdir()
            if not given.no_certificate:
                certificate = [PROJECT / "deploy" / "certificate", folder / "tls"]
                subprocess.run(certificate, check=True, stdout=subprocess.DEVNULL)
            render(
                folder / "nginx",
                {
                    "/run/kiosk/app.sock": str(folder / "app.sock"),
                    "/opt/kiosk": str(PROJECT),
                    "/etc/kiosk/tls/": f"{folder}/tls/",
                    "listen 127.0.0.1:8000": f"listen 127.0.0.1:{touchscreen}",
                    "listen 80 ": f"listen 127.0.0.1:{outside} ",
                    "listen 443 ": f"listen 127.0.0.1:{tls} ",
                },
            )
            running.append(_start_gunicorn(folder, outside))
            running += [_start_nginx(door, folder) for door in ("touchscreen", "outside")]
            if not all(_answers(f"http://127.0.0.1:{port}/healthz", running) for port in (touchscreen, outside)):
                print("It does not start; see above.", file=sys.stderr)
                return 1
            print(f"touchscreen http://127.0.0.1:{touchscreen}/")
            print(f"outside     http://127.0.0.1:{outside}/")
            print(f"outside     https://127.0.0.1:{tls}/")
            print(f"What they write is kept in {folder} until this is stopped with Ctrl-C.", flush=True)
            while all(process.poll() is None for process in running):
                time.sleep(0.2)
            print("One of the servers ended; see above.", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 0
        finally:
            _stop(running)


def _end(number: int, frame: object) -> None:
    """End everything; a second signal must not break off the tidying up that the first one began."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _raise_open_files() -> None:
    """Allow as many open files as this user may have; on the appliance the units do."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _start_gunicorn(folder: Path, port: int) -> subprocess.Popen:
    data = os.environ.get("KIOSK_DATA") or str(folder / "data")
    settings = {"KIOSK_HOST": "127.0.0.1", "KIOSK_PORT": str(port), "KIOSK_DATA": data}
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    return _start([*command, "--bind", f"unix:{folder}/app.sock"], settings)


def _start_nginx(door: str, folder: Path) -> subprocess.Popen:
    own = folder / door
    own.mkdir()
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if not nginx:
        raise SystemExit("nginx is missing; install it with: sudo apt-get install -y nginx-light")
    command = [nginx, "-p", str(own), "-c", f"{folder}/nginx/{door}.conf", "-e", "stderr"]
    # Started by root it would serve as `nobody`, who may not open the socket. On the appliance it is never root.
    return _start([*command, "-g", "user root root;"] if os.geteuid() == 0 else command, {})


def _start(command: list[str], settings: dict[str, str]) -> subprocess.Popen:
    # A session of its own: Ctrl-C at the terminal is for us, who stop them in order.
    return subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, **settings}, stdin=subprocess.DEVNULL, start_new_session=True
    )


def _answers(address: str, running: list[subprocess.Popen]) -> bool:
    """Wait until the kiosk answers there; return False if it never does."""
    opener = build_opener(ProxyHandler({}))
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and all(process.poll() is None for process in running):
        try:
            opener.open(address, timeout=2).close()
            return True
        except HTTPError as answer:
            # Not able to record, which is for staff to see on its pages. While it starts, nginx answers for it.
            if answer.headers["Content-Type"] == "application/json":
                return True
            time.sleep(0.05)
        except (URLError, OSError):
            time.sleep(0.05)
    return False


def _stop(running: list[subprocess.Popen]) -> None:
    """Stop nginx before gunicorn, so that nobody is told of an application that is just ending."""
    for process in reversed(running):
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
