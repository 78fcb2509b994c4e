"""Rows of notes: in one commit with their entry or not at all, never changed, checked by `verify`, in every copy."""

import hashlib
import random
import signal
import threading
import time
from datetime import date

import apsw
import pytest

from kiosk.actions.backup import back_up, restore, verify
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import EntryConflict, NotAllowed, NotRecorded, UnknownEntry
from kiosk.domain.note import Note, Photo
from kiosk.storage.notes import GUARDS, beside, details
from tests.storage.logbook import OpenLog, assert_sound, draft, raw, run_victim, void_of

JPEG = {colour: (colour.encode() * 5000, colour.encode()) for colour in ("red", "blue")}
DIGEST = {colour: hashlib.sha256(large).hexdigest() for colour, (large, _) in JPEG.items()}
CONTENT = {DIGEST[colour]: JPEG[colour] for colour in JPEG}


def note(*colours: str, **changes) -> Note:
    photos = tuple(Photo(DIGEST[one], one, "none") for one in colours)
    return Note(**{"about": "visit", "day": date(2027, 5, 30), "title": "走访", "photos": photos, **changes})


def write(log, said: Note, note_id: str | None = None, replaces: str | None = None, content=CONTENT, **changes):
    note_id = note_id or mint_id()
    entry = draft(id=note_id, kind="note", source="staff", details=details(said, replaces), **changes)
    return log.append_with(entry, beside(note_id, said, replaces, content))


def rows(folder, table: str) -> int:
    connection = raw(folder)
    try:
        return connection.execute(f"SELECT count(*) FROM {table}").get
    finally:
        connection.close()


def test_a_note_its_photos_and_its_entry_are_there_together(log, folder):
    kept = write(log, note("red", "blue")).entry
    assert log.notes.one(kept.id).note == note("red", "blue")
    assert log.notes.photo(DIGEST["red"]) == JPEG["red"][0]
    assert log.notes.photo(DIGEST["red"], small=True) == JPEG["red"][1]
    write(log, note("red"))
    assert rows(folder, "note_photos") == 2, "a photo of two notes is there once"
    assert verify(folder).faults == []


def test_a_replay_is_one_note_and_other_content_a_conflict(log, folder):
    first = write(log, note("red"))
    again = write(log, note("red"), first.entry.id)
    assert (again.fresh, again.entry) == (False, first.entry)
    with pytest.raises(EntryConflict):
        write(log, note("blue"), first.entry.id)
    assert [one.what for one in log.refusals.newest(9)] == ["conflict"]
    assert (rows(folder, "notes"), rows(folder, "note_photos")) == (1, 1)


def test_what_is_refused_leaves_neither_entry_nor_rows_and_disturbs_nobody(log, folder):
    first = write(log, note("red")).entry
    write(log, note(title="更正"), replaces=first.id)
    with pytest.raises(NotAllowed):
        write(log, note("blue"), replaces=first.id)
    with pytest.raises(UnknownEntry):
        write(log, note("blue"), replaces=mint_id())
    with pytest.raises(UnknownEntry):
        write(log, note("blue"), content={})
    with pytest.raises(NotRecorded):  # the file's own rule: a photo is at most a megabyte
        write(log, note("blue"), content={DIGEST["blue"]: (bytes(1_000_001), b"small")})
    assert (log.count(), rows(folder, "notes"), rows(folder, "note_photos")) == (2, 2, 1)
    assert log.append(draft()).entry.seq == 3
    assert verify(folder).faults == []


def test_notes_refused_in_a_shared_commit_take_nobody_with_them(log, folder):
    outcomes = []

    def work(turn: int) -> None:
        try:
            outcomes.append(write(log, note("red"), content=CONTENT if turn % 2 else {}).fresh)
        except UnknownEntry:
            outcomes.append(None)
        log.append(draft())

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    # Once the photo is there, a note that shows it needs not bring it.
    assert len(outcomes) == 12 and outcomes.count(True) >= 6
    assert rows(folder, "notes") == outcomes.count(True)
    assert_sound(folder, [], log.device)


def test_of_an_event_the_latest_of_each_is_current_and_none_that_was_voided(log):
    first, second, third = (write(log, note(day=date(2027, 5, day))).entry for day in (30, 29, 28))
    newer = write(log, note(day=date(2027, 6, 1)), replaces=first.id).entry
    write(log, note(), content={})
    log.append(void_of(third.id))
    assert log.notes.current("fair")[0].id == second.id
    assert log.notes.current("fair")[-1].id == newer.id
    assert len(log.notes.current("fair")) == 3
    log.append(void_of(newer.id))
    assert first.id not in [one.id for one in log.notes.current("fair")], (
        "voided, a note does not bring back the earlier"
    )
    with pytest.raises(NotAllowed):
        write(log, note(), replaces=newer.id)
    assert log.notes.current("elsewhere") == []


def test_the_notes_of_an_event_that_is_over_are_not_those_of_the_next(log):
    old = write(log, note(title="走访")).entry
    over = log.size()[0]
    new = write(log, note(title="座谈会"), content={}).entry
    write(log, note(title="走访，更正"), replaces=old.id, content={})
    assert [one.id for one in log.notes.current("fair", over)] == [new.id]
    assert len(log.notes.current("fair")) == 2


@pytest.mark.parametrize("table", ["notes", "note_photos"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {table} SET digest = digest",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    ],
)
def test_rows_are_never_changed(log, folder, table, change):
    write(log, note("red"))
    connection = raw(folder)
    try:
        with pytest.raises(apsw.ConstraintError, match="append-only"):
            connection.execute(change.format(table=table))
    finally:
        connection.close()


SPOILED = {
    "UPDATE notes SET content = replace(content, '走访', '慰问')": "does not match its digest",
    "UPDATE note_photos SET jpeg = x'ffd8'": "does not match its digest",
    "DELETE FROM note_photos": "is not there",
    "DELETE FROM note_photos; DELETE FROM notes": "its note is not there",
    "INSERT INTO notes (id, content, digest) SELECT 'x' || substr(id, 2), content, digest FROM notes": "has no entry",
    "SELECT 1": "notes_are_not_updated is not there",
}


@pytest.mark.parametrize("spoil", SPOILED)
def test_verify_finds_what_somebody_did_to_the_rows(log, folder, spoil):
    write(log, note("red"))
    log.close()
    connection = raw(folder)
    try:
        for guard in GUARDS:
            connection.execute(f"DROP TRIGGER {guard}")
        connection.execute(spoil).fetchall()
    finally:
        connection.close()
    assert any(SPOILED[spoil] in fault for fault in verify(folder).faults)


def test_copies_hold_notes_and_photos(log, folder, tmp_path):
    kept = write(log, note("red", "blue")).entry
    copy = back_up(folder, tmp_path / "copy.db")
    assert verify(folder, copy).faults == []
    restore(copy, tmp_path / "other")
    again = OpenLog(tmp_path / "other")
    try:
        assert again.notes.one(kept.id).note == note("red", "blue")
        assert again.notes.photo(DIGEST["blue"]) == JPEG["blue"][0]
    finally:
        again.close()


def test_nothing_is_kept_on_a_full_disk_and_all_of_it_when_there_is_room(small_disk, open_log):
    log = open_log(small_disk.folder / "data")
    photo = random.Random(2018).randbytes(700_000)
    digest = hashlib.sha256(photo).hexdigest()
    said = Note("visit", date(2027, 5, 30), "走访", photos=(Photo(digest, "", "none"),))
    note_id = mint_id()
    small_disk.fill(leave=400_000)
    with pytest.raises(NotRecorded):
        write(log, said, note_id, content={digest: (photo, b"small")})
    assert log.entry(note_id) is None and log.notes.one(note_id) is None
    small_disk.empty()
    assert write(log, said, note_id, content={digest: (photo, b"small")}).fresh
    log.close()
    assert_sound(log.folder, [note_id], log.device)


def test_a_kill_at_any_moment_leaves_each_note_whole_or_absent(folder):
    chance = random.Random(2018)
    log = OpenLog(folder)
    log.close()
    acknowledged: list[str] = []
    for _ in range(5):
        process = run_victim("write_notes", folder)
        assert process.stdout.readline().startswith("ready")
        time.sleep(chance.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        acknowledged += process.stdout.read().splitlines()
        process.wait()
        process.stdout.close()
        process.stdin.close()
        assert_sound(folder, acknowledged)  # with every note and photo that an entry names
    assert acknowledged
