"""Sticks: which there are, what is no other place, and a copy that is full, pulled out or lied about."""

import os
import shutil
from pathlib import Path

import pytest

from kiosk.actions import close_event as events
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import FileUnusable
from kiosk.storage import sticks as stick_room
from kiosk.storage.copies_kept import CopyShelf
from tests.storage.evening import final
from tests.storage.test_tally import come


def _mounts(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "mounts"
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


def test_only_what_can_be_pulled_out_is_a_stick(tmp_path):
    devices, blocks = tmp_path / "devices", tmp_path / "block"
    blocks.mkdir()
    for place in ("mmc/mmcblk0/mmcblk0p2", "usb1/1-1/sda/sda1", "ahci/sdb/sdb1"):
        (devices / place).mkdir(parents=True)
        (blocks / Path(place).name).symlink_to(devices / place)
    (devices / "mmc/mmcblk0/removable").write_text("0\n")
    (devices / "ahci/sdb/removable").write_text("1\n")
    mounts = _mounts(
        tmp_path,
        "/dev/mmcblk0p2 / ext4 rw 0 0",
        "/dev/mmcblk0p2 /mnt/card ext4 rw 0 0",
        r"/dev/sda1 /media/pi/SCIENCE\040WEEK vfat rw,nosuid 0 0",
        "/dev/sdb1 /run/media/pi/B vfat ro 0 0",
        "/dev/sdb1 /srv/elsewhere vfat rw 0 0",
        "/dev/sdb1 /mnt vfat ro 0 0",
        "/dev/sdb1 /mntx vfat rw 0 0",
        "tmpfs /media/ram tmpfs rw 0 0",
        "broken",
    )
    found = stick_room.sticks(mounts, blocks)
    assert [(one.name, one.is_writable) for one in found] == [("SCIENCE WEEK", False), ("B", False), ("mnt", False)]
    assert stick_room.sticks(tmp_path / "nowhere", blocks) == []


def test_what_is_in_memory_is_no_other_place(kiosk, small_disk, tmp_path):
    come(kiosk)
    copy = final(kiosk)
    with pytest.raises(FileUnusable, match="gone when this machine is switched off"):
        events.copy_to_stick(kiosk.data, kiosk.event.id, copy.name, small_disk.folder)
    assert CopyShelf(kiosk.data).read(copy.name).proof is None
    inner, near = tmp_path / "real/inner", tmp_path / "realistic"
    mounts = _mounts(
        tmp_path,
        "/dev/vda / ext4 rw 0 0",
        f"tmpfs {tmp_path}/real tmpfs rw 0 0",
        f"/dev/sda1 {inner} vfat rw 0 0",
        "/dev/sdb /hidden ext4 rw 0 0",
        "tmpfs /hidden tmpfs rw 0 0",
    )
    places = (inner.parent, inner, near, tmp_path, Path("/hidden/x"), Path("/"))
    assert [stick_room.is_in_memory(one, mounts) for one in places] == [True, False, False, False, True, False]


def test_another_part_of_the_same_disk_is_no_other_disk(tmp_path, monkeypatch):
    numbers = tmp_path / "numbers"
    numbers.mkdir()
    for number, place in {"179:1": "mmcblk0/p1", "179:2": "mmcblk0/p2", "8:1": "sda/sda1", "8:16": "sdb"}.items():
        (tmp_path / place).mkdir(parents=True)
        (numbers / number).symlink_to(tmp_path / place)
        if "/" in place:
            (tmp_path / place / "partition").write_text("1\n")

    class On:
        def __init__(self, major: int, minor: int):
            self.number = os.makedev(major, minor)

        def stat(self):
            return os.stat_result((0, 0, self.number, 0, 0, 0, 0, 0, 0, 0))

    def is_same(one: On, other: On) -> bool:
        return stick_room.is_same_disk(one, other, numbers)

    assert is_same(On(179, 1), On(179, 2)) and is_same(On(8, 16), On(8, 16))
    assert not is_same(On(179, 2), On(8, 1)) and not is_same(On(8, 1), On(8, 16))
    # Where the kernel names no disk, each file system is one.
    assert not is_same(On(0, 40), On(0, 41)) and is_same(On(0, 40), On(0, 40))


@pytest.fixture
def stick(small_disk, monkeypatch) -> Path:
    """A file system of its own, as a stick is."""
    monkeypatch.setattr(stick_room, "is_in_memory", lambda folder: False)
    return small_disk.folder


def test_a_copy_on_a_stick_is_read_back_and_proves_itself(kiosk, stick):
    come(kiosk)
    copy = final(kiosk)
    there = events.copy_to_stick(kiosk.data, kiosk.event.id, copy.name, stick)
    assert there.read_bytes() == events.zip_of(kiosk.data, copy).read_bytes()
    assert CopyShelf(kiosk.data).read(copy.name).proof["how"] == "stick"
    events.close_event(kiosk, copy.name, mint_id())


def test_a_stick_that_is_full_or_pulled_out_proves_nothing_and_keeps_no_half(kiosk, stick, small_disk, monkeypatch):
    come(kiosk)
    copy = final(kiosk)

    def tried(match: str) -> None:
        with pytest.raises(FileUnusable, match=match):
            events.copy_to_stick(kiosk.data, kiosk.event.id, copy.name, stick)
        assert CopyShelf(kiosk.data).read(copy.name).proof is None
        assert [one.name for one in stick.iterdir() if copy.event in one.name] == []

    small_disk.fill(leave=5_000)
    tried("cannot be written: No space left")
    small_disk.empty()
    fsync = os.fsync

    def pulled_out(handle: int) -> None:
        if os.readlink(f"/proc/self/fd/{handle}").startswith(str(stick)):
            raise OSError(5, "Input/output error")
        fsync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", pulled_out)
        tried("Input/output error")
    # A stick that lies: what it takes is not what it gives back.
    honest = stick_room.checksum_on_disk
    monkeypatch.setattr(stick_room, "checksum_on_disk", lambda path, progress=None: ("0" * 64, honest(path)[1]))
    tried("not what was written")


def test_a_link_on_a_stick_is_not_followed_to_the_log(kiosk, stick):
    come(kiosk)
    copy = final(kiosk)
    made = events.zip_of(kiosk.data, copy)
    log = kiosk.data / "kiosk.db"
    before = log.read_bytes()
    for name in (f".{made.name}.part", made.name):
        (stick / name).symlink_to(log)
    there = events.copy_to_stick(kiosk.data, kiosk.event.id, copy.name, stick)
    assert log.read_bytes() == before
    assert not there.is_symlink() and there.read_bytes() == made.read_bytes()
    assert [one.name for one in stick.iterdir()] == [made.name]
    assert there.stat().st_mode & 0o777 == 0o600


def test_what_a_link_leads_to_is_not_read_back(kiosk, stick, monkeypatch):
    come(kiosk)
    copy = final(kiosk)
    made = events.zip_of(kiosk.data, copy)
    replace = os.replace

    def swapped(fresh: Path, target: Path) -> None:
        replace(fresh, target)
        if target.parent == stick:
            target.unlink()
            target.symlink_to(made)

    monkeypatch.setattr(os, "replace", swapped)
    with pytest.raises(FileUnusable, match="cannot be read back"):
        events.copy_to_stick(kiosk.data, kiosk.event.id, copy.name, stick)
    assert CopyShelf(kiosk.data).read(copy.name).proof is None


def test_the_same_disk_is_not_another_place(kiosk, tmp_path):
    come(kiosk)
    copy = final(kiosk)
    (tmp_path / "beside").mkdir()
    with pytest.raises(FileUnusable, match="on the same disk"):
        events.copy_to_stick(kiosk.data, kiosk.event.id, copy.name, tmp_path / "beside")
    shutil.rmtree(tmp_path / "beside")
    with pytest.raises(FileUnusable, match="cannot be written"):
        events.copy_to_stick(kiosk.data, kiosk.event.id, copy.name, tmp_path / "beside")
