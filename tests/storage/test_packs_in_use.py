"""Which pack is in use, whatever moment the power goes: the old one or the new one, whole, and never a dead kiosk."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.actions.kiosk import open_kiosk
from kiosk.domain.errors import FileUnusable, PackBroken
from kiosk.storage import packs_in_use
from kiosk.storage.packs import read_pack
from kiosk.storage.packs_in_use import Choice, keep, kept_folder, read_choice, read_pack_in_use, tidy, write_choice
from tests.conftest import SHIPPED

PROJECT = Path(__file__).resolve().parents[2]


def edition(folder: Path, word: str) -> str:
    """Change a good pack into another good one and return its digest."""
    with (folder / "event.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n# {word}\n")
    return read_pack(folder).digest


def put(data: Path, pack: Path, before: str | None = None) -> str:
    """Put a copy of a pack in use and return its digest."""
    digest = read_pack(pack).digest
    fresh = Path(shutil.copytree(pack, data / "fresh"))
    keep(data, fresh, digest)
    write_choice(data, digest, before)
    return digest


def test_without_a_choice_the_event_folder_is_in_use(folder):
    assert read_choice(folder) == Choice()
    found = read_pack_in_use(folder, SHIPPED)
    assert (found.digest, found.fault, found.swap_fault) == (None, None, None)


def test_what_was_put_in_use_wins_over_the_event_folder(folder, pack_folder):
    edition(pack_folder, "another")
    digest = put(folder, pack_folder)
    assert read_pack_in_use(folder, SHIPPED).pack.digest == digest
    write_choice(folder, None, digest)
    assert read_pack_in_use(folder, SHIPPED).pack.digest == read_pack(SHIPPED).digest
    assert read_choice(folder) == Choice(None, digest, can_return=True)


def test_a_broken_event_folder_does_not_matter_while_another_pack_is_in_use(folder, pack_folder, tmp_path):
    digest = put(folder, SHIPPED)
    (pack_folder / "event.toml").write_text("nothing")
    found = read_pack_in_use(folder, pack_folder)
    assert (found.pack.digest, found.fault, found.swap_fault) == (digest, None, None)


@pytest.mark.parametrize("spoil", ["gone", "broken", "another"])
def test_a_copy_that_is_not_what_was_put_in_use_is_told_and_the_event_folder_stands_in(folder, pack_folder, spoil):
    edition(pack_folder, "another")
    copy = kept_folder(folder, put(folder, pack_folder))
    if spoil == "gone":
        shutil.rmtree(copy)
    elif spoil == "broken":
        (copy / "event.toml").write_text("nothing")
    else:
        edition(copy, "somebody edited it")
    found = read_pack_in_use(folder, SHIPPED)
    assert (found.digest, found.fault) == (None, None)
    assert isinstance(found.swap_fault, PackBroken)
    assert read_choice(folder).in_use, "it may come back: nothing is changed by looking"


def test_where_the_event_folder_is_broken_too_the_one_before_stands_in(folder, pack_folder):
    before = put(folder, SHIPPED)
    edition(pack_folder, "another")
    digest = put(folder, pack_folder, before)
    shutil.rmtree(kept_folder(folder, digest))
    found = read_pack_in_use(folder, folder / "nowhere")
    assert (found.pack.digest, found.digest) == (before, before)
    assert found.swap_fault is not None
    shutil.rmtree(kept_folder(folder, before))
    with pytest.raises(PackBroken):
        read_pack_in_use(folder, folder / "nowhere")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"in_use": "../../etc", "before": null}',
        b'{"in_use": 7, "before": null}',
        b'{"in_use": "0123456789abcdef"}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_choice_that_nobody_can_read_is_told_and_nothing_is_removed(folder, said):
    digest = put(folder, SHIPPED)
    (folder / "pack-in-use").write_bytes(said)
    found = read_pack_in_use(folder, SHIPPED)
    assert found.digest is None
    assert found.swap_fault is not None
    tidy(folder)
    assert kept_folder(folder, digest).is_dir()


def test_only_the_pack_in_use_and_the_one_before_are_kept(folder, pack_folder):
    digests = [put(folder, SHIPPED)]
    for number in range(3):
        edition(pack_folder, f"edition {number}")
        digests.append(put(folder, pack_folder, digests[-1]))
    (folder / "uploads" / "left").mkdir(parents=True)
    tidy(folder)
    assert sorted(path.name for path in (folder / "packs").iterdir()) == sorted(digests[-2:])
    assert not (folder / "uploads").exists()


def test_a_full_disk_leaves_the_old_pack_in_use(folder, pack_folder, monkeypatch):
    first = put(folder, SHIPPED)

    def fails(*_):
        raise OSError(28, "No space left on device")

    for call in ("rename", "replace", "fsync"):
        with monkeypatch.context() as patch:
            patch.setattr(os, call, fails)
            edition(pack_folder, call)
            with pytest.raises(FileUnusable):
                put(folder, pack_folder, first)
        shutil.rmtree(folder / "fresh", ignore_errors=True)
        assert read_pack_in_use(folder, SHIPPED).pack.digest == first


CALLS = ("rename", "replace", "mkdir", "fsync", "unlink", "rmdir")


@pytest.mark.parametrize("survived", [*range(8), *range(20, 36), 50, 90])
def test_a_crash_at_any_change_leaves_one_of_the_two_packs(folder, pack_folder, survived):
    """The swap dies after so many changes on disk; afterwards the first pack is in use or the second, whole."""
    first = put(folder, SHIPPED)
    edition(pack_folder, "the second edition")
    second = read_pack(pack_folder).digest
    fresh = Path(shutil.copytree(pack_folder, folder / "fresh"))
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

        for name in CALLS:
            setattr(os, name, dies(getattr(os, name)))
        keep(folder, fresh, second)
        write_choice(folder, second, first)
        packs_in_use.tidy(folder)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    found = read_pack_in_use(folder, SHIPPED)
    assert found.swap_fault is None
    assert found.pack.digest in (first, second)
    if status == 0:
        assert found.pack.digest == second
    # And the next start clears away what was left, the next swap goes on as if nothing had been.
    tidy(folder)
    assert {path.name for path in (folder / "packs").iterdir()} <= {first, second}
    shutil.rmtree(folder / "fresh", ignore_errors=True)
    assert read_pack_in_use(folder, SHIPPED).pack.digest == found.pack.digest
    third = edition(pack_folder, "the third edition")
    put(folder, pack_folder, found.pack.digest)
    assert read_pack_in_use(folder, SHIPPED).pack.digest == third


SWAPS_FOR_EVER = """
import sys
from pathlib import Path
from kiosk.actions.kiosk import open_kiosk
from kiosk.actions.swap_pack import put_back, return_target
kiosk = open_kiosk(Path(sys.argv[1]), Path(sys.argv[2]))
while True:
    put_back(kiosk, return_target(kiosk)[1])
    print("swapped", flush=True)
"""


@pytest.mark.parametrize("seed", range(4))
def test_a_kiosk_that_is_killed_while_it_swaps_opens_with_one_of_the_two(folder, pack_folder, seed):
    """kill -9 in the middle of the real thing: log, switch and screens."""
    edition(pack_folder, "the second edition")
    digests = {put(folder, pack_folder), read_pack(SHIPPED).digest}
    command = [sys.executable, "-c", SWAPS_FOR_EVER, str(folder), str(SHIPPED)]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "swapped\n"
    time.sleep(random.Random(seed).uniform(0.1, 0.6))
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    kiosk = open_kiosk(folder, SHIPPED)
    try:
        assert kiosk.swap_fault is None
        assert kiosk.pack.digest in digests
        in_use = json.loads((folder / "pack-in-use").read_text())["in_use"]
        assert (in_use or read_pack(SHIPPED).digest) == kiosk.pack.digest
        # The log is never behind: what is on screen was recorded before.
        told = [line.entry for line in kiosk.log.lookup.newest(2).lines if line.entry.kind == "pack"]
        assert told
        assert kiosk.pack.digest in [one.details[which] for one in told for which in ("digest", "before")]
        assert kiosk.log.try_writing()
    finally:
        kiosk.close()
