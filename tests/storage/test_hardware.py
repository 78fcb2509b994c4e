"""What the hardware says, read from trees like a Raspberry Pi's /sys: whole, half, nonsense, or not there at all."""

import os
import time
from pathlib import Path

import pytest

from kiosk.storage import hardware


def put(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.fixture
def pi(tmp_path: Path) -> Path:
    """A Raspberry Pi 4 that is well."""
    root = tmp_path / "root"
    put(root, "sys/class/thermal/thermal_zone0/type", "cpu-thermal\n")
    put(root, "sys/class/thermal/thermal_zone0/temp", "48685\n")
    put(root, "sys/devices/platform/soc/soc:firmware/get_throttled", "0\n")
    put(root, "sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
    put(root, "sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    put(root, "sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n")
    device = os.stat(tmp_path).st_dev
    links = root / "sys/dev/block"
    links.mkdir(parents=True)
    (links / f"{os.major(device)}:{os.minor(device)}").symlink_to("../../devices/platform/emmc2bus/mmcblk0p2")
    put(root, "sys/fs/ext4/mmcblk0p2/errors_count", "0\n")
    put(root, "sys/fs/ext4/sda1/errors_count", "99\n")
    return root


def readings(root: Path) -> list:
    return [
        hardware.temperature(root),
        hardware.throttled(root),
        hardware.under_voltage(root),
        hardware.file_system_errors(root.parent, root),
    ]


def test_a_pi_that_is_well(pi):
    assert readings(pi) == [48.685, 0, False, 0]


def test_a_pi_that_suffers(pi):
    put(pi, "sys/class/thermal/thermal_zone0/temp", "86100\n")
    put(pi, "sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n")
    put(pi, "sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n")
    put(pi, "sys/fs/ext4/mmcblk0p2/errors_count", "3\n")
    assert readings(pi) == [86.1, 0x50005, True, 3]


def test_a_pi_5_has_its_firmware_elsewhere(pi):
    (pi / "sys/devices/platform/soc/soc:firmware/get_throttled").unlink()
    put(pi, "sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled", "10000\n")
    assert hardware.throttled(pi) == 0x10000


def test_other_zones_are_not_the_processor(pi):
    put(pi, "sys/class/thermal/thermal_zone0/type", "iwlwifi_1\n")
    assert hardware.temperature(pi) is None
    put(pi, "sys/class/thermal/thermal_zone1/type", "x86_pkg_temp\n")
    put(pi, "sys/class/thermal/thermal_zone1/temp", "51000\n")
    assert hardware.temperature(pi) == 51


@pytest.mark.parametrize("text", ["", "nonsense", "9" * 40, "\xff\x00"])
def test_nonsense_is_nothing(pi, text):
    for path in [path for path in pi.rglob("*") if path.is_file() and path.name not in ("type", "name")]:
        path.write_text(text, encoding="latin-1")
    temperature, bits, alarm, errors = readings(pi)
    assert temperature is None
    if text != "9" * 40:
        assert (bits, alarm, errors) == (None, None, None)


def test_a_machine_without_any_of_it(tmp_path):
    assert readings(tmp_path / "nowhere") == [None, None, None, None]


def iw(*, dev: str | None, dump: str | None = ""):
    return lambda *words: dump if "dump" in words else dev


AP = "phy#0\n\tInterface wlan0\n\t\tifindex 3\n\t\tssid kiosk\n\t\ttype AP\n\t\tchannel 6\n"


def test_phones_in_the_hotspot_are_counted_and_a_client_is_no_hotspot():
    two = "Station aa:bb (on wlan0)\n\tinactive time:\t1 ms\nStation cc:dd (on wlan0)\n"
    assert hardware.hotspot_clients(iw(dev=AP, dump=two)) == 2
    assert hardware.hotspot_clients(iw(dev=AP)) == 0
    assert hardware.hotspot_clients(iw(dev=AP.replace("AP", "managed"))) is None
    assert hardware.hotspot_clients(iw(dev=None)) is None
    assert hardware.hotspot_clients(iw(dev=AP, dump=None)) is None


def test_a_program_that_hangs_is_not_waited_for(tmp_path, monkeypatch):
    (tmp_path / "iw").write_text("#!/bin/sh\nexec sleep 30\n")
    (tmp_path / "iw").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(hardware, "_SECONDS", 0.2)
    begun = time.monotonic()
    assert hardware.hotspot_clients() is None
    assert time.monotonic() - begun < 10


def test_the_real_machine_gives_something_or_nothing(tmp_path):
    found = [*readings(Path("/")), hardware.hotspot_clients()]
    assert all(one is None or isinstance(one, int | float) for one in found)
