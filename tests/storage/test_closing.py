"""Closing the day and the event for real: figures that stay true while visitors keep coming, and what proves a copy."""

import hashlib
import json
import subprocess
import threading
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.actions import close_day as days
from kiosk.actions import close_event as events
from kiosk.actions.backup import restore, verify
from kiosk.actions.correct import void
from kiosk.actions.tally import Tally
from kiosk.domain import clock as clock_rules
from kiosk.domain import closing, statistics
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import InvalidInput, NotAllowed
from kiosk.domain.statistics import plain
from kiosk.storage.cells import Stretch
from kiosk.storage.copies_kept import CopyShelf
from tests.playing import play
from tests.storage.evening import close, close_event, final, late, prove
from tests.storage.logbook import OpenLog, draft, void_of
from tests.storage.test_tally import come, say

DAY_MS = 86_400_000
TODAY, TOMORROW = date(2027, 5, 30), date(2027, 5, 31)


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

    def and_then_someone_comes(*asked):
        found = report(*asked)
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
    assert (seen.visits_since, seen.is_as_frozen, seen.is_over) == (3, False, False)
    assert days.close_day(kiosk).details["figures"]["visits"] == 8
    clock.forward(DAY_MS)
    assert days.day_closed(kiosk, kiosk.tally.report(clock.now())) is None
    assert days.close_day(kiosk).details["figures"]["visits"] == 0


def test_without_a_date_the_day_is_since_the_machine_was_switched_on(kiosk, clock):
    clock.trust = "unknown"
    come(kiosk, 5)
    first = days.close_day(kiosk)
    assert (first.details["day"], first.details["boot"]) == (None, clock.boot)
    assert days.close_day(kiosk).id == first.id
    clock.boot = "b" * 8
    assert days.day_closed(kiosk, kiosk.tally.report(clock.now())) is None


# A day that nobody closed in time


def test_a_day_that_was_left_open_is_closed_later_and_the_screens_stay(kiosk, clock):
    come(kiosk, 40)
    clock.forward(DAY_MS)
    come(kiosk, 2)
    assert days.day_left_open(kiosk, TOMORROW) == TODAY
    entry = days.close_day(kiosk, TODAY)
    assert (entry.details["day"], entry.details["figures"]["visits"]) == ("2027-05-30", 40)
    assert entry.details["figures"] == recount(kiosk, entry.details)
    assert kiosk.display.state == "running" and kiosk.log.last("display", kiosk.event.id) is None
    assert days.close_day(kiosk, TODAY).id == entry.id
    assert (days.day_left_open(kiosk, TOMORROW), days.day_closed_late(kiosk, TOMORROW)) == (None, TODAY)
    assert days.close_day(kiosk).details["figures"]["visits"] == 2


def test_each_day_keeps_its_own_last_closing_whichever_came_later(kiosk, clock):
    come(kiosk, 40)
    clock.forward(DAY_MS)
    come(kiosk, 2)
    today, before = days.close_day(kiosk), days.close_day(kiosk, TODAY)
    assert (days.close_day(kiosk).id, days.close_day(kiosk, TODAY).id) == (today.id, before.id)
    assert days.day_closed(kiosk, kiosk.tally.report(clock.now())).entry.id == today.id
    clock.forward(DAY_MS)
    assert days.day_closed_late(kiosk, date(2027, 6, 1)) is None


def test_the_newest_day_that_was_left_open_comes_first_and_none_where_no_date_is_known(kiosk, clock):
    for size in (5, 6, 7):
        come(kiosk, size)
        clock.forward(DAY_MS)
    assert days.day_left_open(kiosk, date(2027, 6, 2)) == date(2027, 6, 1)
    days.close_day(kiosk, date(2027, 6, 1))
    assert days.day_left_open(kiosk, date(2027, 6, 2)) == TOMORROW
    assert days.day_left_open(kiosk, None) is None


def test_a_day_of_which_there_is_nothing_to_tell_is_not_closed(kiosk, clock):
    come(kiosk, 5)
    with pytest.raises(NotAllowed, match="no figures of 2027-05-29"):
        days.close_day(kiosk, date(2027, 5, 29))
    assert kiosk.log.last("day_closed", kiosk.event.id) is None


def test_who_came_between_the_closing_of_the_event_and_midnight_writes_over_no_figures(kiosk, clock):
    come(kiosk, 40)
    days.close_day(kiosk)
    close_event(kiosk)
    late(kiosk, 2)
    clock.forward(DAY_MS)
    assert days.day_left_open(kiosk, TOMORROW) is None


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


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    seen = days.day_closed(kiosk, kiosk.tally.report(clock.now()))
    assert (seen.is_over, seen.is_as_frozen) == (True, True)
    assert days.close_day(kiosk).id == seen.entry.id, "there is nothing of the next event to freeze"
    late(kiosk, 2)
    assert days.close_day(kiosk).details["figures"]["visits"] == 2
    void(kiosk.log, closed.id, reason="a mistake", actor="staff", source="staff")
    late(kiosk, 1)
    seen = days.day_closed(kiosk, kiosk.tally.report(clock.now()))
    assert (seen.is_over, seen.visits_since) == (False, 21)


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
