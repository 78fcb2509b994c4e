"""Power cuts, simulated under SQLite: what was acknowledged is there afterwards, and a log is there whole or not.

The disk loses every unsynced sector with a chance of one half. That it does so for real is shown by taking the
protection away: then acknowledged entries must be found missing.
"""

import os
import random
from pathlib import Path

import pytest

from kiosk.actions.backup import verify
from kiosk.storage import folder as folder_room
from kiosk.storage.database import FILE_NAME, Database
from kiosk.storage.logfile import provision
from tests.storage.faults import PowerCutDisk
from tests.storage.logbook import OpenLog, assert_sound, draft, void_of

APPENDS = 40


def _live(folder: Path, acknowledged: list[str]) -> None:
    """Append, correct, repeat, stop and start again; `acknowledged` gets every id that was answered for."""
    for _ in range(2):
        log = OpenLog(folder)
        log.try_writing()
        try:
            for number in range(APPENDS // 2):
                said = draft(party_size=1 + number % 7, details={"text": "字" * (number * 37 % 1500)})
                log.append(said)
                acknowledged.append(said.id)
                if number % 9 == 4:
                    void = void_of(said.id)
                    log.append(void)
                    acknowledged.append(void.id)
                if number % 5 == 2:
                    log.append(said)
        finally:
            log.close()


def _put(folder: Path, left: dict[str, bytes]) -> Path:
    folder.mkdir(mode=0o700)
    for name, content in left.items():
        (folder / name).write_bytes(content)
    return folder


def _cut_lives(tmp_path: Path, rounds: int, cuts_each: int, steps: int):
    """Yield (device, acknowledged ids, folder) after every power cut; they fall into the first `steps` of a life."""
    for seed in range(rounds):
        folder = tmp_path / f"life-{seed}"
        log = OpenLog(folder)
        device = log.device
        log.close()
        chance = random.Random(seed)
        acknowledged: list[str] = []
        cut_at = set(chance.sample(range(10, steps), cuts_each))
        with PowerCutDisk(folder, seed, cut_at, witness=lambda ids=acknowledged: list(ids)) as disk:
            _live(folder, acknowledged)
        assert len(disk.cuts) == cuts_each, f"only {disk.steps} steps"
        for number, (ids, left) in enumerate(disk.cuts):
            yield device, ids, _put(tmp_path / f"cut-{seed}-{number}", left)


@pytest.fixture
def set_on_connections(monkeypatch):
    """Return a function that has every connection of the product say one more thing when it is made."""

    def also(statement: str) -> None:
        connect = Database.connect

        def connect_and_say(self, **words):
            connection = connect(self, **words)
            connection.execute(statement).fetchall()
            return connection

        monkeypatch.setattr(Database, "connect", connect_and_say)

    return also


@pytest.fixture
def small_journal(set_on_connections):
    """Fold the journal back every few commits, so that cuts also fall into that."""
    set_on_connections("PRAGMA wal_autocheckpoint = 12")


def _check(tmp_path: Path, rounds: int, cuts_each: int) -> None:
    acknowledged = 0
    for device, ids, folder in _cut_lives(tmp_path, rounds, cuts_each, steps=720):
        log = OpenLog(folder)
        assert log.set_aside is None
        assert log.device == device
        assert_sound(folder, ids, device)
        assert log.append(draft()).fresh
        log.close()
        acknowledged += len(ids)
    assert acknowledged > rounds * cuts_each


def test_keeps_every_acknowledged_entry_over_power_cuts(tmp_path, small_journal):
    _check(tmp_path, rounds=8, cuts_each=10)


@pytest.mark.long
def test_keeps_every_acknowledged_entry_over_a_thousand_power_cuts(tmp_path, small_journal):
    _check(tmp_path, rounds=50, cuts_each=20)


@pytest.mark.parametrize("weaker", ["PRAGMA synchronous = NORMAL", "PRAGMA synchronous = OFF"], ids=["normal", "off"])
def test_the_simulated_disk_loses_entries_that_were_not_synced(tmp_path, set_on_connections, weaker):
    set_on_connections(weaker)
    lost = 0
    for _, ids, folder in _cut_lives(tmp_path, rounds=2, cuts_each=10, steps=440):
        try:
            log = OpenLog(folder)
            lost += any(log.entry(one) is None for one in ids)
            log.close()
        except Exception:  # without syncs the file itself may be broken
            lost += 1
    assert lost >= 5


def _cut_provisions(tmp_path: Path, monkeypatch, seeds: range):
    """Yield (the folder, whether `provision` had returned) after a cut at every step of making a log."""
    for seed in seeds:
        folder = tmp_path / f"made-{seed}"
        folder.mkdir(mode=0o700)
        (folder / (FILE_NAME + ".new")).write_bytes(b"left over from another cut")
        done = []
        disk = PowerCutDisk(folder, seed, set(range(1_000)), witness=lambda done=done: bool(done))
        with disk, disk.watching_python(monkeypatch):
            provision(folder / FILE_NAME)
            done.append(True)
            disk.step()
        assert disk.steps > 20
        for number, (returned, left) in enumerate(disk.cuts):
            yield returned, left, tmp_path / f"made-{seed}-{number}"


def test_a_new_log_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    seen = set()
    for returned, left, folder in _cut_provisions(tmp_path, monkeypatch, range(3)):
        there = FILE_NAME in left
        seen.add((returned, there))
        assert there or not returned
        _put(folder, left)
        if there:
            # Nothing but the file of that name: whatever else was left must not be needed.
            assert verify(folder).faults == []
        log = OpenLog(folder)
        assert log.set_aside is None
        assert log.append(draft()).entry.seq == 1
        log.close()
    assert seen >= {(False, False), (True, True)}
    assert (True, False) not in seen


def test_a_finished_file_is_on_disk_before_it_gets_its_name_and_the_name_is_after(tmp_path, monkeypatch):
    """What SQLite did not write, an export, has nobody else to sync it."""
    fresh, path = tmp_path / "fresh", tmp_path / "log.csv"
    fresh.write_text("whole")
    seen, fsync, replace = [], os.fsync, os.replace

    def watched_fsync(handle):
        fsync(handle)
        seen.append(("synced", os.readlink(f"/proc/self/fd/{handle}")))

    def watched_replace(old, new):
        replace(old, new)
        seen.append(("named", str(new)))

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    folder_room.publish(fresh, path)
    assert seen == [("synced", str(fresh)), ("named", str(path)), ("synced", str(tmp_path))]


def test_the_simulated_disk_loses_a_new_log_that_was_not_synced(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_room, "sync_path", lambda path: None)
    spoiled = 0
    for returned, left, folder in _cut_provisions(tmp_path, monkeypatch, range(12)):
        if returned and FILE_NAME not in left:
            spoiled += 1
        elif FILE_NAME in left:
            spoiled += bool(verify(_put(folder, left)).faults)
    assert spoiled
