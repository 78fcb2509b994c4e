"""What the machine says of itself: its clock and boot, its network addresses, its name, free space, who runs us.

Linux first; elsewhere each reading falls back to the cautious answer. Decides nothing: rules live in `domain`.
"""

import ctypes
import os
import shutil
import socket
import struct
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path

from kiosk.domain import clock
from kiosk.domain.clock import Anchor, Stamp

_IOPRIO_SET = {"x86_64": 251, "aarch64": 30, "armv7l": 314, "armv6l": 314}
_STA_UNSYNC = 0x0040
_TIME_ERROR = 5
_TRUST_LASTS_MS = 5_000


class _Timex(ctypes.Structure):
    """The head of the kernel's `struct timex`; the rest is room for it. See adjtimex(2)."""

    _fields_ = [
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("room", ctypes.c_char * 256),
    ]


def _is_synchronised() -> bool:
    """Return whether the kernel says that something disciplines its clock (NTP, chrony, PTP)."""
    try:
        state = _Timex()
        answer = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(state))
    except (OSError, AttributeError):
        return False
    return 0 <= answer < _TIME_ERROR and not state.status & _STA_UNSYNC


def _is_from_rtc(root: Path = Path("/")) -> bool:
    """Return whether the kernel set its clock at boot from a battery clock, and both still say the same.

    A clock without its battery begins in 1970, and the kernel takes that too; then something else set the time.
    """
    for path in (root / "sys/class/rtc").glob("rtc*/hctosys"):
        with suppress(OSError, ValueError):
            if path.read_text().strip() == "1":
                told = int((path.parent / "since_epoch").read_text())
                if _keeps_local_time(root):
                    told -= time.localtime(told).tm_gmtoff
                return abs(told * 1000 - wall_ms()) <= clock.LARGEST_UNEXPLAINED_STEP_MS
    return False


def _keeps_local_time(root: Path) -> bool:
    """Return whether the battery clock tells the local time, as beside Windows."""
    try:
        return (root / "etc/adjtime").read_text().split("\n")[2:3] == ["LOCAL"]
    except OSError:
        return False


def _is_restored() -> bool:
    """Return whether this machine saves its clock in a file and sets it from there at boot."""
    return any(map(os.path.exists, ("/etc/fake-hwclock.data", "/var/lib/systemd/timesync/clock")))


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        # Without a boot id, time since boot means something only within this process.
        return str(uuid.uuid4())


def boottime_ms() -> int:
    """Return the milliseconds since boot, sleep included."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)) // 1_000_000


def wall_ms() -> int:
    """Return the wall time in milliseconds since 1970 UTC, right or wrong."""
    return time.time_ns() // 1_000_000


class Clock:
    """Stamps entries. Remembers how wall and boot time stood to each other, so as to notice a clock moved by hand.

    `anchor`: what staff said the time is. It counts before anything that this machine believes by itself, until the
    network sets the clock: staff set it because they saw that it was wrong.
    """

    def __init__(self):
        self.boot = _boot_id()
        self._from_rtc = _is_from_rtc()
        self._restored = _is_restored()
        self._offset_ms = wall_ms() - boottime_ms()
        self.anchor: Anchor | None = None  # replaced whole
        self._synchronised = False
        self._read_at_ms: int | None = None

    def go_on_from(self, stamp: Stamp | None) -> None:
        """Measure by how wall and boot time stood to each other at an earlier moment of this boot, which something
        vouched for: a clock moved by hand since is no better for being looked at by another process.
        """
        if stamp and stamp.boot == self.boot:
            self._offset_ms = stamp.wall_ms - stamp.boottime_ms

    def now(self) -> Stamp:
        """Return the stamp of this moment."""
        wall, since_boot = wall_ms(), boottime_ms()
        if self._read_at_ms is None or not 0 <= since_boot - self._read_at_ms < _TRUST_LASTS_MS:
            self._synchronised, self._read_at_ms = _is_synchronised(), since_boot
        stepped = abs(wall - since_boot - self._offset_ms) > clock.LARGEST_UNEXPLAINED_STEP_MS
        if stepped and _is_synchronised():
            # Whoever disciplines the clock made that step: it is the new measure.
            self._offset_ms, self._synchronised, stepped = wall - since_boot, True, False
        said = self.anchor.wall_at(self.boot, since_boot) if self.anchor else None
        by_network = self._synchronised and not stepped and wall >= clock.EARLIEST_WALL_MS
        if said is not None and not by_network:
            return Stamp(said, self.boot, since_boot, "staff")
        if said is not None:
            # The network knows better than staff did, also later, when it cannot be reached any more.
            self.anchor = Anchor(wall, self.boot, since_boot)
        trust = clock.trust(
            wall_ms=wall,
            synchronised=self._synchronised and not stepped,
            from_rtc=self._from_rtc,
            restored=self._restored,
            stepped=stepped,
        )
        return Stamp(wall, self.boot, since_boot, trust)


def addresses() -> list[str]:
    """Return this machine's IPv4 addresses in its networks, the one with the default route first; no loopback.

    Looked up each time: DHCP gives another one whenever it likes.
    """
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Connecting a datagram socket sends nothing; it asks which address would be used. (TEST-NET-1)
            probe.connect(("192.0.2.1", 9))
            found.append(probe.getsockname()[0])
        except OSError:
            pass
        try:
            import fcntl

            for _, name in socket.if_nameindex():
                request = struct.pack("256s", name.encode()[:15])
                try:
                    answer = fcntl.ioctl(probe.fileno(), 0x8915, request)  # SIOCGIFADDR
                except OSError:
                    continue
                found.append(socket.inet_ntoa(answer[20:24]))
        except (ImportError, OSError):
            pass
    return [one for one in dict.fromkeys(found) if not one.startswith("127.") and one != "0.0.0.0"]


def names() -> set[str]:
    """Return the names this machine answers to, lower case."""
    name = socket.gethostname().lower()
    return {name, name.split(".")[0], name.split(".")[0] + ".local"} - {"", ".local"}


def give_way() -> None:
    """Let everything else on this machine go first from now on: processor, card and, where it runs out, memory."""
    with suppress(OSError, AttributeError):
        os.nice(19)
    with suppress(OSError, AttributeError, KeyError):
        # ioprio_set(this process, idle class): without it the card's queue does not know that we are in no hurry.
        ctypes.CDLL(None).syscall(_IOPRIO_SET[os.uname().machine], 1, 0, 3 << 13)
    with suppress(OSError):
        # The kiosk's own protection is inherited. What can be asked for again is ended before it.
        Path("/proc/self/oom_score_adj").write_text("1000")


def is_alive(pid: int) -> bool:
    """Return whether there is a process of that number, whoever's it is."""
    try:
        os.kill(pid, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True


def free_bytes(folder: Path) -> int | None:
    """Return the space left where `folder` is, None if that cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


class Remembered:
    """A reading that is expensive enough to keep for some seconds; safe between threads."""

    def __init__(self, read, lasts_seconds: float):
        self._read, self._lasts_ms = read, lasts_seconds * 1000
        self._lock = threading.Lock()
        self._value, self._at_ms = None, None

    def __call__(self):
        with self._lock:
            now = boottime_ms()
            if self._at_ms is None or not 0 <= now - self._at_ms < self._lasts_ms:
                self._value, self._at_ms = self._read(), now
            return self._value
