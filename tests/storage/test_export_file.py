"""An exported file is there whole or not at all, whatever happens to the process that writes it."""

import csv
import random
import shutil
import signal
import time

import openpyxl
import pytest

from kiosk.actions.check_in import check_in
from kiosk.actions.correct import void
from kiosk.actions.export import export
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import FileUnusable
from kiosk.storage.folder import write_file
from tests.storage.logbook import draft, raw, run_victim
from tests.waiting import wait_for


@pytest.fixture
def large(log, folder):
    """A log of 20,000 entries, which takes a while to write."""
    entry = log.append(draft(party_size=2, answers={"q": {"a": 1, "b": 1}})).entry
    connection = raw(folder)
    rest = "event, stop, station, kind, party_size, answers, subject, details, voids, actor, reason, pack, source,"
    rest += " wall_ms, boot, boottime_ms, clock, digest"
    connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        f" INSERT INTO entries (id, device, seq, {rest})"
        f" SELECT printf('%08x-0000-4000-8000-000000000000', i), device, i, {rest} FROM n, entries WHERE id = ?",
        (entry.id,),
    )
    connection.close()
    return log


@pytest.mark.parametrize("format_", ["csv", "ndjson", "xlsx"])
def test_a_killed_export_leaves_no_file_of_that_name(large, folder, tmp_path, format_):
    chance = random.Random(7)
    for _ in range(2):
        target = tmp_path / f"log.{format_}"
        victim = run_victim("export_for_ever", folder, target, format_)
        victim.stdout.readline()
        wait_for(lambda: list(tmp_path.glob(f".log.{format_}.*.part")), every=0.001)
        time.sleep(chance.uniform(0.0, 0.02))
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
        assert not target.exists()
        for part in tmp_path.glob(".log.*"):
            shutil.rmtree(part) if part.is_dir() else part.unlink()


def test_what_is_exported_while_entries_are_recorded_is_one_moment_of_the_log(large, tmp_path):
    target = tmp_path / "log.csv"
    recorded = []

    def progress(done, total):
        recorded.append(large.append(draft()).entry)

    count = export(large, target, format="csv", progress=progress)
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert recorded
    assert count == len(rows) == 20_000
    assert [int(row["seq"]) for row in rows] == list(range(1, 20_001))
    assert export(large, target, format="csv") == 20_000 + len(recorded)


def test_a_workbook_has_its_figures_and_its_log_of_one_moment(kiosk, tmp_path):
    """Entries go on arriving, corrections of counted ones too, while the file is being made."""
    made = [check_in(kiosk, [("id", mint_id()), ("party_size", "3")], "touch").entry.id for _ in range(3)]
    pack, target, rows = kiosk.pack, tmp_path / "log.xlsx", kiosk.log.rows

    def rows_later(*wanted, **also):
        void(kiosk.log, made[0], reason="late", actor="staff", source="staff")
        check_in(kiosk, [("id", mint_id()), ("party_size", "46")], "touch")
        return rows(*wanted, **also)

    kiosk.log.rows = rows_later
    assert export(kiosk.log, target, format="xlsx", pack=pack) == 3
    book = openpyxl.load_workbook(target)
    summary = {line[0]: line[1] for line in book.worksheets[0].iter_rows(values_only=True) if line[0]}
    head, *lines = list(book.worksheets[-1].iter_rows(values_only=True))
    at = head.index("visits")
    assert summary["Visits"] == sum(line[at] for line in lines) == 9


def test_without_a_pack_a_workbook_says_why_it_has_no_figures(kiosk, tmp_path):
    check_in(kiosk, [("id", mint_id()), ("party_size", "3")], "touch")
    target = tmp_path / "log.xlsx"
    for pack, event, why in (
        (None, None, "The content pack could not be read, so this file has only the raw log."),
        (kiosk.pack, "other", "These are entries of another event than the content pack’s"),
    ):
        export(kiosk.log, target, format="xlsx", pack=pack, event=event)
        book = openpyxl.load_workbook(target)
        assert len(book.sheetnames) == 2
        summary = {line[0]: line[1] for line in book.worksheets[0].iter_rows(values_only=True) if line[0]}
        assert summary["No figures"].startswith(why)
        assert book.worksheets[-1].max_row == (1 if event else 2)


def test_what_a_workbook_needs_on_the_way_is_beside_it_and_gone_afterwards(kiosk, tmp_path):
    check_in(kiosk, [("id", mint_id()), ("party_size", "3")], "touch")
    target, seen, rows = tmp_path / "log.xlsx", [], kiosk.log.rows

    def rows_watched(*wanted, **also):
        for row in rows(*wanted, **also):
            seen.extend(path for path in tmp_path.glob(".log.xlsx.*.scratch/*"))
            yield row

    kiosk.log.rows = rows_watched
    export(kiosk.log, target, format="xlsx", pack=kiosk.pack)
    assert seen
    assert list(tmp_path.glob(".log*")) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), ValueError()])
def test_a_failing_writer_leaves_the_file_that_was_there(tmp_path, error):
    target = tmp_path / "log.csv"
    target.write_text("last week's")

    def write(file):
        file.write(b"half of ")
        raise error

    with pytest.raises(FileUnusable if isinstance(error, OSError) else type(error)):
        write_file(target, write)
    assert target.read_text() == "last week's"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_told_in_words(log, tmp_path):
    with pytest.raises(FileUnusable):
        export(log, tmp_path / "missing" / "log.csv", format="csv")


def test_the_file_is_replaced_by_a_finished_one(tmp_path):
    target = tmp_path / "log.csv"
    target.write_text("last week's")
    write_file(target, lambda file: file.write(b"today's"))
    assert target.read_text() == "today's"
    assert list(tmp_path.iterdir()) == [target]
