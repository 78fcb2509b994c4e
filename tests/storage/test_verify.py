"""`verify` against everything that can be wrong with a log although SQLite finds the file in order."""

import pytest

from kiosk.actions.backup import MOST_FAULTS, verify
from kiosk.domain.entry import FIELDS, canonical_json, mint_id
from kiosk.domain.errors import FileUnusable
from kiosk.storage.database import FILE_NAME
from tests.storage.logbook import draft, raw, void_of


@pytest.fixture
def tamper(log, folder):
    """Return a function that runs statements on the stopped log with its guards taken off, and puts them back."""
    target = log.append(draft(party_size=2, answers={"q": {"a": 1}})).entry
    void = log.append(void_of(target.id)).entry
    for _ in range(4):
        log.append(draft(party_size=2, answers={"q": {"a": 1}}))
    log.close()

    def run(statement: str, values=()) -> list[str]:
        connection = raw(folder)
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entries'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON").fetchall()
        connection.execute(statement, values).fetchall()
        for _, sql in guards:
            connection.execute(sql)
        connection.close()
        return verify(folder).faults

    run.target, run.void = target, void
    return run


def test_finds_nothing_wrong_with_a_log_as_it_was_written(tamper, folder):
    assert tamper("SELECT 1") == []
    verdict = verify(folder)
    assert verdict.is_sound
    assert (verdict.entries, list(verdict.devices.values())) == (6, [6])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("party_size = 9", "content does not match its digest"),
        ('answers = \'{"q":{"a":2}}\'', "content does not match its digest"),
        ('answers = \'{"q":{"a":3}}\'', "more answers to q than people"),
        ('answers = \'{"q":{"a":0}}\'', "not positive counts"),
        ("kind = 'scan'", "content does not match its digest"),
        ("reason = 'why not'", "content does not match its digest"),
        ("digest = replace(hex(zeroblob(32)), '0', 'a')", "content does not match its digest"),
        ("id = replace(id, '-', '_')", "id is not a UUID"),
        ("party_size = 300", "party size out of range"),
        ("voids = id", "a void names what it voids"),
        ("seq = 60", "entries are missing"),
        ("answers = '{'", "cannot be read to the end"),
        ("answers = '[]'", "cannot be read to the end"),
    ],
)
def test_finds_an_entry_that_was_changed(tamper, change, fault):
    faults = tamper(f"UPDATE entries SET {change} WHERE seq = 4")
    assert any(fault in one for one in faults), faults


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_finds_that_an_entry_is_missing(tamper, seq):
    faults = tamper("DELETE FROM entries WHERE seq = ?", (seq,))
    assert any("entries are missing" in fault for fault in faults), faults


def test_finds_a_void_of_nothing(tamper):
    faults = tamper("UPDATE entries SET voids = ? WHERE kind = 'void'", (mint_id(),))
    assert any("which is not in the log" in fault for fault in faults), faults


def test_finds_a_void_of_a_void(tamper, folder, log):
    said = void_of(tamper.void.id)
    row = {name: getattr(tamper.void, name) for name in FIELDS}
    row |= {"id": said.id, "voids": said.voids, "seq": 7, "digest": said.digest(), "details": "{}", "answers": "{}"}
    row |= {"actor": said.actor, "reason": said.reason}
    names = ", ".join(row)
    faults = tamper(f"INSERT INTO entries ({names}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
    assert len(faults) == 1
    assert "voids a correction" in faults[0]


@pytest.mark.parametrize("guard", ["entries_are_not_updated", "entries_are_not_deleted", "entries_are_not_replaced"])
def test_finds_that_a_guard_is_missing(log, folder, guard):
    log.append(draft())
    log.close()
    connection = raw(folder)
    connection.execute(f"DROP TRIGGER {guard}")
    connection.close()
    assert any(guard in fault for fault in verify(folder).faults)


def test_finds_a_damaged_page(log, folder):
    for _ in range(60):
        log.append(draft(details={"text": "字" * 900}))
    log.close()
    connection = raw(folder)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    with (folder / FILE_NAME).open("r+b") as file:
        file.seek(4_096 * 20)
        file.write(b"\xff" * 4_096)
    assert not verify(folder).is_sound


def test_finds_different_content_of_the_same_shape(tamper):
    """The digest is of what was said, so an edit that keeps every rule is still seen."""
    faults = tamper("UPDATE entries SET details = ? WHERE seq = 3", (canonical_json({"a": 1}),))
    assert len(faults) == 1
    assert "content does not match its digest" in faults[0]


def test_lists_so_many_faults_and_no_more(log, folder, tamper):
    connection = raw(folder)
    sql = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'entries_are_not_updated'").get
    connection.execute(
        f"WITH RECURSIVE n(i) AS (SELECT 7 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
        f" INSERT INTO entries SELECT NULL, printf('%08x-0000-4000-8000-000000000000', i), device, i, {_REST}"
        " FROM n, (SELECT * FROM entries WHERE seq = 4)"
    )
    connection.execute("DROP TRIGGER entries_are_not_updated")
    connection.execute("UPDATE entries SET digest = ?", ("b" * 64,))
    connection.execute(sql)
    connection.close()
    faults = verify(folder).faults
    assert MOST_FAULTS < len(faults) <= MOST_FAULTS + 3
    assert faults[-1] == "further faults are not listed"


_REST = ", ".join(name for name in FIELDS if name not in ("id", "device", "seq"))


def test_refuses_a_file_that_is_not_there(folder, tmp_path):
    with pytest.raises(FileUnusable):
        verify(folder)
    with pytest.raises(FileUnusable):
        verify(folder, tmp_path / "copy.db")


def test_tells_how_far_it_has_come_and_changes_nothing(log, folder):
    log.append(draft())
    log.close()
    told = []
    assert verify(folder, progress=lambda done, total: told.append((done, total))).is_sound
    assert told == [(0, 1), (1, 1)]
