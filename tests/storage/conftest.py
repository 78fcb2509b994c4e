"""What the tests of what is kept on disk share: a data folder, a log on it, and a small disk that can be full."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.actions import shifts
from kiosk.actions.kiosk import Kiosk
from kiosk.domain.entry import mint_id
from tests.storage.logbook import OpenLog


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def open_log(folder: Path, clock) -> Iterator[Callable[..., OpenLog]]:
    """Return a function that opens the folder's log with the test's clock; what is open at the end is closed."""
    opened = []

    def open_one(where: Path = folder, now=clock.now) -> OpenLog:
        opened.append(OpenLog(where, now))
        return opened[-1]

    yield open_one
    for log in opened:
        log.close()


@pytest.fixture
def log(open_log) -> OpenLog:
    return open_log()


@pytest.fixture
def on_duty(kiosk: Kiosk) -> Callable[[str], shifts.Shift]:
    """Return a function that lets a phone begin its shift at a station."""

    def begin(station: str) -> shifts.Shift:
        return shifts.shift_of(kiosk, shifts.join(kiosk, shifts.invite(kiosk, station), mint_id()))

    return begin


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that a user without rights can reach, which pytest's own temporary folders are not."""
    made = Path(tempfile.mkdtemp(prefix="kiosk-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


class SmallDisk:
    """A file system of 2 MiB that can be filled to the last page and emptied again."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, leave: int = 0) -> None:
        """Fill the disk, but for `leave` bytes."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (65_536, 4_096, 1):
                try:
                    while os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize >= leave + size:
                        file.write(bytes(size))
                except OSError:
                    continue

    def empty(self) -> None:
        self._filler.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A real file system that fills up. Only root can mount one; others have the tests through the shim."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk; test_full_disk.py has the same faults through a shim")
    point = tmp_path / "disk"
    point.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(point)], check=True)
    yield SmallDisk(point)
    subprocess.run(["umount", "--lazy", str(point)], check=True)
