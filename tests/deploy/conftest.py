"""Copies of the project to set up: one for real with a real package index, the others with a Python, a pip
and an apt-get that only pretend, so that every turn takes milliseconds and can be made to go wrong."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

import pytest

from tests.waiting import PATIENCE, wait_for

HERE = Path(__file__).resolve().parents[2]

# What the scripts may expect of a bare Debian besides Python: all from packages marked essential.
TOOLS = [
    *("sh", "bash", "env", "dirname", "readlink", "cat", "cut", "cp", "mv", "rm", "mkdir", "true"),
    *("sha256sum", "sync", "sleep", "flock", "getconf"),
]

# Answers just what the scripts ask; files in $PRETEND make it old, bare, slow or failing.
PYTHON = r"""#!/bin/sh
[ -e "$PRETEND/too-old" ] && old=1 || old=
[ "$1" = -I ] && shift
case "$1 $2" in
--version*) echo "Python 3.${old:+9}${old:-11}.2"; exit ;;
"-c "*version_info*) [ -z "$old" ]; exit ;;
"-c "*ensurepip*) [ ! -e "$PRETEND/no-ensurepip" ]; exit ;;
"-c "*SOABI*) if [ -e "$0.made-by" ]; then cat "$0.made-by"; else echo "${0##*/}"; fi; exit ;;
"-c "*) exit 0 ;;
"-m venv")
    mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; echo "${0##*/}" >"$4/bin/python.made-by"; exit ;;
"-m pip")
    shift 2
    echo "$0 only=${PIP_ONLY_BINARY-} index=${PIP_INDEX_URL-} $*" >>"$PRETEND/pip-calls"
    while [ -e "$PRETEND/pip-held" ]; do sleep 0.05; done
    if [ -e "$PRETEND/pip-slow" ]; then sleep "$(cat "$PRETEND/pip-slow")"; fi
    if [ -e "$PRETEND/pip-fails" ]; then echo "ERROR: pip says why" >&2; exit 1; fi
    exit 0 ;;
esac
for word in "$0" "$PWD" "data=${KIOSK_DATA-}" "event=${KIOSK_EVENT-}" "$@"; do printf '%s\n' "$word"; done
"""

APT_GET = r"""#!/bin/sh
echo "${DEBIAN_FRONTEND-} $*" >>"$PRETEND/apt-calls"
case " $* " in
*" update "*) rm -f "$PRETEND/no-lists"; exit ;;
esac
if [ -e "$PRETEND/no-lists" ]; then echo "E: Unable to locate package" >&2; exit 100; fi
rm -f "$PRETEND/no-ensurepip"
"""

DPKG_QUERY = r"""#!/bin/sh
for package; do :; done
if [ -e "$PRETEND/all-installed" ]; then echo installed; else exit 1; fi
"""

SUDO = r"""#!/bin/sh
echo "$*" >>"$PRETEND/sudo-calls"
[ "$1" = -n ] && shift
[ -e "$PRETEND/sudo-free" ] || exit 1
exec "$@"
"""

ID = r"""#!/bin/sh
if [ -e "$PRETEND/root" ]; then echo 0; else echo 1000; fi
"""


def copy_project(target: Path) -> Path:
    """What a clone would hold: everything git tracks or would be asked to track."""
    listing = ["git", "-C", str(HERE), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, check=True, capture_output=True).stdout.decode().split("\0")
    for name in filter(None, names):
        source = HERE / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    return target


def quiet_environment(**settings: str) -> dict[str, str]:
    """The surroundings of a test, without what would steer the scripts."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("KIOSK_", "PYTHON"))}
    return kept | settings


class PretendProject:
    """The scripts in a folder whose Python, pip, apt-get, sudo and dpkg are all make-believe."""

    def __init__(self, base: Path):
        self.root = base / "科普 展台"
        lists = ("requirements.txt", "requirements-test.txt")
        for name in ("run", "test", ".ci/run", "deploy/setup.sh", *lists):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HERE / name, self.root / name)
        self.bin = base / "bin"
        self.bin.mkdir()
        self.notes = base / "notes"
        self.notes.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        stubs = {"python3": PYTHON, "apt-get": APT_GET, "dpkg-query": DPKG_QUERY, "sudo": SUDO, "id": ID}
        for name, text in stubs.items():
            self.program(name, text)
        self.environment = {"PATH": str(self.bin), "PRETEND": str(self.notes), "LANG": "C"}

    def program(self, name: str, text: str = PYTHON) -> Path:
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def pretend(self, name: str, text: str = "") -> None:
        (self.notes / name).write_text(text)

    def stop_pretending(self, name: str) -> None:
        (self.notes / name).unlink()

    def calls(self, program: str) -> list[str]:
        path = self.notes / f"{program}-calls"
        return path.read_text().splitlines() if path.exists() else []

    def start(self, script: str, *arguments: str, cwd: Path | None = None, **settings: str):
        return subprocess.Popen(
            [str(self.root / script), *arguments],
            cwd=cwd or self.root,
            env=self.environment | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def call(self, script: str, *arguments: str, cwd: Path | None = None, **settings: str):
        with self.start(script, *arguments, cwd=cwd, **settings) as process:
            try:
                out, err = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.fixture
def project(tmp_path):
    return PretendProject(tmp_path)


class Kiosk:
    """A real copy of the project with a data folder and a port of its own, on this machine only."""

    def __init__(self, base: Path):
        self.base = base
        self.root = copy_project(base / "科普 展台")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @contextlib.contextmanager
    def running(self, patience: float = PATIENCE, **settings: str):
        """`./run`, called from elsewhere, until /healthz answers; gives what it wrote so far."""
        settings = {
            "KIOSK_HOST": "127.0.0.1",
            "KIOSK_PORT": str(self.port),
            "KIOSK_DATA": str(self.base / "data"),
        } | settings
        log = self.base / "output"
        said = partial(log.read_text, errors="replace")
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(self.root / "run")],
                cwd=self.base,
                env=quiet_environment(**settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:

            def healthy() -> bool:
                assert process.poll() is None, f"./run ended with {process.returncode}:\n{said()}"
                return self.healthy()

            wait_for(healthy, every=0.1, patience=patience, told=said)
            yield said()
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def healthy(self) -> bool:
        # Straight to the machine itself, whatever proxy the surroundings name.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """Set up for real, once, from nothing; `first_words` is what the first start wrote."""
    installed = Kiosk(tmp_path_factory.mktemp("fresh"))
    with installed.running(patience=240) as installed.first_words:
        pass
    return installed
