"""The appliance's units: systemd understands them, they fence in what they should, and the application can live inside.

Nothing is started by systemd here; what the fence would refuse is told from the system calls of a real run.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.storage.system_clock import HELPER as HELPER_SOCKET
from tests.attack.kiosks import raw
from tests.conftest import PROJECT
from tests.waiting import PATIENCE, wait_for
from tests.web.server import command, settings

UNITS = PROJECT / "deploy" / "systemd"
NAMES = ["kiosk.service", "kiosk-nginx@touchscreen.service", "kiosk-nginx@outside.service", "kiosk-screen.service"]

# By which staff set the machine's clock: one connection, one number.
HELPER = ["kiosk-clock.socket", "kiosk-clock@.service"]

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")


def analyze(*words: str | Path, **settings: str) -> str:
    done = subprocess.run(
        ["systemd-analyze", "--no-pager", *words],
        env={**os.environ, "LC_ALL": "C.UTF-8", **settings},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done
    return done.stdout + done.stderr


def values(unit: str, key: str) -> list[str]:
    """Return what a unit and its drop-in give a key."""
    template = re.sub(r"@.*\.", "@.", unit)
    files = [UNITS / template, *sorted((UNITS / f"{unit}.d").glob("*.conf"))]
    return re.findall(rf"^{key}=(.*)$", "\n".join(file.read_text() for file in files), re.M)


def complaints(folder: Path) -> list[str]:
    """Return what systemd says of units whose programs are all there."""
    for unit in folder.glob("*.service"):
        text = unit.read_text().replace("/opt/kiosk", str(PROJECT))
        unit.write_text(re.sub(r"/usr/(s?bin)/(cage|nginx|chromium)", "/bin/true", text))
    units = [folder / name for name in (*NAMES, *HELPER)]
    said = analyze("verify", "--man=no", *units, SYSTEMD_UNIT_PATH=f"{folder}:")
    return [line for line in said.splitlines() if "kiosk" in line]


@needs_systemd
def test_systemd_understands_every_line(tmp_path):
    units = Path(shutil.copytree(UNITS, tmp_path / "units"))
    assert complaints(units) == []
    with (units / "kiosk.service").open("a") as file:
        file.write("[Service]\nProtectHmoe=yes\n")
    assert len(complaints(units)) == 1


@needs_systemd
@pytest.mark.parametrize(("unit", "most"), list(zip(NAMES, [1.6, 1.0, 1.5, 7.4], strict=True)))
def test_a_unit_exposes_no_more_than_was_thought_through(tmp_path, unit, most):
    folder = tmp_path / "etc/systemd/system"
    shutil.copytree(UNITS, folder)
    said = analyze("security", "--offline=true", f"--root={tmp_path}", unit)
    assert float(re.search(r"exposure level for \S+: ([0-9.]+)", said)[1]) <= most


@pytest.mark.parametrize("unit", NAMES)
def test_nothing_waits_for_a_network_or_the_time_or_gives_up(unit):
    ordered = " ".join(values(unit, "After") + values(unit, "Wants") + values(unit, "Requires"))
    assert not re.search(r"network|time-sync|online", ordered)
    assert values(unit, "Restart") == ["always"]
    assert values(unit, "StartLimitIntervalSec") == ["0"]


def test_a_child_that_wants_too_much_memory_ends_alone():
    assert values("kiosk.service", "MemoryMax")
    assert values("kiosk.service", "OOMPolicy") == ["continue"]


def test_nobody_is_root_and_each_part_has_a_user_of_its_own():
    users = {unit: values(unit, "User") for unit in NAMES}
    assert list(users.values()) == [["kiosk"], ["kiosk-nginx"], ["kiosk-nginx"], ["kiosk-screen"]]
    made = (PROJECT / "deploy/sysusers.conf").read_text()
    assert re.findall(r"^u (\S+)", made, re.M) == ["kiosk", "kiosk-nginx", "kiosk-screen"]


@pytest.mark.skipif(not shutil.which("systemd-sysusers"), reason="no systemd-sysusers here")
def test_the_users_can_be_made():
    done = subprocess.run(
        ["systemd-sysusers", "--dry-run", PROJECT / "deploy/sysusers.conf"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0 and "not a valid" not in done.stderr, done.stderr


def test_the_boot_and_the_state_of_the_clock_can_be_read():
    """kiosk/storage/machine.py reads the boot's id from /proc/sys and asks the kernel whether its clock is right."""
    assert values("kiosk.service", "ProcSubset") == []
    assert values("kiosk.service", "ProtectClock") == []


def test_the_policies_lock_chromium_to_the_touchscreens_door():
    policies = json.loads((PROJECT / "deploy/chromium/kiosk.json").read_text())
    door = re.search(r"listen (\S+);", (PROJECT / "deploy/nginx/touchscreen.conf").read_text())[1]
    assert policies["URLBlocklist"] == ["*"]
    assert policies["URLAllowlist"] == [f"http://{door}"]
    assert f" http://{door}/\n" in (UNITS / "kiosk-screen.service").read_text()


@pytest.fixture(scope="module")
def calls(tmp_path_factory) -> str:
    """Every system call of the application from its start to its end: pages, a check-in, an export, a backup."""
    folder = tmp_path_factory.mktemp("traced")
    trace = ["strace", "-f", "-qq", "-s", "16", "-e", "signal=none", "-o"]
    environment = settings(folder / "data", KIOSK_HOST="0.0.0.0", PYTHONDONTWRITEBYTECODE="1")
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    socket = folder / "app.sock"
    process = subprocess.Popen(
        [*trace, folder / "calls", *gunicorn, "--bind", f"unix:{socket}"],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:

        def serves() -> bool:
            assert process.poll() is None
            return socket.exists() and raw(socket, request("GET /healthz")).startswith(b"HTTP/1.1 200")

        wait_for(serves, every=0.2)
        form = f"id={uuid4()}&party_size=1"
        assert b" 303 " in raw(socket, request("POST /check-in", form))[:20]
        assert b" 200 " in raw(socket, request("GET /"))[:20]
        assert b" 200 " in raw(socket, request("GET /programme"))[:20]
        assert b" 403 " in raw(socket, request("POST /staff/sign-in", "password=not+the+one"))[:20]
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)
    for name, words in {
        "export": ["export", "--background", "--format", "xlsx", "--output", str(folder / "log.xlsx"), "--labels"],
        "backup": ["backup"],
    }.items():
        subprocess.run(
            [*trace, folder / f"{name}-calls", *command(*words)],
            cwd=PROJECT,
            env=environment,
            check=True,
            capture_output=True,
            timeout=PATIENCE,
        )
    return "".join((folder / name).read_text(errors="replace") for name in ("calls", "export-calls", "backup-calls"))


def request(first: str, form: str = "") -> bytes:
    kind = "Content-Type: application/x-www-form-urlencoded\r\n" if form else ""
    said = "X-Real-IP: 127.0.0.1\r\nX-Kiosk-Door: touchscreen\r\nConnection: close\r\n"
    return f"{first} HTTP/1.1\r\nHost: localhost\r\n{said}{kind}Content-Length: {len(form)}\r\n\r\n{form}".encode()


def members(name: str) -> set[str]:
    """Return the system calls that a name in SystemCallFilter= stands for."""
    if not name.startswith("@"):
        return {name}
    listed = [line.strip() for line in analyze("syscall-filter", name).splitlines()[1:]]
    found = [word for word in listed if word and not word.startswith("#")]
    return set().union(*(members(word) for word in found))


@needs_systemd
def test_the_filter_lets_through_every_call_that_the_application_makes(calls):
    allowed: set[str] = set()
    for line in values("kiosk.service", "SystemCallFilter"):
        for word in line.removeprefix("~").split():
            allowed = allowed - members(word) if line.startswith("~") else allowed | members(word)
    made = set(re.findall(r"^\d+ +([a-z0-9_]+)\(", calls, re.M))
    assert {"execve", "setpriority", "ioprio_set", "fdatasync"} & made, "this is no trace of the application"
    assert made - allowed == set()


def test_no_memory_is_made_executable_that_could_be_written(calls):
    """MemoryDenyWriteExecute= refuses it; ctypes and compiled libraries might have needed it."""
    assert not re.findall(r"^.*\bmmap\(.*PROT_WRITE\|PROT_EXEC.*$", calls, re.M)
    assert not re.findall(r"^.*\b(?:pkey_)?mprotect\(.*PROT_EXEC.*$", calls, re.M)


def test_only_sockets_of_allowed_families_are_opened_and_only_one_listens(calls):
    opened = set(re.findall(r"\bsocket\((?:AF|PF)_([A-Z0-9]+)", calls))
    assert opened == {
        family.removeprefix("AF_") for family in values("kiosk.service", "RestrictAddressFamilies")[0].split()
    }
    bound = re.findall(r"\bbind\(\d+, \{sa_family=(AF_[A-Z0-9]+)", calls)
    assert set(bound) <= {"AF_UNIX", "AF_NETLINK"}


def test_only_the_kiosks_own_user_may_ask_for_the_clock_to_be_set():
    said = (UNITS / "kiosk-clock.socket").read_text()
    place = re.search(r"^ListenStream=(.*)$", said, re.M)[1]
    assert place == str(HELPER_SOCKET)
    assert re.findall(r"^Socket(?:User|Mode)=(.*)$", said, re.M) == ["kiosk", "0600"]
    assert "WantedBy=sockets.target" in said


def test_the_helper_has_one_right_and_is_nobody():
    unit = "kiosk-clock@.service"
    for key in ("CapabilityBoundingSet", "AmbientCapabilities"):
        assert values(unit, key) == ["CAP_SYS_TIME"]
    assert values(unit, "DynamicUser") == ["yes"] and values(unit, "User") == []
    assert values(unit, "PrivateNetwork") == ["yes"] and values(unit, "RuntimeMaxSec") == ["5"]
    # In a user namespace of its own the right to set the clock would be worth nothing.
    assert values(unit, "PrivateUsers") == values(unit, "ProtectClock") == []


@needs_systemd
def test_the_helper_exposes_little_and_may_still_set_the_clock(tmp_path):
    folder = tmp_path / "etc/systemd/system"
    shutil.copytree(UNITS, folder)
    said = analyze("security", "--offline=true", f"--root={tmp_path}", "kiosk-clock@.service")
    assert float(re.search(r"exposure level for \S+: ([0-9.]+)", said)[1]) <= 1.5
    allowed: set[str] = set()
    for line in values("kiosk-clock@.service", "SystemCallFilter"):
        for word in line.removeprefix("~").split():
            allowed = allowed - members(word) if line.startswith("~") else allowed | members(word)
    assert {"clock_settime", "settimeofday", "execve", "read", "write"} <= allowed
    assert not {"mount", "reboot", "init_module", "setuid"} & allowed


def test_what_the_morning_check_reads_is_left_readable():
    """kiosk/storage/hardware.py reads /sys, which is shown and only not to be written."""
    assert values("kiosk.service", "ProtectKernelTunables") == ["yes"]  # makes /sys read-only, and hides nothing of it
    for key in ("InaccessiblePaths", "TemporaryFileSystem", "RootDirectory"):
        assert values("kiosk.service", key) == []
    # `iw` asks the kernel over netlink. /dev/vcio is hidden: what vcgencmd says is read from /sys.
    assert "AF_NETLINK" in values("kiosk.service", "RestrictAddressFamilies")[0]
    assert values("kiosk.service", "PrivateDevices") == ["yes"]
