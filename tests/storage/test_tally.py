"""The running count: however often and whenever anyone looks, it says what a recount of the whole log says."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.actions.check_in import check_in, checked_in, undo
from kiosk.actions.correct import void
from kiosk.actions.tally import Tally
from kiosk.actions.voices import give_feedback
from kiosk.domain import statistics
from kiosk.domain.entry import derived_id, mint_id
from kiosk.domain.errors import LogUnreadable
from kiosk.domain.statistics import SMALLEST_ORDINAL
from kiosk.storage.cells import Stretch
from tests.playing import play
from tests.waiting import PATIENCE

DAY = 86_400_000


def come(kiosk, size=1, **answers) -> str:
    fields = [("id", mint_id()), ("party_size", str(size)), *answers.items()]
    return check_in(kiosk, fields, "touch").entry.id


def say(kiosk, suggestions) -> str:
    visit = mint_id()
    fields = [("visit", visit), ("satisfaction", "satisfied"), *(("suggestion", one) for one in suggestions)]
    give_feedback(kiosk, fields, "touch")
    return derived_id(visit, "feedback")


def plain(figures) -> tuple:
    answers = {question: +counts for question, counts in figures.visits_by_answer.items() if +counts}
    return (
        figures.visits,
        figures.check_ins,
        +figures.visits_by_hour,
        {stop: count for stop, count in figures.visits_by_stop.items() if count},
        answers,
        figures.visits_time_unknown,
        (figures.quiz.begun, figures.quiz.rounds, figures.quiz.players, +figures.quiz.rounds_by_audience),
        {one: marks for one, marks in figures.quiz.by_question.items() if marks.asked},
        figures.feedback,
        +figures.satisfaction,
        +figures.suggestions,
    )


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.integers(1, 9)),
        st.tuples(st.just("say"), st.sets(st.sampled_from(["slower", "children", "closer"]))),
        st.tuples(st.just("play"), st.sampled_from([None, "adult", "primary_pupil"])),
        st.tuples(st.just("void"), st.integers(0, 30)),
        st.tuples(st.just("wait"), st.integers(1, 30 * 3_600_000)),
        st.tuples(st.just("look"), st.none()),
        st.tuples(st.just("trust"), st.sampled_from(["ntp", "unknown", "rtc"])),
        st.tuples(st.just("boot"), st.sampled_from("ab")),
        st.tuples(st.just("stop"), st.sampled_from([None, "wuchuan", "togtoh"])),
    ),
    max_size=25,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_looking_often_and_counting_once_give_the_same(tmp_path_factory, open_at, clock, steps):
    kiosk = open_at(tmp_path_factory.mktemp("tally"))
    made = []
    for what, value in steps:
        if what == "come":
            made.append(come(kiosk, value, visitor_type="teacher"))
        elif what == "say":
            made.append(say(kiosk, value))
        elif what == "play":
            made.append(play(kiosk, value, len(made) % 2 == 0).entry_id)
        elif what == "void" and made:
            void(kiosk.log, made[value % len(made)], reason="test", actor="staff", source="staff")
        elif what == "wait":
            clock.forward(value)
        elif what == "trust":
            clock.trust = value
        elif what == "boot":
            clock.boot = value * 8
        elif what == "stop":
            kiosk.stop = value
        elif what == "look":
            kiosk.tally.report(clock.now())
    zone = kiosk.event.zone
    seen, fresh = kiosk.tally.report(clock.now()), Tally(kiosk.log, kiosk.event).report(clock.now())
    whole = statistics.figures(kiosk.log.cells(kiosk.event.id), zone)
    statistics.add_marks(whole, kiosk.log.marks(kiosk.event.id))
    assert seen.day == fresh.day
    assert plain(seen.of_day) == plain(fresh.of_day)
    assert plain(seen.whole) == plain(fresh.whole) == plain(whole)
    if seen.day is None:
        since = Stretch(boot=clock.boot)
        boot = statistics.figures(kiosk.log.cells(kiosk.event.id, since), zone)
        statistics.add_marks(boot, kiosk.log.marks(kiosk.event.id, since))
        assert plain(seen.of_day) == plain(boot)
    kiosk.close()


def test_a_look_asks_the_log_only_for_what_came_since(kiosk, monkeypatch):
    for _ in range(3):
        come(kiosk)
    kiosk.tally.report(kiosk.clock.now())
    asked = []
    cells = kiosk.log.cells

    def watched(event, stretch):
        asked.append(stretch)
        return cells(event, stretch)

    monkeypatch.setattr(kiosk.log, "cells", watched)
    kiosk.tally.report(kiosk.clock.now())
    assert asked == []
    come(kiosk)
    assert kiosk.tally.report(kiosk.clock.now()).whole.visits == 4
    assert asked == [Stretch(3, 4)]


def test_what_is_given_out_is_nobodys_to_change(kiosk):
    come(kiosk)
    kiosk.tally.report(kiosk.clock.now()).whole.visits_by_hour.clear()
    assert kiosk.tally.report(kiosk.clock.now()).whole.visits_by_hour == {8: 1}


def test_a_read_that_failed_half_way_counts_nothing_twice(kiosk, clock, monkeypatch):
    clock.trust = "unknown"
    kiosk.tally.report(clock.now())
    come(kiosk, 5)
    marks = kiosk.log.marks

    def fail_once(event, stretch):
        if stretch.boot:
            monkeypatch.setattr(kiosk.log, "marks", marks)
            raise LogUnreadable("a bad moment")
        return marks(event, stretch)

    monkeypatch.setattr(kiosk.log, "marks", fail_once)
    with pytest.raises(LogUnreadable):
        kiosk.tally.report(clock.now())
    report = kiosk.tally.report(clock.now())
    assert (report.of_day.visits, report.whole.visits) == (5, 5)


def test_another_day_can_be_asked_for(kiosk, clock):
    come(kiosk)
    clock.forward(DAY)
    come(kiosk, 5)
    assert kiosk.tally.report(clock.now(), date(2027, 5, 30)).of_day.visits == 1
    assert kiosk.tally.report(clock.now(), date(2027, 5, 29)).of_day.visits == 0
    assert kiosk.tally.report(clock.now()).of_day.visits == 5


def test_a_visitors_number_stays_the_same_whoever_comes_later(kiosk, clock):
    clock.forward(-DAY)
    come(kiosk, 50)
    clock.forward(DAY)
    come(kiosk, SMALLEST_ORDINAL - 1)
    mine = come(kiosk)
    assert checked_in(kiosk, mine).ordinal == SMALLEST_ORDINAL
    for _ in range(3):
        come(kiosk, 10)
    assert checked_in(kiosk, mine).ordinal == SMALLEST_ORDINAL


@pytest.mark.parametrize("looks_before", [True, False])
def test_someone_who_took_it_back_is_not_counted_before_others(kiosk, looks_before):
    come(kiosk, SMALLEST_ORDINAL)
    gone = come(kiosk)
    if looks_before:
        checked_in(kiosk, gone)
    undo(kiosk, gone, "touch")
    mine = come(kiosk)
    assert checked_in(kiosk, mine).ordinal == SMALLEST_ORDINAL + 1


def test_while_a_large_log_is_counted_a_visitors_number_does_not_wait(kiosk, monkeypatch):
    come(kiosk, SMALLEST_ORDINAL)
    mine = come(kiosk)
    come(kiosk, 7)
    monkeypatch.setattr("kiosk.actions.tally._PATIENCE_SECONDS", 0.01)
    with kiosk.tally._lock:
        assert checked_in(kiosk, mine).ordinal == SMALLEST_ORDINAL + 1


def test_no_visitor_counts_a_large_event_that_is_counted_anew(kiosk, monkeypatch):
    """… since taking back that it was closed brings it back: the figure is left out or asked for alone."""
    come(kiosk, SMALLEST_ORDINAL)
    mine = come(kiosk)
    come(kiosk, 7)
    monkeypatch.setattr("kiosk.actions.tally._AT_ONCE", 1)
    go_on, cells = threading.Event(), kiosk.log.cells

    def slow(event, stretch):
        if threading.current_thread().name == "counting":
            assert go_on.wait(PATIENCE)
        else:
            assert stretch.wall_ms, "a visitor counts all of it"
        return cells(event, stretch)

    monkeypatch.setattr(kiosk.log, "cells", slow)
    monkeypatch.setattr("kiosk.actions.tally._PATIENCE_SECONDS", 0.01)
    assert kiosk.tally.visits_at_a_glance(kiosk.clock.now()) is None
    assert checked_in(kiosk, mine).ordinal == SMALLEST_ORDINAL + 1
    counting = kiosk.tally.counting()
    go_on.set()
    assert counting.wait(PATIENCE)
    assert kiosk.tally.visits_at_a_glance(kiosk.clock.now()) == SMALLEST_ORDINAL + 8


def test_what_is_counted_ahead_is_not_counted_again(kiosk, monkeypatch):
    come(kiosk, 3)
    kiosk.tally.count_ahead(kiosk.clock.boot)
    for thread in threading.enumerate():
        if thread.name == "counting":
            thread.join()
    monkeypatch.setattr(kiosk.log, "cells", None)
    monkeypatch.setattr(type(kiosk.log.periods), "basis", None)
    assert kiosk.tally.report(kiosk.clock.now()).whole.visits == 3
    assert kiosk.tally.counting() is None
    assert [one.entries for one in kiosk.tally.basis(0, 1)] == [1]


def test_what_is_running_is_counted_aside_where_much_is_left(kiosk, monkeypatch):
    monkeypatch.setattr("kiosk.actions.tally._AT_ONCE", 2)
    come(kiosk)
    assert kiosk.tally.counting() is None, "so little is counted at once"
    for _ in range(4):
        come(kiosk)
    counting = kiosk.tally.counting()
    assert counting.wait(PATIENCE) and counting.percent == 100
    assert kiosk.tally.counting() is None
    assert kiosk.tally.overview().whole.visits == 5


def test_parts_that_are_over_are_counted_aside_and_each_once(kiosk, monkeypatch):
    monkeypatch.setattr("kiosk.actions.tally._AT_ONCE", 2)
    for _ in range(6):
        come(kiosk)
    parts = [Stretch(0, 3, since=0), Stretch(3, 6, since=3)]
    for part in parts:
        counting = kiosk.tally.counting(part)
        assert kiosk.tally.counting(part) in (counting, None)
        assert counting.wait(PATIENCE)
    # Looks at what is running push out nothing of what is over.
    for through in range(6):
        kiosk.tally.basis(6, 6 + through)
    monkeypatch.setattr(kiosk.log, "cells", None)
    monkeypatch.setattr(type(kiosk.log.periods), "basis", None)
    for part in (*parts, *parts):
        assert kiosk.tally.counting(part) is None
        assert kiosk.tally.overview_of(part).whole.visits == 3
        assert [one.entries for one in kiosk.tally.basis(part.after, part.through)] == [3]


@contextmanager
def unreadable(kiosk, monkeypatch) -> Iterator[None]:
    """A log of more entries than are counted at once, which cannot be read for a while."""

    def cannot(*_):
        raise LogUnreadable("test")

    monkeypatch.setattr("kiosk.actions.tally._AT_ONCE", 2)
    for _ in range(4):
        come(kiosk)
    with monkeypatch.context() as patch:
        patch.setattr(kiosk.log, "cells", cannot)
        yield


def test_a_log_that_cannot_be_read_ends_the_counting_and_whoever_looks_is_told(kiosk, monkeypatch):
    with unreadable(kiosk, monkeypatch):
        failed = kiosk.tally.counting()
        assert failed.wait(PATIENCE)
        with pytest.raises(LogUnreadable):
            kiosk.tally.overview()
        # Whoever looks how far it is does not have it begin again, which would never end.
        assert kiosk.tally.counting() is kiosk.tally.counting() is failed
        with pytest.raises(LogUnreadable):
            failed.check()
    failed.check()
    again = kiosk.tally.counting()
    assert again is not failed and again.wait(PATIENCE)
    again.check()
    assert kiosk.tally.overview().whole.visits == 4


def test_after_a_fault_that_nobody_was_told_of_the_number_of_visits_comes_back(kiosk, monkeypatch):
    with unreadable(kiosk, monkeypatch):
        assert kiosk.tally.counting().wait(PATIENCE)
    assert kiosk.tally.visits_at_a_glance(kiosk.clock.now()) is None
    begun = kiosk.tally.counting()  # None where it is over already
    assert begun is None or begun.wait(PATIENCE)
    assert kiosk.tally.visits_at_a_glance(kiosk.clock.now()) == 4


def test_what_figures_rest_on_is_the_same_read_at_once_and_bit_by_bit(kiosk, clock):
    for number in range(12):
        clock.trust = ("ntp", "rtc", "unknown")[number % 3]
        come(kiosk)
        kiosk.tally.basis(0, number)
    for since, through in ((0, 12), (0, 5), (4, 9), (4, 12), (12, 12)):
        assert kiosk.tally.basis(since, through) == kiosk.log.periods.basis(kiosk.event.id, since, through)


def test_a_day_of_feedback_alone_is_a_day_and_one_taken_back_is_none(kiosk):
    said = say(kiosk, ["slower"])
    assert len(kiosk.tally.days()) == 1
    void(kiosk.log, said, reason="test", actor="staff", source="staff")
    assert kiosk.tally.days() == []


def test_a_log_that_is_counted_in_parts_is_counted_whole(kiosk, monkeypatch):
    """A void and what it names in different parts, too; and the overview is of what was there when it was taken."""
    made = [come(kiosk, size, visitor_type="teacher") for size in (1, 2, 3, 4, 5, 6, 7)]
    for one in (made[0], made[5]):
        void(kiosk.log, one, reason="test", actor="staff", source="staff")
    at_once = Tally(kiosk.log, kiosk.event).overview()
    monkeypatch.setattr("kiosk.actions.tally._AT_ONCE", 2)
    in_parts = Tally(kiosk.log, kiosk.event).overview()
    assert plain(in_parts.whole) == plain(at_once.whole)
    assert (in_parts.whole.visits, in_parts.through) == (21, 9)
    assert [plain(one) for one in in_parts.days.values()] == [plain(in_parts.whole)]
    come(kiosk, 8)
    assert in_parts.whole.visits == 21
