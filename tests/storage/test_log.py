"""The log itself: the sequence, replay against conflict, the digest, what is refused, what the file itself forbids."""

from dataclasses import replace
from uuid import uuid4

import apsw
import pytest

from kiosk.domain.entry import FIELDS, mint_id
from kiosk.domain.errors import EntryConflict, NotAllowed, UnknownEntry
from tests.storage.logbook import OpenLog, draft, raw, refusals, void_of


def test_numbers_entries_from_1_without_gaps_across_restarts(log, open_log):
    first = [log.append(draft()).entry for _ in range(3)]
    log.close()
    again = open_log()
    second = [again.append(draft()).entry for _ in range(3)]
    assert [entry.seq for entry in first + second] == [1, 2, 3, 4, 5, 6]
    assert {entry.device for entry in first + second} == {log.device}
    assert again.size() == (6, 6)


def test_a_refused_draft_leaves_no_gap(log):
    there = log.append(draft()).entry
    with pytest.raises(EntryConflict):
        log.append(draft(id=there.id, party_size=2))
    with pytest.raises(UnknownEntry):
        log.append(void_of(mint_id()))
    assert log.append(draft()).entry.seq == 2


def test_returns_the_entry_as_it_is_read_back(log, clock):
    said = draft(
        party_size=3,
        answers={"age_band": {"child": 2, "senior": 1}},
        subject="李四光",
        details={"b": [1, {"a": "é\u2028"}], "a": None},
        stop="square",
        station="desk",
    )
    entry = log.append(said).entry
    assert log.entry(said.id) == entry == log.entries()[0]
    assert entry.stamp == clock.now()
    assert entry.digest == said.digest()
    assert [getattr(entry, name) for name in ("subject", "details", "stop", "station")] == [
        "李四光",
        {"b": [1, {"a": "é\u2028"}], "a": None},
        "square",
        "desk",
    ]


def test_the_same_entry_again_gives_the_one_that_is_there(log, clock):
    said = draft(party_size=2, answers={"q": {"a": 1, "b": 1}}, stop="square")
    first = log.append(said)
    clock.forward(3_600_000)
    again = log.append(replace(said, answers={"q": {"b": 1, "a": 1}}))
    assert (first.fresh, again.fresh) == (True, False)
    assert again.entry == first.entry
    assert log.count() == 1


def test_a_replay_from_elsewhere_later_gives_the_entry_that_is_there(log, clock):
    said = draft()
    first = log.append(said)
    clock.forward(86_400_000)
    again = log.append(replace(said, source="phone", stop="library", pack="f" * 16))
    assert again.entry == first.entry
    assert log.entry(said.id).source == "touch"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "scan"},
        {"event": "another"},
        {"station": "desk"},
        {"party_size": 2},
        {"subject": "someone"},
        {"answers": {"q": {"a": 1}}},
        {"details": {"a": 1}},
        {"actor": "staff"},
        {"reason": "because"},
        {"kind": "void", "voids": "11111111-1111-4111-8111-111111111111"},
    ],
    ids=lambda change: "-".join(change),
)
def test_other_content_has_another_digest(change):
    said = draft()
    assert replace(said, **change).digest() != said.digest()


@pytest.mark.parametrize("change", [{"source": "phone"}, {"stop": "x"}, {"pack": "x"}, {"id": str(uuid4())}])
def test_where_and_when_do_not_change_the_digest(change):
    said = draft()
    assert replace(said, **change).digest() == said.digest()


def test_refuses_another_content_under_the_same_id_and_keeps_that_it_did(log, folder):
    said = draft(party_size=2)
    log.append(said)
    with pytest.raises(EntryConflict) as caught:
        log.append(replace(said, party_size=3))
    assert caught.value.entry_id == said.id
    assert [entry.party_size for entry in log.entries()] == [2]
    assert refusals(folder) == [("conflict", said.id)]


def test_refusals_are_bounded_to_the_last_thousand(log, folder):
    for number in range(1_005):
        log.refusals.add("sign_in", str(number), {}, "phone")
    assert [subject for _, subject in refusals(folder)] == [str(number) for number in range(5, 1_005)]


def test_a_refusal_that_cannot_be_kept_is_not_in_the_way(log, folder):
    connection = raw(folder)
    connection.execute("DROP TABLE refusals")
    connection.close()
    log.refusals.add("sign_in", "someone", {}, "phone")
    assert log.append(draft()).fresh


def test_voids_once_and_answers_a_second_void_with_the_first(log):
    target = log.append(draft()).entry
    first = log.append(void_of(target.id))
    second = log.append(void_of(target.id))
    assert (first.fresh, second.fresh) == (True, False)
    assert second.entry == first.entry == log.void_of(target.id)
    assert log.count() == 2


def test_refuses_to_void_what_is_not_there_or_is_a_void(log):
    void = log.append(void_of(log.append(draft()).entry.id)).entry
    with pytest.raises(UnknownEntry):
        log.append(void_of(mint_id()))
    with pytest.raises(NotAllowed):
        log.append(void_of(void.id))
    assert log.count() == 2


# What any program with any SQLite is refused


@pytest.fixture
def guarded(log: OpenLog, folder):
    """A raw connection to a log of two entries, and those entries."""
    entries = [log.append(draft()).entry for _ in range(2)]
    connection = raw(folder)
    yield connection, entries
    connection.close()
    assert log.entries() == entries


def _insert(connection, row: dict, verb: str = "INSERT") -> None:
    places = ", ".join("?" * len(row))
    connection.execute(f"{verb} INTO entries ({', '.join(row)}) VALUES ({places})", tuple(row.values()))


def _row(log: OpenLog, **changes) -> dict:
    entry = log.entries()[-1]
    values = {name: getattr(entry, name) for name in FIELDS} | {"answers": "{}", "details": "{}"}
    return values | {"id": mint_id(), "seq": entry.seq + 1} | changes


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET party_size = 9",
        "UPDATE OR REPLACE entries SET seq = 1 WHERE seq = 2",
        "UPDATE OR IGNORE entries SET reason = 'x'",
        "DELETE FROM entries",
        "DELETE FROM entries WHERE seq = 2",
        "REPLACE INTO entries SELECT * FROM entries WHERE seq = 1",
        "INSERT OR IGNORE INTO entries SELECT * FROM entries WHERE seq = 1",
        "INSERT INTO entries SELECT * FROM entries WHERE seq = 1 ON CONFLICT DO UPDATE SET party_size = 9",
    ],
)
def test_the_file_refuses_to_change_an_entry(guarded, statement):
    connection, _ = guarded
    with pytest.raises(apsw.ConstraintError, match="append-only"):
        connection.execute(statement)


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT"])
@pytest.mark.parametrize("same", ["id", "seq", "position"])
def test_the_file_refuses_to_replace_an_entry_under_any_of_its_keys(log, guarded, verb, same):
    connection, entries = guarded
    row = _row(log, position=77)
    row[same] = {"id": entries[0].id, "seq": 1, "position": 1}[same]
    with pytest.raises(apsw.ConstraintError, match="append-only"):
        _insert(connection, row, verb)


@pytest.mark.parametrize(
    "change",
    [
        {"party_size": 0},
        {"party_size": 201},
        {"party_size": "three"},
        {"party_size": None},
        {"seq": 0},
        {"id": "short"},
        {"answers": "{"},
        {"answers": None},
        {"details": "nothing"},
        {"clock": "sundial"},
        {"digest": "0"},
        {"kind": "void"},
        {"voids": "11111111-1111-4111-8111-111111111111"},
        {"wall_ms": "yesterday"},
    ],
    ids=str,
)
def test_the_file_refuses_a_row_that_is_no_entry(log, guarded, change):
    connection, _ = guarded
    with pytest.raises(apsw.ConstraintError):
        _insert(connection, _row(log, **change))


def test_the_file_takes_a_row_that_is_an_entry(log, folder):
    log.append(draft())
    connection = raw(folder)
    _insert(connection, _row(log))
    connection.close()
    assert log.count() == 2
