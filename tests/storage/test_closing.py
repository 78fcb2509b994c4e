"""Closing the day and the event for real: figures that stay true while visitors keep coming, copies that are read back,
power cuts between the steps, a full disk, another file than the right one, a stick that is pulled out."""

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.actions import close_day as days
from kiosk.actions import close_event as events
from kiosk.actions import whole_copy
from kiosk.actions.backup import restore, verify
from kiosk.actions.correct import void
from kiosk.actions.office import Office
from kiosk.actions.tally import Tally
from kiosk.domain import clock as clock_rules
from kiosk.domain import closing, statistics
from kiosk.domain.closing import STEPS
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import FileUnusable, InvalidInput, NotAllowed
from kiosk.domain.statistics import plain
from kiosk.storage import sticks as stick_room
from kiosk.storage.cells import Stretch
from kiosk.storage.copies_kept import CopyShelf
from tests.playing import play
from tests.storage.logbook import PROJECT, OpenLog, draft, void_of
from tests.storage.test_tally import come, say

DAY_MS = 86_400_000
TODAY = date(2027, 5, 30)


def late(kiosk, size: int = 1) -> str:
    """Record a visit whatever the screens say, as one that waited on a volunteer's phone is."""
    said = kiosk.draft(mint_id(), "check_in", "phone", party_size=size, answers={"visitor_type": {"teacher": 1}})
    return kiosk.log.append(said).entry.id


def close(kiosk) -> dict:
    return days.close_day(kiosk).details


def copied(kiosk, entry_id: str, progress=None):
    return days.copy_of_day(kiosk.data, kiosk.log, entry_id, Office(kiosk.pack), progress)


def final(kiosk):
    return events.make_final_copy(kiosk.data, kiosk.log, kiosk.pack, Office(kiosk.pack), kiosk.clock.now(), "read me\n")


def prove(kiosk, copy) -> None:
    path = events.zip_of(kiosk.data, copy)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    events.prove_by_checksum(kiosk.data, kiosk.event.id, copy.name, whole=sha256)


def close_event(kiosk) -> str:
    copy = final(kiosk)
    prove(kiosk, copy)
    return events.close_event(kiosk, copy.name, mint_id()).id


def recount(kiosk, details: dict) -> dict:
    """Count the day again, of nothing but the entries that the frozen figures say they are of."""
    log, event = kiosk.log, kiosk.event
    assert log.last_position(details["through"]) == details["entries"]
    stretch = Stretch(
        0, details["entries"], clock_rules.day_bounds_ms(TODAY, event.zone), since=log.begins_after(event.id)
    )
    found = statistics.figures(log.cells(event.id, stretch), event.zone)
    statistics.add_marks(found, log.marks(event.id, stretch))
    return plain(found, by_question=False)


# The day's figures


def test_what_is_frozen_is_what_the_entries_up_to_there_say_while_visitors_keep_coming(kiosk):
    going, frozen = threading.Event(), []

    def visit() -> None:
        while not going.is_set():
            late(kiosk, 3)

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for one in visitors:
        one.start()
    try:
        for _ in range(12):
            frozen.append(close(kiosk))
    finally:
        going.set()
        for one in visitors:
            one.join()
    assert len({details["entries"] for details in frozen}) > 3
    for details in frozen:
        assert details["figures"] == recount(kiosk, details)


def test_who_comes_between_counting_and_writing_is_in_neither_the_figures_nor_their_range(kiosk, monkeypatch):
    come(kiosk, 5)
    report = kiosk.tally.report

    def and_then_someone_comes(now):
        found = report(now)
        late(kiosk, 3)
        return found

    monkeypatch.setattr(kiosk.tally, "report", and_then_someone_comes)
    details = close(kiosk)
    assert details["figures"]["visits"] == 5
    assert details["figures"] == recount(kiosk, details)
    assert kiosk.log.last("day_closed", kiosk.event.id).seq > details["through"][kiosk.log.device] + 1


def test_each_device_has_a_place_of_its_own_where_the_event_ended(kiosk, open_at, clock):
    """After a restore the log goes on under another device's name, and both have entries before and after a closing."""
    come(kiosk, 5)
    data = kiosk.data.with_name("restored")
    copy = final(kiosk)
    restore(kiosk.data / "backups" / copy.name / "kiosk.db", data)
    other = open_at(data)
    come(other, 2)
    close_event(other)
    come(other, 1)
    (line,) = events.closed_events(other)
    assert line.entry.details["through"] == {kiosk.log.device: 1, other.log.device: 1}
    assert Tally(other.log, other.event).report(clock.now()).whole.visits == 1


def test_closing_again_the_same_day_counts_the_newest_and_changes_nothing_where_nothing_came(kiosk, clock):
    come(kiosk, 5)
    first = days.close_day(kiosk)
    assert kiosk.display.state == "closed"
    assert (first.details["day"], first.details["figures"]["visits"]) == ("2027-05-30", 5)
    assert days.close_day(kiosk).id == first.id
    late(kiosk, 3)
    seen = days.day_closed(kiosk, kiosk.tally.report(clock.now()))
    assert (seen.is_today, seen.visits_since, seen.is_as_frozen) == (True, 3, False)
    assert days.close_day(kiosk).details["figures"]["visits"] == 8
    clock.forward(DAY_MS)
    assert not days.day_closed(kiosk, kiosk.tally.report(clock.now())).is_today
    assert days.close_day(kiosk).details["figures"]["visits"] == 0


def test_without_a_date_the_day_is_since_the_machine_was_switched_on(kiosk, clock):
    clock.trust = "unknown"
    come(kiosk, 5)
    first = days.close_day(kiosk)
    assert (first.details["day"], first.details["boot"]) == (None, clock.boot)
    assert days.close_day(kiosk).id == first.id
    clock.boot = "b" * 8
    assert not days.day_closed(kiosk, kiosk.tally.report(clock.now())).is_today


# The copy


def test_a_copy_holds_every_entry_in_all_its_parts_and_says_their_checksums(kiosk):
    for size in (1, 2, 3):
        come(kiosk, size)
    entry = days.close_day(kiosk)
    told = []
    copy = copied(kiosk, entry.id, lambda done, total: told.append((done, total)))
    folder = kiosk.data / "backups" / copy.name
    assert verify(kiosk.data, folder / "kiosk.db").entries == copy.entries == 5
    with (folder / "log.csv").open(encoding="utf-8-sig", newline="") as file:
        assert entry.id in [row["id"] for row in csv.DictReader(file)]
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.count("OK") == 3
    assert told == sorted(told) and told[-1][0] <= told[-1][1]
    assert not days.day_closed(kiosk, kiosk.tally.report(kiosk.clock.now())).missing
    mode = {file.stat().st_mode & 0o077 for file in [folder, *folder.iterdir()]}
    assert mode == {0}


KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.storage import copies_kept
note, left = copies_kept.CopyShelf.note, [int(sys.argv.pop(1))]
def noted(self, copy):
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    note(self, copy)
copies_kept.CopyShelf.note = noted
from kiosk.cli import main
main(["close-day", "--entry", sys.argv[1]])
"""


@pytest.mark.parametrize("steps", [2, *(pytest.param(one, marks=pytest.mark.long) for one in (0, 1, 3))])
def test_a_power_cut_between_steps_leaves_what_was_done_and_it_goes_on_from_there(kiosk, open_at, steps):
    come(kiosk, 5)
    entry = days.close_day(kiosk)
    environment = {**os.environ, "KIOSK_DATA": str(kiosk.data), "LC_ALL": "C.UTF-8"}
    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(steps), entry.id], cwd=PROJECT, env=environment, capture_output=True
    )
    assert died.returncode == -signal.SIGKILL
    kiosk.close()
    kiosk = open_at(kiosk.data)
    seen = days.day_closed(kiosk, kiosk.tally.report(kiosk.clock.now()))
    assert (seen.is_today, seen.entry.id) == (True, entry.id)
    assert seen.missing == list(STEPS["day"][steps:])
    late(kiosk)
    copied(kiosk, entry.id)
    seen = days.day_closed(kiosk, kiosk.tally.report(kiosk.clock.now()))
    assert seen.missing == []
    assert len(CopyShelf(kiosk.data).all()) == 1 and CopyShelf(kiosk.data).strays() == []


def test_a_part_that_changed_on_the_disk_is_noticed_and_made_again(kiosk):
    come(kiosk)
    entry = days.close_day(kiosk)
    table = kiosk.data / "backups" / copied(kiosk, entry.id).name / "log.csv"
    before = table.read_bytes()
    table.write_bytes(before[:-5])
    copied(kiosk, entry.id)
    assert table.read_bytes() == before


def test_a_table_that_lost_a_line_on_its_way_to_the_disk_is_not_called_done(kiosk, monkeypatch):
    come(kiosk)
    come(kiosk)
    entry = days.close_day(kiosk)
    export = whole_copy.export

    def loses_a_line(log, target, **said):
        count = export(log, target, **said)
        if target.suffix == ".csv":
            target.write_bytes(b"".join(target.read_bytes().splitlines(True)[:-1]))
        return count

    monkeypatch.setattr(whole_copy, "export", loses_a_line)
    with pytest.raises(FileUnusable, match=r"log\.csv has 3 rows read back, and the log has 4 entries"):
        copied(kiosk, entry.id)
    seen = days.day_closed(kiosk, kiosk.tally.report(kiosk.clock.now()))
    assert seen.missing == ["csv", "xlsx", "sums"]


def test_a_disk_that_fills_up_is_told_and_recording_goes_on(small_disk, open_at, monkeypatch):
    kiosk = open_at(small_disk.folder / "data")
    come(kiosk, 5)
    entry = days.close_day(kiosk)
    with pytest.raises(FileUnusable, match="too little room"):
        copied(kiosk, entry.id)
    monkeypatch.setattr(whole_copy, "LITTLE_SPACE_BYTES", -(1 << 30))
    small_disk.fill(leave=40_000)
    with pytest.raises(FileUnusable, match="cannot be written"):
        copied(kiosk, entry.id)
    assert days.day_closed(kiosk, kiosk.tally.report(kiosk.clock.now())).missing
    small_disk.empty()
    late(kiosk)
    assert copied(kiosk, entry.id).is_whole(STEPS["day"])


def test_where_room_is_short_older_copies_go_and_the_newest_stays(kiosk, monkeypatch):
    names = []
    for _ in range(3):
        late(kiosk)
        names.append(copied(kiosk, days.close_day(kiosk).id).name)
    shelf = CopyShelf(kiosk.data)
    monkeypatch.setattr(whole_copy, "free_bytes", lambda _: 0)
    with pytest.raises(FileUnusable, match="too little room"):
        whole_copy.make_room(kiosk.data, kiosk.log, "day")
    assert [one.name for one in shelf.all()] == names[-1:]


def test_only_so_many_copies_are_kept_and_backups_of_ones_own_are_left_alone(kiosk, monkeypatch):
    monkeypatch.setattr(whole_copy, "_KEPT", {"day": 2, "event": 1})
    own = kiosk.data / "backups" / "kiosk-20270530-180000.db"
    own.parent.mkdir()
    own.write_bytes(b"by hand")
    names = []
    for _ in range(4):
        late(kiosk)
        names.append(copied(kiosk, days.close_day(kiosk).id).name)
    assert [one.name for one in CopyShelf(kiosk.data).all()] == names[-2:]
    assert own.exists()


# Copies of another log


def before_a_restore(kiosk, open_at, visits: int):
    """Return the kiosk after its log was replaced by one with fewer entries; the copies of the longer one lie there."""
    early = kiosk.data.with_name("early")
    come(kiosk)
    restore(kiosk.data / "backups" / final(kiosk).name / "kiosk.db", early)
    shutil.rmtree(kiosk.data / "backups")
    for _ in range(visits):
        late(kiosk)
    copied(kiosk, days.close_day(kiosk).id)
    prove(kiosk, final(kiosk))
    kiosk.close()
    restore(early / "kiosk.db", kiosk.data)
    return open_at(kiosk.data)


def test_after_a_restore_copies_of_the_longer_log_neither_count_nor_push_out_the_new_ones(kiosk, open_at, monkeypatch):
    monkeypatch.setattr(whole_copy, "_KEPT", {"day": 1, "event": 1})
    kiosk = before_a_restore(kiosk, open_at, 9)
    foreign = {one.name for one in CopyShelf(kiosk.data).all()}
    assert len(foreign) == 2 and events.final_copy(kiosk) is None
    late(kiosk)
    copied(kiosk, days.close_day(kiosk).id)
    close_event(kiosk)
    seen = {one.name for one in CopyShelf(kiosk.data).all()}
    assert foreign < seen and len(seen) == 4
    assert events.final_copy(kiosk).is_closed


def test_a_copy_of_another_log_with_just_as_many_entries_is_neither_taken_for_ones_own_nor_written_over(kiosk, open_at):
    kiosk = before_a_restore(kiosk, open_at, 1)
    there = {one.name: one for one in CopyShelf(kiosk.data).all()}
    while kiosk.log.size()[0] < max(one.entries for one in there.values()):
        come(kiosk)
    copy = final(kiosk)
    assert copy.name not in there and copy.proof is None
    assert kiosk.log.last_position(copy.through) == copy.entries
    for name, before in there.items():
        assert CopyShelf(kiosk.data).read(name) == before
        for said in before.steps.values():
            path = kiosk.data / "backups" / name / said["file"]
            assert hashlib.sha256(path.read_bytes()).hexdigest() == said["sha256"]


def test_where_room_is_short_a_copy_of_another_log_stays(kiosk, open_at, monkeypatch):
    kiosk = before_a_restore(kiosk, open_at, 9)
    foreign = {one.name for one in CopyShelf(kiosk.data).all()}
    monkeypatch.setattr(whole_copy, "free_bytes", lambda _: 0)
    with pytest.raises(FileUnusable, match="too little room"):
        whole_copy.make_room(kiosk.data, kiosk.log, "day")
    assert {one.name for one in CopyShelf(kiosk.data).all()} == foreign


# Several at once, and what was cut off


def test_two_who_make_the_same_copy_make_one_after_the_other(kiosk, monkeypatch):
    come(kiosk)
    entry = days.close_day(kiosk)
    made, export = [], whole_copy.export

    def slowly(log, target, **said):
        made.append(target.name)
        time.sleep(0.2)
        return export(log, target, **said)

    monkeypatch.setattr(whole_copy, "export", slowly)
    both = [threading.Thread(target=copied, args=(kiosk, entry.id)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(made) == ["log.csv", "log.xlsx"]
    assert CopyShelf(kiosk.data).all()[0].is_whole(STEPS["day"])


def test_a_copy_that_is_being_made_is_not_cleared_away_by_another_one(kiosk):
    shelf = CopyShelf(kiosk.data)
    with shelf.held("day-2027-05-29-00000001") as folder:
        (folder / "kiosk.db").write_bytes(b"half")
        come(kiosk)
        final(kiosk)
        assert (folder / "kiosk.db").exists()
    final(kiosk)
    assert not folder.exists()


def test_what_was_left_half_written_takes_no_room_for_ever(kiosk):
    come(kiosk)
    entry = days.close_day(kiosk)
    folder = kiosk.data / "backups" / copied(kiosk, entry.id).name
    (folder / ".log.xlsx.abc.part").write_bytes(b"half")
    (folder / ".log.xlsx.abc.scratch").mkdir()
    (folder / ".log.xlsx.abc.scratch" / "sheet").write_bytes(b"half")
    copied(kiosk, entry.id)
    assert [one.name for one in folder.iterdir() if one.name.startswith(".")] == []


def test_what_is_there_of_a_copy_needs_no_room_again(kiosk, monkeypatch):
    come(kiosk)
    entry = days.close_day(kiosk)
    copy = copied(kiosk, entry.id)
    (kiosk.data / "backups" / copy.name / "log.xlsx").unlink()
    log_bytes = kiosk.log.bytes_on_disk()
    there = CopyShelf(kiosk.data).bytes_of(copy.name)
    needed = closing.room_needed("day", log_bytes) + whole_copy.LITTLE_SPACE_BYTES
    monkeypatch.setattr(whole_copy, "free_bytes", lambda _: needed - there)
    assert copied(kiosk, entry.id).is_whole(STEPS["day"])
    monkeypatch.setattr(whole_copy, "free_bytes", lambda _: needed - there - 1)
    (kiosk.data / "backups" / copy.name / "log.xlsx").unlink()
    with pytest.raises(FileUnusable, match="too little room"):
        copied(kiosk, entry.id)


# The event


def test_after_closing_figures_begin_at_zero_and_the_log_keeps_everything(kiosk, clock):
    for _ in range(40):
        come(kiosk)
    say(kiosk, ["slower"])
    play(kiosk)
    entries = kiosk.log.size()[0]
    entry_id = close_event(kiosk)
    report = kiosk.tally.report(clock.now())
    assert plain(report.whole) == plain(report.of_day) == plain(statistics.Figures())
    assert kiosk.tally.days() == [] and kiosk.tally.visits_at_a_glance(clock.now()) == 0
    assert kiosk.log.size()[0] == entries + 1 == kiosk.log.count()
    (line,) = events.closed_events(kiosk)
    assert line.entry.id == entry_id
    assert line.entry.details["figures"]["visits"] == 40
    assert line.entry.details["through"] == {kiosk.log.device: entries}
    come(kiosk, 2)
    fresh = Tally(kiosk.log, kiosk.event)
    assert fresh.report(clock.now()).whole.visits == kiosk.tally.report(clock.now()).whole.visits == 2


def test_what_came_after_the_copy_counts_for_the_next_event(kiosk, clock):
    come(kiosk, 5)
    copy = final(kiosk)
    come(kiosk, 3)
    prove(kiosk, copy)
    events.close_event(kiosk, copy.name, mint_id())
    assert kiosk.tally.report(clock.now()).whole.visits == 3
    assert events.final_copy(kiosk).is_closed


def test_a_visitors_number_begins_again_too(kiosk, clock):
    for _ in range(35):
        come(kiosk)
    before = kiosk.log.size()[0]
    close_event(kiosk)
    mine = come(kiosk)
    position = kiosk.log.position(mine)
    assert kiosk.tally.visits_until(TODAY, position) == 1
    assert kiosk.tally.visits_until(TODAY, before) == 0
    with kiosk.tally._lock:
        assert kiosk.tally.visits_until(TODAY, position) == 1


def test_a_correction_of_what_was_closed_makes_no_figure_negative(kiosk, clock):
    old = come(kiosk, 5)
    close_event(kiosk)
    come(kiosk, 2)
    kiosk.tally.report(clock.now())
    void(kiosk.log, old, reason="late", actor="staff", source="staff")
    for tally in (kiosk.tally, Tally(kiosk.log, kiosk.event)):
        report = tally.report(clock.now())
        assert (report.whole.visits, report.of_day.visits, report.whole.check_ins) == (2, 2, 1)


def test_taking_the_closing_back_brings_the_figures_back(kiosk, clock):
    come(kiosk, 5)
    entry_id = close_event(kiosk)
    come(kiosk, 2)
    assert kiosk.tally.report(clock.now()).whole.visits == 2
    void(kiosk.log, entry_id, reason="a mistake", actor="staff", source="staff")
    assert kiosk.tally.report(clock.now()).whole.visits == 7
    assert kiosk.tally.report(clock.now()).of_day.visits == 7
    assert events.closed_events(kiosk)[0].voided


def test_the_closing_of_another_event_changes_nothing_here(kiosk, clock):
    come(kiosk, 5)
    details = closing.event_details({}, 1, {kiosk.log.device: 1}, "0" * 64, "stick")
    kiosk.log.append(draft(kind="event_closed", event="other", details=details))
    assert kiosk.tally.report(clock.now()).whole.visits == 5


STEPS_TAKEN = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.integers(1, 9)),
        st.tuples(st.just("void"), st.integers(0, 30)),
        st.tuples(st.just("close"), st.none()),
        st.tuples(st.just("undo"), st.none()),
        st.tuples(st.just("look"), st.none()),
        st.tuples(st.just("trust"), st.sampled_from(["ntp", "unknown"])),
    ),
    max_size=20,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS_TAKEN)
def test_whatever_happens_in_whatever_order_looking_often_is_counting_once(
    tmp_path_factory, shipped_pack, clock, steps
):
    clock.trust, event = "ntp", shipped_pack.event
    log = OpenLog(tmp_path_factory.mktemp("closing") / "data", clock.now)
    tally = Tally(log, event)
    alive: dict[str, int] = {}  # what counts, by a model that knows no cells
    earlier: list[tuple[str, dict[str, int]]] = []
    made: list[str] = []
    for what, value in steps:
        if what == "come":
            made.append(log.append(draft(event=event.id, party_size=value)).entry.id)
            alive[made[-1]] = value
        elif what == "void" and made:
            gone = made[value % len(made)]
            log.append(void_of(gone, event=event.id))
            for counted in (alive, *(before for _, before in earlier)):
                counted.pop(gone, None)
        elif what == "close":
            size = log.size()[0]
            details = closing.event_details({}, size, log.through(size), "0" * 64, "stick")
            closed = log.append(draft(kind="event_closed", event=event.id, details=details))
            earlier.append((closed.entry.id, alive))
            alive = {}
        elif what == "undo" and earlier:
            entry_id, before = earlier.pop()
            log.append(void_of(entry_id, event=event.id))
            alive = before | alive
        elif what == "trust":
            clock.trust = value
        elif what == "look":
            tally.report(clock.now())
    seen, fresh = tally.report(clock.now()), Tally(log, event).report(clock.now())
    log.close()
    assert plain(seen.whole) == plain(fresh.whole)
    assert plain(seen.of_day) == plain(fresh.of_day)
    assert (seen.whole.visits, seen.whole.check_ins) == (sum(alive.values()), len(alive))


# The proof


def test_nothing_is_closed_without_a_proven_copy(kiosk, clock):
    come(kiosk, 5)
    copy = final(kiosk)
    with pytest.raises(NotAllowed, match="No copy elsewhere is proven"):
        events.close_event(kiosk, copy.name, mint_id())
    wrong = hashlib.sha256(b"another file").hexdigest()
    for said in ({"whole": wrong}, {"first": wrong[:8], "last": wrong[-8:]}):
        with pytest.raises(InvalidInput, match="not the checksum"):
            events.prove_by_checksum(kiosk.data, kiosk.event.id, copy.name, **said)
    with pytest.raises(NotAllowed, match="No copy elsewhere is proven"):
        events.close_event(kiosk, copy.name, mint_id())
    with pytest.raises(NotAllowed, match="not here any more"):
        events.close_event(kiosk, "event-00000099", mint_id())
    assert kiosk.tally.report(clock.now()).whole.visits == 5


def test_a_proof_is_of_one_file_and_does_not_carry_over_to_another(kiosk):
    come(kiosk)
    copy = final(kiosk)
    prove(kiosk, copy)
    path = events.zip_of(kiosk.data, copy)
    path.write_bytes(path.read_bytes()[:-1])
    assert final(kiosk).proof is None
    come(kiosk)
    assert final(kiosk).proof is None


def test_a_day_that_was_frozen_once_more_before_the_closing_belongs_to_the_event_that_it_closed(kiosk, clock):
    for _ in range(20):
        come(kiosk)
    copy = final(kiosk)
    days.close_day(kiosk)
    prove(kiosk, copy)
    closed = events.close_event(kiosk, copy.name, mint_id())
    assert days.day_closed(kiosk, kiosk.tally.report(clock.now())) is None
    late(kiosk, 2)
    assert days.close_day(kiosk).details["figures"]["visits"] == 2
    void(kiosk.log, closed.id, reason="a mistake", actor="staff", source="staff")
    late(kiosk, 1)
    seen = days.day_closed(kiosk, kiosk.tally.report(clock.now()))
    assert (seen.is_today, seen.visits_since) == (True, 21)


def test_a_form_whose_id_something_else_has_closes_nothing(kiosk):
    visit = come(kiosk)
    copy = final(kiosk)
    prove(kiosk, copy)
    with pytest.raises(NotAllowed, match="from before"):
        events.close_event(kiosk, copy.name, visit)
    closed = events.close_event(kiosk, copy.name, mint_id())
    void(kiosk.log, closed.id, reason="a mistake", actor="staff", source="staff")
    with pytest.raises(NotAllowed, match="from before"):
        events.close_event(kiosk, copy.name, closed.id)
    events.close_event(kiosk, copy.name, mint_id())


def test_closing_twice_with_one_form_or_one_copy_is_closing_once(kiosk):
    come(kiosk)
    copy, form = final(kiosk), mint_id()
    prove(kiosk, copy)
    assert events.close_event(kiosk, copy.name, form) == events.close_event(kiosk, copy.name, form)
    with pytest.raises(NotAllowed, match="closed already"):
        events.close_event(kiosk, copy.name, mint_id())
    assert len(events.closed_events(kiosk)) == 1


def test_a_copy_of_another_log_closes_nothing(kiosk):
    come(kiosk)
    copy = final(kiosk)
    prove(kiosk, copy)
    copy = CopyShelf(kiosk.data).read(copy.name)
    copy.through = {"0" * 8: 1}
    CopyShelf(kiosk.data).note(copy)
    with pytest.raises(NotAllowed, match="of another log"):
        events.close_event(kiosk, copy.name, mint_id())


def test_the_one_file_holds_everything_and_restores_to_the_same_log(kiosk, tmp_path):
    come(kiosk, 5)
    copy = final(kiosk)
    with zipfile.ZipFile(events.zip_of(kiosk.data, copy)) as archive:
        archive.extractall(tmp_path / "home")
        assert set(archive.namelist()) == {
            *("README.txt", "figures.json", "SHA256SUMS", "kiosk.db", "log.csv", "log.xlsx")
        }
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "home", capture_output=True)
    assert done.returncode == 0
    assert json.loads((tmp_path / "home/figures.json").read_text())["figures"]["visits"] == 5
    restore(tmp_path / "home/kiosk.db", tmp_path / "other")
    assert verify(tmp_path / "other").entries == 1


# Sticks


def _mounts(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "mounts"
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


def test_only_what_can_be_pulled_out_is_a_stick(tmp_path):
    devices, blocks = tmp_path / "devices", tmp_path / "block"
    blocks.mkdir()
    for place in ("mmc/mmcblk0/mmcblk0p2", "usb1/1-1/sda/sda1", "ahci/sdb/sdb1"):
        (devices / place).mkdir(parents=True)
        (blocks / Path(place).name).symlink_to(devices / place)
    (devices / "mmc/mmcblk0/removable").write_text("0\n")
    (devices / "ahci/sdb/removable").write_text("1\n")
    mounts = _mounts(
        tmp_path,
        "/dev/mmcblk0p2 / ext4 rw 0 0",
        "/dev/mmcblk0p2 /mnt/card ext4 rw 0 0",
        r"/dev/sda1 /media/pi/SCIENCE\040WEEK vfat rw,nosuid 0 0",
        "/dev/sdb1 /run/media/pi/B vfat ro 0 0",
        "/dev/sdb1 /srv/elsewhere vfat rw 0 0",
        "/dev/sdb1 /mnt vfat ro 0 0",
        "/dev/sdb1 /mntx vfat rw 0 0",
        "tmpfs /media/ram tmpfs rw 0 0",
        "broken",
    )
    found = stick_room.sticks(mounts, blocks)
    assert [(one.name, one.is_writable) for one in found] == [("SCIENCE WEEK", False), ("B", False), ("mnt", False)]
    assert stick_room.sticks(tmp_path / "nowhere", blocks) == []


def test_what_is_in_memory_is_no_other_place(kiosk, small_disk, tmp_path):
    come(kiosk)
    copy = final(kiosk)
    with pytest.raises(FileUnusable, match="gone when this machine is switched off"):
        events.copy_to_stick(kiosk.data, kiosk.event.id, copy.name, small_disk.folder)
    assert CopyShelf(kiosk.data).read(copy.name).proof is None
    inner, near = tmp_path / "real/inner", tmp_path / "realistic"
    mounts = _mounts(
        tmp_path,
        "/dev/vda / ext4 rw 0 0",
        f"tmpfs {tmp_path}/real tmpfs rw 0 0",
        f"/dev/sda1 {inner} vfat rw 0 0",
        "/dev/sdb /hidden ext4 rw 0 0",
        "tmpfs /hidden tmpfs rw 0 0",
    )
    places = (inner.parent, inner, near, tmp_path, Path("/hidden/x"), Path("/"))
    assert [stick_room.is_in_memory(one, mounts) for one in places] == [True, False, False, False, True, False]


def test_another_part_of_the_same_disk_is_no_other_disk(tmp_path, monkeypatch):
    numbers = tmp_path / "numbers"
    numbers.mkdir()
    for number, place in {"179:1": "mmcblk0/p1", "179:2": "mmcblk0/p2", "8:1": "sda/sda1", "8:16": "sdb"}.items():
        (tmp_path / place).mkdir(parents=True)
        (numbers / number).symlink_to(tmp_path / place)
        if "/" in place:
            (tmp_path / place / "partition").write_text("1\n")

    class On:
        def __init__(self, major: int, minor: int):
            self.number = os.makedev(major, minor)

        def stat(self):
            return os.stat_result((0, 0, self.number, 0, 0, 0, 0, 0, 0, 0))

    def is_same(one: On, other: On) -> bool:
        return stick_room.is_same_disk(one, other, numbers)

    assert is_same(On(179, 1), On(179, 2)) and is_same(On(8, 16), On(8, 16))
    assert not is_same(On(179, 2), On(8, 1)) and not is_same(On(8, 1), On(8, 16))
    # Where the kernel names no disk, each file system is one.
    assert not is_same(On(0, 40), On(0, 41)) and is_same(On(0, 40), On(0, 40))


@pytest.fixture
def stick(small_disk, monkeypatch) -> Path:
    """A file system of its own, as a stick is."""
    monkeypatch.setattr(stick_room, "is_in_memory", lambda folder: False)
    return small_disk.folder


def test_a_copy_on_a_stick_is_read_back_and_proves_itself(kiosk, stick):
    come(kiosk)
    copy = final(kiosk)
    there = events.copy_to_stick(kiosk.data, kiosk.event.id, copy.name, stick)
    assert there.read_bytes() == events.zip_of(kiosk.data, copy).read_bytes()
    assert CopyShelf(kiosk.data).read(copy.name).proof["how"] == "stick"
    events.close_event(kiosk, copy.name, mint_id())


def test_a_stick_that_is_full_or_pulled_out_proves_nothing_and_keeps_no_half(kiosk, stick, small_disk, monkeypatch):
    come(kiosk)
    copy = final(kiosk)

    def tried(match: str) -> None:
        with pytest.raises(FileUnusable, match=match):
            events.copy_to_stick(kiosk.data, kiosk.event.id, copy.name, stick)
        assert CopyShelf(kiosk.data).read(copy.name).proof is None
        assert [one.name for one in stick.iterdir() if copy.event in one.name] == []

    small_disk.fill(leave=5_000)
    tried("cannot be written: No space left")
    small_disk.empty()
    fsync = os.fsync

    def pulled_out(handle: int) -> None:
        if os.readlink(f"/proc/self/fd/{handle}").startswith(str(stick)):
            raise OSError(5, "Input/output error")
        fsync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", pulled_out)
        tried("Input/output error")
    # A stick that lies: what it takes is not what it gives back.
    honest = stick_room.checksum_on_disk
    monkeypatch.setattr(stick_room, "checksum_on_disk", lambda path, progress=None: ("0" * 64, honest(path)[1]))
    tried("not what was written")


def test_the_same_disk_is_not_another_place(kiosk, tmp_path):
    come(kiosk)
    copy = final(kiosk)
    (tmp_path / "beside").mkdir()
    with pytest.raises(FileUnusable, match="on the same disk"):
        events.copy_to_stick(kiosk.data, kiosk.event.id, copy.name, tmp_path / "beside")
    shutil.rmtree(tmp_path / "beside")
    with pytest.raises(FileUnusable, match="cannot be written"):
        events.copy_to_stick(kiosk.data, kiosk.event.id, copy.name, tmp_path / "beside")
