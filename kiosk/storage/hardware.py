"""What the hardware says of itself, for the check before doors open: heat, voltage, errors of the card, phones in the
kiosk's own Wi-Fi. Reads what the kernel shows under /sys, which the appliance's unit leaves readable.

Never raises and never hangs; None for what this machine does not have. Decides nothing: rules live in `domain`.
"""

import os
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path("/")
# The processor's own sensor by its driver's name: Raspberry Pi and most boards, then Intel's and AMD's.
_PROCESSOR = ("cpu", "soc", "x86_pkg_temp", "k10temp", "coretemp")
_SECONDS = 1.5


def temperature(root: Path = ROOT) -> float | None:
    """Return the processor's temperature in °C."""
    found = {}
    for zone in _glob(root, "sys/class/thermal/thermal_zone*"):
        name, millis = _text(zone / "type"), _number(zone / "temp")
        if name is not None and millis is not None and -40_000 < millis < 150_000:
            found.setdefault(name.lower(), millis / 1000)
    for wanted in _PROCESSOR:
        if here := [celsius for name, celsius in found.items() if wanted in name]:
            return max(here)
    return None


def throttled(root: Path = ROOT) -> int | None:
    """Return the Raspberry Pi firmware's bits, what `vcgencmd get_throttled` prints.

    That command needs /dev/vcio, which the appliance's unit hides (PrivateDevices=).
    """
    for pattern in ("sys/devices/platform/soc*/soc*:firmware/get_throttled", "sys/devices/platform/*/get_throttled"):
        for path in _glob(root, pattern):
            with suppress(ValueError):
                return int(_text(path) or "", 16)
    return None


def under_voltage(root: Path = ROOT) -> bool | None:
    """Return whether the kernel's watch over the Raspberry Pi's voltage has seen it fall in the last seconds."""
    for sensor in _glob(root, "sys/class/hwmon/hwmon*"):
        if _text(sensor / "name") == "rpi_volt":
            alarms = [_number(path) for path in _glob(sensor, "in*_lcrit_alarm")]
            if known := [one for one in alarms if one is not None]:
                return any(known)
    return None


def file_system_errors(folder: Path, root: Path = ROOT) -> int | None:
    """Return how many errors the ext4 file system that `folder` is on has noted; they stay until it is checked."""
    try:
        device = os.stat(folder).st_dev
        name = os.path.basename(os.readlink(root / f"sys/dev/block/{os.major(device)}:{os.minor(device)}"))
    except OSError:
        return None
    return _number(root / "sys/fs/ext4" / name / "errors_count")


def hotspot_clients(run: Callable[..., str | None] | None = None) -> int | None:
    """Return how many phones are in this machine's own Wi-Fi, None where it has none.

    From the kernel, by `iw`, which needs no rights to look. The leases of NetworkManager's dnsmasq are root's.
    """
    run = run or _said
    said = run("iw", "dev")
    if said is None:
        return None
    points, interface = [], None
    for line in said.splitlines():
        match line.split():
            case ["Interface", name]:
                interface = name
            case ["type", "AP"] if interface:
                points.append(interface)
    if not points:
        return None
    stations = [run("iw", "dev", point, "station", "dump") for point in points]
    if None in stations:
        return None
    return sum(line.startswith("Station ") for one in stations for line in one.splitlines())


def _said(*words: str) -> str | None:
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
    try:
        done = subprocess.run(
            words,
            env={"PATH": path, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None


def _glob(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def _text(path: Path) -> str | None:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return None


def _number(path: Path) -> int | None:
    try:
        return int(_text(path) or "")
    except ValueError:
        return None
