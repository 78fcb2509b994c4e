"""The trial of recording: durable, found again by another connection, counted by nothing; on a full and a dead disk."""

import os

import pytest

from kiosk.actions.preflight import try_recording
from kiosk.actions.tally import Tally
from kiosk.domain.statistics import Figures
from kiosk.storage.log import Log
from tests.storage.logbook import OpenLog, as_nobody, assert_sound, draft


def trial(**changes):
    return draft(kind="trial", source="staff", actor="staff", event="hohhot-2018", **changes)


def test_a_trial_is_kept_and_counted_by_no_figure(log, clock, shipped_pack):
    said = trial()
    assert try_recording(log, said).state == "ready"
    (entry,) = log.entries()
    assert (entry.id, entry.kind) == (said.id, "trial")
    tally = Tally(log, shipped_pack.event)
    assert tally.report(clock.now()).whole == Figures()
    assert (tally.days(), tally.busiest_day()) == ([], 0)
    log.append(draft(event="hohhot-2018"))
    assert tally.busiest_day() == 1
    log.close()
    assert_sound(log.folder, [said.id], log.device)


def test_what_is_found_again_must_be_what_was_written(log, monkeypatch):
    first = log.append(trial(details={"other": True})).entry
    monkeypatch.setattr(Log, "read_back", lambda self, entry_id: first)
    assert "other content" in str(try_recording(log, trial()).sentences[0])
    monkeypatch.setattr(Log, "read_back", lambda self, entry_id: None)
    assert "not found" in str(try_recording(log, trial()).sentences[0])


def test_on_a_full_disk_it_says_so_and_is_well_when_there_is_room(small_disk, open_log):
    log = open_log(small_disk.folder / "data")
    small_disk.fill()
    big = {"text": "字" * 30_000}
    failed = try_recording(log, trial(details=big))
    assert failed.state == "not_ready" and "Full" in str(failed.sentences[0])
    small_disk.empty()
    assert try_recording(log, trial(details=big)).state == "ready"


def test_a_log_that_was_moved_away_is_no_place_to_record(log):
    log.append(draft())
    (log.folder / "kiosk.db").rename(log.folder / "elsewhere.db")
    assert try_recording(log, trial()).state == "not_ready"


def test_a_log_that_may_only_be_read(open_folder, clock):
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody without rights")
    log = OpenLog(open_folder / "data", clock.now)
    log.append(draft())
    log.folder.chmod(0o755)
    for file in log.folder.iterdir():
        file.chmod(0o644)
    log.database.close()

    def without_rights():
        return try_recording(log, trial()).state

    assert as_nobody(without_rights) == "'not_ready'"
