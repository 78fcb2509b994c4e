"""The last good copy of an event pack: used when the pack is broken, of that same folder only, never half made."""

import os
import shutil
from pathlib import Path

import pytest

from kiosk.domain.errors import PackBroken
from kiosk.storage.packs import read_pack, read_pack_or_last_good
from tests.storage.logbook import NOBODY, as_nobody


def _break(pack: Path) -> None:
    (pack / "event.toml").write_text("not = [a pack")


def _change(pack: Path, word: str) -> str:
    """Change a good pack into another good one and return its digest."""
    with (pack / "event.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n# {word}\n")
    return read_pack(pack).digest


def _mend(pack: Path, source: Path) -> None:
    shutil.rmtree(pack)
    shutil.copytree(source, pack)


@pytest.fixture
def good(pack_folder, tmp_path) -> Path:
    """A second copy, to mend the pack from."""
    return Path(shutil.copytree(pack_folder, tmp_path / "good"))


def test_a_good_pack_is_used_and_a_broken_one_replaced_by_its_last_good_copy(folder, pack_folder):
    pack, fault = read_pack_or_last_good(pack_folder, folder)
    assert fault is None
    _break(pack_folder)
    again, fault = read_pack_or_last_good(pack_folder, folder)
    assert again == pack
    assert isinstance(fault, PackBroken)
    assert fault.faults[0].file == "event.toml"


def test_a_pack_that_is_gone_is_replaced_by_its_last_good_copy(folder, pack_folder):
    pack, _ = read_pack_or_last_good(pack_folder, folder)
    shutil.rmtree(pack_folder)
    again, fault = read_pack_or_last_good(pack_folder, folder)
    assert again == pack
    assert fault is not None


def test_a_broken_pack_without_a_good_copy_is_refused(folder, pack_folder):
    _break(pack_folder)
    with pytest.raises(PackBroken):
        read_pack_or_last_good(pack_folder, folder)
    assert list(folder.rglob("*")) == []


def test_the_copy_of_another_folder_is_never_used(folder, pack_folder, good):
    read_pack_or_last_good(good, folder)
    _break(pack_folder)
    with pytest.raises(PackBroken) as caught:
        read_pack_or_last_good(pack_folder, folder)
    assert str(pack_folder) in str(caught.value)


def test_two_folders_keep_a_copy_each(folder, pack_folder, good):
    first, _ = read_pack_or_last_good(pack_folder, folder)
    _change(good, "another")
    second, _ = read_pack_or_last_good(good, folder)
    assert first.digest != second.digest
    for pack in (pack_folder, good):
        _break(pack)
    assert read_pack_or_last_good(pack_folder, folder)[0].digest == first.digest
    assert read_pack_or_last_good(good, folder)[0].digest == second.digest


def test_every_good_pack_becomes_the_copy(folder, pack_folder):
    for number in range(4):
        digest = _change(pack_folder, f"edition {number}")
        assert read_pack_or_last_good(pack_folder, folder)[0].digest == digest
    _break(pack_folder)
    assert read_pack_or_last_good(pack_folder, folder)[0].digest == digest


def test_a_broken_pack_does_not_become_the_copy(folder, pack_folder, good):
    pack, _ = read_pack_or_last_good(pack_folder, folder)
    _break(pack_folder)
    for _ in range(2):
        assert read_pack_or_last_good(pack_folder, folder)[0].digest == pack.digest
    _mend(pack_folder, good)
    assert read_pack_or_last_good(pack_folder, folder) == (pack, None)


CALLS = ("rename", "replace", "mkdir", "fsync", "rmdir", "unlink")


@pytest.mark.parametrize("survived", [0, 1, 2, 3, 4, 5, 8, 12, 16, 20, 24, 26, 28, 30, 32, 34, 36, 38, 40, 60])
def test_a_crash_while_a_copy_is_made_leaves_a_usable_one(folder, pack_folder, survived):
    """The second copy dies after so many changes on disk; the first one or the second is there, whole."""
    first = read_pack_or_last_good(pack_folder, folder)[0].digest
    second = _change(pack_folder, "the second edition")
    _in_a_child_that_dies_after(survived, lambda: read_pack_or_last_good(pack_folder, folder))
    _break(pack_folder)
    assert read_pack_or_last_good(pack_folder, folder)[0].digest in (first, second)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_crash_at_a_change_of_names_leaves_a_usable_copy(folder, pack_folder, good, at):
    first = read_pack_or_last_good(pack_folder, folder)[0].digest
    second = _change(pack_folder, "the second edition")
    _in_a_child_that_dies_after(
        at - 1, lambda: read_pack_or_last_good(pack_folder, folder), calls=("rename", "replace")
    )
    _break(pack_folder)
    assert read_pack_or_last_good(pack_folder, folder)[0].digest in (first, second)
    # And the next good pack is kept as if nothing had been.
    _mend(pack_folder, good)
    third = _change(pack_folder, "the third edition")
    read_pack_or_last_good(pack_folder, folder)
    _break(pack_folder)
    assert read_pack_or_last_good(pack_folder, folder)[0].digest == third


def _in_a_child_that_dies_after(survived: int, act, calls=CALLS) -> None:
    child = os.fork()
    if child == 0:
        left = [survived]

        def dies(call):
            def instead(*words, **more):
                if left[0] == 0:
                    os._exit(9)
                left[0] -= 1
                return call(*words, **more)

            return instead

        for name in calls:
            setattr(os, name, dies(getattr(os, name)))
        act()
        os._exit(0)
    os.waitpid(child, 0)


@pytest.mark.parametrize("call", ["rename", "replace", "mkdir", "fsync"])
def test_a_copy_that_fails_does_not_stop_the_kiosk_nor_spoil_the_copy_that_is_there(
    folder, pack_folder, monkeypatch, call
):
    first = read_pack_or_last_good(pack_folder, folder)[0].digest
    second = _change(pack_folder, "the second edition")

    def fails(*words, **more):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fails)
        pack, fault = read_pack_or_last_good(pack_folder, folder)
    assert (pack.digest, fault) == (second, None)
    _break(pack_folder)
    assert read_pack_or_last_good(pack_folder, folder)[0].digest in (first, second)


def test_a_full_disk_does_not_stop_the_kiosk(small_disk, pack_folder):
    data = small_disk.folder / "data"
    data.mkdir()
    small_disk.fill()
    pack, fault = read_pack_or_last_good(pack_folder, data)
    assert fault is None
    assert pack.digest == read_pack(pack_folder).digest


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_a_pack_on_a_read_only_medium_is_kept_again_and_again(open_folder, pack_folder):
    """Its files and folders may not be written, which must not make the copies of them unremovable."""
    data, pack = open_folder / "data", open_folder / "pack"
    data.mkdir()
    os.chown(data, NOBODY, NOBODY)
    for number in range(4):
        digest = _change(pack_folder, f"edition {number}")
        shutil.rmtree(pack, ignore_errors=True)
        shutil.copytree(pack_folder, pack)
        for path in (*pack.rglob("*"), pack):
            path.chmod(0o555 if path.is_dir() else 0o444)
        assert as_nobody(lambda: read_pack_or_last_good(pack, data)[0].digest) == repr(digest)
    shutil.rmtree(pack)
    assert as_nobody(lambda: read_pack_or_last_good(pack, data)[0].digest) == repr(digest)


def test_a_copy_that_someone_spoiled_is_not_used(folder, pack_folder):
    read_pack_or_last_good(pack_folder, folder)
    for copy in folder.rglob("event.toml"):
        copy.write_text("nothing")
    _break(pack_folder)
    with pytest.raises(PackBroken) as caught:
        read_pack_or_last_good(pack_folder, folder)
    assert str(pack_folder) in str(caught.value)
