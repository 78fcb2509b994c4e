"""Migrations: each is known by its digest once released, they count from 1, and opening twice changes nothing."""

import hashlib

import pytest

from kiosk.storage.logfile import provision
from kiosk.storage.schema import MIGRATIONS, migrations
from tests.storage.logbook import OpenLog, assert_sound, bytes_of, draft, raw

# One line for each released migration. A line here never changes: installed kiosks have applied it.
RELEASED = {
    "0001_entries.sql": "a9e06cec02f503c1f0f89253b3a03940ca7d1f022e9213cde3105303ed687c65",
    "0002_rare_kinds.sql": "2d0cd136641c05180495a0b8a54c74a8aa3264757b2b4ac9b31c006781b3437f",
    "0003_cards.sql": "4d6901945e69e60c0f11cd4ff224936ff6b93e309a02321a37f8654b4dbb6069",
    "0004_the_desk.sql": "456f383c67b4cc4b248c23d76e2a76f874b8a84e1b76663df962ac2cfe75cc94",
    "0005_notes.sql": "93b7c166d0258abba7c5240e7ee2f65660dd98ad2855a277b20e662fb6ac3d91",
    "0006_summaries.sql": "918e51654465bb187d0ee7119c88bf5c4c9bb99a894cda7b561e5e529053c75b",
}


def test_migrations_count_from_1_without_gaps():
    assert [number for number, _ in migrations()] == list(range(1, len(migrations()) + 1))
    assert len(migrations()) == len(list(MIGRATIONS.iterdir()))


def test_a_released_migration_was_not_edited():
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(MIGRATIONS.iterdir())}
    assert digests == RELEASED


def _schema(folder) -> dict[str, str]:
    connection = raw(folder)
    try:
        rows = connection.execute("SELECT type || ' ' || name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
        return dict(rows.fetchall())
    finally:
        connection.close()


def test_a_new_log_has_its_guards_and_one_device(folder):
    provision(folder / "kiosk.db")
    assert set(_schema(folder)) == {
        "table entries",
        "table refusals",
        "table device",
        "table notes",
        "table note_photos",
        "table summaries",
        "index entries_wall",
        "index entries_voids",
        "index entries_rare",
        "index entries_of_card",
        "index entries_of_shift",
        "trigger entries_are_not_updated",
        "trigger entries_are_not_deleted",
        "trigger entries_are_not_replaced",
        "trigger refusals_are_bounded",
        "trigger notes_are_not_updated",
        "trigger notes_are_not_deleted",
        "trigger notes_are_not_replaced",
        "trigger note_photos_are_not_updated",
        "trigger note_photos_are_not_deleted",
        "trigger note_photos_are_not_replaced",
        "trigger summaries_are_not_updated",
        "trigger summaries_are_not_deleted",
        "trigger summaries_are_not_replaced",
    }
    connection = raw(folder)
    try:
        assert connection.pragma("user_version") == migrations()[-1][0]
        assert connection.pragma("journal_mode") == "wal"
        assert connection.execute("SELECT count(*), trials FROM device").fetchall() == [(1, 0)]
        assert connection.execute("SELECT count(*) FROM entries").get == 0
    finally:
        connection.close()


def test_a_log_of_format_1_with_entries_is_brought_up_to_date(folder, open_log, monkeypatch):
    with monkeypatch.context() as earlier:
        first = migrations()[:1]
        for room in ("schema", "logfile"):
            earlier.setattr(f"kiosk.storage.{room}.migrations", lambda: first)
        old = OpenLog(folder)
        kinds = ("display", "check_in", "pack")
        recorded = [old.append(draft(kind=kind, details={"of": kind})).entry for kind in kinds]
        old.close()
    assert "index entries_rare" not in _schema(folder)
    log = open_log()
    assert log.database.read().pragma("user_version") == migrations()[-1][0]
    assert log.entries() == recorded
    assert log.last("display", "fair") == recorded[0]
    assert log.append(draft(kind="display")).entry == log.last("display", "fair")
    assert_sound(folder, [entry.id for entry in recorded], old.device)


def test_opening_again_changes_nothing(log, folder):
    recorded = [log.append(draft()).entry.id for _ in range(3)]
    entries = log.entries()
    log.close()
    connection = raw(folder)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    before, schema = bytes_of(folder, "kiosk.db"), _schema(folder)
    for _ in range(2):
        again = OpenLog(folder)
        assert again.set_aside is None
        assert again.device == log.device
        assert again.entries() == entries
        again.close()
    assert bytes_of(folder, "kiosk.db") == before
    assert _schema(folder) == schema
    assert_sound(folder, recorded, log.device)


@pytest.fixture
def second_migration(tmp_path, monkeypatch):
    """A release with one more migration: first a good one, which `spoil` makes fail half-way."""
    from kiosk.storage import schema

    newer = tmp_path / "migrations"
    newer.mkdir()
    for path in MIGRATIONS.iterdir():
        (newer / path.name).write_bytes(path.read_bytes())
    script = newer / f"{migrations()[-1][0] + 1:04d}_later.sql"
    script.write_text(
        "CREATE TABLE later (text TEXT) STRICT;\nINSERT INTO later SELECT id FROM entries ORDER BY position;\n"
    )
    monkeypatch.setattr(schema, "MIGRATIONS", newer)
    return script


def test_a_later_migration_is_applied_to_a_log_with_entries(log, folder, open_log, second_migration):
    recorded = [log.append(draft()).entry.id for _ in range(3)]
    log.close()
    again = open_log()
    assert [row[0] for row in again.database.read().execute("SELECT text FROM later ORDER BY rowid")] == recorded
    assert again.database.read().pragma("user_version") == migrations()[-1][0]
    assert again.append(draft()).entry.seq == 4
    assert again.device == log.device


def test_a_migration_that_fails_leaves_the_log_as_it_was(log, folder, open_log, second_migration):
    import apsw

    recorded = [log.append(draft()).entry.id for _ in range(3)]
    log.close()
    schema = _schema(folder)
    second_migration.write_text("CREATE TABLE later (text TEXT) STRICT;\nINSERT INTO nowhere VALUES (1);\n")
    with pytest.raises(apsw.SQLError):
        open_log()
    assert _schema(folder) == schema
    second_migration.unlink()
    assert open_log().count() == 3
    assert_sound(folder, recorded, log.device)
