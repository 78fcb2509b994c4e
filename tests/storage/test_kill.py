"""kill -9 at any moment: what was acknowledged is in the log once, and a log that was being made is whole or absent."""

import random
import signal
import time
from pathlib import Path

import pytest

from kiosk.actions.backup import verify
from kiosk.storage.database import FILE_NAME
from tests.storage.logbook import OpenLog, assert_sound, run_victim


def _kill_after(process, first_word: str, seconds: float) -> list[str]:
    """Return the lines the process printed after its first, killed so long after that one."""
    first = process.stdout.readline().split()
    assert first[0] == first_word
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().splitlines()
    process.wait()
    process.stdout.close()
    process.stdin.close()
    assert process.returncode == -signal.SIGKILL
    return rest


def _live_and_die(folder: Path, times: int) -> None:
    chance = random.Random(2018)
    log = OpenLog(folder)
    device = log.device
    log.close()
    acknowledged: list[str] = []
    for _ in range(times):
        acknowledged += _kill_after(run_victim("append", folder, 6), "ready", chance.uniform(0.0, 0.12))
        assert_sound(folder, acknowledged, device)
    assert len(acknowledged) > times
    # A process that dies has nobody to fold its journal; the next start does, and goes on counting.
    log = OpenLog(folder)
    assert log.set_aside is None
    assert log.device == device
    log.close()
    assert_sound(folder, acknowledged, device)


def test_keeps_every_acknowledged_entry_over_kills(folder):
    _live_and_die(folder, 8)


@pytest.mark.long
def test_keeps_every_acknowledged_entry_over_a_hundred_kills(folder):
    _live_and_die(folder, 100)


def test_a_kill_while_a_log_is_made_leaves_a_whole_one_or_none(tmp_path):
    chance = random.Random(2018)
    unfinished = 0
    for life in range(4):
        shelf = tmp_path / f"shelf-{life}"
        shelf.mkdir()
        finished = _kill_after(run_victim("provision_for_ever", shelf), "ready", chance.uniform(0.01, 0.06))
        folders = sorted(shelf.iterdir())
        assert {folder.name for folder in folders} >= set(finished)
        for folder in folders[-3:]:
            there = (folder / FILE_NAME).exists()
            assert there or folder.name not in finished
            unfinished += not there
            if there:
                assert verify(folder).faults == []
            log = OpenLog(folder)
            assert log.set_aside is None
            log.close()
            assert_sound(folder, [])
    assert unfinished, "no kill came while a log was being made"
